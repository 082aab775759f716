"""Tamarack's own test vectors, read as `test-vectors/README.md` tells."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from tamarack import Evidence, EvidenceKind, MaxAge, PolicyOptions

FOLDER = Path(__file__).resolve().parents[3] / "test-vectors"


def read(operation: str) -> list[tuple[str, dict[str, Any]]]:
    """Every vector of an operation, with its name."""
    found = []
    for path in sorted(FOLDER.glob("*/*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        if vector["operation"] == operation:
            found.append((f"{path.parent.name}/{path.stem}", vector))
    return found


def content(part: Any) -> bytes:
    """The bytes that an input or a piece of evidence stands for."""
    if isinstance(part, str):
        return part.encode()
    if "json" in part:
        return json.dumps(part["json"], ensure_ascii=False).encode("utf-8", "surrogatepass")
    if "base64" in part:
        return base64.b64decode(part["base64"])
    if "repeat" in part:
        return content(part["repeat"]) * part["times"]
    return b"".join(content(each) for each in part["concat"])


def time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def evidence(vector: dict[str, Any]) -> Evidence:
    all_of_it = Evidence()
    for piece in vector.get("evidence", []):
        kind = EvidenceKind[piece["kind"].replace("-", "_").upper()]
        all_of_it.add(kind, piece["id"], content(piece["content"]), time(piece["fetched"]))
    return all_of_it


def policy(vector: dict[str, Any]) -> PolicyOptions:
    said = vector["policy"]
    options: dict[str, Any] = {}
    if said["trust"] == "any":
        options["insecure_trust_any_issuer"] = True
    elif said["trust"] != "none":
        options["trust_list"] = json.dumps(said["trust"])
    for name in ("challenge", "domain"):
        if isinstance(said.get(name), str):
            options[name] = said[name]
    options["weaken_holder_may_differ"] = said.get("holderMayDiffer") is True
    options["as_holder"] = said.get("asHolder") is True
    options["weaken_old_sd_jwt_vc_typ"] = said.get("oldSdJwtVcTyp") is True
    options["require_pseudonym"] = said.get("pseudonym") == "required"
    options["require_type_metadata"] = said.get("typeMetadata") == "required"
    if "maxAgeSeconds" in said:
        age = said["maxAgeSeconds"]
        options["max_age"] = MaxAge(did_document=age, status_list=age, schema=age, context=age, resource=age)
    return PolicyOptions(**options)
