"""Whom a wallet trusts when somebody asks: certificates, attestations, agreed identifiers, transaction data."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from certificates import self_signed
from conftest import NOW, trust_list
from people import Silent, code_of, hold_card, options

from tamarack import (
    AnswerStep,
    Attester,
    Clock,
    Evidence,
    FieldKind,
    ImportedCredential,
    IssueOptions,
    Key,
    KeyType,
    LocalText,
    NewKey,
    PlatformError,
    PolicyOptions,
    RegisteredVerifier,
    Request,
    TamarackError,
    TransactionField,
    TransactionType,
    TrustOptions,
    Verifier,
    VerifierStanding,
    Wallet,
    WarningKind,
    CredentialType,
    KnownVerifier,
    SignOptions,
    open_trust_list,
    read_trust_list,
    sign,
    trust_list_allows,
    trust_list_credential,
)

NOBODY = Silent(PlatformError.Offline(reason="no network here"))
HOST = "shop.example"
ANSWER = f"https://{HOST}/answer"
AGE = {"id": "age", "format": "dc+sd-jwt", "meta": {"vct_values": ["https://credentials.example/card"]}, "claims": [{"path": ["over19"]}]}


class Noon(Clock):
    def now(self) -> Any:
        return NOW


METADATA = {"client_name": "The shop", "vp_formats_supported": {"dc+sd-jwt": {}}}


def agreed(key: Key) -> RegisteredVerifier:
    public = key.public_key().multikey
    return RegisteredVerifier(client_id="the-shop", redirect_uris=[ANSWER], key=public, metadata=json.dumps(METADATA))


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(key: Key, header: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = f"{part({'alg': 'ES256', **header})}.{part(claims)}"
    return f"{signed}.{part(key.sign(signed.encode()))}"


def claims(client: str, **more: object) -> dict[str, Any]:
    asked = {"client_id": client, "response_type": "vp_token", "response_mode": "direct_post", "response_uri": ANSWER}
    return {**asked, "nonce": "n-1", "dcql_query": {"credentials": [AGE]}, "client_metadata": METADATA, "aud": "https://self-issued.me/v2", **more}


def by_agreement(**more: object) -> dict[str, Any]:
    """Of a verifier whose metadata was agreed as well."""
    said = claims("the-shop", **more)
    del said["client_metadata"]
    return said


def ask(wallet: Wallet, key: Key, header: dict[str, Any], said: dict[str, Any]) -> Request:
    request = token(key, {"typ": "oauth-authz-req+jwt", **header}, said)
    link = "openid4vp://?" + urlencode({"client_id": said["client_id"], "request": request})
    return wallet.open_request(link, NOBODY)


@pytest.fixture
def wallet(tmp_path: Path) -> Wallet:
    return Wallet.create(options(tmp_path / "w", clock=Noon()))


def test_a_certificate_by_a_trust_anchor(wallet: Wallet) -> None:
    key = Key.generate(KeyType.P256)
    anchor = self_signed(key, HOST, NOW - timedelta(days=1), NOW + timedelta(days=1))
    header = {"x5c": [base64.b64encode(anchor).decode()]}
    said = claims(f"x509_san_dns:{HOST}")
    with pytest.raises(TamarackError.Input) as raised:
        ask(wallet, key, header, said)
    assert (code_of(raised), raised.value.problem.about) == ("invalid_request", "x5c")
    wallet.change_trust(TrustOptions(anchors=[anchor]))
    view = ask(wallet, key, header, said).verifier()
    assert (view.standing, view.id, view.answers_to) == (VerifierStanding.VOUCHED, f"x509_san_dns:{HOST}", HOST)
    with pytest.raises(TamarackError.Input):
        ask(wallet, Key.generate(KeyType.P256), header, said)


def test_an_attestation_by_an_attester(tmp_path: Path) -> None:
    attester, key = Key.generate(KeyType.P256), Key.generate(KeyType.P256)
    until = int((NOW + timedelta(days=1)).timestamp())
    confirmed = {"jwk": json.loads(key.public_key().jwk)}
    attestation = {"iss": "https://registry.example", "sub": HOST, "exp": until, "cnf": confirmed}
    vouched = token(attester, {"typ": "verifier-attestation+jwt"}, attestation)
    said = claims(f"verifier_attestation:{HOST}")
    known = [Attester(issuer="https://registry.example", key=attester.public_key().jwk)]
    wallet = Wallet.create(options(tmp_path / "w", clock=Noon(), trust=TrustOptions(attesters=known)))
    assert ask(wallet, key, {"jwt": vouched}, said).verifier().standing == VerifierStanding.VOUCHED
    wallet.change_trust(TrustOptions(attesters=[Attester(issuer="https://registry.example", key=key.public_key().multikey)]))
    with pytest.raises(TamarackError.Input) as raised:
        ask(wallet, key, {"jwt": vouched}, said)
    assert raised.value.problem.about == "jwt"
    with pytest.raises(TamarackError.Input):
        wallet.change_trust(TrustOptions(attesters=[Attester(issuer="x", key="no key")]))


def test_an_identifier_that_was_agreed(wallet: Wallet) -> None:
    key = Key.generate(KeyType.P256)
    said = by_agreement()
    with pytest.raises(TamarackError.Input):
        ask(wallet, key, {}, said)
    named = KnownVerifier(client_id="the-shop", name=LocalText(en="Our shop"), may_ask=["over18"])
    wallet.change_trust(TrustOptions(registered=[agreed(key)], verifiers=[named]))
    hold_card(wallet)
    request = ask(wallet, key, {}, said)
    assert (request.verifier().standing, request.verifier().name) == (VerifierStanding.KNOWN, "Our shop")
    view = request.ask().view()
    assert view.can_answer and WarningKind.BEYOND_PERMISSION in [warning.kind for warning in view.warnings]


def test_transaction_data_is_shown_and_signed_over(wallet: Wallet) -> None:
    hold_card(wallet)
    key = Key.generate(KeyType.P256)
    data = part({"type": "payment", "credential_ids": ["age"], "amount": "19.90"})
    wallet.change_trust(TrustOptions(registered=[agreed(key)]))
    request = ask(wallet, key, {}, by_agreement(transaction_data=[data]))
    with pytest.raises(TamarackError.Input) as raised:
        request.ask()
    assert code_of(raised) == "invalid_transaction_data"
    amount = TransactionField(name="amount", kind=FieldKind.TEXT)
    wallet.change_trust(TrustOptions(registered=[agreed(key)], transaction_types=[TransactionType(name="payment", fields=[amount])]))
    asked = request.ask()
    view = asked.view()
    assert len(view.agreements) == 1 and "19.90" in view.agreements[0]
    step = asked.agree(view.least).begin().step(None)
    assert isinstance(step, AnswerStep.SEND) and step.request.url == ANSWER
    shown = json.loads(dict(pair.split("=", 1) for pair in _form(step.request.body))["vp_token"])["age"][0]
    binding = json.loads(base64.urlsafe_b64decode(shown.rsplit("~", 1)[1].split(".")[1] + "=="))
    assert len(binding["transaction_data_hashes"]) == 1


def _form(body: bytes | None) -> list[str]:
    from urllib.parse import unquote_plus

    return [unquote_plus(pair) for pair in (body or b"").decode().split("&")]


def test_a_request_that_the_platform_brings(wallet: Wallet) -> None:
    card, _ = hold_card(wallet)
    data = {"response_type": "vp_token", "response_mode": "dc_api", "nonce": "n-1", "dcql_query": {"credentials": [AGE]}}
    with pytest.raises(TamarackError.Input):
        wallet.open_platform_request("made-up", json.dumps(data), f"https://{HOST}")
    request = wallet.open_platform_request("openid4vp-v1-unsigned", json.dumps(data), f"https://{HOST}", Evidence())
    assert request.verifier().id == f"origin:https://{HOST}"
    asked = request.ask()
    assert asked.view().least.picks[0].credential == card
    answered = asked.agree(asked.view().least).present(NOBODY)
    assert answered.redirect is None and answered.data is not None
    assert "age" in json.loads(answered.data)["vp_token"]


def test_imported_credentials_are_verified_first(wallet: Wallet, person: CredentialType) -> None:
    text = (Path(__file__).resolve().parents[3] / "examples/claims/person.json").read_text(encoding="utf-8")
    key = Key.generate(KeyType.ED25519)
    made = person.issue(text, key, IssueOptions(now=NOW)).credential
    strict = Verifier(PolicyOptions(trust_list=trust_list(key.did_key()), as_holder=True))
    with pytest.raises(TamarackError.Denied) as raised:
        wallet.import_credentials([ImportedCredential(text=made), ImportedCredential(text=made.replace("Zoé", "Zoe"))], strict)
    assert code_of(raised) == "proof.signature_invalid" and wallet.credentials() == []
    with pytest.raises(TamarackError.Input) as raised:
        wallet.import_credentials([ImportedCredential(text=made, key="no such key")], strict)
    assert code_of(raised) == "record.missing" and wallet.credentials() == []
    [one] = wallet.import_credentials([ImportedCredential(text=made, title=LocalText(en="Card", fr="Carte"))], strict)
    [card] = wallet.credentials()
    assert (card.id, card.title.fr, card.issuer) == (one, "Carte", key.did_key())
    page = wallet.credentials_page(0, 10)
    assert (page.total, page.credentials) == (1, [card]) and wallet.credentials_page(1, 10).credentials == []
    assert card.usable and any(kind.startswith("OntarioP") for kind in card.kinds)


def test_a_trust_list_says_who_may_issue_what() -> None:
    document = json.loads(trust_list("did:web:issuer.example"))
    document["issuers"][0]["types"] = ["OntarioPhotoCard"]
    file = json.dumps(document)
    trust_list_allows(file, "did:web:issuer.example", ["VerifiableCredential", "OntarioPhotoCard"])
    early = NOW.replace(year=2001)
    for issuer, kind, now, code in [
        ("did:web:evil.example", "OntarioPhotoCard", None, "trust.issuer_unknown"),
        ("did:web:issuer.example", "OntarioLicence", None, "trust.type_not_allowed"),
        ("did:web:issuer.example", "OntarioPhotoCard", early, "trust.outside_period"),
    ]:
        with pytest.raises(TamarackError.Denied) as raised:
            trust_list_allows(file, issuer, ["VerifiableCredential", kind], now)
        assert code_of(raised) == code
    with pytest.raises(TamarackError.Input):
        trust_list_allows("{}", "did:web:issuer.example", [])


def test_a_trust_list_travels_signed() -> None:
    key = Key.generate(KeyType.ED25519)
    file = trust_list("did:web:issuer.example")
    view = read_trust_list(file)
    assert [issuer.did for issuer in view.issuers] == ["did:web:issuer.example"] and view.name.fr == "La province"
    signed = sign(trust_list_credential(file, "https://trust.example/list", key.did_key()), "eddsa-rdfc-2022", key, SignOptions())
    opened = open_trust_list(signed, key.did_key())
    assert read_trust_list(opened) == view
    with pytest.raises(TamarackError.Denied):
        open_trust_list(signed, Key.generate(KeyType.ED25519).did_key())
    with pytest.raises(TamarackError.Denied) as raised:
        open_trust_list(signed.replace("issuer.example", "evil.example"), key.did_key())
    assert code_of(raised) == "proof.signature_invalid"
