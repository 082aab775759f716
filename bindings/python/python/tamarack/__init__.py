"""Issue, hold and verify W3C Verifiable Credentials.

>>> from tamarack import Key, KeyType, PolicyOptions, SignOptions, Verifier, Outcome, sign
>>> key = Key.generate(KeyType.ED25519)
>>> credential = sign(
...     '{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],'
...     f'"issuer":"{key.did_key()}","credentialSubject":{{"name":"Zoé"}}}}',
...     "eddsa-rdfc-2022",
...     key,
...     SignOptions(),
... )
>>> verifier = Verifier(PolicyOptions(insecure_trust_any_issuer=True))
>>> verifier.verify(credential).outcome == Outcome.ACCEPT
True

Every call is one step that asks no network and raises :class:`TamarackError`, whose six kinds say what to do next
(``TamarackError.Input``, ``Denied``, ``Offline``, ``Locked``, ``Storage``, ``Internal``); ``error.problem`` has a stable
``code`` and a message in English and French. Times are :class:`datetime.datetime` with a time zone. Handles
(:class:`Verifier`, :class:`Key`, :class:`Evidence` …) may be shared between threads.
"""

# First, so that a type checker knows the errors' kinds; the generated module has the very same classes.
from .errors import PlatformError as PlatformError
from .errors import TamarackError as TamarackError
from ._native.tamarack import *  # type: ignore[assignment]  # noqa: E402, F403
from ._native.tamarack import __all__ as _generated
from ._native.tamarack import version as _version
from .http import GuardedClient

__version__ = _version()
__all__ = [*_generated, "GuardedClient"]
