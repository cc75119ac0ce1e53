"""What a question takes for granted and no loaded plan bears out: a body, a year, a part, a figure of another plan.

Here too lives what a plan has otherwise: *why is the score cut to 40 points*, where it rises to 60.
"""

from __future__ import annotations

import re

from ..corpus import Corpus, Row, genre, grades_of, language, numeral
from ..model import (
    HasConcept,
    InSection,
    InUnit,
    Query,
    terms_of,
)
from ..retrieve import (
    YEAR,
    all_places,
    clauses_of,
    decide,
    undated,
)
from .draft import Draft, sections_of
from .fitting import is_place_name


def not_loaded(draft: Draft) -> bool:
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
    """A year that the question names, that no loaded plan is for or mentions, be it in the head of a column."""
    own = {str(p.document.year) for p in corpus.plans}
    of_year = re.search(language()["filter"][query.language]["of_year"], query.question.lower())
    if of_year and of_year.group("y") not in own and not any(of_year.group() in p.document.text for p in corpus.plans):
        return of_year.group("y")
    for year in YEAR.findall(query.question):
        if all(str(p.document.year) != year and year not in p.document.text for p in corpus.plans):
            return str(year)
    return ""


def missing_part(draft: Draft) -> bool:
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
        if isinstance(node, InSection) and not decide(corpus, node) and not sections_of(corpus, node):
            top = [s for p in corpus.plans for s in p.document.sections if s.level == node.level]
            draft.status = "not_stated"
            draft.lines.append(draft.say("no_section", number=node.number, n=len(top)))
            return True
    return False


def names_nothing(draft: Draft) -> bool:
    """Whether a thing that goes by few names is asked about, a school bus, a uniform, and stands in no clause."""
    corpus, query = draft.corpus, draft.query
    if query.intent not in {"fact", "yes_no"} or query.focus or corpus.plans[0].document.language != "zh":
        return False
    known = frozenset(genre()["one_name"])
    absent = [
        t.surface
        for t in query.terms
        if t.active and t.reason == "label" and t.concept in known and not clauses_of(corpus, HasConcept((t.concept,)))
    ]
    said = [a for a in absent if a in corpus.text or a in corpus.english_text]
    if not absent or said:
        return False
    draft.status = "not_stated"
    draft.lines.append(draft.say("not_stated_words", words=draft.say("names").join(absent)))
    return True


_FIGURE = re.compile(r"(?<![A-Za-z\d.])\d+(?:\.\d+)?(?![A-Za-z.]*\d)")
"""A number that stands by itself."""


def denied(query: Query, row: Row) -> str:
    """The figure, grade, place or turn in a question for which the clause on its matter has another; else empty.

    *Why is the score cut to 40 points*: 分值提高到60分; *why does A go first*: 推进B先行试点; *why is their number
    going up*: 数量压减到60个.
    """
    parts = {x for n in terms_of(query.condition) if isinstance(n, InUnit) for x in n.labels}
    asked = [n for n in _FIGURE.findall(query.question) if n not in parts and not YEAR.fullmatch(n)]
    wrong = [n for n in asked if n not in row.view] if re.search(r"\d", undated(row.view)) else []
    rising, falling = (re.search(genre()[name], row.view) for name in ("rising", "falling"))
    for name, other in (("going_up", falling and not rising), ("going_down", rising and not falling)):
        said_so = re.search(language()["filter"][query.language][name], query.question.lower())
        wrong += [said_so.group()] if said_so and other else []
    told = frozenset[int]().union(*grades_of(row.view, row.document.language).values())
    said = grades_of(query.question.lower(), query.language)
    wrong += [words for words, grades in said.items() if told and not grades & told]
    if others := all_places(row):
        names = [t for t in query.terms if t.active and t.kind == "text" and is_place_name(t.concept)]
        absent = [t for t in names if t.concept not in row.view and any(o[-1] == t.concept[-1] for o in others)]
        # "Why was it moved from A to B": one of them is right.
        wrong += [t.surface for t in absent] if len(absent) == len(names) else []
    return wrong[0] if wrong else ""
