"""What the tests of the wallet share: a resident, their wallet, and networks that fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from services import PASSPHRASE, Province

from tamarack import (
    Acceptance,
    GuardedClient,
    HttpClient,
    HttpRequest,
    HttpResponse,
    Language,
    Receiving,
    TrustOptions,
    Wallet,
    WalletOptions,
)

CLIENT = GuardedClient(this_machine=True)


def code_of(raised: pytest.ExceptionInfo[BaseException]) -> str:
    return str(raised.value.problem.code)  # type: ignore[attr-defined]


def options(folder: Path, passphrase: str | None = PASSPHRASE, **more: object) -> WalletOptions:
    return WalletOptions(folder=str(folder), passphrase=passphrase, **more)  # type: ignore[arg-type]


def resident(folder: Path, province: Province, **more: object) -> Wallet:
    trust = province.trust.read_text(encoding="utf-8")
    return Wallet.create(options(folder, trust=TrustOptions(trust_list=trust), language=Language.FRENCH, **more))


def take(wallet: Wallet, province: Province, name: str, claims: str) -> list[str]:
    link, _ = province.offer(name, claims)
    came = wallet.open_offer(link, CLIENT).accept(Acceptance(copies=1), CLIENT)
    assert isinstance(came, Receiving.DONE) and not came.refused
    return list(came.credentials)


class Silent(HttpClient):
    """A network that is not there, or worse."""

    def __init__(self, thrown: BaseException) -> None:
        self.thrown = thrown

    def send(self, request: HttpRequest) -> HttpResponse:
        raise self.thrown
