"""A document → the facts that its clauses state, by rules that can be read one by one.

The rules live in :mod:`.bodies`, :mod:`.tables`, :mod:`.programmes`, :mod:`.targets` and :mod:`.themes`, those for
English in :mod:`.english`; the words that they know live in ``kg/lexicon/*.toml``.  No rule changes the text, and none
knows a name of any one plan.

The rules in the order in which they are tried; each function's docstring tells its sentence pattern, and
``Fact.method`` names it with its version.  What one rule has explained, a later one of the same
kind does not read again.

====================  ==============================================================================================
``bodies.py``         ``cell_owners``, ``notice_bodies``, ``owner_labels``, ``owner_brackets``, ``prose_owners``,
                      ``subjects``, ``relative``, ``affected``, ``generic_groups``, ``places``, ``provinces``
``programmes.py``     ``documents`` 《…》, ``quotations`` “…”, ``titles``, ``doings``, ``head_nouns``,
                      ``states``, ``made``, ``schemes``
``targets.py``        ``numbers``, ``worded``, ``deadlines``, ``indicators``, ``boxed``
``english.py``        ``english_bodies``, ``english_programmes``
``english_targets.py`` ``english_targets``; the head that a clause stands under: ``english_context.py``
``themes.py``         ``theme_facts``
====================  ==============================================================================================
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..model import BodyFact, Document, Fact, Span
from ..thesaurus import Thesaurus
from .words import windows

if TYPE_CHECKING:
    from .bodies import ShortForms
    from .tables import Cell

__all__ = ["extract"]


_ANSWERING = ("body.owner-bracket", "body.owner-label")
"""Rules by which a body is found among those who answer for a unit."""


def extract(document: Document, thesaurus: Thesaurus) -> tuple[Fact, ...]:
    """All facts of the document, clause by clause; each span lies inside its clause.

    Short forms (``以下简称``) hold from the clause that gives them to the end of the document.
    """
    # A question needs the words of the lexicon and no rule: compiled, the rules cost its cold start half a second.
    from .bodies import body_facts
    from .english import english_bodies, english_programmes
    from .english_context import cell_kinds, context
    from .english_targets import english_targets
    from .programmes import programme_facts
    from .tables import owner_cells
    from .targets import boxed, target_facts
    from .themes import theme_facts

    facts: list[Fact] = []
    short_forms: dict[str, str] = {}
    short_bodies: ShortForms = {}
    english = document.language == "en"
    cells = () if english else owner_cells(document)
    boxes = {} if english else boxed(document)
    kinds = cell_kinds(document) if english else {}
    rows = {unit for unit, _ in boxes}
    for window in windows(document):
        found: list[Fact] = []
        if window.chinese:
            found += body_facts(window, short_bodies, _inside(cells, window.clause.span))
            found += programme_facts(window, short_forms)
            if window.unit.id in rows:
                found += boxes.get((window.unit.id, window.clause.number), [])
            else:
                found += target_facts(window)
        else:
            head = context(document, window.unit, window.clause.number, kinds)
            found += english_bodies(window, head)
            found += english_programmes(window, head)
            found += english_targets(window, head)
        # What the name of an office says is no matter of the clause that it answers for.
        offices = [f.span for f in found if isinstance(f, BodyFact) and f.method.startswith(_ANSWERING)]
        found += theme_facts(window, thesaurus, offices)
        facts.extend(f for f in found if window.clause.span.holds(f.span) and f.span.start < f.span.end)
    return tuple(facts)


def _inside(cells: Sequence[Cell], span: Span) -> list[Cell]:
    """Those of the cells, which are in order, that lie in the span."""
    first = bisect_left(cells, span.start, key=lambda cell: cell.span.start)
    last = bisect_left(cells, span.end, first, key=lambda cell: cell.span.start)
    return [cell for cell in cells[first:last] if span.holds(cell.span)]
