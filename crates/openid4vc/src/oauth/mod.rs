//! What OAuth 2.0 lends to both protocols: PKCE, PAR, DPoP, client attestation, tokens, server metadata.
