//! Every bound of the library, in one table. A fault that a bound causes names the bound and its value.

/// Bytes of one input (a credential, a presentation, a DID document, a schema): 1 MiB.
pub const INPUT_BYTES: usize = 1 << 20;
/// Bytes of one status list credential, packed: 4 MiB.
pub const STATUS_LIST_BYTES: usize = 4 << 20;
/// Seconds from the making of an evidence bundle until it expires: 366 days.
pub const BUNDLE_SECONDS: i64 = 366 * 86_400;
/// Bytes of an evidence bundle: 64 MiB.
pub const BUNDLE_BYTES: usize = 64 << 20;
/// Nesting of objects and arrays.
pub const JSON_DEPTH: usize = 64;
/// Values (scalars, arrays, objects) in one document.
pub const JSON_VALUES: usize = 100_000;
/// Contexts in one document, each use counted.
pub const CONTEXTS: usize = 64;
/// Depth of contexts within contexts.
pub const CONTEXT_DEPTH: usize = 16;
/// Terms of one active context.
pub const CONTEXT_TERMS: usize = 10_000;
/// Term definitions made, and eighths of definitions copied, while the contexts of one document are compiled.
pub const CONTEXT_WORK: usize = 400_000;
/// Nodes of a document that is framed, and nodes that framing may show.
pub const FRAME_NODES: usize = 10_000;
/// Quads of one document.
pub const QUADS: usize = 50_000;
/// Bytes of one document's terms, and of its N-Quads: 32 MiB. Compact IRIs make a small document write long quads.
pub const NQUADS_BYTES: usize = 32 << 20;
/// Work that telling blank nodes apart may cost per document (RDFC-1.0 §7.1): related nodes hashed and nodes permuted.
pub const BLANK_NODE_WORK: usize = 50_000;
/// More of that work for each blank node of the document.
pub const BLANK_NODE_WORK_EACH: usize = 8;
/// Depth of that work: how long a path through alike blank nodes may be.
pub const BLANK_NODE_DEPTH: usize = 384;
/// JSON pointers that choose what is shown, and those of what must be.
pub const DISCLOSURE_POINTERS: usize = 4_096;
/// Proofs in one proof set or chain.
pub const PROOFS: usize = 16;
/// Bytes of a document that is handed to `ssi` (feature `long-tail`), which has no bounds of its own: 128 KiB.
pub const LONG_TAIL_BYTES: usize = 128 << 10;
/// Quads of a document that is handed to `ssi`.
pub const LONG_TAIL_QUADS: usize = 2_000;
/// Blank nodes of a document that is handed to `ssi`.
pub const LONG_TAIL_BLANK_NODES: usize = 128;
/// Bytes of the stack on which `ssi` works: 32 MiB, as it recurses over a document of any depth.
pub const LONG_TAIL_STACK_BYTES: usize = 32 << 20;
/// Credentials in one presentation.
pub const CREDENTIALS: usize = 32;
/// Status entries of one credential.
pub const STATUS_ENTRIES: usize = 8;
/// Disclosures of one SD-JWT.
pub const DISCLOSURES: usize = 1_024;
/// Seconds from the making of a key-binding JWT until a verifier no longer takes it, unless the policy says otherwise: ten
/// minutes.
pub const KEY_BINDING_SECONDS: i64 = 600;
/// Type metadata documents that extend one another.
pub const TYPE_METADATA_CHAIN: usize = 8;
/// Claim rules of a type with all that it extends.
pub const TYPE_METADATA_CLAIMS: usize = 1_000;
/// Certificates in one `x5c` header.
pub const CERTIFICATES: usize = 8;
/// Certificates of one issuer on a trust list.
pub const TRUSTED_CERTIFICATES: usize = 16;
/// Keys of one JWK Set.
pub const JWK_SET_KEYS: usize = 256;
/// DID documents that one verification reads, those of `did:key` not counted.
pub const DID_DOCUMENTS: usize = 96;
/// Verification methods of one DID document, and what each of its relationships may list.
pub const VERIFICATION_METHODS: usize = 256;
/// Bytes of a DID or DID URL.
pub const DID_URL_BYTES: usize = 8_192;
/// Related resources and schemas of one credential.
pub const RESOURCES: usize = 32;
/// Bytes of a status list once unpacked: 16 MiB, 134 million entries.
pub const STATUS_UNPACKED_BYTES: usize = 16 << 20;
/// The least number of entries of a status list (Bitstring Status List 1.0 §3.3).
pub const STATUS_MIN_ENTRIES: usize = 131_072;
/// Rounds in which a shell fetches what the verdict needs and asks again.
pub const FETCH_ROUNDS: usize = 6;
/// Bytes of a name inside a fault.
pub const FAULT_NAME_BYTES: usize = 512;
/// Seconds by which clocks may differ.
pub const CLOCK_SKEW_SECONDS: i64 = 60;
/// Nonces that a verifier's book holds at one time.
pub const NONCES: usize = 100_000;
/// Requests for one verification.
pub const FETCHES: usize = 64;
/// Redirects of one request.
pub const FETCH_REDIRECTS: usize = 3;
/// Seconds until a connection must stand.
pub const FETCH_CONNECT_SECONDS: u64 = 5;
/// Seconds until one request, its redirects and its body included, must be answered.
pub const FETCH_SECONDS: u64 = 15;
/// Seconds for which a fetched copy may be used again without asking, whatever the server says: a day.
pub const CACHE_SECONDS: i64 = 86_400;
/// Messages under one BBS signature: each needs a generator, which is kept for ever (160 bytes; the first 128 take 26 KiB).
pub const BBS_MESSAGES: usize = 4_096;
/// QR codes of one showing.
pub const QR_PARTS: usize = 32;
