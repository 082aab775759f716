"""The errors, as the generated module has them; ``errors.pyi`` says of what types they are."""

from ._native.tamarack import PlatformError, TamarackError

__all__ = ["PlatformError", "TamarackError"]
