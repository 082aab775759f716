"""What the platform does for the library: it may fail, throw anything, and call back in."""

from __future__ import annotations

import base64
import json
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import NOW, Issued, trust_list

import tamarack
from tamarack import (
    Clock,
    KeyStore,
    Evidence,
    EvidenceKind,
    GuardedClient,
    HttpClient,
    HttpHeader,
    HttpRequest,
    HttpResponse,
    IssueOptions,
    Key,
    KeyType,
    Outcome,
    PlatformError,
    PolicyOptions,
    TamarackError,
    Verifier,
)


class SoftwareDevice(KeyStore):
    """Keys of a device, in software; each call back into the library comes from within a call out of it."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}
        self.error: Exception | None = None
        self.reenter: object = None

    def create(self, alias: str, challenge: bytes | None) -> bytes:
        self.keys[alias] = Key.generate(KeyType.P256)
        jwk = json.loads(self.keys[alias].public_key().jwk)
        point = b"".join(base64.urlsafe_b64decode(jwk[name] + "=") for name in ("x", "y"))
        return b"\x04" + point

    def sign(self, alias: str, message: bytes) -> bytes:
        if self.error is not None:
            raise self.error
        if callable(self.reenter):
            self.reenter()
        return self.keys[alias].sign(message)

    def delete(self, alias: str) -> None:
        self.keys.pop(alias, None)

    def attest(self, alias: str, challenge: bytes) -> bytes | None:
        return None

    def wrap_key(self, key: bytes) -> bytes:
        return key

    def unwrap_key(self, wrapped: bytes) -> bytes:
        return wrapped


def test_a_key_in_the_device_issues(person: tamarack.CredentialType, claims: str) -> None:
    device = SoftwareDevice()
    key = Key.create_in_device(device, "holder-1")
    verifier = Verifier(PolicyOptions(trust_list=trust_list(key.did_key())))
    # Re-entrant: while the library waits for the signature, the app asks it something else, on the same handles.
    device.reenter = lambda: (key.public_key(), verifier.verify_many(["no credential"]))
    made = person.issue(claims, key, IssueOptions(now=NOW, suite="ecdsa-rdfc-2019"))
    assert verifier.verify(made.credential, now=NOW).outcome == Outcome.ACCEPT
    with pytest.raises(TamarackError.Input):
        key.expose_jwk()


@pytest.mark.parametrize(
    ("thrown", "kind", "code"),
    [
        (PlatformError.Denied(reason="cancelled"), TamarackError.Denied, "platform.denied"),
        (PlatformError.Locked(reason="screen"), TamarackError.Locked, "platform.locked"),
        (PlatformError.Gone(reason="reset"), TamarackError.Storage, "platform.gone"),
        (PlatformError.Offline(reason="airplane"), TamarackError.Offline, "platform.offline"),
        (PlatformError.Failed(reason="?"), TamarackError.Internal, "platform.failed"),
        (RuntimeError("anything at all"), TamarackError.Internal, "platform.failed"),
        (KeyError("x"), TamarackError.Internal, "platform.failed"),
    ],
)
def test_whatever_a_callback_throws_is_a_typed_error(thrown: Exception, kind: type, code: str) -> None:
    device = SoftwareDevice()
    key = Key.create_in_device(device, "one")
    device.error = thrown
    with pytest.raises(kind) as raised:
        key.sign(b"message")
    assert raised.value.problem.code == code
    assert raised.value.problem.message.fr
    device.error = None
    assert len(key.sign(b"message")) == 64


def test_a_callback_of_the_wrong_kind_is_a_typed_error() -> None:
    device = SoftwareDevice()
    key = Key.create_in_device(device, "one")
    device.keys["one"] = Key.generate(KeyType.P256)
    with pytest.raises(TamarackError.Internal) as raised:
        key.sign(b"signed by another key")
    assert raised.value.problem.code == "key.signer_failed"
    for wrong in ("a text, not bytes", None, 7, b"too short", b"\0" * 64, object()):
        device.sign = lambda alias, message, wrong=wrong: wrong  # type: ignore[method-assign,assignment,misc]
        with pytest.raises(TamarackError.Internal):
            key.sign(b"message")
    for point in ("a text", None, b"no point"):
        device.create = lambda alias, point=point: point  # type: ignore[method-assign,assignment,misc]
        with pytest.raises((TamarackError.Internal, TamarackError.Input)) as raised:
            Key.create_in_device(device, "two")
        assert raised.value.problem.code in ("platform.failed", "key.invalid")


class Served(HttpClient):
    """An issuer's pages, without a network."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages, self.asked = pages, []  # type: ignore[var-annotated]

    def send(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request.url)
        if request.url not in self.pages:
            return HttpResponse(status=404, headers=[], body=b"")
        return HttpResponse(status=200, headers=[HttpHeader(name="a", value="b")], body=self.pages[request.url])


class Fixed(Clock):
    def now(self) -> datetime:
        return NOW


class Broken(Clock):
    def now(self) -> datetime:
        raise ValueError("no battery")


@pytest.fixture
def web(person: tamarack.CredentialType, claims: str) -> tuple[str, str, bytes]:
    """A credential of an issuer with a did:web, its trust list and its DID document."""
    key, did = Key.generate(KeyType.ED25519), "did:web:issuer.example"
    method = f"{did}#key-1"
    made = person.issue(claims, key, IssueOptions(now=NOW, verification_method=method))
    document = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": key.public_key().multikey}
        ],
        "assertionMethod": [method],
    }
    return made.credential, trust_list(did), json.dumps(document).encode()


def test_needs_are_fetched_and_handed_back(web: tuple[str, str, bytes]) -> None:
    text, trust, document = web
    verifier, evidence = Verifier(PolicyOptions(trust_list=trust)), Evidence()
    first = verifier.verify(text, evidence, NOW)
    assert first.outcome == Outcome.UNDETERMINED
    need = first.needs[0]
    assert (need.kind, need.id) == (EvidenceKind.DID_DOCUMENT, "did:web:issuer.example")
    assert need.request is not None and need.request.url == "https://issuer.example/.well-known/did.json"
    assert not need.request.may_leave_host
    evidence.add(need.kind, need.id, document, NOW)
    assert verifier.verify(text, evidence, NOW).outcome == Outcome.ACCEPT
    assert [piece.id for piece in evidence.pieces()] == ["did:web:issuer.example"]


def test_the_app_s_client_fetches(web: tuple[str, str, bytes]) -> None:
    text, trust, document = web
    verifier = Verifier(PolicyOptions(trust_list=trust))
    client = Served({"https://issuer.example/.well-known/did.json": document})
    assert verifier.verify_online(text, Evidence(), client, Fixed()).outcome == Outcome.ACCEPT
    assert client.asked == ["https://issuer.example/.well-known/did.json"]
    silent = Served({})
    assert verifier.verify_online(text, Evidence(), silent, Fixed()).outcome == Outcome.UNDETERMINED
    assert len(silent.asked) == 1, "nobody is asked twice"
    offline = Served({})
    offline.send = lambda request: (_ for _ in ()).throw(PlatformError.Offline(reason="airplane"))  # type: ignore[method-assign,assignment]
    assert verifier.verify_online(text, Evidence(), offline, Fixed()).outcome == Outcome.UNDETERMINED
    # A client that is broken is told from a network that is not there.
    for wrong in (lambda request: 1 / 0, lambda request: None, lambda request: "no answer", lambda request: b""):
        offline.send = wrong  # type: ignore[method-assign,assignment]
        with pytest.raises(TamarackError.Internal) as raised:
            verifier.verify_online(text, Evidence(), offline, Fixed())
        assert raised.value.problem.code == "platform.failed"
    with pytest.raises(TamarackError.Internal):
        verifier.verify_online(text, Evidence(), client, Broken())


def test_handles_are_shared_between_threads(issued: Issued) -> None:
    evidence, found = Evidence(), []

    def work() -> None:
        for at in range(50):
            evidence.add(EvidenceKind.SCHEMA, f"https://a.example/{at}", b"{}", NOW)
            found.append(issued.verifier.verify(issued.text, evidence, NOW).outcome)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Outcome.ACCEPT] * 200
    assert len(evidence.pieces()) == 50


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802
        if self.path == "/away":
            self.send_response(302)
            self.send_header("location", "http://127.0.0.2/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * 100)

    def log_message(self, *_: object) -> None:
        pass


def get(url: str, most: int = 1000) -> HttpRequest:
    return HttpRequest(method="GET", url=url, headers=[], body=None, max_bytes=most, timeout_seconds=5, may_leave_host=False)


def test_the_guarded_client() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        local = GuardedClient(this_machine=True)
        assert local.send(get(f"{base}/")).body == b"x" * 100
        with pytest.raises(PlatformError.Denied):
            local.send(get(f"{base}/", most=99))
        with pytest.raises(PlatformError.Denied):
            local.send(get(f"{base}/away"))
        strict = GuardedClient()
        for url in (f"{base}/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/", "ftp://a.example/"):
            with pytest.raises(PlatformError.Denied):
                strict.send(get(url))
    finally:
        server.shutdown()
    with pytest.raises(PlatformError.Offline):
        local.send(get(f"{base}/"))


def test_times_are_with_a_zone(issued: Issued) -> None:
    assert issued.times.valid_from.tzinfo is not None
    later = issued.verifier.verify(issued.text, now=datetime(9999, 12, 31, tzinfo=timezone.utc))
    assert later.outcome == Outcome.REJECT


def test_the_version_is_the_crate_s() -> None:
    assert tamarack.__version__ == tamarack.version()
