"""What the tests of the wallet share: a resident, their wallet, and networks that fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOW, trust_list
from services import PASSPHRASE, Province

from tamarack import (
    Acceptance,
    GuardedClient,
    HttpClient,
    HttpRequest,
    HttpResponse,
    ImportedCredential,
    Key,
    KeyType,
    Language,
    LocalText,
    NewKey,
    PolicyOptions,
    Receiving,
    SignOptions,
    TrustOptions,
    Verifier,
    Wallet,
    WalletOptions,
    sign,
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


def hold_card(wallet: Wallet) -> tuple[str, str]:
    """Puts a card into the wallet that is bound to a key of the wallet. Gives its id and its issuer."""
    issuer, holder = Key.generate(KeyType.P256), wallet.create_key(NewKey.P256)
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did_key(),
        "credentialSubject": {"id": holder.public_key().did_jwk, "over19": True},
    }
    made = SignOptions(created=NOW, vct="https://credentials.example/card")
    text = sign(json.dumps(document), "dc+sd-jwt", issuer, made)
    verifier = Verifier(PolicyOptions(trust_list=trust_list(issuer.did_key()), as_holder=True))
    card = ImportedCredential(text=text, key=holder.id(), title=LocalText(en="A card"))
    return wallet.import_credentials([card], verifier)[0], issuer.did_key()


class Silent(HttpClient):
    """A network that is not there, or worse."""

    def __init__(self, thrown: BaseException) -> None:
        self.thrown = thrown

    def send(self, request: HttpRequest) -> HttpResponse:
        raise self.thrown
