"""The errors, as the generated module has them; ``errors.pyi`` says of what types they are."""

from ._native.tamarack import PlatformError, TamarackError

__all__ = ["PlatformError", "TamarackError"]


def _said(error):
    problem = error.problem
    place = f" at {problem.pointer!r}" if problem.pointer else ""
    about = f" ({problem.about})" if problem.about else ""
    return f"{problem.code}{place}{about}: {problem.message.en}"


# What a traceback shows: uniffi would write the name of the record.
TamarackError.__str__ = _said
