"""An HTTP client for the library, of the standard library alone, that strangers' URLs cannot turn against the network it
runs in."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import SplitResult, urljoin, urlsplit

from ._native.tamarack import HttpClient, HttpHeader, HttpRequest, HttpResponse
from .errors import PlatformError

__all__ = ["GuardedClient"]

_REDIRECTS = 3
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class GuardedClient(HttpClient):
    """Sends requests over HTTPS to public addresses alone, whatever a name resolves to; the address that was checked is the one
    that is connected to. Redirects are followed three times at most, never to HTTP.

    ``this_machine``: also this very machine, where a URL names it (``localhost``), over HTTP as well. For development.
    ``context``: the TLS settings; none for the system's authorities.

    Raises ``PlatformError.Offline`` when nobody answers and ``PlatformError.Denied`` for an address that may not be asked.

    >>> from tamarack import Evidence, GuardedClient, PolicyOptions, Verifier
    >>> verifier = Verifier(PolicyOptions(insecure_trust_any_issuer=True))
    >>> verdict = verifier.verify_online(text, Evidence(), GuardedClient())  # doctest: +SKIP
    """

    def __init__(self, *, this_machine: bool = False, context: ssl.SSLContext | None = None) -> None:
        self._this_machine = this_machine
        self._context = context or ssl.create_default_context()

    def send(self, request: HttpRequest) -> HttpResponse:
        """Sends one request and waits for the answer."""
        deadline = time.monotonic() + request.timeout_seconds
        url = urlsplit(request.url)
        for _ in range(_REDIRECTS + 1):
            response = self._once(url, request, deadline)
            location = _header(response, "location")
            if request.method != "GET" or response.status not in (301, 302, 303, 307, 308) or location is None:
                return response
            url = self._redirected(url, location, request)
        raise PlatformError.Denied(reason="too many redirects")

    def _redirected(self, url: SplitResult, location: str, request: HttpRequest) -> SplitResult:
        to = urlsplit(urljoin(url.geturl(), location))
        leaves = (to.hostname, to.port) != (url.hostname, url.port)
        if leaves and not request.may_leave_host:
            raise PlatformError.Denied(reason="a redirect to another host")
        if (url.scheme == "https" and to.scheme != "https") or (_is_this_machine(to) and not _is_this_machine(url)):
            raise PlatformError.Denied(reason="a redirect to a weaker place")
        return to

    def _once(self, url: SplitResult, request: HttpRequest, deadline: float) -> HttpResponse:
        if url.scheme not in ("https", "http") or url.hostname is None or url.username is not None:
            raise PlatformError.Denied(reason="no URL that may be asked")
        this_machine = self._this_machine and _is_this_machine(url)
        if url.scheme == "http" and not this_machine:
            raise PlatformError.Denied(reason="not HTTPS")
        try:
            connection = self._connect(url, this_machine, deadline)
        except (OSError, ValueError) as error:
            raise PlatformError.Offline(reason=str(error)) from error
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            headers = {header.name: header.value for header in request.headers}
            connection.request(request.method, path, body=request.body, headers=headers)
            answer = connection.getresponse()
            body = _read(answer, connection, request.max_bytes, deadline)
            got = [HttpHeader(name=name, value=value) for name, value in answer.getheaders()]
            return HttpResponse(status=answer.status, headers=got, body=body)
        except (OSError, http.client.HTTPException) as error:
            raise PlatformError.Offline(reason=str(error)) from error
        finally:
            connection.close()

    def _connect(self, url: SplitResult, this_machine: bool, deadline: float) -> http.client.HTTPConnection:
        host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
        last: OSError = OSError("no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            place = ipaddress.ip_address(str(address[0]).split("%")[0])
            if not (place.is_loopback if this_machine else _is_public(place)):
                raise PlatformError.Denied(reason="not a public address")
            plain = socket.socket(family, kind, protocol)
            try:
                plain.settimeout(_left(deadline))
                plain.connect(address)
                if url.scheme == "https":
                    plain = self._context.wrap_socket(plain, server_hostname=host)
            except OSError as error:
                plain.close()
                last = error
                continue
            connection = http.client.HTTPConnection(host, port)
            connection.sock = plain
            if (url.scheme, port) == ("https", 443):
                # The Host header leaves out the port that the scheme has anyway.
                connection.default_port = 443
            return connection
        raise last


def _is_this_machine(url: SplitResult) -> bool:
    return (url.hostname or "") in _THIS_MACHINE


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return address.is_global and inner.is_global and not address.is_multicast


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is over")
    return left


def _read(
    answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, most: int, deadline: float
) -> bytes:
    parts: list[bytes] = []
    length = 0
    while True:
        if connection.sock is not None:
            connection.sock.settimeout(_left(deadline))
        part = answer.read(min(65536, most + 1 - length))
        if not part:
            return b"".join(parts)
        parts.append(part)
        length += len(part)
        if length > most:
            raise PlatformError.Denied(reason="the answer is too long")


def _header(response: HttpResponse, name: str) -> str | None:
    return next((header.value for header in response.headers if header.name.lower() == name), None)
