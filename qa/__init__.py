"""Questions and answers.  ``from qa import Assistant`` is the whole Python interface.

Imports from ``kg`` and ``embeddings``; never from ``ui`` or ``app``.
"""

from .assistant import Assistant as Assistant
from .model import Answer as Answer

__all__ = ["Answer", "Assistant"]
