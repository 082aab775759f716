//! The stable codes: one for every way an input, a check or a call can fail.
//!
//! A code is a promise: its text never changes its meaning, so programs may match on it. The sentence and the hint that
//! people read live in `messages/en.ftl` and `messages/fr.ftl` under the same name (see [`crate::messages`]).

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A stable code. The text form is `area.reason`.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of this file.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The stable text of the code, such as `proof.signature_invalid`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    // --- input: what was handed in is not something that can be judged
    /// The input is larger than the limit.
    InputTooLarge = "input.too_large",
    /// The input is neither a JSON object nor a compact JWT that could be a credential or a presentation.
    InputNotACredential = "input.not_a_credential",
    /// The bytes are not UTF-8.
    InputInvalidUtf8 = "input.invalid_utf8",

    // --- json
    /// The text is not JSON (RFC 8259).
    JsonSyntax = "json.syntax",
    /// An object has one key twice.
    JsonDuplicateKey = "json.duplicate_key",
    /// Objects and arrays are nested too deeply.
    JsonTooDeep = "json.too_deep",
    /// The document has too many values.
    JsonTooManyValues = "json.too_many_values",
    /// A number that a double cannot hold exactly (integers) or at all (overflow).
    JsonNumber = "json.number",
    /// An escaped lone surrogate.
    JsonLoneSurrogate = "json.lone_surrogate",

    // --- encodings
    /// Not strict base64 or base64url (alphabet, padding, trailing bits).
    EncodingBase64 = "encoding.base64",
    /// Not a multibase value with the base that is asked for here.
    EncodingMultibase = "encoding.multibase",

    // --- JSON-LD
    /// A property or type that no context defines.
    JsonldUndefinedTerm = "jsonld.undefined_term",
    /// A member that is named by an IRI or keyword, or stands elsewhere, so that those who read by terms would not see it.
    JsonldNotATerm = "jsonld.not_a_term",
    /// A relative IRI where an absolute one is needed.
    JsonldRelativeIri = "jsonld.relative_iri",
    /// A value that would be dropped, and so not be signed.
    JsonldDroppedValue = "jsonld.dropped_value",
    /// A context that JSON-LD refuses.
    JsonldContextInvalid = "jsonld.context_invalid",
    /// A protected term is redefined.
    JsonldProtectedTerm = "jsonld.protected_term",
    /// A context that is neither built in nor among the evidence.
    JsonldContextUnknown = "jsonld.context_unknown",
    /// A context that is neither built in nor named by the trust list, or that is written into the document.
    JsonldContextUntrusted = "jsonld.context_untrusted",
    /// A context whose bytes do not have the pinned digest.
    JsonldContextDigest = "jsonld.context_digest",
    /// A frame that is malformed, or does not match one node of the document.
    JsonldFrame = "jsonld.frame",
    /// The document breaks another rule of JSON-LD 1.1.
    JsonldInvalid = "jsonld.invalid",

    // --- RDF
    /// More quads than the limit.
    RdfTooManyQuads = "rdf.too_many_quads",
    /// Blank nodes that take too much work to tell apart (a poison graph).
    RdfTooComplex = "rdf.too_complex",

    // --- DIDs
    /// Not a DID or DID URL.
    DidSyntax = "did.syntax",
    /// A DID method that this library does not know.
    DidMethodUnsupported = "did.method_unsupported",
    /// The DID document is among neither the evidence nor computable.
    DidNotResolved = "did.not_resolved",
    /// The DID document is malformed.
    DidDocumentInvalid = "did.document_invalid",
    /// The DID document is for another DID.
    DidDocumentWrongId = "did.document_wrong_id",
    /// The DID has been deactivated.
    DidDeactivated = "did.deactivated",
    /// The verification method is not in the DID document.
    DidMethodNotFound = "did.verification_method_not_found",
    /// The verification method is not listed under the relationship that the purpose names.
    DidRelationship = "did.relationship",

    // --- keys
    /// A kind of key that is not supported here.
    KeyUnsupported = "key.unsupported",
    /// A malformed key: length, encoding, point off the curve.
    KeyInvalid = "key.invalid",
    /// A key of small order, under which signatures prove nothing.
    KeySmallOrder = "key.small_order",
    /// The key does not fit the suite or algorithm.
    KeyWrongSuite = "key.wrong_suite",
    /// The key had expired.
    KeyExpired = "key.expired",
    /// The key was revoked.
    KeyRevoked = "key.revoked",
    /// The key belongs to another than the issuer or holder.
    KeyNotController = "key.not_controller",
    /// A sealed key could not be opened: wrong passphrase or damaged file.
    KeySealed = "key.sealed",
    /// The signer (an HSM, a KMS, a phone's key store) did not sign.
    KeySignerFailed = "key.signer_failed",

    // --- proofs
    /// There is no proof.
    ProofMissing = "proof.missing",
    /// The proof lacks a property or has one of the wrong kind.
    ProofMalformed = "proof.malformed",
    /// A proof type or cryptosuite that this library does not know.
    ProofSuiteUnsupported = "proof.suite_unsupported",
    /// The proof value is not in the encoding of the suite.
    ProofValueEncoding = "proof.value_encoding",
    /// The signature does not match.
    ProofSignatureInvalid = "proof.signature_invalid",
    /// The proof's purpose is not the one that is needed.
    ProofPurpose = "proof.purpose",
    /// The proof was created in the future.
    ProofCreatedInFuture = "proof.created_in_future",
    /// The proof has expired.
    ProofExpired = "proof.expired",
    /// The proof's `@context` is not a prefix of the document's.
    ProofContext = "proof.context",
    /// `previousProof` names a proof that is not there.
    ProofChainMissing = "proof.chain_missing",
    /// The proof chain has a cycle.
    ProofChainCycle = "proof.chain_cycle",
    /// Two proofs have one id, or one proof stands twice.
    ProofDuplicateId = "proof.duplicate_id",
    /// The challenge (nonce) is not the one that was asked for, or is missing.
    ProofChallenge = "proof.challenge",
    /// The challenge (nonce) came back before.
    ProofChallengeReused = "proof.challenge_reused",
    /// The domain (audience) is not the one that was asked for, or is missing.
    ProofDomain = "proof.domain",
    /// The presentation names a challenge or domain, but the policy does not say which to expect.
    ProofAudienceUnknown = "proof.audience_unknown",

    /// A base proof, which holds the holder's secret key, was shown in the place of a proof derived from it.
    ProofBase = "proof.base",
    /// The credential is bound to a secret of its holder, which was not given, or is another.
    ProofBinding = "proof.binding",
    /// What a holder sent to be bound to is no commitment, or its proof does not hold.
    ProofCommitment = "proof.commitment",
    /// What a derived proof says it discloses is not what the document says: statements, indexes, labels or signatures.
    ProofDisclosure = "proof.disclosure",

    /// A derived proof may hide what the verdict needs: the expiry or the status.
    ProofUndisclosed = "proof.undisclosed",

    // --- selective disclosure
    /// A JSON pointer that names nothing in the credential, or nothing that can be shown by itself.
    DisclosurePointer = "disclosure.pointer",
    /// Nothing was chosen to be shown.
    DisclosureNothing = "disclosure.nothing",

    // --- JOSE
    /// Not a compact JWS with a JSON header and payload.
    JoseMalformed = "jose.malformed",
    /// An algorithm that is refused: `none`, a MAC, or one that is not supported.
    JoseAlgorithm = "jose.algorithm",
    /// A critical header that is not understood.
    JoseCritical = "jose.critical",
    /// The `typ` or `cty` header does not fit.
    JoseType = "jose.type",
    /// A registered claim and the credential contradict each other.
    JoseClaimMismatch = "jose.claim_mismatch",
    /// A registered claim is malformed or missing.
    JoseClaim = "jose.claim",

    // --- SD-JWT
    /// Not an SD-JWT: parts, tildes, or members of the JSON serialization.
    SdJwtMalformed = "sd_jwt.malformed",
    /// A disclosure that is none, or that discloses a reserved name.
    SdJwtDisclosure = "sd_jwt.disclosure",
    /// `_sd`, `...` or `_sd_alg` stands where it must not, or is malformed.
    SdJwtDigest = "sd_jwt.digest",
    /// The `_sd_alg` is not known.
    SdJwtHashAlgorithm = "sd_jwt.hash_algorithm",
    /// A digest or disclosure stands twice.
    SdJwtDigestTwice = "sd_jwt.digest_twice",
    /// A disclosure that no digest refers to.
    SdJwtUnreferenced = "sd_jwt.unreferenced",
    /// A disclosed claim has the name of one that is there already.
    SdJwtClaimTwice = "sd_jwt.claim_twice",
    /// A claim is selectively disclosable that never may be.
    SdJwtNeverDisclosable = "sd_jwt.never_disclosable",
    /// The policy asks for a key-binding JWT, and there is none.
    SdJwtKeyBindingMissing = "sd_jwt.key_binding_missing",
    /// The key-binding JWT was made for another credential or selection.
    SdJwtHash = "sd_jwt.hash_mismatch",

    // --- metadata of issuers and types
    /// The issuer's metadata or keys are not among the evidence.
    IssuerMetadataMissing = "issuer_metadata.missing",
    /// The issuer's metadata is malformed or of another issuer.
    IssuerMetadataInvalid = "issuer_metadata.invalid",
    /// The issuer's metadata does not have the key.
    IssuerMetadataKey = "issuer_metadata.key_not_found",
    /// The trust list has the issuer speak by certificates, and none is there.
    CertificateMissing = "certificate.missing",
    /// The certificates are malformed, have ended, lead to no authority of the issuer's or name somebody else.
    CertificateInvalid = "certificate.invalid",
    /// The type's metadata is not among the evidence.
    TypeMetadataMissing = "type_metadata.missing",
    /// The type's metadata is malformed, of another type, or extends without end.
    TypeMetadataInvalid = "type_metadata.invalid",
    /// The credential breaks a rule of its type's metadata.
    TypeMetadataMismatch = "type_metadata.mismatch",

    // --- the data model
    /// `@context` is missing, malformed or in the wrong order.
    VcContext = "vc.context",
    /// `type` is missing or malformed.
    VcType = "vc.type",
    /// A required property is missing.
    VcPropertyMissing = "vc.property_missing",
    /// A property has a value of the wrong kind.
    VcPropertyInvalid = "vc.property_invalid",
    /// An `id` is not one URL.
    VcId = "vc.id",
    /// A date is not an xsd:dateTime (1.1) or dateTimeStamp (2.0).
    VcDate = "vc.date",
    /// The period ends before it begins.
    VcDateOrder = "vc.date_order",
    /// An enveloped credential or presentation is malformed.
    VcEnveloped = "vc.enveloped",
    /// A related resource is malformed, or listed twice, or has no digest.
    VcRelatedResource = "vc.related_resource",
    /// A language or direction value is malformed.
    VcLanguage = "vc.language",

    // --- related resources
    /// The resource's bytes do not have the digest that the credential states.
    ResourceDigest = "resource.digest",
    /// The resource is not among the evidence.
    ResourceMissing = "resource.missing",

    // --- validity period
    /// The credential is not valid yet.
    ValidityNotYet = "validity.not_yet",
    /// The credential has expired.
    ValidityExpired = "validity.expired",

    // --- status
    /// The credential has been revoked.
    StatusRevoked = "status.revoked",
    /// The credential has been suspended.
    StatusSuspended = "status.suspended",
    /// The status list carries a message for the credential.
    StatusMessage = "status.message",
    /// The status entry of the credential is malformed.
    StatusEntry = "status.entry",
    /// A status type that this library does not know.
    StatusTypeUnknown = "status.type_unknown",
    /// The status list is not among the evidence.
    StatusListMissing = "status.list_missing",
    /// The status list credential is malformed, or too short.
    StatusListInvalid = "status.list_invalid",
    /// The status list credential was not accepted when verified itself.
    StatusListUnverified = "status.list_unverified",
    /// The list's purpose is not the entry's.
    StatusPurpose = "status.purpose",
    /// The index is outside the list.
    StatusIndex = "status.index",
    /// The list unpacks to more than the limit.
    StatusBomb = "status.bomb",

    // --- schema
    /// The credential does not match its schema.
    SchemaMismatch = "schema.mismatch",
    /// The schema itself is not valid.
    SchemaInvalid = "schema.invalid",
    /// What is shown of the credential matches its schema, but a part was left out that the schema asks for (a remark).
    SchemaPartial = "schema.partial",
    /// The schema is not among the evidence.
    SchemaMissing = "schema.missing",
    /// A schema type that this library does not know.
    SchemaTypeUnknown = "schema.type_unknown",

    // --- trust
    /// No policy says which issuers are trusted.
    TrustNoPolicy = "trust.no_policy",
    /// A presentation without credentials: the holder's own word, for which a trust list can name no issuer.
    TrustNoCredential = "trust.no_credential",
    /// The policy trusts anybody: whoever the issuer is, it was not asked.
    TrustInsecure = "trust.insecure",
    /// The issuer is not on the trust list.
    TrustIssuerUnknown = "trust.issuer_unknown",
    /// The issuer is trusted, but not for this type of credential.
    TrustTypeNotAllowed = "trust.type_not_allowed",
    /// The issuer is not trusted at this time.
    TrustOutsidePeriod = "trust.outside_period",
    /// The trust list is malformed.
    TrustListInvalid = "trust.list_invalid",

    // --- holder
    /// The presenter is not the subject of the credential.
    HolderNotSubject = "holder.not_subject",
    /// The `holder` property is not the one who signed the presentation.
    HolderMismatch = "holder.mismatch",
    /// The verifier asks for a pseudonym by which it recognises the holder, and the showing has none.
    HolderPseudonymMissing = "holder.pseudonym_missing",

    // --- evidence
    /// A piece of evidence is older than the policy allows.
    EvidenceTooOld = "evidence.too_old",
    /// The evidence bundle is malformed or its signature does not match.
    BundleInvalid = "bundle.invalid",

    // --- issuing
    /// The credential type file is malformed.
    IssueType = "issue.type",
    /// A claim is missing, unknown or malformed.
    IssueClaim = "issue.claim",
    /// No free index is left in the status list.
    IssueStatusFull = "issue.status_full",
    /// A credential type that calls itself anonymous lets its credentials be linked.
    IssueAnonymous = "issue.anonymous",
    /// A type and a suite that do not go together: the suite is of another version of the data model, or cannot do what the
    /// type asks for.
    IssueSuite = "issue.suite",

    // --- showing
    /// The credential can only be shown whole, and less was chosen.
    PresentUndividable = "present.undividable",
    /// An audience or nonce is to be answered, and neither the suite nor a holder's key can.
    PresentBinding = "present.binding",
    /// Every showing of the credential has a pseudonym for one verifier, and none was named.
    PresentPseudonym = "present.pseudonym",

    /// A fault of this library.
    Internal = "internal",
}

impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn texts_are_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} stands twice");
        }
    }
}
