"""The official answers to our own vectors, through the shared library."""

from __future__ import annotations

import json
from typing import Any

import pytest
import vectors

import tamarack
from tamarack import CheckResult, HeldCredential, HolderSecrets, Key, Outcome, ShowOptions, TamarackError, Verifier

VERIFY = vectors.read("verify")
RESULT = {"accept": CheckResult.PASS, "reject": CheckResult.FAIL, "undetermined": CheckResult.UNDETERMINED}


def test_the_vectors_are_there() -> None:
    assert len(VERIFY) > 1000


@pytest.mark.parametrize("vector", [pytest.param(vector, id=name) for name, vector in VERIFY])
def test_verify(vector: dict[str, Any]) -> None:
    expect, raw = vector["expect"], vectors.content(vector["input"])
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        # Bytes that are no text cannot be handed in as one.
        assert expect == {"error": "input.invalid_utf8"} or "error" in expect
        return
    verifier = Verifier(vectors.policy(vector))
    judge = lambda: verifier.verify(text, vectors.evidence(vector), vectors.time(vector["now"]))  # noqa: E731
    if "error" in expect:
        with pytest.raises(TamarackError) as raised:
            judge()
        problem = raised.value.problem
        assert problem.code == expect["error"]
        assert problem.message.en and problem.message.fr
        if "pointer" in expect:
            assert (problem.pointer or "") == expect["pointer"]
        return
    verdict = judge()
    assert verdict.outcome == Outcome[expect["outcome"].upper()]
    assert (verdict.outcome == Outcome.ACCEPT) or not (verdict.credentials or verdict.proved)
    if "check" in expect:
        named = (expect["check"], RESULT[expect["outcome"]], expect["code"], expect["pointer"])
        assert named in [(check.id, check.result, check.code, check.pointer) for check in verdict.checks]
    if "needs" in expect:
        needs = [(need.kind.name.replace("_", "-").lower(), need.id) for need in verdict.needs]
        assert needs == [(need["kind"], need["id"]) for need in expect["needs"]]
    if "proved" in expect:
        assert [[claim.pointer for claim in proved.claims] for proved in verdict.proved] == expect["proved"]


def showing(vector: dict[str, Any]) -> ShowOptions:
    holder = None
    if "holderSeed" in vector:
        # A Multikey secret of Ed25519: its codec, then the seed.
        holder = Key.from_multibase("z" + base58(b"\x80\x26" + bytes([vector["holderSeed"]] * 32)))
    secrets = HolderSecrets.parse(json.dumps(vector["secrets"])) if "secrets" in vector else None
    return ShowOptions(
        audience=vector.get("audience"),
        nonce=vector.get("nonce"),
        holder=holder,
        created=vectors.time(vector["now"]) if "now" in vector else None,
        secrets=secrets,
    )


def base58(data: bytes) -> str:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, text = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


@pytest.mark.parametrize("vector", [pytest.param(vector, id=name) for name, vector in vectors.read("present")])
def test_present(vector: dict[str, Any]) -> None:
    expect = vector["expect"]

    def show() -> list[str]:
        held = HeldCredential.parse(vectors.content(vector["input"]).decode())
        shown = [claim.pointer for claim in held.shows(vector["reveal"])]
        assert held.present(vector["reveal"], showing(vector))
        return shown

    if "error" in expect:
        with pytest.raises(TamarackError) as raised:
            show()
        assert raised.value.problem.code == expect["error"]
    else:
        assert show() == expect["result"]


@pytest.mark.parametrize("vector", [pytest.param(vector, id=name) for name, vector in vectors.read("linkability")])
def test_linkability(vector: dict[str, Any]) -> None:
    held = HeldCredential.parse(vectors.content(vector["input"]).decode())
    report = held.linkability(vector["reveal"], showing(vector))
    word = {name: name.name.replace("_", "-").lower() for name in tamarack.Strength}
    assert [f"{word[link.strength]} {link.kind} {link.pointer}" for link in report.links] == vector["expect"]["result"]


@pytest.mark.parametrize("vector", [pytest.param(vector, id=name) for name, vector in vectors.read("did")])
def test_did(vector: dict[str, Any]) -> None:
    expect, did = vector["expect"], vectors.content(vector["input"]).decode()
    if "error" in expect:
        with pytest.raises(TamarackError) as raised:
            tamarack.resolve_did(did, vectors.evidence(vector))
        assert raised.value.problem.code == expect["error"]
    else:
        assert json.loads(tamarack.resolve_did(did, vectors.evidence(vector)))["id"] == expect["result"]


@pytest.mark.parametrize("vector", [pytest.param(vector, id=name) for name, vector in vectors.read("bundle")])
def test_bundle(vector: dict[str, Any]) -> None:
    expect = vector["expect"]
    dids = [vector["signerDid"]] if "signerDid" in vector else []
    keys = [vector["signerKey"]] if "signerKey" in vector else []
    call = lambda: tamarack.open_bundle(vectors.content(vector["input"]), dids, keys, vectors.time(vector["now"]))  # noqa: E731
    if "error" in expect:
        with pytest.raises(TamarackError) as raised:
            call()
        assert raised.value.problem.code == expect["error"]
    else:
        assert len(call().evidence.pieces()) == expect["result"]


READ = {"multikey": tamarack.public_key_from_multikey, "jwk": tamarack.public_key_from_jwk, "pem": tamarack.public_key_from_pem}
NAMES = {"Ed25519": "ED25519", "P-256": "P256", "P-384": "P384", "BLS12-381 G2": "BLS12381_G2", "X25519": "X25519"}


@pytest.mark.parametrize(
    ("operation", "vector"),
    [pytest.param(kind, vector, id=name) for kind in READ for name, vector in vectors.read(kind)],
)
def test_public_keys(operation: str, vector: dict[str, Any]) -> None:
    expect, text = vector["expect"], vectors.content(vector["input"]).decode()
    if "error" in expect:
        with pytest.raises(TamarackError) as raised:
            READ[operation](text)
        assert raised.value.problem.code == expect["error"]
    else:
        kind = READ[operation](text).key_type.name
        assert kind.replace("_", "") == NAMES.get(expect["result"], expect["result"].upper()).replace("_", "")
