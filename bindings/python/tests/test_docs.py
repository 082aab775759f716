"""What the documentation shows, runs: the module's own examples, those of every handle, the README, the programs. The others
name only what there is."""

from __future__ import annotations

import ast
import doctest
import enum
import inspect
import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES, UNTIL, trust_list
from people import CLIENT, hold_card, resident
from services import PASSPHRASE, Province, Shop

import tamarack

ROOT = Path(__file__).resolve().parents[3]


def test_the_examples_of_the_module() -> None:
    for module in (tamarack, tamarack.http):
        found = doctest.testmod(module)
        assert found.attempted > 0 and found.failed == 0


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_examples_of_the_readme() -> None:
    names: dict[str, Any] = {}
    found = blocks((ROOT / "bindings/python/README.md").read_text(encoding="utf-8"), "python")
    assert len(found) >= 6
    for block in found:
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102


def test_the_example_program(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples/python/issue_and_verify.py"), run_name="__main__")
    told = capsys.readouterr().out
    assert "/credentialSubject/givenName" in told and "birthDate" not in told


# uniffi writes this one: what a fault of the library itself becomes.
NAMES = sorted(set(tamarack.__all__) - {"InternalError"})


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_documented(name: str) -> None:
    one = getattr(tamarack, name)
    assert (one.__doc__ or "").strip(), name
    if hasattr(one, "_uniffi_make_instance"):
        for method, what in inspect.getmembers(one, callable):
            assert method.startswith("_") or (what.__doc__ or "").strip(), f"{name}.{method}"


def handles() -> list[str]:
    """The objects of the library that live on, but for what the app hands in."""
    handed_in = ("HttpClient", "Clock", "KeyStore", "GuardedClient")
    made = [name for name in NAMES if hasattr(getattr(tamarack, name), "_uniffi_make_instance")]
    return [name for name in made if not name.endswith(("Impl", "Protocol")) and name not in handed_in]


def takes(what: Any) -> list[inspect.Parameter]:
    return [one for one in inspect.signature(what).parameters.values() if one.name != "self"]


def shown() -> dict[str, Any]:
    """What must have an example: functions, methods with parameters, what the app hands in, the error, records that apps build."""
    found: dict[str, Any] = {name: getattr(tamarack, name) for name in ("HttpClient", "Clock", "KeyStore", "TamarackError")}
    for name in NAMES:
        one = getattr(tamarack, name)
        if inspect.isfunction(one):
            found[name] = one
        elif name in handles():
            methods = [(method, what) for method, what in inspect.getmembers(one, callable) if not method.startswith("_")]
            found |= {f"{name}.{method}": what for method, what in methods if takes(what)}
        elif inspect.isclass(one) and not issubclass(one, (enum.Enum, Exception)) and not name.endswith(("Impl", "Protocol")):
            # What has defaults is built by apps; the others come from the library.
            if any(parameter.default is not parameter.empty for parameter in takes(one)):
                found[name] = one
    return found


SHOWN = shown()


@pytest.mark.parametrize("name", SHOWN)
def test_everything_that_an_app_calls_or_builds_has_an_example(name: str) -> None:
    text = inspect.cleandoc(SHOWN[name].__doc__ or "")
    assert blocks(text, "text") or ">>> " in text, f"{name} has no example"


def documented() -> list[tuple[str, str]]:
    """Every example of the generated documentation."""
    places: dict[str, Any] = {name: getattr(tamarack, name) for name in NAMES}
    for name in handles():
        methods = inspect.getmembers(places[name], callable)
        places |= {f"{name}.{method}": what for method, what in methods if not method.startswith("_")}
    texts = ((place, inspect.cleandoc(what.__doc__ or "")) for place, what in places.items())
    return [(place, block) for place, text in texts for block in blocks(text, "text")]


def test_the_examples_name_what_there_is() -> None:
    found = documented()
    assert len(found) > 200
    for place, block in found:
        for node in ast.walk(ast.parse(block)):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=member) if name in NAMES:
                    assert hasattr(getattr(tamarack, name), member), f"{place}: {name}.{member}"
                case ast.Call(func=ast.Name(id=name)) if name in NAMES:
                    given = {word.arg or "": None for word in node.keywords}
                    try:
                        inspect.signature(getattr(tamarack, name)).bind(*node.args, **given)
                    except TypeError as wrong:
                        pytest.fail(f"{place}: {name}: {wrong}")


# In an order in which what one leaves, the next one finds.
ORDER = [
    "Key", "CredentialType", "Verifier", "HeldCredential", "HolderSecrets", "Evidence", "NonceBook", "StatusList", "StatusPlaces",
    "TokenStatusList", "Wallet", "ImportedCredential", "TrustOptions", "Offer", "OfferFlow", "ReceivingFlow", "Request",
    "ConsentRequest", "Consent", "RequestFlow", "AnswerFlow", "RefreshFlow", "HolderKey", "BackupMade", "Showing", "QrReader",
    "WalletRequest",
]  # fmt: skip


def test_the_example_of_every_handle(tmp_path: Path, province: Province, shop: Shop) -> None:
    assert set(handles()) <= set(ORDER)
    names: dict[str, Any] = vars(tamarack) | {
        "type_file": (EXAMPLES / "types/person-2.0.json").read_text(encoding="utf-8"),
        "schema_file": (EXAMPLES / "types/person.schema.json").read_text(encoding="utf-8"),
        "claims": (EXAMPLES / "claims/person.json").read_text(encoding="utf-8"),
        "show": lambda text: None if text else pytest.fail("nothing to show"),
        "store": lambda taken: None,
        "url": "https://issuer.example/status/1",
        "until": UNTIL,
        "did": "did:web:issuer.example",
        "document": b"{}",
        "folder": str(tmp_path / "mine"),
        "passphrase": PASSPHRASE,
        "client": CLIENT,
        "authority": b"",
    }

    def before(name: str) -> None:
        """What stands between two examples in an app."""
        match name:
            case "Verifier":
                names["trust"] = trust_list(names["key"].did_key())
            case "HeldCredential":
                signer = tamarack.Key.generate(tamarack.KeyType.BLS12381_G2)
                bbs = tamarack.IssueOptions(suite="bbs-2023")
                names["credential"] = names["kind"].issue(names["claims"], signer, bbs).credential
            case "ImportedCredential":
                kind, key = names["kind"], tamarack.Key.generate(tamarack.KeyType.ED25519)
                names["credential"] = kind.issue(names["claims"], key, tamarack.IssueOptions()).credential
                names["trust"] = trust_list(key.did_key())
            case "Offer" | "OfferFlow":
                names["wallet"] = resident(tmp_path / name, province) if name == "Offer" else names["wallet"]
                names["offer_link"], names["code"] = province.offer("ontario-person", "person.json", code=True)
                names["link"] = names["offer_link"]
            case "ReceivingFlow":
                names["offer"] = names["step"].offer
            case "Request" | "RequestFlow":
                _, names["request_link"] = shop.begin("counter")
            case "AnswerFlow":
                names["asked"] = names["step"].asked.ask()
            case "BackupMade":
                names["other"] = resident(tmp_path / "other", province)
            case "Showing":
                names["card"] = names["wallet"].credentials()[0].id
                divisible = names["wallet"].credential(names["card"]).is_divisible()
                names["divisible"] = divisible
            case "WalletRequest":
                _, issuer = hold_card(names["wallet"])
                card = {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": ["https://credentials.example/card"]}}
                names["dcql"] = json.dumps({"credentials": [{**card, "claims": [{"path": ["over19"]}]}]})
                names["url"], names["evidence"] = "https://shop.example/answers", tamarack.Evidence()
                names["verifier"] = tamarack.Verifier(tamarack.PolicyOptions(trust_list=trust_list(issuer)))

    def show_qr(link: str) -> None:
        """The resident scans it and agrees; what the wallet posts is the form."""
        asked = names["wallet"].open_request(link, CLIENT).ask()
        step = asked.agree(asked.view().least).begin().step(None)
        assert isinstance(step, tamarack.AnswerStep.SEND) and step.request.body is not None
        names["form"] = step.request.body.decode()

    names["show_qr"] = show_qr
    for name in ORDER:
        found = blocks(inspect.cleandoc(getattr(tamarack, name).__doc__ or ""), "text")
        assert found, f"{name} has no example"
        before(name)
        for block in found:
            if name == "Showing" and not names["divisible"]:
                block = block.replace('["/credentialSubject/givenName"]', "[]")
            exec(compile(block, name, "exec"), names)  # noqa: S102
    assert names["progress"].shown and names["report"].credentials > 0
