"""A wallet on the command line: take up an offer, answer a request, make a backup, restore it.

Run it with the module `tamarack` installed; the passphrase stands in TAMARACK_PASSPHRASE:

    python examples/python/wallet.py FOLDER take LINK [--trust FILE] [--code CODE]
    python examples/python/wallet.py FOLDER answer LINK
    python examples/python/wallet.py FOLDER backup FILE
    python examples/python/wallet.py FOLDER restore FILE PHRASE

It asks before it takes or shows anything; with --yes, that is the person's answer.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tamarack import (
    Acceptance,
    DeclineReason,
    GuardedClient,
    Language,
    Receiving,
    TamarackError,
    TrustOptions,
    Wallet,
    WalletOptions,
    new_recovery_phrase,
    wallet_exists,
)


def main() -> int:
    parser = argparse.ArgumentParser(description="A wallet on the command line.")
    parser.add_argument("folder")
    parser.add_argument("do", choices=["take", "answer", "backup", "restore"])
    parser.add_argument("what", nargs="+", help="a link, or a file and a phrase")
    parser.add_argument("--trust", help="a trust list file: the issuers whose credentials are taken")
    parser.add_argument("--code", help="the code that came with the offer by another way")
    parser.add_argument("--yes", action="store_true", help="the person agrees")
    parser.add_argument("--this-machine", action="store_true", help="services on this very machine may be asked")
    said = parser.parse_args()
    try:
        wallet = opened(said.folder, said.trust)
        client = GuardedClient(this_machine=said.this_machine)
        if said.do == "take":
            return take(wallet, client, said.what[0], said.code, said.yes)
        if said.do == "answer":
            return answer(wallet, client, said.what[0], said.yes)
        if said.do == "backup":
            return backup(wallet, Path(said.what[0]))
        return restore(wallet, Path(said.what[0]), " ".join(said.what[1:]))
    except TamarackError as error:
        problem = error.problem
        print(f"{problem.code}: {problem.message.en} {problem.hint.en}", file=sys.stderr)
        return 1


def opened(folder: str, trust: str | None) -> Wallet:
    options = WalletOptions(
        folder=folder,
        passphrase=os.environ["TAMARACK_PASSPHRASE"],
        trust=TrustOptions(trust_list=Path(trust).read_text(encoding="utf-8")) if trust else None,
        language=Language.ENGLISH,
    )
    return Wallet.open(options) if wallet_exists(folder) else Wallet.create(options)


def agrees(question: str, yes: bool) -> bool:
    print(question)
    return yes or (sys.stdin.isatty() and input("Yes? ").strip().lower() in ("y", "yes"))


def take(wallet: Wallet, client: GuardedClient, link: str, code: str | None, yes: bool) -> int:
    # Nothing is asked of the issuer for the person until they have seen what is offered.
    offer = wallet.open_offer(link, client)
    if not agrees(offer.preview().spoken, yes):
        return 2
    came = offer.accept(Acceptance(tx_code=code), client)
    if isinstance(came, Receiving.LATER):
        print(f"The issuer needs time: call resume({came.id!r}) after {came.not_before}.")
        return 3
    if isinstance(came, Receiving.BROWSER):
        print(f"Open {came.url} in the browser, then call resume({came.id!r}) with the URL it comes back with.")
        return 3
    assert isinstance(came, Receiving.DONE)
    for refused in came.refused:
        for reason in refused.reasons:
            print(f"{reason.code}: {reason.message.en} {reason.hint.en}", file=sys.stderr)
    for credential in wallet.credentials():
        print(f"In your wallet: {credential.title.en} ({credential.condition_name.en})")
    return 0 if came.credentials else 1


def answer(wallet: Wallet, client: GuardedClient, link: str, yes: bool) -> int:
    request = wallet.open_request(link, client)
    asked = request.ask()
    view = asked.view()
    if not view.can_answer:
        print(view.spoken)
        return 1
    if not agrees(view.spoken, yes):
        request.decline(DeclineReason.NOT_WANTED, client)
        return 2
    # Only what the person agreed to is signed: the choice is held against what was asked.
    asked.agree(view.least).present(client)
    print("Your answer was delivered.")
    return 0


def backup(wallet: Wallet, file: Path) -> int:
    phrase = new_recovery_phrase(Language.ENGLISH)
    made = wallet.backup(phrase)
    file.write_bytes(made.bytes)
    print(f"{made.credentials} credentials. Write these words on paper; they alone open the backup:\n{phrase}")
    return 0


def restore(wallet: Wallet, file: Path, phrase: str) -> int:
    print(f"{wallet.restore(file.read_bytes(), phrase).credentials} credentials are back.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
