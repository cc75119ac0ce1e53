"""Questions and answers.  ``from qa import Assistant`` is the whole Python interface.

Imports from ``kg`` and ``embeddings``; never from ``ui`` or ``app``.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .assistant import Assistant as Assistant
    from .model import Answer as Answer

__all__ = ["Answer", "Assistant"]


def __getattr__(name: str) -> object:
    """Import what answers when it is first asked for (PEP 562): commands that ask nothing start without it."""
    if name == "Assistant":
        from .assistant import Assistant

        return Assistant
    if name == "Answer":
        from .model import Answer

        return Answer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
