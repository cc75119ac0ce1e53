"""Evidence → an :class:`~qa.model.Answer`, composed in the question's language from ``phrases.toml``.

Every sentence of an answer is a statement about clauses that it quotes; every quote is held against the source before
it is shown.  A kind of question has one function here, told by its name.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from embeddings.hybrid import Scored
from kg.errors import BrokenCitation
from kg.model import Language
from kg.names import why

from .corpus import Corpus, Row, UnitRow, genre, language, matching, numeral, section_number, stem
from .model import (
    MAX_QUESTION,
    Answer,
    Borderline,
    Citation,
    Evidence,
    Explanation,
    HasConcept,
    HasText,
    InSection,
    InUnit,
    ItemRef,
    Node,
    Or,
    Query,
    Status,
    Term,
    Wanted,
)
from .question import terms_of
from .retrieve import (
    ACTING,
    DEFAULT,
    YEAR,
    Ranked,
    Selection,
    Weights,
    clauses_of,
    decide,
    gives,
    is_broad,
    is_proper,
    places,
    rank,
    select,
)
from .sparql import to_sparql

# Dense scores (cosine of clause and of unit, summed) of the default encoder above which a clause is near a question in
# meaning: set between the questions that the plan answers and made-up ones on other matters, on the development half of
# `tests/questions`.  Another encoder has another scale.
NEAR: Mapping[Language, float] = {"zh": 1.40, "en": 1.22}
"""Near enough where some words of the question link to something and others to nothing."""
VERY_NEAR: Mapping[Language, float] = {"zh": 1.49, "en": 1.34}
"""Near enough where no word of it links to anything."""
ACROSS = 1.30
"""Near enough for a Chinese question over an English plan."""
NEAR_ALL_THE_SAME: Mapping[Language, float] = {"zh": 1.60, "en": 1.36}
"""Near enough although a matter that the thesaurus knows is in no clause."""
QUOTES_A_UNIT = 3
"""Clauses of one unit that a list quotes; the unit itself opens the rest."""
NEEDED: frozenset[Wanted] = frozenset(
    {
        "person_name",
        "contact",
        "money",
        "percent",
        "how_much",
        "when",
        "where",
        "frequency",
        "document",
        "who",
        "owner",
        "company",
    }
)
"""Kinds of thing that a clause either gives or does not: where none does, the plan does not say."""
WIDER: Mapping[Wanted, frozenset[Wanted]] = {
    "company": frozenset({"who", "owner"}),
    "person_name": frozenset({"who", "owner"}),
    "contact": frozenset({"who", "owner", "how_much"}),
    "money": frozenset({"how_much", "percent"}),
}
"""Kinds of thing that will not do for a narrower one: a body is no company, a number no sum of money."""
BESIDES: frozenset[Wanted] = frozenset({"when", "owner", "who", "how_much", "percent", "money", "frequency"})
"""Kinds of thing that a question may ask for beside another."""
TOLD_OF_UNITS: frozenset[Wanted] = NEEDED | {"where", "programme"}
"""Kinds of thing that may be asked of a unit by its number alone."""
META: frozenset[Wanted] = frozenset({"number", "who", "parts", "title", "when"})
"""What a document states of itself."""
SEVERAL: frozenset[Wanted] = frozenset({"document", "where"})
"""Kinds of thing of which a plan may give one in each of several units."""
MANY = 8
"""Units beyond which the things asked for are so common that the best ones serve better than all."""
SECTIONS_TOLD = 5
"""Units of a list for which the section is told; more would bury it."""
FOUND = 0.45
"""Share of the question that the best clause must hold to be the one item that was asked for."""
WHOLE = 0.75
"""Share of the question that a clause must hold to be a yes, where two things are asked for and no unit is on both."""
SHARES = 0.6
"""A clause that gives what was asked must hold at least this share of what the best one holds of the question."""
ENOUGH_GRAPH = 0.34
"""Share of the question's weight that the best clause must hold where words of it link to nothing."""
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[期届批轮次个]|\d+(?:\.\d+)?(?:%|个百分点|年|月|日|所|个|人|项)|(?:19|20)\d\d"
)


@cache
def _phrases() -> Mapping[Language, Mapping[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))  # type: ignore[return-value]


def squeeze(text: str) -> str:
    """The text without white space: what a quote is compared by."""
    return re.sub(r"\s+", "", text)


@dataclass(slots=True)
class _Draft:
    """An answer in the making."""

    corpus: Corpus
    query: Query
    lines: list[str] = field(default_factory=list)
    units: dict[int, None] = field(default_factory=dict)
    cited: dict[int, int] = field(default_factory=dict)
    borderline: list[Borderline] = field(default_factory=list)
    checked: int = 0
    status: Status = "answered"
    sparql: str = ""
    sections_told: bool = False
    """The section was the answer itself."""

    def say(self, phrase: str, **values: object) -> str:
        """A phrase in the question's language."""
        text: str = _phrases()[self.query.language][phrase]
        return text.format(**values)

    def wants(self, wanted: Wanted) -> str:
        """The name of a kind of thing asked for."""
        table: Mapping[str, str] = _phrases()[self.query.language]["wants"]
        return table.get(wanted, "")

    def unit(self, unit: UnitRow, *, title: bool = True) -> str:
        """How a unit is called in the answer."""
        name = self.say(f"unit_{unit.unit.kind}", label=unit.unit.label)
        if len(self.corpus.plans) > 1:
            name += self.say("in_document", title=unit.document.title or unit.document.id)
        if title and unit.unit.title and unit.unit.kind == "item":
            name = self.say("unit_title", unit=name, title=unit.unit.title)
        return name

    def quote(self, rows: Iterable[Row]) -> str:
        """Quotes with their marks; each becomes a citation."""
        parts = []
        for row in rows:
            n = self.cited.setdefault(row.index, len(self.cited) + 1)
            text = row.clause.text
            if self.query.language == "en" and row.translation:
                text = f"{text}” – “{row.translation}"
            parts.append(self.say("quote", quote=text, marks=f"[{n}]"))
        return ("" if self.query.language == "zh" else " ").join(parts)

    def take(self, unit: UnitRow, rows: Sequence[Row], phrase: str = "line") -> None:
        """A line that rests on a unit."""
        self.units.setdefault(unit.index)
        self.lines.append(self.say(phrase, unit=self.unit(unit), quotes=self.quote(rows)))

    def issuer_of(self, units: Iterable[UnitRow]) -> None:
        """For units that name nobody who acts: that they do not, and who issued their plan."""
        if self.query.wants not in {"owner", "who"}:
            return
        for unit in units:
            if names := self.corpus.implied.get(unit.iri):
                unit_name = self.unit(unit, title=False)
                self.lines.append(self.say("implied_actor", unit=unit_name, names=self.say("names").join(names)))

    def nearest(self, ranked: Sequence[Ranked]) -> None:
        """Point to the clause that comes nearest, without listing its unit as an answer."""
        for hit in ranked[:1]:
            unit = self.corpus.units[hit.row.unit_index]
            self.lines.append(self.say("nearest", unit=self.unit(unit), quotes=self.quote([hit.row])))


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
    draft = _Draft(corpus, query)
    ranked = rank(corpus, query, scored, weights) if corpus.rows else []
    if not query.question.strip():
        draft.status = "unclear"
        draft.lines.append(draft.say("empty"))
    elif len(query.question) > MAX_QUESTION:
        draft.status = "unclear"
        draft.lines.append(draft.say("too_long", most=MAX_QUESTION))
    elif _not_loaded(draft):
        draft.status = "not_stated"
    elif not _missing_part(draft):
        _KINDS[query.intent](draft, ranked)
    return _finish(draft, ranked, id, elapsed_ms)


def _readings(draft: _Draft) -> tuple[str, ...]:
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
        lines.append(_phrases()[answer.language]["of_document"].format(title=title))
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


def _finish(draft: _Draft, ranked: Sequence[Ranked], id: str, elapsed_ms: float) -> Answer:
    corpus, query = draft.corpus, draft.query
    asked = query.asks_section and not draft.sections_told
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
    citations = tuple(_citation(corpus.rows[row], n) for row, n in draft.cited.items())
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
        explanation=Explanation(query.intent, query.terms, draft.sparql, evidence, _readings(draft)),
        elapsed_ms=elapsed_ms,
        query=query,
    )


def _citation(row: Row, n: int) -> Citation:
    span = row.clause.span
    if squeeze(span.of(row.document.text)) != squeeze(row.clause.text):
        raise BrokenCitation(
            f"{row.document.id}, {row.unit.label}: the quote is not at {span.start}..{span.end}; run: yaodian check"
        )
    return Citation(n, row.document.id, row.unit.label, row.clause.text, span.start, span.end, row.iri, row.translation)


# ------------------------------------------------------------------------------------------------ premises


def _not_loaded(draft: _Draft) -> bool:
    """Whether the question is about another body's plan, or another year's; the answer then says what is loaded."""
    corpus, query = draft.corpus, draft.query
    plans = draft.say("names").join(p.document.title or p.document.id for p in corpus.plans)
    if year := _missing_year(corpus, query):
        draft.lines.append(draft.say("not_stated_year", year=year, plans=plans))
        return True
    body = re.search(genre()["body"], query.question)
    if body and body.group("name") not in corpus.text and not query.documents:
        draft.lines.append(draft.say("not_loaded", name=body.group(), plans=plans))
        return True
    return False


def _missing_year(corpus: Corpus, query: Query) -> str:
    """A year that the question names, that no loaded plan is for and that no clause mentions."""
    for year in YEAR.findall(query.question):
        if year not in corpus.text and all(str(p.document.year) != year for p in corpus.plans):
            return str(year)
    return ""


def _missing_part(draft: _Draft) -> bool:
    """Whether the question names an item or a section that no plan has; the answer then says so."""
    corpus = draft.corpus
    labels = {u.unit.label for u in corpus.units}
    for node in terms_of(draft.query.condition):
        if isinstance(node, InUnit) and not set(node.labels) & labels:
            numbers = [n for u in corpus.units if u.unit.kind == "item" and (n := numeral(u.unit.label.split("/")[-1]))]
            draft.status = "not_stated"
            draft.lines.append(
                draft.say(
                    "no_unit",
                    label=node.labels[0],
                    first=min(numbers, default=0),
                    last=max(numbers, default=0),
                    n=len(numbers),
                )
            )
            return True
        if isinstance(node, InSection) and not decide(corpus, node) and not _section(corpus, node):
            top = [s for p in corpus.plans for s in p.document.sections if s.level == node.level]
            draft.status = "not_stated"
            draft.lines.append(draft.say("no_section", number=node.number, n=len(top)))
            return True
    return False


def _section(corpus: Corpus, node: InSection) -> list[Any]:
    return [
        s
        for p in corpus.plans
        for s in p.document.sections
        if s.level == node.level and section_number((s,), node.level) == node.number
    ]


# ------------------------------------------------------------------------------------------------ lists and counts


def _rows_for(draft: _Draft, unit: UnitRow, rows: Iterable[int]) -> list[Row]:
    """The clauses that a list quotes for a unit: those that show it, else its title."""
    shown = [draft.corpus.rows[i] for i in sorted(rows)] or [draft.corpus.rows[i] for i in unit.rows[:1]]
    return shown[:QUOTES_A_UNIT]


def _with_asked(draft: _Draft, unit: UnitRow, shown: list[Row]) -> list[Row]:
    """The clauses of a listed unit, and one that gives what else was asked for each (when, how many, by whom)."""
    out = list(shown)
    for wants in dict.fromkeys(draft.query.also):
        if wants in BESIDES and not any(gives(row, wants) for row in out):
            out += [row for i in unit.rows if gives(row := draft.corpus.rows[i], wants)][:1]
    return sorted(out, key=lambda row: row.index)


def _in_passing(draft: _Draft, unit: UnitRow, rows: Iterable[int]) -> bool:
    """Opening paragraphs and notices name every theme: they are listed only where they hold the very words asked."""
    if not unit.preamble and unit.unit.kind != "notice":
        return False
    leaves = terms_of(draft.query.condition)
    if any(isinstance(n, InUnit) and unit.unit.label in n.labels for n in leaves):
        return False
    words = {
        t.concept for t in draft.query.terms if t.active and t.kind == "text" and t.reason in {"quoted", "verbatim"}
    }
    return not any(word in draft.corpus.rows[i].view for i in rows for word in words)


def _decided(
    draft: _Draft,
) -> tuple[Selection, list[tuple[UnitRow, frozenset[int]]], list[tuple[UnitRow, frozenset[int]]]]:
    selection = select(draft.corpus, draft.query)
    found = [(draft.corpus.units[u], rows) for u, rows in selection.units.items()]
    passing = [(u, rows) for u, rows in found if _in_passing(draft, u, rows)]
    listed = [(u, rows) for u, rows in found if not _in_passing(draft, u, rows)]
    if not listed:
        listed, passing = passing, []
    draft.checked = len(draft.corpus.units)
    if selection.condition is not None:
        draft.sparql = to_sparql(selection.condition, draft.corpus)
    return selection, listed, passing


def _nothing_listed(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    draft.status = "not_stated"
    words = [t.surface for t in draft.query.terms if t.active]
    if draft.query.unlinked:
        words = list(draft.query.unlinked)
    draft.lines.append(
        draft.say("list_none", words=draft.say("names").join(words) or draft.query.question, checked=draft.checked)
    )
    draft.nearest(ranked)


def _list_items(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    if draft.query.condition is None and not draft.query.unlinked:
        _fact(draft, ranked)
        return
    if draft.query.asks_section and _sections_about(draft, ranked):
        return
    selection, listed, passing = _decided(draft)
    if draft.query.single and ranked and ranked[0].graph >= FOUND and (not listed or draft.query.unlinked):
        _fact(draft, ranked)
        return
    if not listed or draft.query.unlinked:
        if draft.query.unlinked and listed and _still_close(draft, ranked):
            pass
        else:
            _nothing_listed(draft, ranked)
            return
    lead = "list_relaxed" if selection.relaxed and len(listed) > 1 else "list_one" if len(listed) == 1 else "list_lead"
    draft.lines.append(draft.say(lead, n=len(listed), checked=draft.checked))
    for unit, rows in listed:
        draft.take(unit, _with_asked(draft, unit, _rows_for(draft, unit, rows)))
    _offer(draft, passing)


def _sections_about(draft: _Draft, ranked: Sequence[Ranked]) -> bool:
    """Sections whose own title holds what the question names; ``False`` where none does."""
    corpus = draft.corpus
    leaves = terms_of(draft.query.condition)
    found = [
        InSection(number, section.level)
        for plan in corpus.plans
        for section in plan.document.sections
        if any(_title_shows(corpus, section.title, leaf) for leaf in leaves)
        and (number := section_number((section,), section.level)) is not None
    ]
    if len(found) != 1:
        return False
    _navigate_to(draft, found)
    draft.sections_told = True
    return True


def _title_shows(corpus: Corpus, title: str, leaf: Node) -> bool:
    if isinstance(leaf, HasText):
        return any(text in matching(title) for text in leaf.texts)
    if isinstance(leaf, HasConcept):
        wanted = {n for c in leaf.concepts for n in corpus.thesaurus.narrower(c)}
        return any(m.concept in wanted for m in corpus.thesaurus.match(title, "zh"))
    return False


def _still_close(draft: _Draft, ranked: Sequence[Ranked]) -> bool:
    """Whether the words that link to something carry the question although others do not; a date must be there."""
    if any(t.reason == "date" and t.kind == "nothing" and t.active for t in draft.query.terms):
        return False
    return bool(ranked) and ranked[0].graph >= ENOUGH_GRAPH


def _offer(draft: _Draft, passing: Sequence[tuple[UnitRow, frozenset[int]]]) -> None:
    """Units that are not in the list but that a careful reader would look at."""
    for unit, _ in passing:
        draft.borderline.append(
            Borderline(unit.document.id, unit.unit.label, unit.unit.title, draft.say("list_preamble"), unit.iri)
        )
    _offer_same_bodies(draft)


def _offer_same_bodies(draft: _Draft) -> None:
    """Units that name a body asked for by a spelling that is only suggested to be its own, each with the reason."""
    corpus = draft.corpus
    taken = {*draft.units, *(u.index for u in corpus.units if u.iri in {b.iri for b in draft.borderline})}
    for term in draft.query.terms:
        if not term.active or term.kind != "text" or term.concept not in corpus.body_spellings:
            continue
        for other, suggestion in corpus.same_bodies.get(term.concept, ()):
            for index in sorted(corpus.acting.get(other, ())):
                row = corpus.rows[index]
                if row.unit_index in taken or row.document.id not in suggestion.documents:
                    continue
                taken.add(row.unit_index)
                unit = corpus.units[row.unit_index]
                reason = draft.say("same_body", name=other, why=why(suggestion, draft.query.language))
                draft.borderline.append(
                    Borderline(unit.document.id, unit.unit.label, unit.unit.title, reason, unit.iri)
                )


def _count(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    if draft.query.condition is None and not draft.query.unlinked:
        counted = [u for u in draft.corpus.units if u.unit.kind in {"item", "article"}]
        draft.checked = len(draft.corpus.units)
        if re.search(r"部分|\bsections?\b|\bparts?\b|章", draft.query.question.lower()):
            _count_sections(draft)
            return
        labels = f"{counted[0].unit.label}–{counted[-1].unit.label}" if counted else ""
        draft.lines.append(draft.say("count_lead", n=len(counted), checked=draft.checked, labels=labels))
        return
    if draft.query.asks_section and _sections_about(draft, ranked):
        return
    _, listed, passing = _decided(draft)
    if not listed or (draft.query.unlinked and not _still_close(draft, ranked)):
        _nothing_listed(draft, ranked)
        return
    labels = draft.say("names").join(u.unit.label for u, _ in listed)
    lead = "count_one" if len(listed) == 1 else "count_lead"
    draft.lines.append(draft.say(lead, n=len(listed), checked=draft.checked, labels=labels))
    for unit, rows in listed:
        draft.take(unit, _with_asked(draft, unit, _rows_for(draft, unit, rows)))
    _offer(draft, passing)


def _count_sections(draft: _Draft) -> None:
    top = [s for p in draft.corpus.plans for s in p.document.sections if s.level == 1]
    if not top:
        top_units = [u.unit for u in draft.corpus.units if u.unit.kind in {"item", "article"}]
        titles = draft.say("names").join(f"{u.label} {u.title}" for u in top_units)
        draft.lines.append(draft.say("count_sections", n=len(top_units), titles=titles))
        return
    titles = draft.say("names").join(f"{s.label}{s.title}" for s in top)
    draft.lines.append(draft.say("count_sections", n=len(top), titles=titles))


# ------------------------------------------------------------------------------------------------ single facts


def _fact(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    query = draft.query
    asks = query.terms or query.points_back or query.condition or query.wants in NEEDED
    if not query.terms and query.condition is None and not query.points_back and _all_named(draft):
        return
    if not ranked or not asks:
        draft.status = "unclear"
        draft.lines.append(draft.say("nothing_known"))
        return
    if query.wants in NEEDED and _asks_each(query) and _of_each(draft, ranked):
        return
    if _not_there(draft, ranked) or (query.wants == "definition" and _define(draft, ranked)):
        return
    chosen = _chosen(draft, ranked)
    if _not_given(draft, ranked, chosen):
        return
    focus = _focus(draft, [h.row for h in chosen if h.gives])
    chosen, more = _also_given(draft, ranked, chosen)
    parts = [part.rstrip("。；.; ") for part in (focus, *more) if part]
    parts = [p for k, p in enumerate(parts) if not any(p in q and (p != q or k > i) for i, q in enumerate(parts))]
    focus = draft.say("and_also").join(parts)
    if query.intent == "yes_no":
        draft.lines.append(draft.say("says_lead" if query.asks_leave else "yes"))
    elif focus:
        draft.lines.append(draft.say("fact_lead", focus=focus))
    by_unit: dict[int, list[Row]] = {}
    for hit in chosen:
        by_unit.setdefault(hit.row.unit_index, []).append(hit.row)
    for unit, rows in by_unit.items():
        draft.take(draft.corpus.units[unit], rows, "fact_line")


def _all_places(row: Row) -> list[str]:
    """The places that a clause names, also as the first part of a body's name, except the issuer's own."""
    own = "".join(row.document.issuers)
    parts = (re.match(genre()["named_place"], b.name) for b in row.bodies)
    prefixes = [m.group("place") for m in parts if m and m.group("place") not in own]
    found = dict.fromkeys([*places(row), *prefixes])
    return [name for name in found if not re.search(genre()["place_sort"], name)]


def _asks_each(query: Query) -> bool:
    return (
        len(query.sides) >= 2
        and re.search(language()["filter"][query.language]["each_of"], query.question.lower()) is not None
    )


def _of_each(draft: _Draft, ranked: Sequence[Ranked]) -> bool:
    """What the plans give of each of several things; ``False`` where one of them is not found."""
    sides = _best_of_sides(draft, ranked)
    if len(sides) < len(draft.query.sides) or not all(any(h.gives for h in side) for side in sides):
        return False
    focus = _focus(draft, list({h.row.index: h.row for side in sides for h in side if h.gives}.values()), most=8)
    if focus:
        draft.lines.append(draft.say("fact_lead", focus=focus))
    _take_sides(draft, sides, "fact_line")
    return True


def _best_of_sides(draft: _Draft, ranked: Sequence[Ranked]) -> list[list[Ranked]]:
    """For each side the clauses that answer for it: the one nearest to it, and one beside it that gives a figure."""
    corpus, found = draft.corpus, []
    total = len(corpus.rows)
    own = {leaf for side in draft.query.sides for leaf in terms_of(side)}
    common = [n for n in terms_of(draft.query.condition) if n not in own and not isinstance(n, InUnit | InSection)]
    shared = [clauses_of(corpus, n) for n in common]
    for side in draft.query.sides:
        held: dict[int, float] = {}
        for leaf in dict.fromkeys(terms_of(side)):
            rows = () if isinstance(leaf, InUnit | InSection) else clauses_of(corpus, leaf)
            for i in rows:
                held[i] = held.get(i, 0.0) + math.log((total + 1) / (len(rows) + 0.5))
        hits = [h for h in ranked if h.row.index in held]
        if not hits:
            continue
        most = max(held.values())
        best = max(
            hits,
            key=lambda h: (held[h.row.index] / most + h.score) * (1.25 if _has_figure(draft.query, h) else 1.0),
        )
        chosen = [best]
        if not _has_figure(draft.query, best):
            unit = [h for h in ranked if h.row.unit_index == best.row.unit_index and _has_figure(draft.query, h)]
            unit.sort(key=lambda h: -sum(h.row.index in rows for rows in shared))
            chosen += unit[:1]
        found.append(chosen)
    return found


def _has_figure(query: Query, hit: Ranked) -> bool:
    """Whether a clause gives what sides are compared by."""
    if query.wants in NEEDED:
        return hit.gives
    if re.search(language()["filter"][query.language]["in_time"], query.question.lower()):
        return gives(hit.row, "when")
    return any(t.value is not None or t.deadline for t in hit.row.targets)


def _take_sides(draft: _Draft, sides: Sequence[Sequence[Ranked]], phrase: str = "line") -> None:
    by_unit: dict[int, dict[int, Row]] = {}
    for hit in (h for side in sides for h in side):
        by_unit.setdefault(hit.row.unit_index, {}).setdefault(hit.row.index, hit.row)
    for unit, rows in by_unit.items():
        draft.take(draft.corpus.units[unit], list(rows.values()), phrase)


def _also_given(draft: _Draft, ranked: Sequence[Ranked], chosen: Sequence[Ranked]) -> tuple[list[Ranked], list[str]]:
    """What else was asked for in the same breath (when, and by whom): the clauses of the unit that give it, and it."""
    query, out, told = draft.query, list(chosen), []
    unit = chosen[0].row.unit_index
    for wants in dict.fromkeys(query.also):
        if wants not in BESIDES or {wants, query.wants} <= {"who", "owner"}:
            continue
        other = replace(query, wants=wants, measure="", also=())
        inside = [h for h in ranked if h.row.unit_index == unit and gives(h.row, wants)]
        already = [h for h in out if h.row.unit_index == unit and gives(h.row, wants)]
        if wants == "owner":
            tiers = [[h for h in inside if any(b.role in r for b in h.row.bodies)] for r in _wanted_roles(other)]
            already, inside = [], next((t for t in tiers if t), inside)
        giving = already[:1] or inside[:1]
        out += [h for h in giving if h not in out]
        told.append(_focus(replace_query(draft, other), [h.row for h in giving]))
    return out, told


def replace_query(draft: _Draft, query: Query) -> _Draft:
    """The same draft, asked another question."""
    return replace(draft, query=query)


def _all_named(draft: _Draft) -> bool:
    """All places, or all documents, that the plans name, where the question asks for them without a matter."""
    corpus, wants = draft.corpus, draft.query.wants
    if wants not in SEVERAL or not draft.query.plural:
        return False
    found: dict[int, list[Row]] = {}
    for row in corpus.rows:
        named = _all_places(row) if wants == "where" else [p for p in row.programmes if p.kind == "policy_document"]
        if named and not corpus.units[row.unit_index].preamble:
            found.setdefault(row.unit_index, []).append(row)
    if not found:
        return False
    focus = _focus(draft, [row for rows in found.values() for row in rows], most=100)
    draft.lines.append(draft.say("fact_lead", focus=focus))
    for unit, rows in found.items():
        draft.take(corpus.units[unit], rows[:QUOTES_A_UNIT], "fact_line")
    return True


def _not_there(draft: _Draft, ranked: Sequence[Ranked]) -> bool:
    """Whether the question is about something that the plans do not mention; the answer then says so."""
    query, corpus = draft.query, draft.corpus
    missing = [t.surface for t in query.terms if t.kind == "nothing" and t.active and _is_name(query, t.surface)]
    across = ranked[0].row.document.language == "en" != query.language
    if not across and ranked[0].dense < NEAR_ALL_THE_SAME[query.language]:
        missing += [t.surface for t in query.terms if t.active and t.kind == "concept" and _absent(t, corpus)]
    if not missing and _beside_the_point(query, ranked[0]):
        missing = list(query.unlinked) or [t.surface for t in query.terms if t.active]
    if not missing:
        return False
    draft.status = "not_stated"
    draft.lines.append(draft.say("not_stated_words", words=draft.say("names").join(missing)))
    draft.nearest(ranked)
    return True


def _gives(query: Query, hit: Ranked) -> bool:
    """Whether a clause gives one of the kinds of thing asked for."""
    return hit.gives or any(
        w in NEEDED and w not in WIDER.get(query.wants, ()) and gives(hit.row, w, query.measure) for w in query.also
    )


def _absent(term: Term, corpus: Corpus) -> bool:
    """Whether a matter that the thesaurus knows is in no clause, and its words are not there either."""
    if term.reason != "label" or clauses_of(corpus, HasConcept((term.concept,))) or term.surface in corpus.text:
        return False
    words = re.findall(r"[a-z]+", term.surface)
    return not words or not all(stem(word) in corpus.english or corpus.gloss(word) for word in words)


def _not_given(draft: _Draft, ranked: Sequence[Ranked], chosen: Sequence[Ranked]) -> bool:
    """Whether the clauses are about the matter but do not give what was asked of it; the answer then says so."""
    query = draft.query
    best = ranked[0]
    year = next((y for y in YEAR.findall(query.question) if not _of_year(chosen, y)), "")
    # Who is responsible is said once for a whole unit, often in brackets at its end.
    anywhere = query.hops or query.wants == "owner"
    given = any(_gives(query, h) and (anywhere or h.graph >= SHARES * best.graph) for h in chosen)
    given = given and _counts_it(draft, chosen)
    if year:
        draft.lines.append(draft.say("not_stated_that_year", year=year))
    elif query.wants in NEEDED and not given:
        draft.lines.append(draft.say("not_stated_wants", wants=draft.wants(query.wants)))
    else:
        return False
    draft.status = "not_stated"
    draft.nearest(ranked)
    if not year:
        draft.issuer_of([draft.corpus.units[best.row.unit_index]])
    return True


def _counts_it(draft: _Draft, chosen: Sequence[Ranked]) -> bool:
    """Whether the units chosen speak at all of the thing whose number is asked for."""
    rows = frozenset(i for h in chosen for i in draft.corpus.units[h.row.unit_index].rows)
    return all(rows & clauses_of(draft.corpus, leaf) for n in draft.query.counted for leaf in terms_of(n)[:1])


def _of_year(chosen: Sequence[Ranked], year: str) -> bool:
    """Whether clauses are of a year: their plan is for it, or they name it."""
    return any(str(h.row.document.year) == year or year in h.row.view for h in chosen)


def _beside_the_point(query: Query, best: Ranked) -> bool:
    """Whether the best clause shares so little with the question, in words and in meaning, that it is no answer."""
    if best.graph == 0.0 and query.terms and any(isinstance(n, InUnit | InSection) for n in terms_of(query.condition)):
        return True
    if not query.unlinked or best.graph >= ENOUGH_GRAPH:
        return False
    if best.row.document.language == "en" != query.language:
        return best.dense < ACROSS  # The thesaurus knows few of the words that an English plan may use.
    return best.dense < (NEAR if best.graph > 0 else VERY_NEAR)[query.language]


def _is_name(query: Query, surface: str) -> bool:
    return re.search(rf"[“\"「『《‘']{re.escape(surface)}[”\"」』》’']", query.question, re.IGNORECASE) is not None


def _chosen(draft: _Draft, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The best clause, those of its unit that carry the question as well, and those of other units that equal it."""
    best = ranked[0]
    if draft.query.wants == "owner" and (owners := _owners(draft, ranked)):
        return owners
    if (
        draft.query.plural
        and (draft.query.wants in SEVERAL or draft.query.measure == "@name")
        and (several := _several(draft, ranked))
    ):
        return several
    chosen = [best]
    for hit in ranked[1:12]:
        same = hit.row.unit_index == best.row.unit_index
        if same and hit.score >= 0.72 * best.score and len(chosen) < 3:
            chosen.append(hit)
    wants = draft.query.wants
    if wants in NEEDED and not any(h.gives for h in chosen):
        inside = [h for h in ranked if h.row.unit_index == best.row.unit_index and h.gives]
        chosen += inside[:1]
    for hit in ranked[1:6]:
        elsewhere = hit.row.unit_index not in {h.row.unit_index for h in chosen}
        equal = hit.graph >= 0.98 * best.graph >= 0.588 and hit.score >= 0.9 * best.score and hit.gives == best.gives
        if elsewhere and equal:
            chosen.append(hit)
    return chosen


def _several(draft: _Draft, ranked: Sequence[Ranked]) -> list[Ranked]:
    """For a question after several things: the best clause that gives one, of each unit that meets the condition."""
    selection = select(draft.corpus, draft.query)
    found: dict[int, Ranked] = {}
    for hit in ranked:
        shown = hit.row.index in selection.units.get(hit.row.unit_index, ())
        if shown and hit.gives and not draft.corpus.units[hit.row.unit_index].preamble:
            found.setdefault(hit.row.unit_index, hit)
    if selection.relaxed or not 2 <= len(found) <= MANY:
        return []
    return sorted(found.values(), key=lambda h: h.row.index)


def _owners(draft: _Draft, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The clauses of the best unit that name who acts, in the part asked for; the best clause stands first."""
    best = ranked[0]
    unit = [h for h in ranked if h.row.unit_index == best.row.unit_index]
    inside: list[Ranked] = []
    for roles in (*_wanted_roles(draft.query), ACTING):
        inside = [h for h in unit if any(b.role in roles for b in h.row.bodies)]
        if inside:
            break
    return [best, *(h for h in inside[:2] if h is not best)] if inside else []


def _acting(query: Query, row: Row) -> list[str]:
    """Names of those who act in a clause, in the part asked for where it is told."""
    for roles in (*_wanted_roles(query), ACTING):
        told = [b.name for b in row.bodies if b.role in roles]
        if told:
            return told
    return []


def _wanted_roles(query: Query) -> tuple[frozenset[str], ...]:
    """The roles that answer a question for who acts, the likeliest first."""
    first = (frozenset({query.role}),) if query.role else ()
    return (*first, frozenset({"lead", "responsible"})) if query.wants == "owner" else first


def _focus(draft: _Draft, rows: Sequence[Row], most: int = 3) -> str:
    """The very thing asked for, in the clause's words; empty where the clause itself is the answer."""
    found = [text for row in rows[:most] for text in _in_focus(draft, row, alone=len(rows) == 1)]
    return draft.say("names").join(list(dict.fromkeys(f for f in found if f))[: 2 * most])


def _in_focus(draft: _Draft, row: Row, *, alone: bool) -> list[str]:
    """What one clause gives of the thing asked for; a name only where the clause is the whole answer."""
    wants, named = draft.query.wants, places(row)
    if wants == "how_much" and draft.query.measure and not draft.query.measure.isascii() and len(named) >= 2:
        return [draft.say("how_many", n=len(named), names=draft.say("names").join(named))]
    found: Mapping[str, list[str]] = {
        "percent": _figures(draft, row, r"%|百分|成|per ?cent"),
        "how_much": _figures(draft, row, ""),
        "when": [t.text for t in row.targets if t.deadline] or _short(row),
        "owner": _acting(draft.query, row),
        "who": [b.name for b in row.bodies if is_proper(b.name)]
        if draft.query.measure == "@name"
        else _acting(draft.query, row) or [b.name for b in row.bodies][:4],
        "where": _all_places(row) if draft.query.condition is None else named,
        "document": [p.name for p in row.programmes if p.kind == "policy_document"],
        "programme": [p.name for p in row.programmes] if alone and len(row.programmes) <= 2 else [],
        "title": [row.unit.title],
    }
    return found.get(wants, [])


def _figures(draft: _Draft, row: Row, unit: str) -> list[str]:
    """The figures of a clause that are of the thing asked for; all of them where none is more so than the others."""
    told = [t for t in row.targets if t.value is not None]
    told = [t for t in told if unit and re.search(unit, t.text)] or told
    leaves = [n for n in terms_of(draft.query.condition) if isinstance(n, HasConcept | HasText)]
    if len(told) < 2 or not leaves:
        return [t.text for t in told]
    spoken: Language = row.document.language
    shares = [sum(_is_in(draft.corpus, leaf, matching(t.text + t.measure), spoken) for leaf in leaves) for t in told]
    return [t.text for t, share in zip(told, shares, strict=True) if share == max(shares)]


def _is_in(corpus: Corpus, leaf: Node, text: str, spoken: Language) -> bool:
    """Whether a stretch of a clause holds what a leaf stands for."""
    if isinstance(leaf, HasText):
        roots = {stem(w) for w in re.findall(r"[a-z]+", text)}
        return any(t[3:] in roots if t.startswith("en:") else t in text for t in leaf.texts)
    if isinstance(leaf, HasConcept):
        wanted = {n for c in leaf.concepts for n in corpus.thesaurus.narrower(c)}
        return any(m.concept in wanted for m in corpus.thesaurus.match(text, spoken))
    return False


def _short(row: Row, most: int = 24) -> list[str]:
    """A clause that is no longer than a cell of a table: it is the thing itself."""
    return [row.clause.text] if row.unit.title and len(row.clause.text) <= most else []


def _define(draft: _Draft, ranked: Sequence[Ranked]) -> bool:
    """A name that the plan explains beside it, or names only; ``False`` where the question is about no name."""
    active = [t for t in draft.query.terms if t.active]
    quoted = [t.concept for t in active if t.kind == "text" and t.reason == "quoted"]
    names = [t.concept for t in active if t.kind == "text" and t.reason in {"quoted", "verbatim", "spelling"}]
    if draft.query.asks_meaning:
        quoted = quoted or names + [t.surface for t in active if t.surface in draft.corpus.text]
        names = names or quoted
    if not names:
        return False
    name = max(quoted or names, key=len)
    if quoted and _told_by_its_clause(draft, ranked, name):
        return False
    explained = [h for h in ranked if name in h.row.view and explains(h.row.view, name)]
    if explained:
        unit = draft.corpus.units[explained[0].row.unit_index]
        draft.take(unit, [explained[0].row], "fact_line")
        return True
    if not quoted:
        return False
    named = [h for h in ranked if name in h.row.view]
    if not named:
        return False
    draft.status = "not_stated"
    draft.lines.append(draft.say("not_stated_definition", name=name))
    draft.nearest(named)
    _general_meaning(draft, name)
    return True


def _told_by_its_clause(draft: _Draft, ranked: Sequence[Ranked], name: str) -> bool:
    """Whether a question describes a name by what its clause says of it, and the clause says what sort of thing it is.

    *What is the “X” that is to be renewed*: the clause that renews a thing called “X” is the answer.
    """
    if not re.search(language()["filter"][draft.query.language]["described"], draft.query.question.lower()):
        return False
    others = [n for n in terms_of(draft.query.condition) if not (isinstance(n, HasText) and name in n.texts)]
    if not others or not ranked or not all(ranked[0].row.index in clauses_of(draft.corpus, n) for n in others):
        return False
    before = re.search(rf"([\u4e00-\u9fff]{{2,}})[“\"]{re.escape(name)}", ranked[0].row.view)
    return before is not None and not re.search(genre()["action"], before.group(1))


def _general_meaning(draft: _Draft, name: str) -> None:
    """What the thesaurus says of a name that the plan does not explain, marked as such."""
    thesaurus = draft.corpus.thesaurus
    found = [c for node in terms_of(draft.query.condition) if isinstance(node, HasConcept) for c in node.concepts]
    found += [m.concept for m in thesaurus.match(name, "zh") if m.end - m.start == len(name)]
    for concept in found:
        definition = thesaurus.concepts[concept].definition.get(draft.query.language, "")
        if definition:
            draft.lines.append(draft.say("general_meaning", definition=definition))
            return


def explains(text: str, name: str) -> bool:
    """Whether a clause says what a name in it stands for: in brackets after it, by a verb, in a quote right before.

    >>> explains("推进“三融”（课程融合、活动融合、管理融合）", "三融")
    True
    >>> explains("落实“三融”要求", "三融")
    False
    """
    at = text.find(name)
    while at >= 0:
        after = text[at + len(name) :].lstrip('”"』」》')[:160]
        before = text[:at].rstrip('“"『「《')
        if re.match(rf"[\u4e00-\u9fff]{{0,4}}(?:{genre()['definition']})", after):
            return True
        if re.search(r"以下简称$|简称$|下称$", before):
            return True
        if re.search(r"[、，][^“”]{1,40}”$", before):
            return True
        at = text.find(name, at + 1)
    return False


# ------------------------------------------------------------------------------------------------ parts of the plan


def _navigate(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    corpus, query = draft.corpus, draft.query
    nodes = terms_of(query.condition)
    units = [u for node in nodes if isinstance(node, InUnit) for u in corpus.units if u.unit.label in node.labels]
    sections = [node for node in nodes if isinstance(node, InSection)]
    if units and not sections:
        if query.wants in TOLD_OF_UNITS:
            _told_of(draft, units)
            return
        for unit in units:
            if query.wants == "section" or re.search(r"部分|\bsection\b|\bpart\b", query.question.lower()):
                path = " › ".join(f"{s.label}{s.title}" for s in unit.sections)
                draft.lines.append(draft.say("unit_in", unit=draft.unit(unit, title=False), section=path))
            elif query.wants == "title" and unit.unit.title:
                draft.lines.append(draft.say("title_is", unit=draft.unit(unit, title=False), title=unit.unit.title))
            draft.take(unit, [corpus.rows[i] for i in unit.rows[:1]])
        return
    _navigate_to(draft, sections)


def _told_of(draft: _Draft, units: Sequence[UnitRow]) -> None:
    """What units that were named by number give of a kind of thing; that they give none of it is an answer too."""
    corpus, query = draft.corpus, draft.query
    giving = [(u, [r for r in (corpus.rows[i] for i in u.rows) if gives(r, query.wants, query.measure)]) for u in units]
    if not any(rows for _, rows in giving):
        draft.status = "not_stated"
        draft.lines.append(draft.say("not_stated_wants", wants=draft.wants(query.wants)))
        draft.issuer_of(units)
        return
    focus = _focus(draft, [row for _, rows in giving for row in rows])
    if focus:
        draft.lines.append(draft.say("fact_lead", focus=focus))
    for unit, rows in giving:
        if rows:
            draft.take(unit, rows[:QUOTES_A_UNIT], "fact_line")


def _navigate_to(draft: _Draft, sections: Sequence[InSection]) -> None:
    """Each section: its title, its parts, its items."""
    corpus = draft.corpus
    for node in sections:
        for section in _section(corpus, node):
            inside = [u for u in corpus.units if section in u.sections]
            labels = draft.say("names").join(u.unit.label for u in inside if u.unit.kind == "item")
            n = sum(u.unit.kind == "item" for u in inside)
            draft.lines.append(
                draft.say(
                    "section_is", label=section.label, title=section.title, n=n, labels=f" ({labels})" if labels else ""
                )
            )
            children = [
                s
                for p in corpus.plans
                for s in p.document.sections
                if s.parent == section.id and section in p.document.sections
            ]
            if children:
                draft.lines.append(
                    draft.say("section_sub", titles=draft.say("names").join(f"{s.label}{s.title}" for s in children))
                )
            for unit in inside:
                draft.take(unit, [corpus.rows[i] for i in unit.rows[:1]])


def _summary(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    corpus = draft.corpus
    nodes = terms_of(draft.query.condition)
    if any(isinstance(n, InSection) for n in nodes) and not any(isinstance(n, InUnit) for n in nodes):
        _navigate(draft, ranked)
        return
    units = [u for node in nodes if isinstance(node, InUnit) for u in corpus.units if u.unit.label in node.labels]
    if not units:
        _fact(draft, ranked)
        return
    if draft.query.wants == "owner":
        _told_of(draft, units)
        return
    for unit in units:
        rows = [corpus.rows[i] for i in unit.rows]
        draft.units.setdefault(unit.index)
        draft.lines.append(draft.say("summary_lead", unit=draft.unit(unit), n=len(rows)))
        draft.lines += [draft.quote([row]) for row in rows]


def _compare(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    corpus, query = draft.corpus, draft.query
    nodes = terms_of(query.condition)
    sections = [n for n in nodes if isinstance(n, InSection)]
    if len(sections) >= 2:
        _compare_sections(draft, sections)
        return
    if query.asks_section and not nodes:
        _rank_sections(draft)
        return
    sides = _best_of_sides(draft, ranked) if len(query.sides) >= 2 and not _numbered(query) else []
    rows = {h.row.index for side in sides for h in side}
    if len(sides) >= 2 and re.search(language()["filter"][query.language]["same_unit"], query.question.lower()):
        units = list(dict.fromkeys(side[0].row.unit_index for side in sides))
        names = [draft.unit(corpus.units[u], title=False) for u in units]
        phrase = "compare_same" if len(names) == 1 else "compare_differ"
        draft.lines.append(draft.say(phrase, a=names[0], b=names[-1]))
        _take_sides(draft, [side[:1] for side in sides])
        return
    if len(sides) >= 2 and len(rows) == 1:
        _take_sides(draft, sides, "fact_line")  # One clause tells of both.
        return
    if len(sides) >= 2:
        _say_compared(draft, [side[-1] for side in sides])
        _take_sides(draft, sides)
        return
    hits = _sides(draft, ranked)
    if len(hits) < 2:
        _fact(draft, ranked)
        return
    _say_compared(draft, hits)
    for hit in hits:
        draft.take(draft.corpus.units[hit.row.unit_index], [hit.row])


def _numbered(query: Query) -> bool:
    return any(isinstance(n, InUnit | InSection) for n in terms_of(query.condition))


def _say_compared(draft: _Draft, hits: Sequence[Ranked]) -> None:
    """How the sides differ, where it is asked and both state a mark of it."""
    marks = [list(dict.fromkeys(_ORDINAL.findall(h.row.view))) for h in hits]
    if not all(marks) or not re.search(r"同|一样|same|differ", draft.query.question.lower()):
        draft.lines.append(draft.say("compare_side"))
    elif set(marks[0]) == set(marks[1]):
        draft.lines.append(draft.say("compare_same", a=marks[0][0]))
    else:
        draft.lines.append(draft.say("compare_differ", a="、".join(marks[0]), b="、".join(marks[1])))


def _sides(draft: _Draft, ranked: Sequence[Ranked]) -> list[Ranked]:
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


def _best_of_each(draft: _Draft, leaves: Sequence[Node], ranked: Sequence[Ranked]) -> list[Ranked]:
    """For each thing compared its best clause, one with a figure or a date where there is one."""
    found = []
    for leaf in leaves:
        rows = clauses_of(draft.corpus, leaf)
        hits = [h for h in ranked if h.row.index in rows]
        told = [h for h in hits if any(t.value is not None or t.deadline for t in h.row.targets)]
        found += (told or hits)[:1]
    return list({h.row.index: h for h in found}.values())


def _rank_sections(draft: _Draft) -> None:
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
        _navigate_to(draft, [InSection(number)])


def _compare_sections(draft: _Draft, nodes: Sequence[InSection]) -> None:
    corpus = draft.corpus
    sides = []
    for node in nodes[:2]:
        section = _section(corpus, node)[0]
        inside = [u for u in corpus.units if section in u.sections and u.unit.kind == "item"]
        sides.append((f"{section.label}{section.title}", inside))
    sides.sort(key=lambda s: -len(s[1]))
    (a, inside_a), (b, inside_b) = sides
    phrase = "compare_more" if len(inside_a) > len(inside_b) else "compare_equal"
    draft.lines.append(draft.say(phrase, a=a, b=b, na=len(inside_a), nb=len(inside_b)))
    for unit in sorted(inside_a + inside_b, key=lambda u: u.index):
        draft.take(unit, [corpus.rows[i] for i in unit.rows[:1]])


def _connect(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    from .model import And

    corpus = draft.corpus
    leaves: tuple[Node, ...] = tuple(n for n in terms_of(draft.query.condition) if not is_broad(corpus, n))
    if len(leaves) < 2:
        _fact(draft, ranked)
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
        draft.take(corpus.units[unit], _rows_for(draft, corpus.units[unit], rows))


def _metadata(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    """Number, issuers, addressees, title and date of the document: what its notice and its heading state."""
    query = draft.query
    others = [
        t
        for t in query.terms
        if t.active and t.kind in {"text", "nothing"} and t.reason in {"quoted", ""} and t.kind == "text"
    ]
    if others and query.wants in {"who", "when"}:
        _fact(draft, ranked)
        return
    wanted = [w for w in (query.wants, *query.also) if w in META]
    told = [w for w in wanted if _tell_metadata(draft, w)]
    for want in wanted if told else ():
        if want not in told:
            draft.status = "partial"
            draft.lines.append(draft.say("meta_none", what=draft.wants(want) or want))
    if not told:
        draft.status = "not_stated"
        draft.lines.append(draft.say("meta_none", what=draft.wants(query.wants) or query.wants))


def _tell_metadata(draft: _Draft, wants: Wanted) -> bool:
    """One property of each document, with the line that states it; ``False`` where none states it."""
    corpus, told = draft.corpus, False
    for document in (plan.document for plan in corpus.plans):
        value = {
            "number": document.number or "",
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
            rows = [r for r in corpus.rows if r.document is document and r.unit.kind == "notice"][-1:]
        if rows:
            draft.units.setdefault(rows[0].unit_index)
        draft.lines.append(draft.say(f"meta_{wants}", value=value, quotes=draft.quote(rows[:1])))
    return told


def _unsaid(draft: _Draft) -> str:
    """That the plan does not speak of some of the things asked about; or of each, but nowhere of all together."""
    terms = [t for t in draft.query.terms if t.active]
    rows = draft.corpus.rows
    absent = [t for t in terms if not any(t.concept in row.concepts or t.surface in row.view for row in rows)]
    names = draft.say("names").join(t.surface for t in absent or terms)
    return draft.say("not_stated_words" if absent or len(terms) < 2 else "not_together", words=names)


def _yes_no(draft: _Draft, ranked: Sequence[Ranked]) -> None:
    corpus, query = draft.corpus, draft.query
    if query.condition is None and not query.unlinked:
        _fact(draft, ranked)
        return
    _, listed, _ = _decided(draft)
    things = sum(t.active and t.kind == "concept" for t in query.terms)
    # Of two things asked for together, a clause on one of them is no yes.
    enough = FOUND if listed or things < 2 else WHOLE
    if (not listed or query.unlinked) and not query.strict and ranked and ranked[0].graph >= enough:
        _fact(draft, ranked)
        return
    if not listed or query.unlinked:
        draft.status = "not_stated"
        words = draft.say("names").join(query.unlinked)
        draft.lines.append(draft.say("not_stated_words", words=words) if words else _unsaid(draft))
        draft.nearest(ranked)
        return
    named = {x for n in terms_of(query.condition) if isinstance(n, InUnit) for x in n.labels}
    numbers = [n for n in re.findall(r"\d+(?:\.\d+)?%?", query.question) if n not in named]
    inside = {u.index for u, _ in listed}
    hits = [h for h in ranked if h.row.unit_index in inside]
    yes = "says_lead" if query.asks_leave else "yes_lead"
    wrong = [n for n in numbers if hits and n.rstrip("%") not in hits[0].row.view and not YEAR.match(n)]
    draft.lines.append(draft.say("no_number", number=wrong[0]) if wrong else draft.say(yes))
    if wrong or len(listed) > 6:
        best = hits[0] if wrong else max(hits[:5], key=lambda h: h.graph + 0.5 * h.score)
        draft.take(corpus.units[best.row.unit_index], [best.row])
        return
    for unit, rows in listed:
        draft.take(unit, _rows_for(draft, unit, rows))


_KINDS = {
    "list_items": _list_items,
    "count": _count,
    "fact": _fact,
    "compare": _compare,
    "navigate": _navigate,
    "summary": _summary,
    "metadata": _metadata,
    "yes_no": _yes_no,
    "connect": _connect,
}

__all__ = ["compose", "explains", "gives", "squeeze"]
