//! Self-Issued OpenID Provider v2, draft 13, provider and relying party.
