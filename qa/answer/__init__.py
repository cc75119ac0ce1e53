"""Evidence → an :class:`~qa.model.Answer`, composed in the question's language from ``phrases.toml``.

Every sentence of an answer is a statement about clauses that it quotes; every quote is held against the source before
it is shown.  A kind of question has one function here, told by its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from embeddings.hybrid import Scored

from ..corpus import Corpus, matching
from ..model import (
    MAX_QUESTION,
    Answer,
    Citation,
    Evidence,
    Explanation,
    InSection,
    InUnit,
    ItemRef,
    Query,
    Status,
    Term,
    UnderHeading,
    terms_of,
)
from ..retrieve import (
    DEFAULT,
    Ranked,
    Weights,
    gives,
    rank,
)
from .compare import compare, connect
from .defining import explains
from .draft import Draft, citation_of, phrases, squeeze
from .facts import fact
from .lists import count, list_items, titles, yes_no
from .parts import metadata, navigate, neighbour, summarise
from .premises import missing_part, names_nothing, not_loaded
from .sentences import sentences
from .tallies import extreme, tally

_DECIDED = frozenset({"list_items", "count", "navigate", "summary", "metadata"})
"""Intents whose answers no ranking has a say in."""
SECTIONS_TOLD = 5
"""Units of a list for which the section is told; more would bury it."""


def compose(
    corpus: Corpus,
    query: Query,
    scored: Scored,
    *,
    id: str = "",
    elapsed_ms: float = 0.0,
    weights: Weights = DEFAULT,
) -> Answer:
    """The answer to a query; ``scored`` holds the text indexes' scores of every row for the same question."""
    draft = Draft(corpus, query)
    ranked = rank(corpus, query, scored, weights) if corpus.rows else []
    if not query.question.strip():
        draft.status = "unclear"
        draft.lines.append(draft.say("empty"))
    elif len(query.question) > MAX_QUESTION:
        draft.status = "unclear"
        draft.lines.append(draft.say("too_long", most=MAX_QUESTION))
    elif not_loaded(draft):
        draft.status = "not_stated"
    elif not (query.sentence or query.extreme) and names_nothing(draft):
        draft.nearest(ranked)
    elif not missing_part(draft) and not titles(draft):
        _tell(draft, ranked)
    return _finish(draft, ranked, id, elapsed_ms)


def _tell(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """The answer by the kind of question."""
    query = draft.query
    if query.tally:
        tally(draft)
    elif not (query.extreme and extreme(draft)):
        told = sentences if query.sentence else neighbour if query.shift else _KINDS[query.intent]
        told(draft, ranked)


def _everyday(draft: Draft, by_row: Mapping[int, Ranked]) -> tuple[Term, ...]:
    """The matters that a cited clause names, as terms, so that a person sees what had a say and may switch it off."""
    if draft.query.intent in _DECIDED:
        return ()
    cited = [draft.corpus.rows[i].view for i in draft.cited if (r := by_row.get(i)) is not None and r.matter > 0]
    used = [m for m in draft.query.matters if any(matching(term) in view for term in m.terms for view in cited)]
    return tuple(Term(m.terms[0], "、".join(m.terms), m.terms[0], kind="text", reason="everyday") for m in used)


def _readings(draft: Draft) -> tuple[str, ...]:
    """A unit named by number alone may be any plan's: the same question of each of them."""
    titles = [p.document.title or p.document.id for p in draft.corpus.plans]
    by_number = any(isinstance(n, InUnit) for n in terms_of(draft.query.condition))
    if len(titles) < 2 or not by_number:
        return ()
    return tuple(draft.say("reading", title=title, question=draft.query.question) for title in titles)


def merge(answers: Sequence[Answer], titles: Sequence[str]) -> Answer:
    """One answer from the answers of several documents, each under its title; citations are counted on."""
    told = [a for a in answers if a.status in {"answered", "partial"}]
    lines: list[str] = []
    citations: list[Citation] = []
    for answer, title in zip(answers, titles, strict=True):
        before = len(citations)
        lines.append(phrases()[answer.language]["of_document"].format(title=title))
        lines.append(re.sub(r"\[(\d+)\]", lambda m, n=before: f"[{int(m.group(1)) + n}]", answer.answer))  # type: ignore[misc]
        citations += [replace(c, n=c.n + before) for c in answer.citations]
    status: Status = "not_stated" if not told else "answered" if len(told) == len(answers) else "partial"
    return replace(
        answers[0],
        status=status,
        answer="\n".join(lines),
        items=tuple(item for a in told for item in a.items),
        citations=tuple(citations),
        borderline=tuple(b for a in answers for b in a.borderline),
        checked=sum(a.checked for a in answers),
        explanation=replace(
            (told or answers)[0].explanation, evidence=tuple(e for a in answers for e in a.explanation.evidence)
        ),
    )


def _finish(draft: Draft, ranked: Sequence[Ranked], id: str, elapsed_ms: float) -> Answer:
    corpus, query = draft.corpus, draft.query
    named = any(isinstance(n, InSection | UnderHeading) for n in terms_of(query.condition))
    asked = query.asks_section and not draft.sections_told and not named
    if asked and draft.status == "answered" and 0 < len(draft.units) <= SECTIONS_TOLD:
        for unit in (corpus.units[i] for i in sorted(draft.units)):
            path = " › ".join(f"{s.label}{s.title}" for s in unit.sections)
            line = draft.say("unit_in", unit=draft.unit(unit, title=False), section=path)
            if path and line not in draft.lines:
                draft.lines.append(line)
    items = tuple(
        ItemRef(u.document.id, u.unit.label, u.unit.title, u.iri)
        for u in (corpus.units[i] for i in sorted(draft.units))
    )
    citations = tuple(citation_of(corpus.rows[row], n) for row, n in draft.cited.items())
    by_row = {r.row.index: r for r in ranked}
    evidence = tuple(
        Evidence(corpus.rows[i].iri, r.graph > 0, round(r.dense, 4), round(r.lexical, 4))
        for i in draft.cited
        if (r := by_row.get(i)) is not None
    )
    return Answer(
        id=id,
        question=query.question,
        language=query.language,
        status=draft.status,
        answer="\n".join(draft.lines),
        items=items if draft.status != "not_stated" else (),
        citations=citations,
        borderline=tuple(draft.borderline),
        checked=draft.checked or len(corpus.units),
        explanation=Explanation(
            query.intent, (*query.terms, *_everyday(draft, by_row)), draft.sparql, evidence, _readings(draft)
        ),
        elapsed_ms=elapsed_ms,
        query=query,
    )


_KINDS = {
    "list_items": list_items,
    "count": count,
    "fact": fact,
    "compare": compare,
    "navigate": navigate,
    "summary": summarise,
    "metadata": metadata,
    "yes_no": yes_no,
    "connect": connect,
}
__all__ = ["compose", "explains", "gives", "squeeze"]
