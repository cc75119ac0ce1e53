"""Which names may stand for one body: 市教育局 and 教育局 of a city's plan, 市教体局 and 市教育体育局, 我局 and the issuer.

What lives here: suggestions, each with its reason, made from plans by rules over ``kg/lexicon/names.toml``.
What never will: decisions.  A suggestion changes no fact; both spellings stay as they stand until a person confirms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal["short_form", "self_reference", "place_prefix", "abbreviation", "merged_office", "spelling"]
"""Why two names may be one body.

``short_form``: the text gives the short form itself (以下简称); certain.  ``self_reference``: 我局, 本校 → the issuer.
``place_prefix``: the same name with and without its place or level.  ``abbreviation``: by the table of components
(教体 = 教育体育).  ``merged_office``: an office that was renamed or merged, at the same level (教育局, 教体局).
``spelling``: 和/与/及, brackets, traditional or simplified, full or half width.
"""


@dataclass(frozen=True, slots=True, order=True)
class SameBody:
    """Two names that may stand for one body: a suggestion until a person confirms it."""

    documents: tuple[str, ...]
    """Ids of the documents in which the two stand and for which it is suggested, sorted: 市教育局 is another body in the
    plan of another city."""
    name: str
    """The spelling: the canonical name of body facts, as in ``BodyFact.canonical``."""
    other: str
    """The fuller name that it may stand for.  It stands in one of the documents, as the name of a body, an issuer or an
    addressee, or is made of ``name`` and the place of the plan."""
    reason: Reason
    """Why; :func:`why` tells it in words."""
    confidence: float
    """From 0 to 1; 1 only where the text itself says so."""
