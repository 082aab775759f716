//! Issuing: credential types, claims, and the unsigned credential made of both.
