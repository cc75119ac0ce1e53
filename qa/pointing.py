"""What a further question points back to: the units of the answer before it, one of them, their part, or a body.

What lives here: which units or bodies a question that points back is about.  What never will: whether it points back
(``qa/question/``), but for one that finds nothing by itself.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kg.model import Role

from .corpus import Corpus, language
from .model import And, Answer, HasBody, InUnit, Node, Not, Query, UnderHeading

_ACTING: tuple[Role, ...] = ("lead", "responsible", "support", "participant")
NEAR = 3
"""Units that an answer may be of for a further question to be about them without a word that points back."""


def pointing(query: Query, after: Answer, corpus: Corpus) -> Query:
    """The question, limited to what it points back to; of a body it points back to it asks what that body does.

    Args:
        query: a question that points back.
        after: the answer before it.
        corpus: the plans that it is asked of.
    """
    said = language()["back"]
    asked = query.question.lower()
    units = [item.iri for item in after.items]
    if units and not query.terms and re.search(said[f"part_{query.language}"], asked):
        around = next((corpus.section_iris(u) for u in corpus.units if u.iri == units[0]), ())
        if around:
            return replace(query, condition=UnderHeading(around[-1:]), intent="navigate", points_back=False)
    for which, at in (("first", 0), ("last", -1)):
        if len(units) > 1 and re.search(said[f"{which}_{query.language}"], asked):
            units = [units[at]]
    more = re.search(language()["filter"][query.language]["other"], asked) is not None
    if not query.terms and re.search(said[f"body_{query.language}"], asked) and (names := _acting(after, corpus)):
        supports = re.search(language()["filter"][query.language]["support"], asked) is not None
        does: Node = HasBody(("support",) if supports else _ACTING, names)
        others = And((does, Not(InUnit(tuple(i.label for i in after.items)))), "unit")
        query = replace(query, condition=others if more else does, wants="item", points_back=False)
        return query if query.intent == "count" else replace(query, intent="list_items")
    cited = tuple(c.iri for c in after.citations)
    focus = tuple(units) or after.query.focus
    return replace(query, focus=focus, seen=cited if more else (), told=() if more else cited)


def may_point_back(query: Query, answer: Answer, after: Answer) -> Query | None:
    """The question as one that points back, where it is for one thing, found none, and came behind an answer."""
    refused = answer.status == "not_stated" and query.intent in {"fact", "yes_no"} and bool(query.wants)
    near = 0 < len(after.items) <= NEAR
    return replace(query, points_back=True) if refused and near and not query.points_back else None


def tells_of(answer: Answer, after: Answer) -> bool:
    """Whether an answer stands in what the one before it spoke of, in a clause that holds a word of the question."""
    before = {item.iri for item in after.items}
    shown = any(e.graph for e in answer.explanation.evidence)
    return answer.status == "answered" and shown and before.issuperset(item.iri for item in answer.items)


def _acting(after: Answer, corpus: Corpus) -> tuple[str, ...]:
    """Canonical names of those who act in the clauses that an answer for who does something cites, as it names them."""
    if after.query is None or after.query.wants not in {"owner", "who"}:
        return ()
    cited = {c.iri for c in after.citations}
    bodies = (b for row in corpus.rows if row.iri in cited for b in row.bodies)
    return tuple(dict.fromkeys(b.canonical for b in bodies if b.role in _ACTING and b.name in after.answer))
