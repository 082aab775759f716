"""The issuing and the verifying service of this repository, as processes on this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = Path(os.environ.get("TAMARACK_PROGRAMS", ROOT / "target/debug"))
PASSPHRASE = "larch needles fall"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Service:
    """A program that serves, until `stop`."""

    def __init__(self, arguments: list[str | Path], url: str, log: Path) -> None:
        self.url = url
        with log.open("w") as out:
            environment = {**os.environ, "TAMARACK_PASSPHRASE": PASSPHRASE, "LC_ALL": "C"}
            self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment)
        until = time.monotonic() + 60
        while not self.ready():
            assert time.monotonic() < until and self.process.poll() is None, log.read_text()
            time.sleep(0.05)

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Province:
    """`tamarack-issuer serve`, with the photo card and the proof of age."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        port = free_port()
        self.url, self.did = f"http://localhost:{port}", f"did:web:localhost%3A{port}"
        self.run("init", "--did", self.did, "--status-base", f"{self.url}/status")
        for kind in ("P-256", "BLS12-381-G2"):
            self.run("key", "new", "--kind", kind)
        for name in ("person-2.0.json", "age-2.0.json"):
            self.run("type", "add", str(ROOT / "examples/types" / name))
        serve = ["serve", "--base-url", self.url, "--listen", f"127.0.0.1:{port}", "--rate", "100000"]
        self.service = Service([*self.command(), *serve], self.url, folder / "issuer.log")
        issuer = {"did": self.did, "name": {"en": "Ontario", "fr": "Ontario"}, "types": ["*"]}
        names = {"en": "A list", "fr": "Une liste"}
        self.trust = folder / "trust.json"
        self.trust.write_text(
            json.dumps({"version": 1, "name": names, "issued": "2026-01-01T00:00:00Z", "issuers": [issuer]})
        )

    def command(self) -> list[str | Path]:
        return [PROGRAMS / "tamarack-issuer", "--store", self.folder / "office"]

    def run(self, *arguments: str) -> str:
        environment = {**os.environ, "TAMARACK_PASSPHRASE": PASSPHRASE, "LC_ALL": "C"}
        done = subprocess.run(
            [*self.command(), *arguments], capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def offer(self, name: str, claims: str, *, code: bool = False) -> tuple[str, str | None]:
        """The link of an offer, and its code."""
        file = str(ROOT / "examples/claims" / claims)
        made = json.loads(self.run("offer", "--json", "--type", name, "--claims", file, *(["--tx-code"] if code else [])))
        return made["link"], made.get("txCode")


class Shop:
    """`tamarack-verifier serve`, with the asks of the examples."""

    def __init__(self, folder: Path, trust: Path) -> None:
        port = free_port()
        self.url, self.folder = f"http://localhost:{port}", folder
        arguments: list[str | Path] = [PROGRAMS / "tamarack-verifier", "serve", "--trust", trust, "--store", folder / "shop"]
        for name in ("age-19.json", "counter.json"):
            arguments += ["--ask", ROOT / "examples/asks" / name]
        arguments += ["--base-url", self.url, "--listen", f"127.0.0.1:{port}"]
        self.service = Service(arguments, self.url, folder / "verifier.log")

    def call(self, path: str, body: object = None) -> Any:
        token = (self.folder / "shop/api-token").read_text().strip()
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", data, headers), timeout=30) as answer:
            return json.load(answer)

    def begin(self, ask: str) -> tuple[str, str]:
        """The id of a new request, and the link for the wallet."""
        begun = self.call("/requests", {"ask": ask})
        return begun["id"], begun["wallet"]

    def result(self, request: str) -> Any:
        return self.call(f"/requests/{request}")["result"]
