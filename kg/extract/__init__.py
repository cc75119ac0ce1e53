"""A document → the facts that its clauses state, by rules that can be read one by one.

The rules live in :mod:`.bodies`, :mod:`.programmes`, :mod:`.targets` and :mod:`.themes`; the words that they know live
in ``kg/lexicon/*.toml``.  No rule changes the text, and none knows a name of any one plan.
"""

from __future__ import annotations

from ..model import Document, Fact
from ..thesaurus import Thesaurus
from .bodies import bodies
from .programmes import programmes
from .targets import targets
from .themes import themes
from .words import windows

__all__ = ["extract"]


def extract(document: Document, thesaurus: Thesaurus) -> tuple[Fact, ...]:
    """All facts of the document, clause by clause; each span lies inside its clause.

    Short forms (``以下简称``) hold from the clause that gives them to the end of the document.
    """
    facts: list[Fact] = []
    short_forms: dict[str, str] = {}
    for window in windows(document):
        found: list[Fact] = [
            *bodies(window),
            *programmes(window, short_forms),
            *targets(window),
            *themes(window, thesaurus),
        ]
        facts.extend(f for f in found if window.clause.span.holds(f.span) and f.span.start < f.span.end)
    return tuple(facts)
