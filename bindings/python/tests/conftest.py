"""What the tests share: the example type, an issuer, a shop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from services import Province, Shop

from tamarack import CredentialType, IssueOptions, Key, KeyType, PolicyOptions, Verifier

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
UNTIL = datetime.now(timezone.utc) + timedelta(days=30)


def example(path: str) -> str:
    return (EXAMPLES / path).read_text(encoding="utf-8")


def trust_list(did: str) -> str:
    name = {"en": "The province", "fr": "La province"}
    issuer = {"did": did, "name": name, "types": ["*"]}
    return json.dumps({"version": 1, "name": name, "issued": "2026-01-01T00:00:00Z", "issuers": [issuer]})


@pytest.fixture(scope="session")
def person() -> CredentialType:
    return CredentialType.parse(example("types/person-2.0.json"), example("types/person.schema.json"))


@pytest.fixture(scope="session")
def claims() -> str:
    return example("claims/person.json")


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    made = Province(tmp_path_factory.mktemp("province"))
    yield made
    made.service.stop()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, province: Province) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("shop"), province.trust)
    yield made
    made.service.stop()


@pytest.fixture
def issued(person: CredentialType, claims: str) -> "Issued":
    return Issued(person, claims, KeyType.ED25519, "eddsa-rdfc-2022")


class Issued:
    """A credential with its issuer's key and a verifier that trusts it."""

    def __init__(self, kind: CredentialType, claims: str, key_type: KeyType, suite: str, **options: object) -> None:
        self.key = Key.generate(key_type)
        made = kind.issue(claims, self.key, IssueOptions(now=NOW, suite=suite, **options))
        self.text, self.times = made.credential, made
        self.trust = trust_list(self.key.did_key())
        self.verifier = Verifier(PolicyOptions(trust_list=self.trust))
