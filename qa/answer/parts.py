"""Parts of a plan asked for by number or by what they are, and what a document states of itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..corpus import Corpus, Row, UnitRow, genre, language, matching
from ..model import (
    InSection,
    InUnit,
    Node,
    Place,
    Query,
    UnderHeading,
    Wanted,
    terms_of,
)
from ..retrieve import (
    Ranked,
    clauses_of,
    gives,
)
from .draft import NEEDED, QUOTES_A_UNIT, Draft, sections_of, squeeze
from .facts import fact
from .focus import focus_of, quoted_in, wanted_roles

TOLD_OF_UNITS: frozenset[Wanted] = NEEDED | {"where", "programme"}
"""Kinds of thing that may be asked of a unit by its number alone."""
NEAREST = 5
"""Clauses among which the document is looked for whose number is asked."""
META: frozenset[Wanted] = frozenset({"number", "who", "parts", "title", "when"})
"""What a document states of itself."""


def navigate(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """Units and sections that are named by number: where they stand, what they are called, what they give."""
    corpus, query = draft.corpus, draft.query
    nodes = terms_of(query.condition)
    units = [u for node in nodes if isinstance(node, InUnit) for u in corpus.units if u.unit.label in node.labels]
    sections = [node for node in nodes if isinstance(node, InSection | UnderHeading)]
    if units and not sections:
        if query.wants in TOLD_OF_UNITS:
            told_of(draft, units)
            return
        for unit in units:
            if query.wants == "section" or re.search(r"部分|\bsection\b|\bpart\b", query.question.lower()):
                path = " › ".join(f"{s.label}{s.title}" for s in unit.sections)
                draft.lines.append(draft.say("unit_in", unit=draft.unit(unit, title=False), section=path))
            elif query.wants == "title" and unit.unit.title:
                draft.lines.append(draft.say("title_is", unit=draft.unit(unit, title=False), title=unit.unit.title))
            draft.take(unit, [corpus.rows[i] for i in unit.rows[:1]])
        return
    navigate_to(draft, sections)


def neighbour(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """The item that stands before or after the one that is named, by number or by what it is about."""
    corpus, query = draft.corpus, draft.query
    labels = {label for n in terms_of(query.condition) if isinstance(n, InUnit) for label in n.labels}
    named = [u for u in corpus.units if u.unit.label in labels]
    items = [u for u in corpus.units if u.unit.kind in {"item", "article"}]
    leaves = [n for n in terms_of(query.condition) if not isinstance(n, Place)]
    named_by = [h for h in ranked if h.graph > 0 and any(h.row.index in clauses_of(corpus, n) for n in leaves)]
    # Of what is as much about it the unit whose title says so.
    named_by.sort(key=lambda h: (-h.graph, -_in_title(corpus, h, leaves)))
    about = [corpus.units[h.row.unit_index] for h in named_by]
    first = next((u for u in (*named, *about) if u in items), None)
    if first is None:
        fact(draft, ranked)  # Nothing is about it: that is the answer.
        return
    beside = [items[at] for at in (items.index(first) + step for step in query.shift) if 0 <= at < len(items)]
    units = [unit for unit in beside if unit.document is first.document]
    if not units:
        draft.status = "not_stated"
        draft.lines.append(draft.say("no_neighbour"))
        return
    if query.wants in TOLD_OF_UNITS:
        told_of(draft, units)
        return
    for unit in units:
        draft.lines.append(draft.say("title_is", unit=draft.unit(unit, title=False), title=unit.unit.title))
        hints = [leaf for n in query.hints for leaf in terms_of(n)]
        asked = [i for i in unit.rows if any(i in clauses_of(corpus, leaf) for leaf in hints)]
        draft.take(unit, [corpus.rows[i] for i in (asked or unit.rows)[:QUOTES_A_UNIT]])


def _in_title(corpus: Corpus, hit: Ranked, leaves: Sequence[Node]) -> int:
    title = corpus.units[hit.row.unit_index].rows[0]
    return sum(title in clauses_of(corpus, n) for n in leaves)


def told_of(draft: Draft, units: Sequence[UnitRow]) -> None:
    """What units that were named by number give of a kind of thing; that they give none of it is an answer too."""
    corpus, query = draft.corpus, draft.query
    giving = [(u, [r for r in (corpus.rows[i] for i in u.rows) if gives(r, query.wants, query.measure)]) for u in units]
    if not any(rows for _, rows in giving):
        draft.status = "not_stated"
        draft.lines.append(draft.say("not_stated_wants", wants=draft.wants(query.wants)))
        draft.issuer_of(units)
        return
    giving = [(u, _dated(query, _who_acts(query, rows))) for u, rows in giving]
    focus = focus_of(draft, [row for _, rows in giving for row in rows])
    if focus:
        draft.lines.append(draft.say("fact_lead", focus=focus))
    for unit, rows in giving:
        if rows:
            draft.take(unit, rows[:QUOTES_A_UNIT], "fact_line")


def _who_acts(query: Query, rows: list[Row]) -> list[Row]:
    """For a question for who acts, the clauses that name those who act in the part asked for, where any does."""
    for roles in wanted_roles(query):
        if told := [row for row in rows if any(b.role in roles for b in row.bodies)]:
            return told
    return rows


def _dated(query: Query, rows: list[Row]) -> list[Row]:
    """For a question for a time, the clauses with a date, where any has one: 跨学期 is no answer beside 6月底."""
    dated = [row for row in rows if any(t.deadline for t in row.targets)] if query.wants == "when" else []
    return dated or rows


def navigate_to(draft: Draft, sections: Sequence[InSection | UnderHeading]) -> None:
    """Each section: its title, its parts, its items."""
    corpus = draft.corpus
    for iri in dict.fromkeys(iri for node in sections for iri in sections_of(corpus, node)):
        inside = [u for u in corpus.units if iri in corpus.section_iris(u)]
        labels = draft.say("names").join(u.unit.label for u in inside if u.unit.kind == "item")
        n = sum(u.unit.kind == "item" for u in inside)
        draft.lines.append(_section_line(draft, iri, n, labels))
        children = [s for child, s in corpus.headings.items() if corpus.parent_of(child) == iri]
        if children:
            titles = draft.say("names").join(f"{s.label}{s.title}" for s in children)
            draft.lines.append(draft.say("section_sub", n=len(children), titles=titles))
        for unit in inside:
            draft.take(unit, [corpus.rows[i] for i in unit.rows[:1]])


def _section_line(draft: Draft, iri: str, n: int, labels: str) -> str:
    section = draft.corpus.headings[iri]
    if not n:
        return draft.say("section_plain", label=section.label, title=section.title)
    return draft.say("section_is", label=section.label, title=section.title, n=n, labels=f" ({labels})")


def summarise(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """A unit sentence by sentence; a section by its items."""
    corpus = draft.corpus
    nodes = terms_of(draft.query.condition)
    if any(isinstance(n, InSection | UnderHeading) for n in nodes) and not any(isinstance(n, InUnit) for n in nodes):
        navigate(draft, ranked)
        return
    units = [u for node in nodes if isinstance(node, InUnit) for u in corpus.units if u.unit.label in node.labels]
    if not units:
        fact(draft, ranked)
        return
    # Of an item, *where* asks for its section where it asks for any.
    if draft.query.wants in NEEDED and not (draft.query.wants == "where" and draft.query.asks_section):
        told_of(draft, units)
        return
    for unit in units:
        rows = [corpus.rows[i] for i in unit.rows]
        draft.units.setdefault(unit.index)
        if quoted := quoted_in(draft, rows):
            draft.lines.append(draft.say("fact_lead", focus=draft.say("names").join(quoted)))
            rows = [row for row in rows if any(name in row.clause.text for name in quoted)]
            draft.take(unit, rows, "fact_line")
            continue
        draft.lines.append(draft.say("summary_lead", unit=draft.unit(unit), n=len(rows)))
        draft.lines += [draft.quote([row]) for row in rows]


def metadata(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """Number, issuers, addressees, title and date of the document: what its notice and its heading state.

    What is asked of a matter in the same breath is a fact about that matter.
    """
    query = draft.query
    asked = (query.wants, *query.also)
    if _of_a_matter(query, draft.corpus):
        beside = [w for w in asked if w in NEEDED and w != "number"]
        if query.wants in beside and query.wants in {"who", "when"}:
            fact(draft, ranked)
            return
        if "number" in asked and _tell_cited_number(draft, ranked, beside):
            return
    else:
        beside = []
    other = re.search(language()["filter"][query.language]["number_of"], query.question.lower())
    # The number of a document that the plan names is none of the plan's own.
    wanted = [w for w in asked if w in META and w not in beside and not (w == "number" and other)]
    told = [w for w in wanted if _tell_metadata(draft, w)]
    for want in wanted if told else ():
        if want not in told:
            draft.status = "partial"
            draft.lines.append(draft.say("meta_none", what=draft.wants(want) or want))
    if not told:
        draft.status = "not_stated"
        draft.lines.append(draft.say("meta_none", what=draft.wants(query.wants) or query.wants))
    elif beside:
        _tell_beside(draft, ranked, beside)


def _tell_cited_number(draft: Draft, ranked: Sequence[Ranked], beside: Sequence[Wanted]) -> bool:
    """The number of a document that a clause cites on the matter asked about; ``False`` where none does.

    What is asked beside the number is taken from that clause where it gives it.
    """
    own = {squeeze(p.document.number or "") for p in draft.corpus.plans}
    for hit in (h for h in ranked[:NEAREST] if h.graph > 0):
        cited = [m.group() for m in re.finditer(genre()["cited_number"], hit.row.clause.text)]
        numbers = [n for n in cited if squeeze(n) not in own]
        if not numbers:
            continue
        told = draft.say("names").join([*numbers, *_times_in_titles(hit.row, beside)])
        draft.lines.append(draft.say("fact_lead", focus=told))
        draft.take(draft.corpus.units[hit.row.unit_index], [hit.row], "fact_line")
        missing = [w for w in beside if not gives(hit.row, w)]
        if missing:
            _tell_beside(draft, ranked, missing)
        return True
    return False


def _times_in_titles(row: Row, beside: Sequence[Wanted]) -> list[str]:
    """The years that the titles cited in a clause give, where a time is asked for."""
    titles = re.findall(r"《[^《》]+》", row.clause.text) if "when" in beside else []
    return list(dict.fromkeys(m.group() for t in titles for m in re.finditer(genre()["span_of_years"], t)))


def _of_a_matter(query: Query, corpus: Corpus) -> bool:
    """Whether a question names anything but the document itself."""
    own = squeeze("".join(matching(t) for p in corpus.plans for t in (p.document.title, *p.document.issuers)))
    named = [t.surface for t in query.terms if t.active and t.kind in {"text", "concept"}]
    return any(squeeze(name) not in own and not corpus.names_a_document(name) for name in named)


def _tell_beside(draft: Draft, ranked: Sequence[Ranked], beside: Sequence[Wanted]) -> None:
    """What is asked of a matter beside what is asked of the document."""
    other = replace(draft.query, intent="fact", wants=beside[0], also=tuple(beside[1:]), measure="")
    part = replace(draft, query=other, status="answered")
    fact(part, ranked)
    if part.status == "not_stated":
        draft.status = "partial"


def _number_told(corpus: Corpus, document: str) -> str:
    """The document's number as a line of particulars states it."""
    rows = (r for r in corpus.rows if r.document.id == document and r.unit.kind == "notice")
    return next((m.group("n") for r in rows if (m := re.search(genre()["number"], r.clause.text))), "")


def _is_date(row: Row, value: str) -> bool:
    """Whether a clause is nothing but the date."""
    return [int(n) for n in re.findall(r"\d+", row.view)] == [int(n) for n in value.split("-")]


def _tell_metadata(draft: Draft, wants: Wanted) -> bool:
    """One property of each document, with the line that states it; ``False`` where none states it."""
    corpus, told = draft.corpus, False
    for document in (plan.document for plan in corpus.plans):
        value = {
            "number": document.number or _number_told(corpus, document.id),
            "who": draft.say("names").join(document.issuers),
            "parts": draft.say("names").join(document.addressees),
            "title": document.title,
            "when": document.issued or "",
        }.get(wants, "")
        if not value:
            continue
        told = True
        first = {"who": document.issuers, "parts": document.addressees}.get(wants, (value,))[0]
        rows = [r for r in corpus.rows if r.document is document and squeeze(matching(first)) in squeeze(r.view)]
        if wants == "when":
            notice = [r for r in corpus.rows if r.document is document and r.unit.kind == "notice"]
            rows = [r for r in notice if _is_date(r, value)] or notice[-1:]
        if rows:
            draft.units.setdefault(rows[0].unit_index)
        draft.lines.append(draft.say(f"meta_{wants}", value=value, quotes=draft.quote(rows[:1])))
    return told
