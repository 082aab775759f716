"""Issue, show, verify: what DIDKit's users do, and what only selective disclosure can."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from conftest import NOW, Issued

import tamarack
from tamarack import (
    BoundTo,
    CredentialType,
    Exposure,
    HeldCredential,
    IssueOptions,
    Key,
    KeyType,
    Outcome,
    PolicyOptions,
    ShowOptions,
    SignOptions,
    TamarackError,
    Verifier,
    commit_holder_secrets,
    sign,
)

SUITES = [
    (KeyType.ED25519, "eddsa-rdfc-2022"),
    (KeyType.ED25519, "Ed25519Signature2020"),
    (KeyType.P256, "ecdsa-rdfc-2019"),
    (KeyType.P384, "ecdsa-jcs-2019"),
    (KeyType.P256, "ecdsa-sd-2023"),
    (KeyType.BLS12381_G2, "bbs-2023"),
    (KeyType.P256, "vc+jwt"),
    (KeyType.P256, "dc+sd-jwt"),
]


def test_every_suite_that_we_issue_is_named() -> None:
    assert {suite for _, suite in SUITES} <= set(tamarack.suites())


@pytest.mark.parametrize(("key_type", "suite"), SUITES)
def test_issue_and_verify(person: CredentialType, claims: str, key_type: KeyType, suite: str) -> None:
    issued = Issued(person, claims, key_type, suite)
    holder = Verifier(PolicyOptions(trust_list=issued.trust, as_holder=True))
    verdict = holder.verify(issued.text, now=NOW)
    assert verdict.outcome == Outcome.ACCEPT, [check.code for check in verdict.checks]
    assert verdict.credentials[0].issuer == issued.key.did_key()
    assert "Bélanger-Tremblay" in verdict.credentials[0].document
    assert issued.times.valid_until > NOW


def test_a_changed_claim_is_rejected_in_both_languages(issued: Issued) -> None:
    verdict = issued.verifier.verify(issued.text.replace("Bélanger", "Gagnon"), now=NOW)
    assert verdict.outcome == Outcome.REJECT
    found = next(check for check in verdict.checks if check.code == "proof.signature_invalid")
    assert found.message.en != found.message.fr
    assert not verdict.credentials


def test_nobody_is_trusted_unless_named(issued: Issued) -> None:
    verdict = Verifier(PolicyOptions()).verify(issued.text, now=NOW)
    assert verdict.outcome != Outcome.ACCEPT and not verdict.credentials
    both = PolicyOptions(trust_list=issued.trust, insecure_trust_any_issuer=True)
    with pytest.raises(TamarackError.Input) as raised:
        Verifier(both)
    assert raised.value.problem.code == "trust.list_invalid"


def test_it_expires(issued: Issued) -> None:
    verdict = issued.verifier.verify(issued.text, now=issued.times.valid_until + timedelta(minutes=5))
    assert verdict.outcome == Outcome.REJECT
    assert "validity.expired" in [check.code for check in verdict.checks]


def test_a_wrong_claim_is_named_and_never_quoted(person: CredentialType, claims: str) -> None:
    wrong = json.loads(claims) | {"birthDate": "yesterday-secret"}
    with pytest.raises(TamarackError.Input) as raised:
        person.issue(json.dumps(wrong), Key.generate(KeyType.ED25519), IssueOptions())
    assert (raised.value.problem.code, raised.value.problem.pointer) == ("issue.claim", "/birthDate")
    assert "secret" not in str(raised.value)


def test_many_at_once_are_as_one_by_one(issued: Issued) -> None:
    bad = issued.text.replace("Bélanger", "Gagnon")
    found = issued.verifier.verify_many([issued.text, bad, "no credential"] * 50, now=NOW, threads=2)
    assert [one.verdict and one.verdict.outcome for one in found] == [Outcome.ACCEPT, Outcome.REJECT, None] * 50
    with pytest.raises(TamarackError.Input) as raised:
        issued.verifier.verify("no credential", now=NOW)
    assert [one.problem for one in found] == [None, None, raised.value.problem] * 50


@pytest.mark.parametrize(("key_type", "suite"), [(KeyType.BLS12381_G2, "bbs-2023"), (KeyType.P256, "ecdsa-sd-2023")])
def test_show_a_part(person: CredentialType, claims: str, key_type: KeyType, suite: str) -> None:
    issued = Issued(person, claims, key_type, suite)
    held = HeldCredential.parse(issued.text)
    chosen = ["/credentialSubject/givenName"]
    assert Exposure.CHOICE in [claim.exposure for claim in held.claims()]
    assert "/credentialSubject/birthDate" not in [claim.pointer for claim in held.shows(chosen)]
    holder = None if suite == "bbs-2023" else Key.generate(KeyType.ED25519)
    options = ShowOptions(holder=holder, nonce="n", audience="shop.example", created=NOW)
    assert held.is_zero_knowledge() == (suite == "bbs-2023")
    shown = held.present(chosen, options)
    assert "Zoé" in shown and "2002-04-21" not in shown and "Bélanger" not in shown
    asked = PolicyOptions(
        trust_list=issued.trust, challenge="n", domain="shop.example", weaken_holder_may_differ=suite != "bbs-2023"
    )
    verdict = Verifier(asked).verify(shown, now=NOW)
    assert verdict.outcome == Outcome.ACCEPT, [(check.id, check.code) for check in verdict.checks]
    assert chosen[0] in [claim.pointer for claim in verdict.proved[0].claims]
    # Made for this request and for no other.
    other = PolicyOptions(trust_list=issued.trust, challenge="m", domain="shop.example", weaken_holder_may_differ=True)
    assert Verifier(other).verify(shown, now=NOW).outcome == Outcome.REJECT


def test_sd_jwt_with_key_binding(person: CredentialType, claims: str) -> None:
    holder = Key.generate(KeyType.P256)
    issued = Issued(person, claims, KeyType.P256, "dc+sd-jwt", subject=holder.did_jwk())
    held = HeldCredential.parse(issued.text)
    options = ShowOptions(audience="https://shop.example", nonce="n", holder=holder, verification_method=f"{holder.did_jwk()}#0", created=NOW)
    shown = held.present(["/givenName"], options)
    asked = PolicyOptions(trust_list=issued.trust, challenge="n", domain="https://shop.example")
    verdict = Verifier(asked).verify(shown, now=NOW)
    assert verdict.outcome == Outcome.ACCEPT, [(check.id, check.code) for check in verdict.checks]
    assert "birthDate" not in verdict.credentials[0].document


def test_a_pseudonym_is_for_one_verifier(person: CredentialType, claims: str) -> None:
    made = commit_holder_secrets(BoundTo.HOLDER_AND_PSEUDONYM)
    issued = Issued(person, claims, KeyType.BLS12381_G2, "bbs-2023", commitment=made.commitment)
    held = HeldCredential.parse(issued.text)
    assert held.is_bound() and held.shows_pseudonym()

    def pseudonym(domain: str) -> bytes:
        options = ShowOptions(nonce="n", audience=domain, secrets=made.secrets)
        shown = held.present(["/credentialSubject/givenName"], options)
        asked = PolicyOptions(trust_list=issued.trust, challenge="n", domain=domain, require_pseudonym=True)
        verdict = Verifier(asked).verify(shown, now=NOW)
        assert verdict.outcome == Outcome.ACCEPT, [(check.id, check.code) for check in verdict.checks]
        return verdict.proved[0].pseudonym.bytes

    assert pseudonym("shop.example") == pseudonym("shop.example")
    assert pseudonym("shop.example") != pseudonym("club.example")
    with pytest.raises(TamarackError.Input) as raised:
        held.present([""], ShowOptions(nonce="n", audience="shop.example"))
    assert raised.value.problem.code == "proof.binding"


def test_the_age_without_the_birth_date() -> None:
    from conftest import example

    kind = CredentialType.parse(example("types/age-2.0.json"))
    issued = Issued(kind, example("claims/age.json"), KeyType.BLS12381_G2, "bbs-2023")
    held = HeldCredential.parse(issued.text)
    answer = held.age_answer(19)
    assert answer is not None and answer.holds
    report = held.linkability([answer.pointer], ShowOptions())
    assert report.strength is None, report.links
    shown = held.present([answer.pointer], ShowOptions())
    assert issued.verifier.verify(shown, now=NOW).outcome == Outcome.ACCEPT


def test_any_document_can_be_signed() -> None:
    key = Key.generate(KeyType.ED25519)
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": key.did_key(),
    }
    options = SignOptions(challenge="n", domain="d", created=NOW)
    signed = sign(json.dumps(presentation), "eddsa-rdfc-2022", key, options)
    assert json.loads(signed)["proof"]["challenge"] == "n"
    with pytest.raises(TamarackError.Input) as raised:
        sign(json.dumps(presentation), "made-up", key, options)
    assert raised.value.problem.code == "proof.suite_unsupported"


def test_keys_travel() -> None:
    for kind in (KeyType.ED25519, KeyType.P256, KeyType.P384, KeyType.BLS12381_G2):
        key = Key.generate(kind)
        assert Key.from_jwk(key.expose_jwk()).did_key() == key.did_key()
        public = key.public_key()
        assert tamarack.public_key_from_jwk(public.jwk) == public
        assert tamarack.public_key_from_multikey(public.multikey) == public
        assert json.loads(tamarack.resolve_did(public.did_key))["id"] == key.did_key()
        assert "d" not in json.loads(public.jwk)
    sealed = key.seal("larch and tamarack")
    assert Key.unseal(sealed, "larch and tamarack").did_key() == key.did_key()
    with pytest.raises(TamarackError.Locked) as raised:
        Key.unseal(sealed, "pine")
    assert raised.value.problem.code == "key.sealed"
