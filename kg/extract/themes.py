"""Themes: the concepts of the thesaurus that a clause names.  The finding itself is the thesaurus's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model import Span, ThemeFact
from ..thesaurus import Thesaurus
from .words import MAX_CLAUSE, Window

_CONFIDENCE = {"pref": 0.95, "alt": 0.9, "composed": 0.85}


def theme_facts(window: Window, thesaurus: Thesaurus, aside: Sequence[Span] = ()) -> Iterator[ThemeFact]:
    """``theme.label``: a label of a concept stands in the clause; one fact for each concept, at its first mention.

    What stands in one of the spans ``aside`` is no mention.
    """
    seen: set[str] = set()
    base = window.clause.span.start
    text = window.clause.span.of(window.document.text)[:MAX_CLAUSE]
    for match in thesaurus.match(text, window.document.language):
        if match.concept in seen or any(s.start <= base + match.start < s.end for s in aside):
            continue
        seen.add(match.concept)
        concept = thesaurus.concepts[match.concept]
        yield ThemeFact(
            unit=window.unit.id,
            clause=window.clause.number,
            span=Span(base + match.start, base + match.end),
            method="theme.label@1",
            confidence=_CONFIDENCE.get(match.kind, 0.8),
            concept=match.concept,
            label_zh=concept.pref["zh"],
            label_en=concept.pref["en"],
        )
