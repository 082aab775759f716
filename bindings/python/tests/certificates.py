"""A certificate for a verifier, written in DER with the library's own signature: the standard library makes none."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from tamarack import Key


def _tag(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 128 else bytes([0x82]) + len(body).to_bytes(2, "big")
    return bytes([tag]) + length + body


def _sequence(*parts: bytes) -> bytes:
    return _tag(0x30, *parts)


def _integer(value: int) -> bytes:
    return _tag(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(hexadecimal: str) -> bytes:
    return _tag(0x06, bytes.fromhex(hexadecimal))


def _time(at: datetime) -> bytes:
    return _tag(0x17, at.strftime("%y%m%d%H%M%SZ").encode())


ECDSA_SHA256 = _sequence(_oid("2a8648ce3d040302"))
P256 = _sequence(_oid("2a8648ce3d0201"), _oid("2a8648ce3d030107"))


def self_signed(key: Key, host: str, begin: datetime, end: datetime) -> bytes:
    """A certificate of a P-256 key for a host, signed by itself (RFC 5280)."""
    jwk = json.loads(key.public_key().jwk)
    point = b"\x04" + b"".join(base64.urlsafe_b64decode(jwk[name] + "=") for name in ("x", "y"))
    name = _sequence(_tag(0x31, _sequence(_oid("550403"), _tag(0x0C, host.encode()))))
    alternative = _sequence(_oid("551d11"), _tag(0x04, _sequence(_tag(0x82, host.encode()))))
    body = _sequence(
        _tag(0xA0, _integer(2)),
        _integer(1),
        ECDSA_SHA256,
        name,
        _sequence(_time(begin), _time(end)),
        name,
        _sequence(P256, _tag(0x03, b"\0", point)),
        _tag(0xA3, _sequence(alternative)),
    )
    signature = key.sign(body)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    return _sequence(body, ECDSA_SHA256, _tag(0x03, b"\0", _sequence(_integer(r), _integer(s))))
