"""What the documentation shows, runs."""

from __future__ import annotations

import doctest
import re
import runpy
from pathlib import Path

import pytest

import tamarack

ROOT = Path(__file__).resolve().parents[3]


def test_the_examples_of_the_module() -> None:
    found = doctest.testmod(tamarack)
    assert found.attempted > 0 and found.failed == 0


def test_the_examples_of_the_readme() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "bindings/python/README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102


def test_the_example_program(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples/python/issue_and_verify.py"), run_name="__main__")
    told = capsys.readouterr().out
    assert "/credentialSubject/givenName" in told and "birthDate" not in told


def test_every_public_name_is_documented() -> None:
    # uniffi writes this one: what a fault of the library itself becomes.
    for name in set(tamarack.__all__) - {"InternalError"}:
        assert (getattr(tamarack, name).__doc__ or "").strip(), name
