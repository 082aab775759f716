//! SD-JWT VCs whose issuers speak by certificates (`x5c`), with the authorities on the trust list.

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectAlternativeName, SubjectKeyIdentifier};
use openssl::x509::{X509, X509NameBuilder};
use serde_json::{Value as Json, json};
use tamarack::encoding::{base64_encode, base64url_decode};
use tamarack::keys::Signer as _;
use tamarack::status::TokenList;

use super::actor::{Actor, actor, issuer, stranger, time};
use super::documents::{set, without};
use super::sd_jwt::{VCT, payload};
use super::trust::list_of;
use super::vector::{NOW, Vector};

const AREA: &str = "certificates";
const ISS: &str = "https://id.ontario.example/tenant";
const HOST: &str = "id.ontario.example";
/// The first and the last day of most certificates.
const DAYS: (&str, &str) = ("2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z");

pub(super) fn vectors() -> Vec<Vector> {
    [good(), chains(), names(), times(), headers(), mechanisms(), status(), lists()].concat()
}

/// What a certificate says.
struct Leaf<'l> {
    name: &'l str,
    key: &'l Actor,
    /// A DNS name or a URL.
    alternative: Option<&'l str>,
    is_authority: bool,
    days: (&'l str, &'l str),
}

/// A certificate with the key that can sign others.
struct Certificate {
    x509: X509,
    key: PKey<Private>,
}

impl Certificate {
    fn text(&self) -> String {
        base64_encode(&self.x509.to_der().unwrap())
    }
}

/// Ed25519 keys sign without randomness, so that each certificate is the same each time.
fn pkey(actor: &Actor) -> PKey<Private> {
    let jwk: Json = serde_json::from_str(&actor.key.expose_jwk()).unwrap();
    let seed = base64url_decode(jwk["d"].as_str().unwrap()).unwrap();
    PKey::private_key_from_raw_bytes(&seed, Id::ED25519).unwrap()
}

fn certificate(leaf: &Leaf<'_>, by: Option<&Certificate>) -> Certificate {
    let key = pkey(leaf.key);
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_nid(Nid::COMMONNAME, leaf.name).unwrap();
    let subject = subject.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = leaf.name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) >> 1;
    builder.set_serial_number(&BigNum::from_u32(serial).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(by.map_or(subject.as_ref(), |by| by.x509.subject_name())).unwrap();
    builder.set_pubkey(&key).unwrap();
    let at = |text: &str| Asn1Time::from_unix(time(text).unix()).unwrap();
    builder.set_not_before(&at(leaf.days.0)).unwrap();
    builder.set_not_after(&at(leaf.days.1)).unwrap();
    if leaf.is_authority {
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        builder.append_extension(KeyUsage::new().critical().key_cert_sign().build().unwrap()).unwrap();
    } else {
        builder.append_extension(BasicConstraints::new().critical().build().unwrap()).unwrap();
        builder.append_extension(KeyUsage::new().critical().digital_signature().build().unwrap()).unwrap();
    }
    let context = builder.x509v3_context(by.map(|by| by.x509.as_ref()), None);
    let identifier = SubjectKeyIdentifier::new().build(&context).unwrap();
    let authority =
        by.map(|_| openssl::x509::extension::AuthorityKeyIdentifier::new().keyid(true).build(&context).unwrap());
    let alternative = leaf.alternative.map(|name| {
        let mut names = SubjectAlternativeName::new();
        if name.contains("://") { names.uri(name) } else { names.dns(name) }.build(&context).unwrap()
    });
    builder.append_extension(identifier).unwrap();
    for extension in [authority, alternative].into_iter().flatten() {
        builder.append_extension(extension).unwrap();
    }
    builder.sign(by.map_or(&key, |by| &by.key), MessageDigest::null()).unwrap();
    Certificate { x509: builder.build(), key }
}

fn authority_of(name: &str, seed: u8, by: Option<&Certificate>, days: (&str, &str)) -> Certificate {
    let key = actor(tamarack::keys::KeyType::Ed25519, seed);
    certificate(&Leaf { name, key: &key, alternative: None, is_authority: true, days }, by)
}

fn root() -> Certificate {
    authority_of("Root", 40, None, DAYS)
}

fn leaf_of(alternative: Option<&str>, by: &Certificate, days: (&str, &str)) -> Certificate {
    certificate(&Leaf { name: "Issuer", key: &issuer(), alternative, is_authority: false, days }, Some(by))
}

/// The issuer's certificate by this authority.
fn leaf(by: &Certificate) -> Certificate {
    leaf_of(Some(HOST), by, DAYS)
}

fn header(chain: &[&Certificate]) -> Json {
    let texts: Vec<String> = chain.iter().map(|one| one.text()).collect();
    json!({ "alg": "EdDSA", "typ": "dc+sd-jwt", "x5c": texts })
}

fn claims() -> Json {
    set(&payload(), "/iss", ISS)
}

fn signed(header: &Json) -> String {
    super::sd_jwt::token_of(header, &claims(), &[])
}

/// A trust list with the issuer, for whom these certificates vouch.
fn trusting(certificates: &[&Certificate]) -> Json {
    let texts: Vec<String> = certificates.iter().map(|one| one.text()).collect();
    set(&listed(), "/issuers/0/certificates", json!(texts))
}

/// A trust list with the issuer, who publishes metadata.
fn listed() -> Json {
    let mut list = list_of("did:example:x", &[VCT]);
    list["issuers"][0].as_object_mut().unwrap().shift_remove("did");
    list["issuers"][0]["url"] = ISS.into();
    list
}

/// A credential that names its issuer in its certificate alone.
fn unnamed(name: &str, about: &str, header: &Json, trust: Json) -> Vector {
    let text = super::sd_jwt::token_of(header, &without(&claims(), "/iss"), &[]);
    Vector::verify_text(AREA, name, about, text).policy("trust", trust)
}

/// A credential with this header, where the root vouches.
fn of(name: &str, about: &str, header: &Json) -> Vector {
    under(name, about, header, trusting(&[&root()]))
}

fn under(name: &str, about: &str, header: &Json, trust: Json) -> Vector {
    Vector::verify_text(AREA, name, about, signed(header)).policy("trust", trust)
}

fn bad(name: &str, about: &str, header: &Json) -> Vector {
    refused(of(name, about, header))
}

fn refused(vector: Vector) -> Vector {
    vector.rejects("key-authorized", "certificate.invalid", "").alone()
}

fn good() -> Vec<Vector> {
    let (root, other) = (root(), authority_of("Other root", 41, None, DAYS));
    let middle = authority_of("Middle", 42, Some(&root), DAYS);
    let own = leaf(&middle);
    vec![
        of("good", "A certificate by the authority, for the host of the issuer.", &header(&[&leaf(&root)])).accepts(),
        of("good-uri", "For the issuer's URL.", &header(&[&leaf_of(Some(ISS), &root, DAYS)])).accepts(),
        of("good-chain", "With another authority between them.", &header(&[&own, &middle])).accepts(),
        of(
            "good-anchor-sent",
            "The anchor is sent along; nobody believes it for that.",
            &header(&[&leaf(&root), &root]),
        )
        .accepts(),
        under("good-middle", "The list names the authority between.", &header(&[&own]), trusting(&[&middle])).accepts(),
        under("good-two", "One of two authorities.", &header(&[&leaf(&root)]), trusting(&[&other, &root])).accepts(),
        under(
            "good-pinned",
            "The list names the certificate itself, which then needs no name.",
            &header(&[&leaf_of(None, &root, DAYS)]),
            trusting(&[&leaf_of(None, &root, DAYS)]),
        )
        .accepts(),
    ]
}

fn chains() -> Vec<Vector> {
    let root = root();
    let other = authority_of("Other root", 41, None, DAYS);
    let alike = authority_of("Root", 43, None, DAYS);
    let middle = authority_of("Middle", 42, Some(&root), DAYS);
    let citizen = certificate(
        &Leaf { name: "Citizen", key: &stranger(), alternative: Some(HOST), is_authority: false, days: DAYS },
        Some(&root),
    );
    let own = leaf_of(Some(HOST), &other, DAYS);
    let alone = certificate(
        &Leaf { name: "Issuer", key: &issuer(), alternative: Some(HOST), is_authority: false, days: DAYS },
        None,
    );
    vec![
        bad("authority-unknown", "By an authority that the list does not name.", &header(&[&own])),
        bad("authority-sent", "The same, which sends its authority along.", &header(&[&own, &other])),
        bad("authority-alike", "By another authority of the same name.", &header(&[&leaf(&alike)])),
        bad("gap", "The authority between is missing.", &header(&[&leaf(&middle)])),
        bad("self-signed", "It signed itself.", &header(&[&alone])),
        bad(
            "leaf-as-authority",
            "Signed by a certificate that is no authority.",
            &header(&[&leaf(&citizen), &citizen]),
        ),
        of("key-other", "A certificate of somebody else.", &header(&[&citizen]))
            .rejects("proof", "proof.signature_invalid", "")
            .alone(),
    ]
}

fn names() -> Vec<Vector> {
    let root = root();
    let host = set(&trusting(&[&root]), "/issuers/0/url", format!("https://{HOST}"));
    let by_url = header(&[&leaf_of(Some(ISS), &root, DAYS)]);
    let by_host = header(&[&leaf(&root)]);
    let of_nobody = header(&[&leaf_of(None, &root, DAYS)]);
    let named = |name: &str, about: &str, alternative: Option<&str>| {
        bad(name, about, &header(&[&leaf_of(alternative, &root, DAYS)]))
    };
    vec![
        named("name-other", "For another host of the same authority.", Some("other.example")),
        named("name-below", "For a host below.", Some("tenant.id.ontario.example")),
        named("name-wildcard", "For all hosts of a domain.", Some("*.ontario.example")),
        named("name-uri-other", "For another URL of the same host.", Some("https://id.ontario.example/other")),
        named("name-missing", "For nobody in particular.", None),
        unnamed("iss-missing-uri", "No iss: the certificate's URL names the issuer.", &by_url, trusting(&[&root]))
            .accepts(),
        unnamed("iss-missing-host", "No iss: the certificate's host names the issuer.", &by_host, host.clone())
            .accepts(),
        unnamed("iss-missing-other", "No iss, and the certificate names another host.", &by_url, host).rejects(
            "key-authorized",
            "certificate.invalid",
            "",
        ),
        unnamed("iss-missing-metadata", "No iss, and the list asks for metadata.", &by_url, listed())
            .rejects("key-authorized", "certificate.invalid", "")
            .alone(),
        unnamed("iss-missing-nobody", "No iss, and the certificate names nobody.", &of_nobody, trusting(&[&root]))
            .rejects("key-authorized", "jose.claim", ""),
        Vector::verify_text(
            AREA,
            "iss-missing-any",
            "No iss, and anyone is trusted: no authority vouches for the certificate.",
            super::sd_jwt::token_of(&by_url, &without(&claims(), "/iss"), &[]),
        )
        .rejects("key-authorized", "certificate.invalid", "")
        .alone(),
    ]
}

fn times() -> Vec<Vector> {
    let ended = ("2026-01-01T00:00:00Z", "2026-11-20T11:59:59Z");
    let later = ("2026-11-20T12:00:01Z", "2028-01-01T00:00:00Z");
    let (root, old) = (root(), authority_of("Root", 40, None, ended));
    let middle = authority_of("Middle", 42, Some(&root), ended);
    vec![
        bad("ended", "It has ended.", &header(&[&leaf_of(Some(HOST), &root, ended)])),
        bad("not-begun", "It has not begun.", &header(&[&leaf_of(Some(HOST), &root, later)])),
        bad("middle-ended", "The authority between has ended.", &header(&[&leaf(&middle), &middle])),
        refused(under("authority-ended", "The authority has ended.", &header(&[&leaf(&old)]), trusting(&[&old]))),
    ]
}

fn headers() -> Vec<Vector> {
    let root = root();
    let good = header(&[&leaf(&root)]);
    let with = |value: Json| set(&good, "/x5c", value);
    let text = leaf(&root).text();
    let cut = base64_encode(&leaf(&root).x509.to_der().unwrap()[..200]);
    vec![
        of("missing", "No certificate, where the list has the issuer speak by them.", &without(&good, "/x5c"))
            .rejects("key-authorized", "certificate.missing", "")
            .alone(),
        bad("empty", "An empty list of them.", &with(json!([]))),
        bad("text", "A text in the place of the list.", &with(json!(text))),
        bad("url-alphabet", "Base64url.", &with(json!([text.replace('+', "-").replace('/', "_")]))),
        bad("cut", "Half a certificate.", &with(json!([cut]))),
        bad("nine", "Nine certificates.", &with(json!(vec![text; 9]))),
    ]
}

/// How an issuer is proved is the list's to say.
fn mechanisms() -> Vec<Vector> {
    const METADATA: &str = "https://id.ontario.example/.well-known/jwt-vc-issuer/tenant";
    let root = root();
    let jwk = set(&issuer().key.public_key().to_jwk().to_serde(), "/kid", "key-7");
    let metadata = json!({ "json": { "issuer": ISS, "jwks": { "keys": [jwk] } } });
    let plain = json!({ "alg": "EdDSA", "typ": "dc+sd-jwt", "kid": "key-7" });
    let both = set(&header(&[&leaf(&root)]), "/kid", "key-7");
    let by_did = set(&set(&plain, "/kid", issuer().method), "/x5c", header(&[&leaf(&root)])["x5c"].clone());
    vec![
        of("metadata-instead", "The issuer's metadata has the key, and no certificate is there.", &plain)
            .evidence_of("issuer-metadata", METADATA, metadata.clone(), NOW)
            .rejects("key-authorized", "certificate.missing", "")
            .alone(),
        under(
            "metadata-listed",
            "The list asks for metadata: a certificate beside it is not looked at.",
            &both,
            listed(),
        )
        .evidence_of("issuer-metadata", METADATA, metadata, NOW)
        .accepts(),
        under("metadata-missing", "The list asks for metadata, which a certificate does not replace.", &both, listed())
            .undetermined("key-authorized", "issuer_metadata.missing", "")
            .alone()
            .needs("issuer-metadata", METADATA),
        under("issuer-other", "Another issuer of the same authority.", &both, {
            set(&trusting(&[&root]), "/issuers/0/url", "https://id.ontario.example")
        })
        .rejects("issuer-trusted", "trust.issuer_unknown", ""),
        Vector::verify_text(
            AREA,
            "did",
            "An issuer with a DID: a certificate beside it is not looked at.",
            super::sd_jwt::token_of(&by_did, &payload(), &[]),
        )
        .policy("trust", list_of(&issuer().did, &[VCT]))
        .accepts(),
    ]
}

/// The status list of such an issuer is signed the same way (OpenID4VC HAIP §6.1).
fn status() -> Vec<Vector> {
    const URI: &str = "https://id.ontario.example/status/7.jwt";
    let (root, other) = (root(), authority_of("Other root", 41, None, DAYS));
    let mut list = TokenList::new(1_000, 2).unwrap();
    list.set(1, 1).unwrap();
    let body = json!({
        "sub": URI, "iat": time("2026-11-20T00:00:00Z").unix(), "exp": time("2026-11-21T00:00:00Z").unix(),
        "status_list": list.to_value().to_serde(),
    });
    let of = |name: &str, about: &str, index: usize, header: &Json| {
        let claims = set(&claims(), "/status", json!({ "status_list": { "idx": index, "uri": URI } }));
        let credential = super::sd_jwt::token_of(&self::header(&[&leaf(&root)]), &claims, &[]);
        let token = issuer().token(&set(header, "/typ", "statuslist+jwt").to_string(), &body.to_string());
        Vector::verify_text(AREA, name, about, credential).policy("trust", trusting(&[&root])).evidence(
            "status-list",
            URI,
            token,
        )
    };
    let good = header(&[&leaf(&root)]);
    vec![
        of("status-good", "The list says that it is good.", 0, &good).accepts(),
        of("status-revoked", "The list says that it was revoked.", 1, &good)
            .rejects("status", "status.revoked", "/status/status_list")
            .alone(),
        of("status-authority", "A list by another authority's certificate.", 0, &header(&[&leaf(&other)]))
            .status("status.list_unverified", "/status/status_list")
            .alone(),
        of("status-missing", "A list without a certificate.", 0, &without(&good, "/x5c"))
            .status("status.list_unverified", "/status/status_list")
            .alone(),
    ]
}

fn lists() -> Vec<Vector> {
    let root = root();
    let of = |name: &str, about: &str, list: &Json| Vector::of("trust", AREA, name, about, json!({ "json": list }));
    let bad = |name: &str, about: &str, list: &Json, pointer: &str| {
        of(name, about, list).error_at("trust.list_invalid", pointer)
    };
    let with = |value: Json| set(&listed(), "/issuers/0/certificates", value);
    let did = set(&list_of(&issuer().did, &[VCT]), "/issuers/0/certificates", json!([root.text()]));
    let mut behind = root.x509.to_der().unwrap();
    behind.push(0);
    let place = "/issuers/0/certificates";
    vec![
        of("list-good", "An issuer with an authority.", &trusting(&[&root])).gives(1),
        bad("list-empty", "An empty list of authorities.", &with(json!([])), place),
        bad("list-text", "An authority outside a list.", &with(json!(root.text())), place),
        bad("list-no-base64", "What is no base64.", &with(json!(["-----BEGIN CERTIFICATE-----"])), place),
        bad("list-no-certificate", "What is no certificate.", &with(json!(["AAAA"])), "/issuers/0"),
        bad(
            "list-behind",
            "A certificate with a byte behind it.",
            &with(json!([base64_encode(&behind)])),
            "/issuers/0",
        ),
        bad("list-did", "Beside a DID.", &did, "/issuers/0"),
        bad("list-many", "Seventeen.", &with(json!(vec![root.text(); 17])), "/issuers/0"),
    ]
}
