"""The wallet: opened, filled, asked, backed up; what callbacks throw, and what is locked."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from people import CLIENT, Silent, code_of, options, resident, take
from services import PASSPHRASE, ROOT, Province, Shop
from test_platform import SoftwareDevice

from tamarack import (
    Acceptance,
    Choice,
    Clock,
    Condition,
    DeclineReason,
    Evidence,
    GuardedClient,
    HistoryEvent,
    HistorySearch,
    HttpClient,
    HttpRequest,
    HttpResponse,
    IssuerStanding,
    Language,
    Outcome,
    Pick,
    PlatformError,
    PolicyOptions,
    QrProgress,
    QrReader,
    ReceiptOptions,
    Receiving,
    ShowOptions,
    TamarackError,
    Verifier,
    Wallet,
    WalletOptions,
    destroy_wallet,
    is_qr,
    new_recovery_phrase,
    verify_receipt,
    wallet_exists,
    write_qr,
)


def test_a_wallet_is_locked_and_opened(tmp_path: Path) -> None:
    folder = tmp_path / "wallet"
    assert not wallet_exists(str(folder))
    with pytest.raises(TamarackError.Storage) as raised:
        Wallet.open(options(folder))
    assert code_of(raised) == "store.missing"
    wallet = Wallet.create(options(folder))
    assert wallet_exists(str(folder)) and not wallet.is_locked()
    wallet.lock()
    for call in (wallet.credentials, wallet.pending, lambda: wallet.history(HistorySearch(), 10)):
        with pytest.raises(TamarackError.Locked) as raised:
            call()
        assert code_of(raised) == "store.locked"
    with pytest.raises(TamarackError.Locked) as raised:
        wallet.unlock("spruce")
    assert code_of(raised) == "store.wrong_key" and "spruce" not in str(raised.value)
    wallet.unlock(PASSPHRASE)
    wallet.change_passphrase(PASSPHRASE, "cones in winter")
    del wallet
    with pytest.raises(TamarackError.Locked):
        Wallet.open(options(folder))
    Wallet.open(options(folder, "cones in winter")).check()
    destroy_wallet(str(folder))
    assert not wallet_exists(str(folder))


class Guarding(SoftwareDevice):
    """A device that guards the database's key."""

    thrown: Exception | None = None
    wallet: Wallet | None = None

    def wrap_key(self, key: bytes) -> bytes:
        return bytes(byte ^ 0x5A for byte in key)

    def unwrap_key(self, wrapped: bytes) -> bytes:
        if self.thrown is not None:
            raise self.thrown
        if self.wallet is not None:
            self.wallet.is_locked()
        return bytes(byte ^ 0x5A for byte in wrapped)


def test_a_device_guards_it_and_may_refuse_throw_or_call_back(tmp_path: Path) -> None:
    device = Guarding()
    wallet = Wallet.create(options(tmp_path / "w", None, device=device))
    wallet.lock()
    for thrown, kind in [
        (PlatformError.Denied(reason="no"), TamarackError.Denied),
        (PlatformError.Failed(reason="?"), TamarackError.Internal),
        (RuntimeError("a secret reason"), TamarackError.Internal),
        (RecursionError("deep"), TamarackError.Internal),
    ]:
        device.thrown = thrown
        with pytest.raises(kind) as raised:  # type: ignore[call-overload]
            wallet.unlock()
        assert "secret" not in str(raised.value)
        assert wallet.is_locked()
    # A device that calls the wallet from within would wait for itself for ever.
    device.thrown, device.wallet = None, wallet
    with pytest.raises(TamarackError.Internal):
        wallet.unlock()
    device.wallet = None
    wallet.unlock()
    assert wallet.credentials() == []


class Broken(Clock):
    def now(self) -> datetime:
        raise ValueError("no battery")


LINK = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffers%2F1"


def test_the_network_and_the_clock_may_fail(tmp_path: Path) -> None:
    wallet = Wallet.create(options(tmp_path / "w"))
    for thrown, kind in [
        (PlatformError.Offline(reason="airplane"), TamarackError.Offline),
        (PlatformError.Denied(reason="a private address"), TamarackError.Offline),
        # A client that is broken is told from a network that is not there.
        (RuntimeError("token 123"), TamarackError.Internal),
        (KeyError("x"), TamarackError.Internal),
    ]:
        with pytest.raises(kind) as raised:  # type: ignore[call-overload]
            wallet.open_offer(LINK, Silent(thrown))
        assert "123" not in str(raised.value)
    for wrong in (None, "a text", b"", 7):
        client = Silent(KeyError("x"))
        client.send = lambda request, wrong=wrong: wrong  # type: ignore[method-assign,assignment,misc]
        with pytest.raises(TamarackError.Internal) as raised:
            wallet.open_offer(LINK, client)
        assert code_of(raised) == "platform.failed"
    for text in ("", "https://", "openid4vp://?", "\0", "é" * 10_000):
        with pytest.raises(TamarackError.Input):
            wallet.open_offer(text, Silent(PlatformError.Offline(reason="")))
        with pytest.raises(TamarackError.Input):
            wallet.open_request(text, Silent(PlatformError.Offline(reason="")))
    late = Wallet.create(options(tmp_path / "late", clock=Broken()))
    with pytest.raises(TamarackError.Internal) as raised:
        late.credentials()
    assert code_of(raised) == "platform.failed"


def test_from_an_offer_to_an_answer(tmp_path: Path, province: Province, shop: Shop) -> None:
    wallet = resident(tmp_path / "w", province, device=SoftwareDevice())
    link, code = province.offer("ontario-person", "person.json", code=True)
    offer = wallet.open_offer(link, CLIENT)
    preview = offer.preview()
    assert preview.standing == IssuerStanding.LISTED and preview.credentials[0].name == "Carte-photo de l’Ontario"
    assert preview.tx_code is not None and preview.tx_code.digits and preview.learns
    with pytest.raises(TamarackError.Input):
        offer.accept(Acceptance(tx_code="abc"), CLIENT)
    came = offer.accept(Acceptance(tx_code=code, copies=1), CLIENT)
    assert isinstance(came, Receiving.DONE)
    [card] = wallet.credentials()
    assert (card.id, card.condition, card.issuer) == (came.credentials[0], Condition.GOOD, province.did)
    assert "givenName" in wallet.credential(card.id).document()
    fresh = wallet.refresh(CLIENT)
    assert (fresh.changed, fresh.looked_up, fresh.unknown) == ([], 1, 0)
    # What the wallet holds is shown with consent, and its keys sign nothing else.
    with pytest.raises(TamarackError.Input) as raised:
        wallet.credential(card.id).present([""], ShowOptions())
    assert code_of(raised) == "consent.needed"
    for info in wallet.keys():
        with pytest.raises(TamarackError.Input) as raised:
            wallet.key(info.id).sign(b"anything")
        assert code_of(raised) == "consent.needed"

    request, link = shop.begin("counter")
    opened = wallet.open_request(link, CLIENT)
    asked = opened.ask()
    view = asked.view()
    assert view.can_answer and view.verifier and "Prénom" in view.spoken or "prénom" in view.spoken.lower()
    with pytest.raises(TamarackError.Input) as raised:
        asked.agree(Choice(picks=[Pick(question=view.questions[0].id, credential="another")]))
    assert code_of(raised) == "consent.outside"
    consent = asked.agree(view.least)
    # The network is lost on the way: the same answer can be sent again, and then no more.
    with pytest.raises(TamarackError.Offline):
        consent.present(Silent(PlatformError.Offline(reason="")))
    consent.present(CLIENT)
    with pytest.raises(TamarackError.Input) as raised:
        consent.present(CLIENT)
    assert code_of(raised) == "consent.used"
    assert shop.result(request)["outcome"] == "accept"

    _, link = shop.begin("counter")
    wallet.open_request(link, CLIENT).decline(DeclineReason.TOO_MUCH, CLIENT)
    events = [entry.event for entry in wallet.history(HistorySearch(), 10)]
    assert {"received", "shown", "declined"} <= set(events)
    assert "Bélanger" not in wallet.export_history()
    wallet.delete_history([entry.id for entry in wallet.history(HistorySearch(), 10)])
    assert wallet.history(HistorySearch(), 10) == []


def test_a_person_may_choose_by_number(tmp_path: Path, province: Province, shop: Shop) -> None:
    wallet = resident(tmp_path / "w", province)
    for _ in range(2):
        take(wallet, province, "ontario-person", "person.json")
    request, link = shop.begin("counter")
    opened = wallet.open_request(link, CLIENT)
    assert opened.verifier().self_named == (opened.verifier().name is not None)
    asked = opened.ask()
    view = asked.view()
    [question] = view.questions
    first, second = question.alternatives
    assert (first.number, second.number, first.proposed, second.proposed) == (1, 2, True, False)
    assert question.wanted is not None and isinstance(view.handling, list)
    said = {(warning.kind, warning.credential, warning.sentence) for warning in view.warnings}
    own = {(warning.kind, warning.credential, warning.sentence) for one in question.alternatives for warning in one.warnings}
    assert own and own <= said and {kind for kind, credential, _ in said if credential is not None} <= {kind for kind, *_ in own}
    assert asked.choose([]) == view.least
    chosen = asked.choose([2])
    assert [pick.credential for pick in chosen.picks] == [second.credential]
    with pytest.raises(TamarackError.Input) as raised:
        asked.choose([3])
    assert code_of(raised) == "consent.outside"
    asked.agree(chosen).present(CLIENT)
    assert shop.result(request)["outcome"] == "accept"
    [entry] = wallet.history(HistorySearch(event=HistoryEvent.SHOWN), 10)
    [shown] = entry.claims
    assert shown.alternative is not None and (shown.alternative.number, shown.alternative.of) == (2, 2)


def test_a_receipt_is_kept_and_withdrawn_and_a_card_deleted(tmp_path: Path, province: Province, shop: Shop) -> None:
    wallet = resident(tmp_path / "w", province)
    [card] = take(wallet, province, "ontario-person", "person.json")
    request, link = shop.begin("counter")
    asked = wallet.open_request(link, CLIENT).ask()
    asked.agree(asked.view().least, ReceiptOptions(stands_seconds=86_400)).present(CLIENT)
    assert shop.result(request)["outcome"] == "accept"
    [receipt] = wallet.receipts()
    assert verify_receipt(receipt.text) == receipt and not receipt.withdrawn
    with pytest.raises(TamarackError.Input) as raised:
        verify_receipt(receipt.text[:-4] + "AAAA")
    assert code_of(raised) == "receipt.invalid"
    withdrawn = wallet.withdraw_receipt(receipt.id)
    assert withdrawn.withdrawn and withdrawn.stands_until is None
    again = wallet.open_request(shop.begin("counter")[1], CLIENT).ask()
    assert again.view().agreed_before is None
    with pytest.raises(TamarackError.Input):
        again.agree_again()
    assert wallet.due() == []
    assert wallet.delete_credential(card) == 1 and wallet.credentials() == []
    with pytest.raises(TamarackError.Input) as raised:
        wallet.credential(card)
    assert code_of(raised) == "record.missing"


def test_a_backup_comes_back_elsewhere(tmp_path: Path, province: Province, shop: Shop) -> None:
    wallet = resident(tmp_path / "w", province)
    take(wallet, province, "ontario-age", "age.json")
    phrase = new_recovery_phrase(Language.FRENCH)
    made = wallet.backup(phrase)
    other = resident(tmp_path / "other", province)
    with pytest.raises(TamarackError.Input) as raised:
        other.restore(made.bytes, new_recovery_phrase(Language.ENGLISH))
    assert code_of(raised) == "backup.wrong_key"
    assert other.restore(made.bytes, phrase).credentials == made.credentials == 1
    request, link = shop.begin("age-19")
    asked = other.open_request(link, CLIENT).ask()
    asked.agree(asked.view().least).present(CLIENT)
    assert shop.result(request)["outcome"] == "accept"
    # From device to device.
    third = resident(tmp_path / "third", province)
    parcel = other.send_transfer(third.invite_transfer())
    assert third.receive_transfer(parcel.bytes).credentials == 1
    other.retire()
    assert other.credentials() == [] and len(third.credentials()) == 1


def test_at_a_counter_without_a_network(tmp_path: Path, province: Province) -> None:
    wallet = resident(tmp_path / "w", province)
    [card] = take(wallet, province, "ontario-person", "person.json")
    showing = wallet.show(card, [])
    assert showing.view().claims
    shown = showing.agree()
    with pytest.raises(TamarackError.Input):
        showing.agree()
    reader = QrReader()
    progress = None
    for text in reversed(write_qr(shown, 400)):
        progress = reader.add(text)
    assert isinstance(progress, QrProgress.COMPLETE) and progress.shown.decode() == shown
    assert is_qr(write_qr(shown)[0]) and not is_qr("https://shop.example")
    # The clerk's device was online in the morning, and is not now.
    clerk = Verifier(PolicyOptions(trust_list=province.trust.read_text(encoding="utf-8"), as_holder=True))
    morning = Evidence()
    assert clerk.verify_online(shown, morning, CLIENT).outcome == Outcome.ACCEPT
    assert clerk.verify_offline(progress.shown, morning).outcome == Outcome.ACCEPT
    assert clerk.verify_offline(progress.shown).outcome != Outcome.ACCEPT
    damaged = progress.shown.replace(b"Zo", b"Zu", 1) if b"Zo" in progress.shown else progress.shown[:-9] + b"AAAAAAAAA"
    with contextlib.suppress(TamarackError.Input):
        assert clerk.verify_offline(damaged, morning).outcome == Outcome.REJECT
    with pytest.raises(TamarackError.Input):
        reader.add("TMK1:!")


def test_the_example_takes_an_offer_and_answers_a_request(tmp_path: Path, province: Province, shop: Shop) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "examples/python/wallet.py"), str(tmp_path / "w"), *arguments]
        environment = {**os.environ, "TAMARACK_PASSPHRASE": PASSPHRASE}
        return subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)

    link, code = province.offer("ontario-person", "person.json", code=True)
    trust = ["--trust", str(province.trust), "--this-machine"]
    said = run("take", link, "--code", str(code), *trust)
    assert said.returncode == 2 and "Ontario Photo Card" in said.stdout, said.stderr
    said = run("take", link, "--code", str(code), "--yes", *trust)
    assert said.returncode == 0 and "In your wallet: Ontario Photo Card" in said.stdout, said.stderr
    request, link = shop.begin("counter")
    said = run("answer", link, "--yes", *trust)
    assert said.returncode == 0, said.stderr
    assert shop.result(request)["outcome"] == "accept"
    said = run("backup", str(tmp_path / "wallet.age"))
    assert said.returncode == 0
    phrase = said.stdout.strip().splitlines()[-1]
    command = [sys.executable, str(ROOT / "examples/python/wallet.py"), str(tmp_path / "new"), "restore"]
    environment = {**os.environ, "TAMARACK_PASSPHRASE": PASSPHRASE}
    done = subprocess.run([*command, str(tmp_path / "wallet.age"), *phrase.split()], capture_output=True, text=True, env=environment)
    assert done.returncode == 0 and "are back" in done.stdout, done.stderr


@pytest.mark.parametrize("page", ["embed.md", "embed.fr.md"])
def test_the_tutorial_runs(page: str, tmp_path: Path, province: Province, shop: Shop) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5
    offer, code = province.offer("ontario-person", "person.json", code=True)
    request, link = shop.begin("counter")
    names: dict[str, Any] = {
        "folder": str(tmp_path / "w"),
        "passphrase": PASSPHRASE,
        "trust": province.trust.read_text(encoding="utf-8"),
        "offer_link": offer,
        "code": code,
        "request_link": link,
        "divisible": False,
    }
    for block in blocks:
        exec(compile(block, page, "exec"), names)  # noqa: S102
    assert shop.result(request)["outcome"] == "accept"
    assert names["file"] and names["codes"]
