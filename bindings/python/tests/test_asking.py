"""Asking a wallet over OpenID4VP and SIOPv2, and judging what it answers, without a service in between."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from conftest import NOW, trust_list
from people import Silent, code_of, hold_card, options
from test_platform import SoftwareDevice

from tamarack import (
    AnswerMode,
    AnswerRules,
    AnswerStep,
    AnswerVerdict,
    AskOptions,
    AuthorityMember,
    Clock,
    DeclineReason,
    Evidence,
    FieldKind,
    HttpClient,
    HttpRequest,
    HttpResponse,
    Key,
    KeyType,
    Outcome,
    PlatformError,
    PolicyOptions,
    TamarackError,
    TransactionField,
    TransactionType,
    TrustOptions,
    Verifier,
    Wallet,
    WalletRequest,
    answer_receipt,
)

NOBODY = Silent(PlatformError.Offline(reason="no network here"))
URL = "https://shop.example/answers"
ORIGIN = "https://shop.example"
CARD: dict[str, Any] = {
    "id": "age",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": ["https://credentials.example/card"]},
    "claims": [{"id": "adult", "path": ["over19"]}],
}
DCQL = json.dumps({"credentials": [CARD]})


class Noon(Clock):
    def now(self) -> Any:
        return NOW


@pytest.fixture
def wallet(tmp_path: Path) -> Wallet:
    return Wallet.create(options(tmp_path / "w", clock=Noon()))


def plain(**more: Any) -> AskOptions:
    return AskOptions(**{"client_id": f"redirect_uri:{URL}", "answer_to": URL, "query": DCQL, **more})


def posted(wallet: Wallet, link: str) -> str:
    """What the wallet posts once its owner agrees."""
    asked = wallet.open_request(link, NOBODY).ask()
    step = asked.agree(asked.view().least).begin().step(None)
    assert isinstance(step, AnswerStep.SEND) and step.request.url == URL and step.request.body is not None
    return step.request.body.decode()


def trusting(issuer: str) -> Verifier:
    return Verifier(PolicyOptions(trust_list=trust_list(issuer)))


def adult(answer: AnswerVerdict) -> list[str]:
    [shown] = answer.presentations
    [claim] = shown.claims
    assert (shown.id, claim.id, json.loads(claim.path)) == ("age", "adult", ["over19"])
    return [value.value for value in claim.values]


def test_an_answer_is_judged_and_is_the_last(wallet: Wallet) -> None:
    _, issuer = hold_card(wallet)
    request = WalletRequest(plain(), NOW)
    assert request.expires() == NOW + timedelta(seconds=300) and request.kid() is None
    form = posted(wallet, request.unsigned_url("openid4vp://"))
    assert parse_qs(form)["state"] == [request.state()] and request.nonce() not in form

    # Of a stranger's card nothing is given out.
    stranger = request.answer(form, trusting("did:web:somebody.example"), now=NOW)
    assert stranger.outcome == Outcome.REJECT and stranger.problem is not None
    assert (stranger.presentations[0].claims, stranger.presentations[0].issuer) == ([], None)
    # One more letter, or the answer to somebody else.
    state = str(request.state())
    with pytest.raises(TamarackError.Input) as raised:
        request.answer(form.replace(state, state[::-1]), trusting(issuer), now=NOW)
    assert raised.value.problem.about == "state"
    other = WalletRequest(plain(), NOW)
    crossed = form.replace(state, str(other.state()))
    assert other.answer(crossed, trusting(issuer), now=NOW).outcome == Outcome.REJECT
    with pytest.raises(TamarackError.Input) as raised:
        request.answer(form, trusting(issuer), now=NOW + timedelta(seconds=300))
    assert raised.value.problem.about == "expired"

    answer = request.answer(form, trusting(issuer), now=NOW)
    assert answer.outcome == Outcome.ACCEPT and adult(answer) == ["true"] and answer.problem is None
    assert answer.presentations[0].issuer == issuer and answer.presentations[0].verdict is not None
    with pytest.raises(TamarackError.Denied) as raised:
        request.answer(form, trusting(issuer), now=NOW)
    assert code_of(raised) == "request.answered"
    done = json.loads(answer_receipt(f"{ORIGIN}/done?code={request.response_code()}"))
    assert done == {"redirect_uri": f"{ORIGIN}/done?code={request.response_code()}"} and answer_receipt() == "{}"


def test_a_signed_request_is_fetched_and_its_answer_comes_encrypted(wallet: Wallet) -> None:
    _, issuer = hold_card(wallet)
    key = Key.generate(KeyType.P256)
    me = f"decentralized_identifier:{key.did_key()}"
    header = json.dumps({"kid": key.verification_method()})
    shop = {"client_name": "The shop", "client_name#fr": "La boutique"}
    begun = WalletRequest(plain(client_id=me, mode=AnswerMode.DIRECT_POST_JWT, client_metadata=json.dumps(shop)), NOW)
    with pytest.raises(TamarackError.Input) as raised:
        begun.unsigned_url("openid4vp://")
    assert raised.value.problem.about == "client_id"

    # What a process keeps, another one goes on with.
    request = WalletRequest.from_kept(begun.expose())
    assert (request.nonce(), request.kid()) == (begun.nonce(), begun.kid())
    link = request.url_by_reference("openid4vp://", f"{ORIGIN}/requests/7", by_post=True)
    assert parse_qs(urlsplit(link).query)["request_uri_method"] == ["post"]

    class Web(HttpClient):
        def send(self, request_: HttpRequest) -> HttpResponse:
            assert (request_.method, request_.url) == ("POST", f"{ORIGIN}/requests/7")
            request.fetched_by_post((request_.body or b"").decode())
            signed = request.request_object(key, header, NOW)
            return HttpResponse(status=200, headers=[], body=signed.encode())

    opened = wallet.open_request(link, Web())
    assert opened.verifier().id == me
    asked = opened.ask()
    step = asked.agree(asked.view().least).begin().step(None)
    assert isinstance(step, AnswerStep.SEND) and step.request.body is not None
    form = step.request.body.decode()
    assert set(parse_qs(form)) == {"response"}
    with pytest.raises(TamarackError.Input):
        WalletRequest(plain(mode=AnswerMode.DIRECT_POST_JWT), NOW).answer(form, trusting(issuer), now=NOW)
    answer = request.answer(form, trusting(issuer), now=NOW)
    assert answer.outcome == Outcome.ACCEPT and adult(answer) == ["true"]

    by_value = request.url_by_value("openid4vp://", request.request_object(key, header, NOW))
    assert parse_qs(urlsplit(by_value).query)["client_id"] == [me]
    for bad in ("", "{}", "[]", begun.expose().replace('"version":1', '"version":2')):
        with pytest.raises(TamarackError.Input):
            WalletRequest.from_kept(bad)


def test_evidence_is_fetched_and_the_same_answer_judged_again(wallet: Wallet) -> None:
    _, issuer = hold_card(wallet)
    listed = json.dumps({"credentials": [{**CARD, "trusted_authorities": [{"type": "etsi_tl", "values": ["https://lotl.example"]}]}]})
    request = WalletRequest(plain(), NOW)
    form = posted(wallet, request.unsigned_url("openid4vp://"))
    answer = request.answer_online(form, trusting(issuer), Evidence(), NOBODY, Noon())
    assert answer.outcome == Outcome.ACCEPT and answer.needs == []

    # A wallet that shows its card although nobody said under which authority its issuer stands.
    request = WalletRequest(plain(query=listed), NOW)
    kept = json.loads(request.expose())
    link = f"openid4vp://?{urlencode({'client_id': kept['client_id'], 'response_type': 'vp_token', 'response_mode': 'direct_post', 'response_uri': URL, 'nonce': request.nonce(), 'state': request.state(), 'dcql_query': DCQL, 'client_metadata': json.dumps({'vp_formats_supported': {'dc+sd-jwt': {}}})})}"
    form = posted(wallet, link)
    assert request.answer(form, trusting(issuer), now=NOW).outcome == Outcome.REJECT
    member = AuthorityMember(kind="etsi_tl", value="https://lotl.example", issuer=issuer)
    assert request.answer(form, trusting(issuer), now=NOW, rules=AnswerRules(authorities=[member])).outcome == Outcome.ACCEPT


def test_a_wallet_says_no(wallet: Wallet) -> None:
    hold_card(wallet)
    request = WalletRequest(plain(), NOW)
    step = wallet.open_request(request.unsigned_url("openid4vp://"), NOBODY).begin_decline(DeclineReason.NOT_TRUSTED).step(None)
    assert isinstance(step, AnswerStep.SEND) and step.request.body is not None
    with pytest.raises(TamarackError.Denied) as raised:
        request.answer(step.request.body.decode(), trusting("did:web:x.example"), now=NOW)
    assert (code_of(raised), raised.value.problem.about) == ("access_denied", "access_denied")


def test_the_platform_brings_the_answer(wallet: Wallet) -> None:
    _, issuer = hold_card(wallet)
    key = Key.generate(KeyType.P256)
    signed = AskOptions(
        client_id=f"decentralized_identifier:{key.did_key()}", query=DCQL, mode=AnswerMode.DC_API_JWT, origins=[ORIGIN], verifier_info="[]"
    )
    unsigned = AskOptions(query=DCQL, mode=AnswerMode.DC_API, origins=[ORIGIN])
    header = json.dumps({"kid": key.verification_method()})
    for ask, asking in ((unsigned, ()), (signed, (key, header)), (signed, ())):
        request = WalletRequest(ask, NOW)
        asked = request.dc_api_request(*asking)
        assert asked.protocol == ("openid4vp-v1-signed" if asking else "openid4vp-v1-unsigned")
        consent = wallet.open_platform_request(asked.protocol, asked.data, ORIGIN, Evidence()).ask()
        data = consent.agree(consent.view().least).present(NOBODY).data
        assert data is not None
        with pytest.raises(TamarackError.Input) as raised:
            request.answer_dc_api(data, "https://elsewhere.example", trusting(issuer), now=NOW)
        assert raised.value.problem.about == "origin"
        answer = request.answer_dc_api(data, ORIGIN, trusting(issuer), now=NOW)
        assert answer.outcome == Outcome.ACCEPT and adult(answer) == ["true"]
    with pytest.raises(TamarackError.Input):
        WalletRequest(unsigned, NOW).dc_api_request(key, header)


def test_a_device_signs_and_asks_back(wallet: Wallet) -> None:
    device = SoftwareDevice()
    key = Key.create_in_device(device, "shop")
    header = json.dumps({"kid": key.verification_method()})
    request = WalletRequest(plain(client_id=f"decentralized_identifier:{key.did_key()}"), NOW)
    device.reenter = lambda: (request.expose(), request.fetched_by_post("wallet_nonce=n-2"))
    assert wallet.open_request(request.url_by_value("openid4vp://", request.request_object(key, header, NOW)), NOBODY).ask()
    for thrown, kind in ((PlatformError.Denied(reason=""), TamarackError.Denied), (PlatformError.Gone(reason=""), TamarackError.Storage)):
        device.error = thrown
        with pytest.raises(kind):
            request.request_object(key, header, NOW)


def test_a_sign_in_and_something_agreed_to(wallet: Wallet) -> None:
    _, issuer = hold_card(wallet)
    payment = json.dumps({"type": "payment", "credential_ids": ["age"], "amount": "19.90"})
    amount = TransactionField(name="amount", kind=FieldKind.TEXT)
    wallet.change_trust(TrustOptions(transaction_types=[TransactionType(name="payment", fields=[amount])]))
    request = WalletRequest(plain(id_token=True, transaction_data=[payment]), NOW)
    answer = request.answer(posted(wallet, request.unsigned_url("openid4vp://")), trusting(issuer), now=NOW)
    assert answer.outcome == Outcome.ACCEPT and answer.subject
    assert answer.presentations[0].transaction_data == [0]
    for _ in range(2):
        alone = WalletRequest(plain(id_token=True, query=None), NOW)
        again = alone.answer(posted(wallet, alone.unsigned_url("siopv2://")), trusting(issuer), now=NOW)
        assert again.outcome == Outcome.ACCEPT and again.subject == answer.subject and again.presentations == []


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        ({"query": "{}"}, "credentials"),
        ({"query": None}, "dcql_query"),
        ({"client_id": None}, "client_id"),
        ({"client_id": "redirect_uri:https://elsewhere.example/answers"}, "response_uri"),
        ({"answer_to": None}, "response_uri"),
        ({"mode": AnswerMode.FRAGMENT, "answer_to": None}, "redirect_uri"),
        ({"mode": AnswerMode.DC_API, "client_id": None, "answer_to": None}, "expected_origins"),
        ({"transaction_data": ["{}"]}, "type"),
        ({"verifier_info": "{}"}, "verifier_info"),
    ],
)
def test_what_does_not_go_together_is_not_asked(wrong: dict[str, Any], about: str) -> None:
    with pytest.raises(TamarackError.Input) as raised:
        WalletRequest(plain(**wrong), NOW)
    assert raised.value.problem.about == about


def test_what_is_no_json_is_not_asked() -> None:
    for wrong in ({"client_metadata": "[]"}, {"client_metadata": "{"}, {"verifier_info": "{"}, {"query": "{"}):
        with pytest.raises(TamarackError.Input):
            WalletRequest(plain(**wrong), NOW)
