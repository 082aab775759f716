from ._native.tamarack import Problem

class TamarackError(Exception):
    """Why a step did not come out: one of six kinds, by what the app does next."""

    problem: Problem
    """What was found: a stable code, and a message in English and French."""

    class Input(TamarackError):
        """What was handed in is not what it should be: show the message."""

        def __init__(self, problem: Problem) -> None: ...

    class Denied(TamarackError):
        """The person, a rule or the other side said no."""

        def __init__(self, problem: Problem) -> None: ...

    class Offline(TamarackError):
        """The network or a service was out of reach: try again later."""

        def __init__(self, problem: Problem) -> None: ...

    class Locked(TamarackError):
        """Something is locked, or the passphrase is not the right one."""

        def __init__(self, problem: Problem) -> None: ...

    class Storage(TamarackError):
        """What is kept could not be read or written."""

        def __init__(self, problem: Problem) -> None: ...

    class Internal(TamarackError):
        """A fault of the library, or of what the app gave it to call."""

        def __init__(self, problem: Problem) -> None: ...

class PlatformError(Exception):
    """Why the app did not do what the library asked it for."""

    reason: str
    """For a log of the app; people are not shown it."""

    class Denied(PlatformError):
        """The person or the system said no."""

        def __init__(self, reason: str) -> None: ...

    class Offline(PlatformError):
        """No network, or nobody answered."""

        def __init__(self, reason: str) -> None: ...

    class Locked(PlatformError):
        """The device or the key is locked."""

        def __init__(self, reason: str) -> None: ...

    class Gone(PlatformError):
        """A key of the device is gone."""

        def __init__(self, reason: str) -> None: ...

    class Failed(PlatformError):
        """Anything else."""

        def __init__(self, reason: str) -> None: ...
