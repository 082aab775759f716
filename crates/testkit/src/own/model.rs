//! Documents that break a rule of the data models. Each is well signed: nothing else is wrong with it.

use serde_json::{Value as Json, json};

use super::actor::{holder, issuer};
use super::documents::{V1, V2, presentation, set, v1, v2, without};
use super::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    [
        contexts_and_types(),
        parties(),
        dates(),
        subjects(),
        extensions(),
        texts(),
        resources(),
        version_1_1(),
        showings(),
    ]
    .concat()
}

/// A wrong credential of VCDM 2.0.
fn wrong(name: &str, about: &str, document: &Json, code: &str, pointer: &str) -> Vector {
    Vector::verify("vcdm-2.0", name, about, &issuer().sign_anything(document))
        .rejects("structure", code, pointer)
        .alone()
}

fn contexts_and_types() -> Vec<Vector> {
    let context = |name: &str, about: &str, context: Json, pointer: &str| {
        wrong(name, about, &set(&v2(), "/@context", context), "vc.context", pointer)
    };
    let types =
        |name: &str, about: &str, types: Json| wrong(name, about, &set(&v2(), "/type", types), "vc.type", "/type");
    vec![
        wrong("context-missing", "§4.3: no @context.", &without(&v2(), "/@context"), "vc.context", ""),
        context("context-empty", "An empty array.", json!([]), "/@context"),
        context("context-null", "null.", Json::Null, "/@context"),
        context("context-number", "A number.", json!(2), "/@context"),
        context(
            "context-object",
            "An object alone: the first must be the base context.",
            json!({ "name": "https://schema.org/name" }),
            "/@context",
        ),
        context(
            "context-order",
            "The base context stands second.",
            json!(["https://www.w3.org/ns/credentials/examples/v2", V2]),
            "/@context",
        ),
        context("context-number-second", "A number among the contexts.", json!([V2, 2]), "/@context/1"),
        context("context-relative", "A relative URL among the contexts.", json!([V2, "contexts/v1"]), "/@context/1"),
        context("context-twice", "The base context twice.", json!([V2, V2]), "/@context/1"),
        context(
            "context-inline-twice",
            "The same terms as they are and as a context document.",
            json!([V2, { "a": "urn:x:a" }, { "@context": { "a": "urn:x:a" } }]),
            "/@context/2",
        ),
        context(
            "context-both-versions",
            "The base context of VCDM 1.1 beside that of 2.0.",
            json!([V2, V1]),
            "/@context/1",
        ),
        wrong("type-missing", "§4.5: no type.", &without(&v2(), "/type"), "vc.type", ""),
        types("type-number", "A number.", json!(7)),
        types("type-empty", "An empty array.", json!([])),
        types("type-null", "A null among the types.", json!(["VerifiableCredential", null])),
        types("type-other", "Without VerifiableCredential.", json!(["PermanentResidentCard"])),
        types("type-case", "In another case.", json!(["verifiableCredential"])),
        types(
            "type-both",
            "A credential and a presentation at once.",
            json!(["VerifiableCredential", "VerifiablePresentation"]),
        ),
        types("type-with-space", "A type with a space in it.", json!(["VerifiableCredential", "Photo Card"])),
    ]
}

fn parties() -> Vec<Vector> {
    let id = |name: &str, about: &str, id: Json| wrong(name, about, &set(&v2(), "/id", id), "vc.id", "/id");
    let did = issuer().did;
    vec![
        id("id-number", "§4.4: a number.", json!(7)),
        id("id-null", "null.", Json::Null),
        id("id-empty", "An empty text.", json!("")),
        id("id-relative", "A relative URL.", json!("/credentials/7")),
        id("id-with-space", "A URL with a space.", json!("https://id.ontario.example/a b")),
        id("id-two", "Two URLs.", json!(["urn:uuid:1", "urn:uuid:2"])),
        id("id-object", "An object.", json!({ "id": "urn:uuid:1" })),
        wrong("issuer-missing", "§4.7: no issuer.", &without(&v2(), "/issuer"), "vc.property_missing", ""),
        wrong("issuer-number", "A number.", &set(&v2(), "/issuer", 7), "vc.property_invalid", "/issuer"),
        wrong("issuer-null", "null.", &set(&v2(), "/issuer", Json::Null), "vc.property_invalid", "/issuer"),
        wrong(
            "issuer-array",
            "Two issuers.",
            &set(&v2(), "/issuer", json!([did, did])),
            "vc.property_invalid",
            "/issuer",
        ),
        wrong(
            "issuer-object-no-id",
            "An object without an id.",
            &set(&v2(), "/issuer", json!({ "name": "Ontario" })),
            "vc.property_missing",
            "/issuer",
        ),
        wrong(
            "issuer-object-bad-id",
            "An object whose id is a number.",
            &set(&v2(), "/issuer", json!({ "id": 7 })),
            "vc.id",
            "/issuer/id",
        ),
        Vector::verify(
            "vcdm-2.0",
            "issuer-relative",
            "No URL. It is not the DID of the key either.",
            &issuer().sign_anything(&set(&v2(), "/issuer", "ontario")),
        )
        .rejects("structure", "vc.id", "/issuer"),
        wrong(
            "issuer-name-number",
            "§4.6: a name that is a number.",
            &set(&v2(), "/issuer", json!({ "id": did, "name": 7 })),
            "vc.language",
            "/issuer/name",
        ),
    ]
}

fn dates() -> Vec<Vector> {
    let from = |name: &str, about: &str, date: Json| {
        wrong(name, about, &set(&v2(), "/validFrom", date), "vc.date", "/validFrom")
    };
    vec![
        from("date-only", "§4.9: a date without a time.", json!("2026-01-01")),
        from("date-no-offset", "A time without an offset.", json!("2026-01-01T00:00:00")),
        from("date-space", "A space for the T.", json!("2026-01-01 00:00:00Z")),
        from("date-number", "Seconds since 1970.", json!(1_767_225_600)),
        from("date-29-february", "A day that 2026 does not have.", json!("2026-02-29T00:00:00Z")),
        from("date-hour-25", "Hour 25.", json!("2026-01-01T25:00:00Z")),
        from("date-leap-second", "Second 60, which xsd:dateTime does not have.", json!("2026-12-31T23:59:60Z")),
        from("date-offset-15", "An offset of fifteen hours.", json!("2026-01-01T00:00:00+15:00")),
        from("date-lower-case", "A lower-case z.", json!("2026-01-01T00:00:00z")),
        from("date-two", "Two dates.", json!(["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"])),
        wrong("date-until", "validUntil is no date.", &set(&v2(), "/validUntil", "for ever"), "vc.date", "/validUntil"),
        wrong(
            "date-order",
            "The period ends before it begins.",
            &set(&v2(), "/validUntil", "2025-12-31T23:59:59Z"),
            "vc.date_order",
            "/validUntil",
        ),
    ]
}

fn subjects() -> Vec<Vector> {
    let subject = |name: &str, about: &str, subject: Json, code: &str, pointer: &str| {
        wrong(name, about, &set(&v2(), "/credentialSubject", subject), code, pointer)
    };
    let did = holder().did;
    const AT: &str = "/credentialSubject";
    vec![
        wrong("subject-missing", "§4.8: no credentialSubject.", &without(&v2(), AT), "vc.property_missing", ""),
        subject("subject-text", "A text.", json!("Zoé"), "vc.property_invalid", AT),
        subject("subject-null", "null.", Json::Null, "vc.property_invalid", AT),
        subject("subject-empty-array", "An empty array.", json!([]), "vc.property_invalid", AT),
        subject("subject-empty", "An object that says nothing.", json!({}), "vc.property_invalid", AT),
        subject(
            "subject-second-empty",
            "The second of two says nothing.",
            json!([{ "id": did }, {}]),
            "vc.property_invalid",
            "/credentialSubject/1",
        ),
        subject(
            "subject-second-text",
            "The second of two is a text.",
            json!([{ "name": "Zoé" }, "Zoé"]),
            "vc.property_invalid",
            "/credentialSubject/1",
        ),
        subject(
            "subject-id-number",
            "An id that is a number.",
            json!({ "id": 7, "name": "Zoé" }),
            "vc.id",
            "/credentialSubject/id",
        ),
        subject(
            "subject-id-relative",
            "An id that is no URL.",
            json!({ "id": "zoe", "name": "Zoé" }),
            "vc.id",
            "/credentialSubject/id",
        ),
    ]
}

fn extensions() -> Vec<Vector> {
    let with = |name: &str, about: &str, member: &str, value: Json, code: &str, pointer: &str| {
        wrong(name, about, &set(&v2(), &format!("/{member}"), value), code, pointer)
    };
    let (missing, invalid) = ("vc.property_missing", "vc.property_invalid");
    vec![
        with("status-text", "§4.10: a text.", "credentialStatus", json!("good"), invalid, "/credentialStatus"),
        with("status-empty", "An empty array.", "credentialStatus", json!([]), invalid, "/credentialStatus"),
        with(
            "status-no-type",
            "Without a type.",
            "credentialStatus",
            json!({ "id": "urn:x:1" }),
            missing,
            "/credentialStatus",
        ),
        with(
            "status-id",
            "An id that is no URL.",
            "credentialStatus",
            json!({ "id": "1", "type": "T" }),
            "vc.id",
            "/credentialStatus/id",
        ),
        with(
            "status-too-many",
            "Nine entries.",
            "credentialStatus",
            json!(vec![json!({ "type": "T" }); 9]),
            invalid,
            "/credentialStatus",
        ),
        with(
            "schema-no-id",
            "§4.11: without an id.",
            "credentialSchema",
            json!({ "type": "JsonSchema" }),
            missing,
            "/credentialSchema",
        ),
        with(
            "schema-no-type",
            "Without a type.",
            "credentialSchema",
            json!({ "id": "https://a.example/s" }),
            missing,
            "/credentialSchema",
        ),
        with(
            "schema-type-number",
            "A type that is a number.",
            "credentialSchema",
            json!({ "id": "https://a.example/s", "type": 7 }),
            "vc.type",
            "/credentialSchema/type",
        ),
        with("schema-text", "A text.", "credentialSchema", json!("https://a.example/s"), invalid, "/credentialSchema"),
        with("evidence-text", "§5.6: a text.", "evidence", json!("seen by a clerk"), invalid, "/evidence"),
        with(
            "evidence-no-type",
            "Without a type.",
            "evidence",
            json!({ "id": "https://a.example/e" }),
            missing,
            "/evidence",
        ),
        with(
            "evidence-second",
            "The second without a type.",
            "evidence",
            json!([{ "type": "E" }, {}]),
            missing,
            "/evidence/1",
        ),
        with(
            "terms-of-use-no-type",
            "§5.5: without a type.",
            "termsOfUse",
            json!({ "id": "https://a.example/t" }),
            missing,
            "/termsOfUse",
        ),
        with("terms-of-use-text", "A text.", "termsOfUse", json!("none"), invalid, "/termsOfUse"),
        with(
            "refresh-service-no-type",
            "§5.4: without a type.",
            "refreshService",
            json!({ "id": "https://a.example/r" }),
            missing,
            "/refreshService",
        ),
        with(
            "refresh-service-text",
            "A text.",
            "refreshService",
            json!("https://a.example/r"),
            invalid,
            "/refreshService",
        ),
        with(
            "confidence-method-text",
            "§5.10: a text.",
            "confidenceMethod",
            json!("high"),
            invalid,
            "/confidenceMethod",
        ),
        with(
            "render-method-no-type",
            "§5.10: without a type.",
            "renderMethod",
            json!({ "id": "https://a.example/r" }),
            missing,
            "/renderMethod",
        ),
    ]
}

fn texts() -> Vec<Vector> {
    let name = |name: &str, about: &str, value: Json, pointer: &str| {
        wrong(name, about, &set(&v2(), "/name", value), "vc.language", pointer)
    };
    vec![
        name("name-number", "§4.6: a number.", json!(7), "/name"),
        name("name-texts", "Several texts without a language.", json!(["a", "b"]), "/name/0"),
        name("name-no-value", "§11.1: a language without a value.", json!({ "@language": "fr" }), "/name"),
        name("name-value-number", "A value that is no text.", json!({ "@value": 7 }), "/name"),
        name(
            "name-language",
            "A language tag that is none.",
            json!({ "@value": "Permis", "@language": "fr_CA" }),
            "/name/@language",
        ),
        name(
            "name-direction",
            "A direction that is none.",
            json!({ "@value": "Permis", "@direction": "up" }),
            "/name/@direction",
        ),
        name(
            "name-other-member",
            "A member that a language value does not have.",
            json!({ "@value": "Permis", "@type": "T" }),
            "/name/@type",
        ),
        wrong("description-null", "null.", &set(&v2(), "/description", Json::Null), "vc.language", "/description"),
    ]
}

fn resources() -> Vec<Vector> {
    let of = |name: &str, about: &str, value: Json, pointer: &str| {
        wrong(name, about, &set(&v2(), "/relatedResource", value), "vc.related_resource", pointer)
    };
    let digest = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    let good = json!({ "id": "https://a.example/logo", "digestSRI": digest });
    const AT: &str = "/relatedResource";
    vec![
        of("related-text", "§5.3: a text.", json!("https://a.example/logo"), AT),
        of("related-empty", "An empty array.", json!([]), AT),
        of("related-no-digest", "Without a digest.", json!({ "id": "https://a.example/logo" }), AT),
        of("related-no-id", "Without an id.", without(&good, "/id"), AT),
        of("related-twice", "One resource twice.", json!([good, good]), "/relatedResource/1/id"),
        of(
            "related-digest-length",
            "A digest that is too short.",
            set(&good, "/digestSRI", "sha256-ungWv48B"),
            "/relatedResource/digestSRI",
        ),
        of(
            "related-digest-md5",
            "A hash that is not allowed.",
            set(&good, "/digestSRI", "md5-1B2M2Y8AsgTpgAmY7PhCfg=="),
            "/relatedResource/digestSRI",
        ),
        of(
            "related-multibase",
            "A digestMultibase that is none.",
            set(&good, "/digestMultibase", "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"),
            "/relatedResource/digestMultibase",
        ),
        of(
            "related-multibase-length",
            "The bytes of a digest that no hash of SHA-2 gives: 20.",
            set(&good, "/digestMultibase", "uhvfkN_qlp_zhXR3cuerq6jd2Z7g"),
            "/relatedResource/digestMultibase",
        ),
        of(
            "related-multibase-header",
            "The header of a hash before the bytes of another length.",
            set(&good, "/digestMultibase", "uEjDjsMRCmPwcFJr79MiZb7kkJ65B5GSbk0yklZkbeFK4VQ"),
            "/relatedResource/digestMultibase",
        ),
        of(
            "related-media-type",
            "A media type that is none.",
            set(&good, "/mediaType", "png"),
            "/relatedResource/mediaType",
        ),
    ]
}

fn version_1_1() -> Vec<Vector> {
    let wrong = |name: &str, about: &str, document: Json, code: &str, pointer: &str| {
        Vector::verify("vcdm-1.1", name, about, &issuer().sign_anything(&document))
            .rejects("structure", code, pointer)
            .alone()
    };
    let with = |member: &str, value: Json| set(&v1(), &format!("/{member}"), value);
    let (missing, invalid) = ("vc.property_missing", "vc.property_invalid");
    vec![
        wrong(
            "context-order",
            "§4.1: the base context stands second.",
            with("@context", json!(["https://w3id.org/citizenship/v1", V1])),
            "vc.context",
            "/@context",
        ),
        wrong(
            "context-both-versions",
            "The base context of VCDM 2.0 beside that of 1.1.",
            with("@context", json!([V1, V2])),
            "vc.context",
            "/@context/1",
        ),
        wrong("type-missing", "§4.3: no type.", without(&v1(), "/type"), "vc.type", ""),
        wrong("type-number", "A number.", with("type", json!(1)), "vc.type", "/type"),
        wrong("id-number", "§4.2: a number.", with("id", json!(1)), "vc.id", "/id"),
        wrong("issuer-missing", "§4.5: no issuer.", without(&v1(), "/issuer"), missing, ""),
        wrong("issuer-number", "A number.", with("issuer", json!(1)), invalid, "/issuer"),
        wrong("issuance-date-missing", "§4.6: no issuanceDate.", without(&v1(), "/issuanceDate"), missing, ""),
        wrong(
            "issuance-date-number",
            "A number.",
            with("issuanceDate", json!(1_767_225_600)),
            "vc.date",
            "/issuanceDate",
        ),
        wrong(
            "issuance-date-only",
            "A date without a time.",
            with("issuanceDate", json!("2026-01-01")),
            "vc.date",
            "/issuanceDate",
        ),
        wrong(
            "expiration-date-text",
            "§4.8: no date.",
            with("expirationDate", json!("never")),
            "vc.date",
            "/expirationDate",
        ),
        wrong(
            "expiration-date-order",
            "It ends before it begins.",
            with("expirationDate", json!("2025-01-01T00:00:00Z")),
            "vc.date_order",
            "/expirationDate",
        ),
        wrong("subject-missing", "§4.4: no credentialSubject.", without(&v1(), "/credentialSubject"), missing, ""),
        wrong("subject-empty", "An empty object.", with("credentialSubject", json!({})), invalid, "/credentialSubject"),
        wrong(
            "subject-second-empty",
            "The second of two says nothing.",
            with("credentialSubject", json!([{ "id": holder().did }, {}])),
            invalid,
            "/credentialSubject/1",
        ),
        wrong("subject-number", "A number.", with("credentialSubject", json!(1)), invalid, "/credentialSubject"),
        wrong(
            "status-no-id",
            "§4.9: without an id.",
            with("credentialStatus", json!({ "type": "StatusList2021Entry" })),
            missing,
            "/credentialStatus",
        ),
        wrong(
            "status-no-type",
            "Without a type.",
            with("credentialStatus", json!({ "id": "urn:x:1" })),
            missing,
            "/credentialStatus",
        ),
        wrong(
            "schema-no-id",
            "§5.4: without an id.",
            with("credentialSchema", json!({ "type": "JsonSchemaValidator2018" })),
            missing,
            "/credentialSchema",
        ),
        wrong(
            "refresh-service-no-id",
            "§5.4: without an id.",
            with("refreshService", json!({ "type": "R" })),
            missing,
            "/refreshService",
        ),
        wrong(
            "terms-of-use-no-type",
            "§5.5: without a type.",
            with("termsOfUse", json!({ "id": "urn:x:1" })),
            missing,
            "/termsOfUse",
        ),
        wrong(
            "evidence-no-type",
            "§5.6: without a type.",
            with("evidence", json!([{ "id": "urn:x:1" }])),
            missing,
            "/evidence/0",
        ),
    ]
}

/// Presentations that break a rule.
fn showings() -> Vec<Vector> {
    let credential = issuer().sign_anything(&v2());
    let good = presentation(&[credential]);
    let wrong = |name: &str, about: &str, document: Json, code: &str, pointer: &str| {
        let signed = holder().sign_anything_with(&document, &json!({ "proofPurpose": "authentication" }));
        Vector::verify("presentation", name, about, &signed).rejects("structure", code, pointer)
    };
    let many: Vec<Json> = vec![json!({}); 33];
    vec![
        wrong("type-missing", "VCDM 2.0 §4.13: no type.", without(&good, "/type"), "vc.type", ""),
        wrong(
            "holder-number",
            "A holder that is a number.",
            set(&good, "/holder", 7),
            "vc.property_invalid",
            "/holder",
        ),
        wrong(
            "holder-no-id",
            "A holder without an id.",
            set(&good, "/holder", json!({ "name": "Zoé" })),
            "vc.property_missing",
            "/holder",
        ),
        wrong(
            "credentials-empty",
            "An empty array of credentials.",
            set(&good, "/verifiableCredential", json!([])),
            "vc.property_invalid",
            "/verifiableCredential",
        ),
        wrong(
            "credentials-text",
            "VCDM 2.0: a credential that is a text.",
            set(&good, "/verifiableCredential", json!(["eyJhbGciOiJFZERTQSJ9.e30.AA"])),
            "vc.property_invalid",
            "/verifiableCredential/0",
        ),
        wrong(
            "credentials-too-many",
            "33 credentials.",
            set(&good, "/verifiableCredential", many),
            "vc.property_invalid",
            "/verifiableCredential",
        ),
        wrong("id-relative", "An id that is no URL.", set(&good, "/id", "one"), "vc.id", "/id"),
        wrong(
            "enveloped-media-type",
            "An enveloped credential of a media type that cannot be opened.",
            set(
                &good,
                "/verifiableCredential/0",
                json!({ "@context": V2, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+cose,AAAA" }),
            ),
            "vc.enveloped",
            "/verifiableCredential/0/id",
        ),
    ]
}
