"""Comparisons, and where two things meet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..corpus import language, section_number
from ..model import (
    And,
    HasConcept,
    HasText,
    InSection,
    InUnit,
    Node,
    Or,
    Place,
    Query,
    UnderHeading,
    Wanted,
    terms_of,
)
from ..retrieve import (
    Ranked,
    clauses_of,
    decide,
    is_broad,
)
from ..sparql import to_sparql
from .draft import Draft, sections_of
from .facts import fact
from .focus import focus_of, wanted_roles
from .lists import rows_for
from .parts import navigate_to
from .sides import best_of_sides, take_sides

_GIVEN: frozenset[Wanted] = frozenset({"owner", "who", "where"})
"""Kinds of thing that two units are compared by."""
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[期届批轮次个]|\d+(?:\.\d+)?(?:%|个百分点|[\u4e00-\u9fff])|(?:19|20)\d\d"
)


def compare(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """Two things beside each other: sections by their items, units and matters by what their clauses state."""
    corpus, query = draft.corpus, draft.query
    nodes = terms_of(query.condition)
    sections = [n for n in nodes if isinstance(n, InSection | UnderHeading)]
    if len(sections) >= 2:
        _compare_sections(draft, sections)
        return
    if query.asks_section and not nodes:
        _rank_sections(draft)
        return
    sides = best_of_sides(draft, ranked) if len(query.sides) >= 2 and not _numbered(query) else []
    rows = {h.row.index for side in sides for h in side}
    if len(sides) >= 2 and re.search(language()["filter"][query.language]["same_unit"], query.question.lower()):
        units = list(dict.fromkeys(side[0].row.unit_index for side in sides))
        names = [draft.unit(corpus.units[u], title=False) for u in units]
        phrase = "compare_same" if len(names) == 1 else "compare_differ"
        draft.lines.append(draft.say(phrase, a=names[0], b=names[-1]))
        take_sides(draft, [side[:1] for side in sides])
        return
    both = _of_both(draft, ranked, sides)
    if both or (len(sides) >= 2 and len(rows) == 1):
        if len(both) == 2 and _asks_same(query):
            phrase = "compare_same" if len(set(both)) == 1 else "compare_differ"
            draft.lines.append(draft.say(phrase, a=both[0], b=both[1]))
        take_sides(draft, [ranked[:1]] if both else sides, "fact_line")
        return
    if _compare_given(draft, ranked, [h for side in sides for h in side] or _sides(draft, ranked)):
        return
    if len(sides) >= 2:
        _say_compared(draft, [side[-1] for side in sides])
        take_sides(draft, sides)
        return
    hits = _sides(draft, ranked)
    if len(hits) < 2:
        fact(draft, ranked)
        return
    _say_compared(draft, hits)
    for hit in hits:
        draft.take(draft.corpus.units[hit.row.unit_index], [hit.row])


def _of_both(draft: Draft, ranked: Sequence[Ranked], sides: Sequence[Sequence[Ranked]]) -> list[str]:
    """Figures of one sort in the clause that is nearest to the whole question, where one side alone has no such figure.

    *As many books in primary as in middle schools*: 小学不低于25册、初中不低于35册 tells of both.
    """
    nearest = ranked[0].row if ranked else None
    if nearest is None or _numbered(draft.query):
        return []
    marks = _ORDINAL.findall(nearest.view)
    counted = [_counts(m) for m in marks]
    twice = next((c for c in counted if counted.count(c) > 1), None)
    rows = [[h.row for h in side] for side in sides]
    if twice is None or (rows and not any(nearest in side for side in rows)):
        return []
    if any(row is not nearest for side in rows for row in side) or not rows:
        # A side is from elsewhere, or none was told: then the same must be asked, and elsewhere the figure is lacking.
        alike = [any(_counts(m) == twice for r in side for m in _ORDINAL.findall(r.view)) for side in rows]
        if not _asks_same(draft.query) or (alike and all(alike)):
            return []
    return [m for m in marks if _counts(m) == twice]


def _asks_same(query: Query) -> bool:
    """Whether things are asked to be the same, or to differ."""
    return re.search(language()["filter"][query.language]["same"], query.question.lower()) is not None


def _compare_given(draft: Draft, ranked: Sequence[Ranked], sides: Sequence[Ranked]) -> bool:
    """Who acts, or where, in each of two units, and whether it is the same; ``False`` where one does not tell."""
    query = draft.query
    units = list(dict.fromkeys(h.row.unit_index for h in sides))
    asked = re.search(language()["filter"][query.language]["whether"], query.question.lower())
    whether = _asks_same(query) and asked is not None
    if query.wants not in _GIVEN or len(units) != 2 or not whether:
        return False
    giving = [_giving(draft, [h for h in ranked if h.row.unit_index == unit]) for unit in units]
    names = [focus_of(draft, [h.row for h in told]) for told in giving]
    if not all(names):
        return False
    phrase = "compare_same" if names[0] == names[1] else "compare_differ"
    draft.lines.append(draft.say(phrase, a=names[0], b=names[1]))
    others = [[h for h in sides if h.row.unit_index == unit and h not in giving[k]] for k, unit in enumerate(units)]
    take_sides(draft, [told + rest for told, rest in zip(giving, others, strict=True)], "fact_line")
    return True


def _giving(draft: Draft, unit: Sequence[Ranked]) -> list[Ranked]:
    """The clause of a unit that gives what is asked; for who acts one that names these in the part asked for."""
    told = [h for h in unit if h.gives]
    for roles in wanted_roles(draft.query):
        told = [h for h in told if any(b.role in roles for b in h.row.bodies)] or told
    return told[:1]


def _numbered(query: Query) -> bool:
    return any(isinstance(n, Place) for n in terms_of(query.condition))


def _say_compared(draft: Draft, hits: Sequence[Ranked]) -> None:
    """How the sides differ, where it is asked and both state a mark of it."""
    marks = [list(dict.fromkeys(_ORDINAL.findall(h.row.view))) for h in hits]
    if len(marks) == 2:
        # What both count is set beside each other: 第二期 and 第三期, and not the years that stand in one alone.
        alike = {_counts(m) for m in marks[0]} & {_counts(m) for m in marks[1]}
        marks = [[m for m in side if _counts(m) in alike] or side for side in marks]
    one = len({h.row.index for h in hits}) < len(hits)
    if one or not all(marks) or not _asks_same(draft.query):
        draft.lines.append(draft.say("compare_side"))
    elif set(marks[0]) == set(marks[1]):
        draft.lines.append(draft.say("compare_same", a=marks[0][0]))
    else:
        draft.lines.append(draft.say("compare_differ", a="、".join(marks[0]), b="、".join(marks[1])))


def _counts(mark: str) -> str:
    """What a figure counts: its word without the number."""
    return re.sub(r"[\d.一二三四五六七八九十百]+", "", mark)


def _sides(draft: Draft, ranked: Sequence[Ranked]) -> list[Ranked]:
    """What is compared: units named by number, or things named beside each other, or the two best units."""
    nodes = terms_of(draft.query.condition)
    labels = [label for n in nodes if isinstance(n, InUnit) for label in n.labels]
    if len(labels) >= 2:
        firsts = [next((h for h in ranked if h.row.unit.label == label), None) for label in labels]
        return [h for h in firsts if h is not None]
    leaves = [n for n in nodes if isinstance(n, HasConcept | HasText) and not is_broad(draft.corpus, n)]
    if isinstance(draft.query.condition, Or) and len(leaves) >= 2:
        return _best_of_each(draft, leaves, ranked)
    seen: dict[int, Ranked] = {}
    for hit in ranked:
        if hit.graph >= 0.5 * ranked[0].graph and (hit.gives or not ranked[0].gives):
            seen.setdefault(hit.row.unit_index, hit)
    return list(seen.values())[:2]


def _best_of_each(draft: Draft, leaves: Sequence[Node], ranked: Sequence[Ranked]) -> list[Ranked]:
    """For each thing compared its best clause, one with a figure or a date where there is one."""
    found = []
    for leaf in leaves:
        rows = clauses_of(draft.corpus, leaf)
        hits = [h for h in ranked if h.row.index in rows]
        told = [h for h in hits if any(t.value is not None or t.deadline for t in h.row.targets)]
        found += (told or hits)[:1]
    return list({h.row.index: h for h in found}.values())


def _rank_sections(draft: Draft) -> None:
    """The top section with the most, or the fewest, items."""
    corpus = draft.corpus
    counts = [
        (sum(s in u.sections and u.unit.kind == "item" for u in corpus.units), s)
        for plan in corpus.plans
        for s in plan.document.sections
        if s.level == 1
    ]
    counts = [(n, s) for n, s in counts if n]
    if not counts:
        draft.status = "not_stated"
        draft.lines.append(draft.say("no_section", number="", n=0))
        return
    fewest = re.search(r"最少|\b(?:fewest|least|smallest)\b", draft.query.question.lower())
    n, section = min(counts, key=lambda c: c[0]) if fewest else max(counts, key=lambda c: c[0])
    number = section_number((section,), 1)
    draft.lines.append(draft.say("section_most", title=f"{section.label}{section.title}", n=n))
    if number is not None:
        navigate_to(draft, [InSection(number)])


def _compare_sections(draft: Draft, nodes: Sequence[InSection | UnderHeading]) -> None:
    corpus = draft.corpus
    sides = []
    for node in nodes[:2]:
        iri = sections_of(corpus, node)[0]
        section = corpus.headings[iri]
        inside = [u for u in corpus.units if iri in corpus.section_iris(u) and u.unit.kind == "item"]
        sides.append((f"{section.label}{section.title}", inside))
    sides.sort(key=lambda s: -len(s[1]))
    (a, inside_a), (b, inside_b) = sides
    phrase = "compare_more" if len(inside_a) > len(inside_b) else "compare_equal"
    n, m = len(inside_a), len(inside_b)
    draft.lines.append(draft.say(phrase, a=a, b=b, na=n, nb=m, more=n - m))
    for unit in sorted(inside_a + inside_b, key=lambda u: u.index):
        draft.take(unit, [corpus.rows[i] for i in unit.rows[:1]])


def connect(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """The units in which two things meet."""
    corpus = draft.corpus
    leaves: tuple[Node, ...] = tuple(n for n in terms_of(draft.query.condition) if not is_broad(corpus, n))
    if len(leaves) < 2:
        fact(draft, ranked)
        return
    node = And(leaves, "unit")
    draft.sparql = to_sparql(node, corpus)
    found = decide(corpus, node)
    if not found:
        draft.status = "partial"
        draft.lines.append(draft.say("connect_none"))
        for leaf in leaves:
            for index in sorted(clauses_of(corpus, leaf))[:1]:
                draft.take(corpus.units[corpus.rows[index].unit_index], [corpus.rows[index]])
        return
    draft.lines.append(draft.say("connect_lead", n=len(found)))
    for unit, rows in found.items():
        draft.take(corpus.units[unit], rows_for(draft, corpus.units[unit], rows))
