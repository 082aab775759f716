"""The wallet one request at a time, and what it tells of itself: history, receipts, states, keys, backups."""

from __future__ import annotations

from pathlib import Path

import pytest
from people import CLIENT, Silent, code_of, options, resident, take
from services import PASSPHRASE, Province, Shop
from test_platform import SoftwareDevice

from tamarack import (
    Acceptance,
    AnswerStep,
    Condition,
    DeclineReason,
    HistoryEvent,
    HistorySearch,
    HttpReply,
    HttpRequest,
    KeyPlace,
    KeyType,
    Language,
    NewKey,
    OfferStep,
    PlatformError,
    ReceiptOptions,
    Receiving,
    ReceivingEvent,
    ReceivingStep,
    RefreshStep,
    RenewalPlan,
    RequestStep,
    TamarackError,
    Wallet,
    complete_recovery_word,
    new_recovery_phrase,
    receipt_covers,
    recovery_age_identity,
    verify_signature,
    wallet_exists,
)


def send(request: HttpRequest) -> HttpReply:
    return HttpReply.RESPONSE(CLIENT.send(request))  # type: ignore[return-value]


def test_one_request_at_a_time(tmp_path: Path, province: Province, shop: Shop) -> None:
    wallet = resident(tmp_path / "w", province)
    link, code = province.offer("ontario-person", "person.json", code=True)
    opening = wallet.offer_flow(link)
    first = opening.step(None)
    assert isinstance(first, OfferStep.SEND) and first.request.url.startswith(province.url)
    # What was lost on the way is sent again.
    with pytest.raises(TamarackError.Offline):
        opening.step(HttpReply.UNREACHABLE())
    step = opening.step(None)
    while isinstance(step, OfferStep.SEND):
        step = opening.step(send(step.request))
    assert isinstance(step, OfferStep.DONE)

    receiving = step.offer.begin(Acceptance(tx_code=code, copies=1))
    assert [pending.id for pending in wallet.pending()] == [receiving.id()]
    taking = receiving.step(ReceivingEvent.GO())
    with pytest.raises(TamarackError.Offline):
        receiving.step(ReceivingEvent.REPLY(HttpReply.UNREACHABLE()))
    # The app was ended in the middle: it goes on from what is kept.
    receiving = wallet.resume_flow(receiving.id())
    taking = receiving.step(ReceivingEvent.GO())
    while isinstance(taking, ReceivingStep.SEND):
        taking = receiving.step(ReceivingEvent.REPLY(send(taking.request)))
    assert isinstance(taking, ReceivingStep.DONE) and not taking.refused and wallet.pending() == []
    [card] = taking.credentials
    assert wallet.condition(card) == Condition.GOOD

    begun, link = shop.begin("counter")
    asking = wallet.request_flow(link)
    reading = asking.step(None)
    while isinstance(reading, RequestStep.SEND):
        reading = asking.step(send(reading.request))
    assert isinstance(reading, RequestStep.DONE)
    asked = reading.asked.ask()
    consent = asked.agree(asked.view().least, ReceiptOptions(stands_seconds=86_400))
    answering = consent.begin()
    with pytest.raises(TamarackError.Input) as raised:
        consent.begin()
    assert code_of(raised) == "consent.used"
    answer = answering.step(None)
    with pytest.raises(TamarackError.Offline):
        answering.step(HttpReply.UNREACHABLE())
    answer = answering.step(None)
    while isinstance(answer, AnswerStep.SEND):
        answer = answering.step(send(answer.request))
    assert isinstance(answer, AnswerStep.DONE) and shop.result(begun)["outcome"] == "accept"

    # The receipt that was given with it.
    receipt = answer.answered.receipt
    assert receipt is not None and receipt == wallet.receipt(receipt.id) and receipt.given is not None
    assert wallet.standing_receipts(receipt.controller) == [receipt]
    [shown] = wallet.history(HistorySearch(event=HistoryEvent.SHOWN), 10)
    kind, pointer = shown.claims[0].kind, shown.claims[0].pointers[0]
    assert receipt_covers(receipt.text, kind, pointer) and not receipt_covers(receipt.text, kind, "/made/up")
    assert '"pii_processing"' in receipt.record and "Bélanger" not in receipt.record

    # What the history knows of it.
    assert shown.kind == HistoryEvent.SHOWN and shown.event == "shown" and shown.consent == receipt.id
    assert shown.claims[0].claims[0].label.fr and shown.claims[0].issuer == province.did
    assert wallet.history_entry(shown.id) == shown
    assert pointer in [before.pointer for before in wallet.shown_to(receipt.controller)]
    assert wallet.shown_to("nobody") == []
    assert [entry.kind for entry in wallet.history(HistorySearch(text="ontario photo"), 10)]
    wallet.delete_all_history()
    assert wallet.history(HistorySearch(), 10) == [] and len(wallet.receipts()) == 1

    refreshing = wallet.refresh_flow()
    fresh = refreshing.step(None)
    asked_for = 0
    while isinstance(fresh, RefreshStep.SEND):
        asked_for += 1
        fresh = refreshing.step(send(fresh.request))
    assert isinstance(fresh, RefreshStep.DONE) and asked_for > 0
    assert (fresh.report.looked_up, fresh.report.unknown, fresh.report.changed) == (1, 0, [])
    known = wallet.known_state(card)
    assert known is not None and known.state.name == "GOOD"
    assert wallet.due(RenewalPlan(days_before=100_000)) == wallet.due(RenewalPlan(fewest_copies=0, days_before=100_000))


def test_an_offer_and_a_request_are_declined(tmp_path: Path, province: Province, shop: Shop) -> None:
    wallet = resident(tmp_path / "w", province)
    link, _ = province.offer("ontario-person", "person.json")
    wallet.open_offer(link, CLIENT).decline()
    [entry] = wallet.history(HistorySearch(event=HistoryEvent.OFFER_DECLINED), 10)
    assert entry.party == province.url and entry.claims[0].title.fr == "Carte-photo de l’Ontario"
    assert wallet.pending() == [] and wallet.credentials() == []

    _, link = shop.begin("counter")
    flow = wallet.open_request(link, CLIENT).begin_decline(DeclineReason.NOT_TRUSTED)
    step = flow.step(None)
    while isinstance(step, AnswerStep.SEND):
        step = flow.step(send(step.request))
    [entry] = wallet.history(HistorySearch(event=HistoryEvent.DECLINED), 10)
    assert entry.reason == "not-trusted" and wallet.history(HistorySearch(event=HistoryEvent.OTHER), 10) == []


def test_a_mistyped_code_may_be_typed_again(tmp_path: Path, province: Province) -> None:
    wallet = resident(tmp_path / "w", province)
    link, code = province.offer("ontario-person", "person.json", code=True)
    assert code
    offer = wallet.open_offer(link, CLIENT)
    for wrong in [None, code[:-1], f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"]:
        with pytest.raises(TamarackError.Input) as raised:
            offer.accept(Acceptance(copies=1, tx_code=wrong), CLIENT)
        assert code_of(raised) == "offer.code" and wallet.pending() == []
    came = offer.accept(Acceptance(copies=1, tx_code=code), CLIENT)
    assert isinstance(came, Receiving.DONE) and len(came.credentials) == 1


def test_a_client_that_breaks_loses_no_consent(tmp_path: Path, province: Province, shop: Shop) -> None:
    wallet = resident(tmp_path / "w", province)
    take(wallet, province, "ontario-person", "person.json")
    begun, link = shop.begin("counter")
    asked = wallet.open_request(link, CLIENT).ask()
    consent = asked.agree(asked.view().least)
    for wrong, kind in [(RuntimeError("?"), TamarackError.Internal), (PlatformError.Offline(reason=""), TamarackError.Offline)]:
        with pytest.raises(kind):  # type: ignore[call-overload]
            consent.present(Silent(wrong))
    consent.present(CLIENT)
    assert shop.result(begun)["outcome"] == "accept"


def test_a_device_that_is_broken_is_told_from_a_person_who_refused(tmp_path: Path, province: Province, shop: Shop) -> None:
    device = SoftwareDevice()
    wallet = resident(tmp_path / "w", province, device=device)
    take(wallet, province, "ontario-person", "person.json")
    for thrown, kind in [
        (PlatformError.Denied(reason="no"), TamarackError.Denied),
        (PlatformError.Gone(reason="reset"), TamarackError.Storage),
        (TypeError("a secret reason"), TamarackError.Internal),
    ]:
        asked = wallet.open_request(shop.begin("counter")[1], CLIENT).ask()
        device.error = thrown
        with pytest.raises(kind) as raised:  # type: ignore[call-overload]
            asked.agree(asked.view().least).present(CLIENT)
        assert "secret" not in str(raised.value)
        device.error = None
    device.sign = lambda alias, message: "a text"  # type: ignore[method-assign,assignment,return-value]
    asked = wallet.open_request(shop.begin("counter")[1], CLIENT).ask()
    with pytest.raises(TamarackError.Internal):
        asked.agree(asked.view().least).present(CLIENT)


def test_a_locked_device_is_unlocked_and_the_step_done_again(tmp_path: Path, province: Province, shop: Shop) -> None:
    device = SoftwareDevice()
    wallet = resident(tmp_path / "w", province, device=device)
    link, code = province.offer("ontario-person", "person.json", code=True)
    offer = wallet.open_offer(link, CLIENT)
    device.error = PlatformError.Locked(reason="a secret reason")
    with pytest.raises(TamarackError.Locked) as raised:
        offer.accept(Acceptance(copies=2, tx_code=code), CLIENT)
    # The code of the offer is spent by now: what it gave is kept.
    assert code_of(raised) == "platform.locked" and "secret" not in str(raised.value)
    [begun] = wallet.pending()
    device.error = None
    came = wallet.resume(begun.id, CLIENT)
    assert isinstance(came, Receiving.DONE) and len(came.credentials) == 2 and len(wallet.keys()) == 2
    begun_asking, link = shop.begin("counter")
    asked = wallet.open_request(link, CLIENT).ask()
    consent = asked.agree(asked.view().least)
    device.error = PlatformError.Locked(reason="a secret reason")
    with pytest.raises(TamarackError.Locked) as raised:
        consent.present(CLIENT)
    assert code_of(raised) == "platform.locked"
    device.error = None
    consent.present(CLIENT)
    assert shop.result(begun_asking)["outcome"] == "accept"
    with pytest.raises(TamarackError.Input) as used:
        consent.present(CLIENT)
    assert code_of(used) == "consent.used"


def test_keys_of_the_wallet(tmp_path: Path) -> None:
    wallet = Wallet.create(options(tmp_path / "w", device=SoftwareDevice()))
    for new, place, kind in [
        (NewKey.ED25519, KeyPlace.SOFTWARE, KeyType.ED25519),
        (NewKey.P256, KeyPlace.SOFTWARE, KeyType.P256),
        (NewKey.DEVICE, KeyPlace.DEVICE, KeyType.P256),
    ]:
        key = wallet.create_key(new, b"challenge")
        [info] = wallet.keys()
        assert (info.id, info.place, info.key_type, info.attested) == (key.id(), place, kind, False)
        again = wallet.key(key.id())
        signature = again.sign(b"message")
        assert again.verification_method().startswith(key.public_key().did_key) and again.attestation() is None
        assert verify_signature(key.public_key().multikey, b"message", signature)
        assert not verify_signature(key.public_key().jwk, b"another", signature)
        wallet.delete_key(key.id())
        with pytest.raises(TamarackError.Input) as raised:
            again.sign(b"message")
        assert code_of(raised) == "record.missing" and wallet.keys() == []


def test_guards_change_and_the_database_gets_a_new_key(tmp_path: Path) -> None:
    folder, device = tmp_path / "w", SoftwareDevice()
    wallet = Wallet.create(options(folder, device=device))
    key = wallet.create_key(NewKey.P256)
    wallet.change_guard(PASSPHRASE, None)
    wallet.rekey()
    del wallet
    assert wallet_exists(str(folder))
    with pytest.raises(TamarackError.Locked):
        Wallet.open(options(folder, device=device))
    wallet = Wallet.open(options(folder, None, device=device))
    assert wallet.key(key.id()).public_key() == key.public_key()
    wallet.change_guard(None, "cones in winter")
    del wallet
    wallet = Wallet.open(options(folder, "cones in winter"))
    wallet.change_language(Language.FRENCH)
    wallet.check()
    with pytest.raises(TamarackError.Input) as raised:
        wallet.change_guard("cones in winter", None)
    assert code_of(raised) == "device.missing"


def test_backups_under_a_passphrase_and_made_again(tmp_path: Path, province: Province) -> None:
    wallet = resident(tmp_path / "w", province)
    take(wallet, province, "ontario-age", "age.json")
    made = wallet.backup_with_passphrase("spruce and fir")
    other = Wallet.create(options(tmp_path / "other"))
    with pytest.raises(TamarackError.Input):
        other.restore_with_passphrase(made.bytes, "pine")
    assert other.restore_with_passphrase(made.bytes, "spruce and fir").credentials == 1
    with pytest.raises(TamarackError.Input) as raised:
        wallet.backup_again()
    assert code_of(raised) == "record.missing"
    phrase = new_recovery_phrase(Language.ENGLISH)
    wallet.remember_phrase(phrase)
    third = Wallet.create(options(tmp_path / "third"))
    assert third.restore(wallet.backup_again().bytes, phrase).credentials == 1
    assert recovery_age_identity(phrase).startswith("AGE-SECRET-KEY-1")
    word = phrase.split()[0]
    assert word in complete_recovery_word(word[:3], Language.ENGLISH, 100)
    assert len(complete_recovery_word("a", Language.FRENCH)) == 8
