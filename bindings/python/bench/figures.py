"""The figures of the bindings: `cargo xtask bench bindings` runs this on the release library, and prints the table.

One JSON object a line on standard output. Times are medians in microseconds; `bare_us` is a call of a C function that does nothing,
through the same `ctypes`.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

LIBRARY = Path(sys.argv[2] if sys.argv[1:2] == ["--open"] else sys.argv[1])
CREDENTIALS, KINDS, STARTS = 10_000, 1_000, 21
PRESENTED = (10_000, 100_000)
CONSENTS = (1_000, 10_000)


def opened(library: Path, folder: str) -> None:
    """In a process of its own: the library is loaded, the module imported, the wallet opened."""
    begin = time.perf_counter()
    ctypes.CDLL(str(library))
    loaded = time.perf_counter()
    import tamarack

    imported = time.perf_counter()
    wallet = tamarack.Wallet.open(tamarack.WalletOptions(folder=folder, device=hardware()))
    done = time.perf_counter()
    assert not wallet.is_locked()
    print(json.dumps({"load": (loaded - begin) * 1e6, "import": (imported - loaded) * 1e6, "open": (done - imported) * 1e6}))


def hardware():  # type: ignore[no-untyped-def]
    """A device that wraps at no cost, so that the library alone is measured."""
    from tamarack import KeyStore

    class Hardware(KeyStore):
        def wrap_key(self, key: bytes) -> bytes:
            return key

        def unwrap_key(self, wrapped: bytes) -> bytes:
            return wrapped

    return Hardware()


if sys.argv[1:2] == ["--open"]:
    opened(LIBRARY, sys.argv[3])
    sys.exit()

import tamarack  # noqa: E402
from tamarack import (  # noqa: E402
    HeldCredential,
    ImportedCredential,
    Key,
    KeyType,
    LocalText,
    PlatformError,
    PolicyOptions,
    ShowOptions,
    SignOptions,
    Verifier,
    Wallet,
    WalletOptions,
    sign,
)
from tamarack._native import tamarack as generated  # noqa: E402


def figure(name: str, us: float, bare_us: float | None = None, **more: object) -> None:
    ratio = None if bare_us is None else round(us / bare_us, 3)
    print(json.dumps({"name": name, "us": round(us, 3), "bare_us": bare_us and round(bare_us, 3), "ratio": ratio, **more}), flush=True)


def median(work: Callable[[], object], rounds: int, calls: int = 1) -> float:
    """Microseconds of one call: the median of rounds of so many calls."""
    work()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter_ns()
        for _ in range(calls):
            work()
        times.append((time.perf_counter_ns() - begin) / calls / 1e3)
    return statistics.median(times)


def resident() -> int:
    """Bytes that this process has in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Nobody(tamarack.HttpClient):
    def send(self, request: tamarack.HttpRequest) -> tamarack.HttpResponse:
        raise PlatformError.Offline(reason="no network here")


def card(issuer: Key, kind: str, holder: str | None = None) -> str:
    """An SD-JWT VC of two claims."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did_key(),
        "credentialSubject": {"over19": True, "givenName": "Zoé"} | ({"id": holder} if holder else {}),
    }
    return sign(json.dumps(document), "dc+sd-jwt", issuer, SignOptions(vct=kind))


class Anybody(tamarack.HttpClient):
    """A verifier that is content with everything."""

    def send(self, request: tamarack.HttpRequest) -> tamarack.HttpResponse:
        return tamarack.HttpResponse(status=200, headers=[], body=b"{}")


def request_link() -> str:
    """A request for one claim of one kind of card."""
    query = {
        "credentials": [
            {
                "id": "age",
                "format": "dc+sd-jwt",
                "meta": {"vct_values": ["https://credentials.example/7"]},
                "require_cryptographic_holder_binding": False,
                "claims": [{"path": ["over19"]}],
            }
        ]
    }
    answer = "https://shop.example/answer"
    parameters = {"client_id": f"redirect_uri:{answer}", "response_type": "vp_token", "response_mode": "direct_post", "state": "s"}
    more = {"response_uri": answer, "nonce": "n-1", "dcql_query": json.dumps(query)}
    metadata = {"client_metadata": json.dumps({"vp_formats_supported": {"dc+sd-jwt": {}}})}
    return "openid4vp://?" + urlencode({**parameters, **more, **metadata})


def fill(wallet: Wallet) -> None:
    issuer = Key.generate(KeyType.ED25519)
    texts = []
    for kind in range(KINDS):
        texts.append(card(issuer, f"https://credentials.example/{kind}"))
    verifier = Verifier(PolicyOptions(insecure_trust_any_issuer=True, as_holder=True))
    cards = [
        ImportedCredential(text=texts[n % KINDS], title=LocalText(en=f"Card {n}", fr=f"Carte {n}"))
        for n in range(CREDENTIALS)
    ]
    wallet.import_credentials(cards, verifier)


def calls() -> None:
    nothing = ctypes.CDLL(None).abs
    nothing.argtypes, nothing.restype = [ctypes.c_int], ctypes.c_int
    bare = median(lambda: nothing(1), 41, 5_000)
    # The border alone: the handle is given twice, as every method takes one, and the answer is one byte.
    held = HeldCredential.parse(card(Key.generate(KeyType.ED25519), "https://credentials.example/1"))
    library, status = generated._UniffiLib, generated._UniffiRustCallStatus.default()
    method = library.uniffi_tamarack_ffi_fn_method_heldcredential_is_divisible
    clone = library.uniffi_tamarack_ffi_fn_clone_heldcredential
    handle = held._handle

    def border() -> object:
        return method(clone(handle, status), status)

    twice = median(lambda: (nothing(1), nothing(1)), 41, 5_000)
    figure("ffi-call", median(border, 41, 5_000) - (twice - bare), bare)
    figure("ffi-call-python", median(held.is_divisible, 41, 5_000), bare)


def wallets(folder: str) -> None:
    wallet = Wallet.create(WalletOptions(folder=folder, device=hardware()))
    fill(wallet)
    library = generated._UniffiLib
    status = generated._UniffiRustCallStatus.default()

    def listed() -> None:
        buffer = library.uniffi_tamarack_ffi_fn_method_wallet_credentials(wallet._uniffi_clone_handle(), status)
        assert status.code == 0 and buffer.len > CREDENTIALS
        buffer.free()

    # A screenful of ten thousand, as an app shows it; all of them, as the library hands them over; and all of them as Python objects.
    figure("ffi-list", median(lambda: wallet.credentials_page(0, 50), 21))
    figure("ffi-list-all", median(listed, 21))
    figure("ffi-list-all-python", median(wallet.credentials, 5))
    link = request_link()

    def matched() -> None:
        view = wallet.open_request(link, Nobody()).ask().view()
        assert view.can_answer and len(view.questions[0].alternatives) == CREDENTIALS // KINDS

    figure("ffi-match", median(matched, 21))


def starts(folder: str) -> None:
    parts: dict[str, list[float]] = {"load": [], "import": [], "open": []}
    for _ in range(STARTS):
        command = [sys.executable, __file__, "--open", str(LIBRARY), folder]
        said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        for part, times in parts.items():
            times.append(said[part])
    both = [load + opening for load, opening in zip(parts["load"], parts["open"])]
    figure("ffi-load-open", statistics.median(both), load_us=round(statistics.median(parts["load"])))
    figure("ffi-import-python", statistics.median(parts["import"]))


def memory() -> None:
    holder = Key.generate(KeyType.P256)
    held = HeldCredential.parse(card(holder, "https://credentials.example/1", holder.did_jwk()))
    options = ShowOptions(audience="https://shop.example", nonce="n-1", holder=holder)
    seen = {}
    begin = time.perf_counter()
    for number in range(1, PRESENTED[1] + 1):
        held.present(["/over19"], options)
        if number in PRESENTED:
            gc.collect()
            seen[number] = resident()
    us = (time.perf_counter() - begin) * 1e6 / PRESENTED[1]
    first, last = (seen[number] for number in PRESENTED)
    figure("ffi-memory", us, kb_after_10000=first // 1024, kb_after_100000=last // 1024, growth_kb=(last - first) // 1024)


def consents(folder: str) -> None:
    """From the link to the answer, with the person's yes and the entry in the history, on the disk of this machine."""
    wallet = Wallet.create(WalletOptions(folder=folder, device=hardware()))
    text = card(Key.generate(KeyType.ED25519), "https://credentials.example/7")
    verifier = Verifier(PolicyOptions(insecure_trust_any_issuer=True, as_holder=True))
    wallet.import_credentials([ImportedCredential(text=text, title=LocalText(en="Card", fr="Carte"))], verifier)
    link, client, seen = request_link(), Anybody(), {}
    begin = time.perf_counter()
    for number in range(1, CONSENTS[1] + 1):
        asked = wallet.open_request(link, client).ask()
        asked.agree(asked.view().least).present(client)
        if number in CONSENTS:
            gc.collect()
            seen[number] = resident()
    us = (time.perf_counter() - begin) * 1e6 / CONSENTS[1]
    first, last = (seen[number] for number in CONSENTS)
    figure("ffi-consent", us, kb_after_1000=first // 1024, kb_after_10000=last // 1024, growth_kb=(last - first) // 1024)


def main() -> None:
    size = LIBRARY.stat().st_size
    print(json.dumps({"name": "ffi-size", "bytes": size}), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        calls()
        wallets(f"{folder}/w")
        starts(f"{folder}/w")
        consents(f"{folder}/c")
    memory()


if __name__ == "__main__":
    main()
