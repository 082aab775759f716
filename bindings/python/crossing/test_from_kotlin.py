"""A backup that the Kotlin example made comes back in Python. `cargo xtask test bindings` runs this after the Kotlin tests."""

from __future__ import annotations

import os
from pathlib import Path

from tamarack import Condition, Wallet, WalletOptions


def test_a_backup_made_by_kotlin_restores_in_python(tmp_path: Path) -> None:
    made = Path(os.environ["TAMARACK_CROSSING"])
    wallet = Wallet.create(WalletOptions(folder=str(tmp_path / "w"), passphrase="cones in winter"))
    phrase = (made / "phrase.txt").read_text(encoding="utf-8")
    assert wallet.restore((made / "wallet.age").read_bytes(), phrase).credentials > 0
    cards = wallet.credentials()
    assert cards and all(card.title.en == "Ontario Photo Card" and card.condition == Condition.GOOD for card in cards)
    assert "Bélanger-Tremblay" in wallet.credential(cards[0].id).document()
