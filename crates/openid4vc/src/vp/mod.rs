//! OpenID for Verifiable Presentations 1.0 with DCQL, verifier and wallet.
