"""What an issuer and a verifier keep: status lists, bundles, nonces, DID documents; and what migrates."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOW, Issued, trust_list

import tamarack
from tamarack import (
    BundleOptions,
    CredentialType,
    DidKeyEntry,
    Evidence,
    EvidenceKind,
    HeldCredential,
    IssueOptions,
    Key,
    KeyForm,
    KeyPurpose,
    KeyType,
    NonceBook,
    Outcome,
    PeerKey,
    PolicyOptions,
    SignInLevel,
    SignOptions,
    ShowOptions,
    StatusList,
    StatusListOptions,
    StatusPlace,
    StatusPlaces,
    TamarackError,
    TokenListOptions,
    TokenPlace,
    TokenStatusList,
    Verifier,
    create_bundle,
    did_document,
    did_peer,
    did_web_from_url,
    did_web_url,
    migrate_credential,
    new_status_seed,
    open_bundle,
    sign,
    status_entries,
    type_linkability,
)

URL = "https://issuer.example/status/1"
UNTIL = NOW + timedelta(days=30)


def test_a_status_list_revokes(person: CredentialType, claims: str) -> None:
    assert "revocation" in person.status_purposes()
    key = Key.generate(KeyType.ED25519)
    places = StatusPlaces(new_status_seed(), 131_072)
    index = places.next()
    assert (places.taken(), places.remaining()) == (1, 131_071)
    made = person.issue(claims, key, IssueOptions(now=NOW, status=[StatusPlace(purpose="revocation", list=URL, index=index)]))
    [entry] = status_entries(made.credential)
    assert (entry.list, entry.index, entry.purpose) == (URL, index, "revocation")
    revoked = StatusList(131_072)
    verifier = Verifier(PolicyOptions(trust_list=trust_list(key.did_key())))

    def judged() -> Outcome:
        said = StatusListOptions(url=URL, issuer=key.did_key(), purpose="revocation", valid_until=UNTIL, valid_from=NOW)
        evidence = Evidence()
        signed = sign(revoked.credential(said), "eddsa-rdfc-2022", key, SignOptions(created=NOW))
        evidence.add(EvidenceKind.STATUS_LIST, URL, signed.encode(), NOW)
        return verifier.verify(made.credential, evidence, NOW).outcome

    assert judged() == Outcome.ACCEPT
    revoked.set(index, 1)
    assert judged() == Outcome.REJECT
    again = StatusList.of_bits(revoked.bits())
    assert again.get(index) == 1 and again.entries() == 131_072
    with pytest.raises(TamarackError.Input) as raised:
        again.set(1 << 40, 1)
    assert raised.value.problem.code == "status.index"
    with pytest.raises(TamarackError.Input):
        StatusPlaces(b"too short", 131_072)


def test_a_token_status_list_revokes(person: CredentialType, claims: str) -> None:
    key, holder = Key.generate(KeyType.P256), Key.generate(KeyType.P256)
    place = TokenPlace(list=URL, index=17)
    made = person.issue(claims, key, IssueOptions(now=NOW, suite="dc+sd-jwt", subject=holder.did_jwk(), token_status=place))
    held, policy = HeldCredential.parse(made.credential), PolicyOptions(trust_list=trust_list(key.did_key()), as_holder=True)
    assert held.header() is not None and json.loads(held.header() or "{}")["typ"] == "dc+sd-jwt"
    revoked = TokenStatusList(1000)

    def judged() -> Outcome:
        said = TokenListOptions(url=URL, issuer=key.did_key(), expires=UNTIL, issued=NOW)
        evidence = Evidence()
        evidence.add(EvidenceKind.STATUS_LIST, URL, revoked.sign(key, said).encode(), NOW)
        return Verifier(policy).verify(made.credential, evidence, NOW).outcome

    assert judged() == Outcome.ACCEPT
    revoked.set(17, 1)
    assert judged() == Outcome.REJECT
    assert TokenStatusList.of_bits(revoked.bits()).get(17) == 1


def test_a_bundle_goes_offline(person: CredentialType, claims: str) -> None:
    key, did = Key.generate(KeyType.ED25519), "did:web:issuer.example"
    made = person.issue(claims, key, IssueOptions(now=NOW, verification_method=f"{did}#key-1"))
    entry = DidKeyEntry(id="#key-1", key=key.public_key().multikey, purposes=[KeyPurpose.ASSERTION_METHOD])
    evidence = Evidence()
    evidence.add(EvidenceKind.DID_DOCUMENT, did, did_document(did, [entry]).encode(), NOW)
    office = Key.generate(KeyType.P256)
    said = BundleOptions(expires=NOW + timedelta(days=1), created=NOW, trust_list=trust_list(did))
    bundle = create_bundle(evidence, office, said).encode()
    opened = open_bundle(bundle, signer_dids=[office.did_key()], now=NOW)
    assert opened.trust_list is not None and opened.signer == office.verification_method()
    assert Verifier(PolicyOptions(trust_list=opened.trust_list)).verify(made.credential, opened.evidence, NOW).outcome == Outcome.ACCEPT
    with pytest.raises(TamarackError.Input) as raised:
        open_bundle(bundle, signer_keys=[key.public_key().jwk], now=NOW)
    assert raised.value.problem.code == "bundle.invalid"
    # A signer that is known by a pinned document.
    named = BundleOptions(expires=said.expires, created=NOW, verification_method="did:web:office.example#k")
    entry = DidKeyEntry(id="#k", key=office.public_key().jwk, purposes=[KeyPurpose.ASSERTION_METHOD], form=KeyForm.JSON_WEB_KEY)
    pinned = Evidence()
    pinned.add(EvidenceKind.DID_DOCUMENT, "did:web:office.example", did_document("did:web:office.example", [entry]).encode(), NOW)
    bundle = create_bundle(evidence, office, named).encode()
    assert open_bundle(bundle, signer_dids=["did:web:office.example"], now=NOW, documents=pinned).evidence.pieces()


def test_nonces_are_good_once() -> None:
    book = NonceBook(300)
    nonce = book.give(NOW)
    book = NonceBook.parse(book.text())
    book.take(nonce, NOW)
    with pytest.raises(TamarackError.Input) as raised:
        book.take(nonce, NOW)
    assert raised.value.problem.code == "proof.challenge_reused"
    with pytest.raises(TamarackError.Input):
        book.take(book.give(NOW), NOW + timedelta(minutes=6))
    with pytest.raises(TamarackError.Input):
        NonceBook.parse("{}")


def test_dids_are_written() -> None:
    key = Key.generate(KeyType.ED25519)
    did = did_web_from_url("https://issuer.example/a/did.json")
    assert did == "did:web:issuer.example:a" and did_web_url(did) == "https://issuer.example/a/did.json"
    entry = DidKeyEntry(id="#k", key=key.public_key().multikey, purposes=[KeyPurpose.AUTHENTICATION], expires=UNTIL)
    service = json.dumps({"id": f"{did}#s", "type": "LinkedDomains", "serviceEndpoint": "https://issuer.example"})
    document = json.loads(did_document(did, [entry], [service], ["https://issuer.example"]))
    assert document["authentication"] == [f"{did}#k"] and document["service"][0]["type"] == "LinkedDomains"
    peer = did_peer([PeerKey(purpose=KeyPurpose.AUTHENTICATION, key=key.public_key().jwk)])
    assert peer.startswith("did:peer:2.V") and json.loads(tamarack.resolve_did(peer))["id"] == peer


def test_a_peer_has_a_document_in_its_did() -> None:
    key = Key.generate(KeyType.ED25519)
    method = {"id": "#key-1", "type": "Multikey", "publicKeyMultibase": key.public_key().multikey}
    document = {"verificationMethod": [method], "authentication": ["#key-1"]}
    did = tamarack.did_peer_4(json.dumps(document))
    short = tamarack.did_peer_4_short(did)
    assert short and did.startswith(f"{short}:z") and tamarack.did_peer_4_short(short) is None
    resolved = json.loads(tamarack.resolve_did(did))
    assert resolved["id"] == did and resolved["alsoKnownAs"] == [short]
    assert resolved["verificationMethod"][0]["publicKeyMultibase"] == key.public_key().multikey
    for wrong in ["[]", "{", json.dumps(document | {"authentication": [7]})]:
        with pytest.raises(TamarackError.Input):
            tamarack.did_peer_4(wrong)


def test_a_type_tells_of_itself(person: CredentialType) -> None:
    assert person.types()[0] == "VerifiableCredential" and person.description().fr and not person.is_anonymous()
    assert person.schema() is not None and person.vct()
    file = (Path(__file__).resolve().parents[3] / "examples/types/age-2.0.json").read_text(encoding="utf-8")
    assert CredentialType.parse(file).is_anonymous() and type_linkability(file).strength is None
    assert person.linkability().strength is not None


def test_a_sign_in_goes_into_the_evidence(claims: str) -> None:
    root = Path(__file__).resolve().parents[3] / "examples/types"
    kind = json.loads((root / "person-2.0.json").read_text(encoding="utf-8")) | {"assurance": {"acr": ["loa2"]}}
    schema = (root / "person.schema.json").read_text(encoding="utf-8")
    level = SignInLevel(acr="loa2", issuer="https://id.example", at=NOW)
    made = CredentialType.parse(json.dumps(kind), schema).issue(claims, Key.generate(KeyType.ED25519), IssueOptions(now=NOW, sign_in=level))
    assert "loa2" in json.dumps(json.loads(made.credential)["evidence"])


def test_migrating_from_bbs_2020() -> None:
    key = Key.generate(KeyType.BLS12381_G2)
    card = {
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/citizenship/v1"],
        "id": "urn:uuid:4f0c9a5e-2f1b-4f7d-9a36-1c8a1f0e7d12",
        "type": ["VerifiableCredential", "PermanentResidentCard"],
        "issuer": key.did_key(),
        "issuanceDate": "2026-01-01T00:00:00Z",
        "expirationDate": "2031-01-01T00:00:00Z",
        "credentialSubject": {"type": ["PermanentResident", "Person"], "givenName": "Ann"},
    }
    old = sign(json.dumps(card), "BbsBlsSignature2020", key, SignOptions(created=NOW - timedelta(days=1)))
    plain = migrate_credential(old, key.did_key(), now=NOW)
    assert "proof" not in json.loads(plain)
    new = sign(plain, "bbs-2023", key, SignOptions(created=NOW, mandatory=["/issuer"]))
    holder = Verifier(PolicyOptions(trust_list=trust_list(key.did_key()), as_holder=True))
    assert holder.verify(new, now=NOW).outcome == Outcome.ACCEPT
    for wrong, code in [(old.replace("Ann", "Eve"), "proof.signature_invalid"), (new, "proof.suite_unsupported")]:
        with pytest.raises(TamarackError.Input) as raised:
            migrate_credential(wrong, key.did_key(), now=NOW)
        assert raised.value.problem.code == code


def test_a_showing_without_the_holder_is_told_from_one_with(issued: Issued) -> None:
    held, holder = HeldCredential.parse(issued.text), Key.generate(KeyType.ED25519)
    policy = PolicyOptions(trust_list=issued.trust, challenge="n", domain="d", weaken_holder_may_differ=True)
    shown = held.present([""], ShowOptions(holder=holder, nonce="n", audience="d", created=NOW))
    assert Verifier(policy).verify(shown, now=NOW).proved[0].holder_bound
    assert not issued.verifier.verify(issued.text, now=NOW).proved[0].holder_bound
    with pytest.raises(TamarackError.Input):
        held.present([""], ShowOptions(frame="[]"))
