"""The way in for a newcomer: what the plan is, whom it speaks of, a glossary, a quiz.

Everything is made from the graph; nothing is written for one plan.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from kg.model import BodyFact, Document, ProgrammeFact, TargetFact, ThemeFact
from kg.vocab import document_iri, section_iri

from .board import DUTY, target_view
from .views import Library, Stated, View, title_en

_EXPLAINED = re.compile(
    r"[”’」』》\"]{0,2}(?:（(?!以下简称|下称|简称)|\((?!以下简称|下称|简称)|，?即|，?是指|，?指的是|[:：])"
)
"""What follows a name that is explained on the spot: a bracket with more than a short form, ``即``, a colon."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
QUESTIONS = 3
"""Of one sitting: a newcomer has passed it with two clicks, and takes another when there is time."""
PASSED = 2
OPTIONS = 4
GLANCE = 8
"""Things of one kind that the first step names."""


def start_view(library: Library, document_id: str) -> View:
    """Everything on the page but the quiz."""
    document = library.plan(document_id).document
    stated = [one for one in library.facts if one.document.id == document_id]
    return {
        "document": document_id,
        "iri": document_iri(library.base, document_id),
        "title": document.title,
        "number": document.number,
        "issuers": list(document.issuers),
        "addressees": list(document.addressees),
        "year": document.year,
        "issued": document.issued,
        "counts": {
            "sections": len(document.sections),
            "units": len(document.units),
            "clauses": sum(len(u.clauses) for u in document.units),
            "facts": len(stated),
            "targets": sum(isinstance(o.fact, TargetFact) for o in stated),
            "programmes": len({o.object for o in stated if isinstance(o.fact, ProgrammeFact)}),
        },
        "glance": _glance(library, [one for one in stated if one.unit.kind != "notice"]),
        "outline": _outline(library, document),
        "audiences": _audiences(stated),
        "glossary": _glossary(library, stated),
    }


def _glance(library: Library, stated: Sequence[Stated]) -> View:
    """What a first look should find: who has most to do, what most units are about, what is due first."""
    acting = Counter(o.object for o in {(s.subject, s.object): s for s in stated if _acts(s)}.values())
    themes = Counter(
        o.object for o in {(s.subject, s.object): s for s in stated if isinstance(s.fact, ThemeFact)}.values()
    )
    due = [
        {"unit": one.unit.label, **target_view(library, one, one.fact)}
        for one in stated
        if isinstance(one.fact, TargetFact) and one.fact.deadline
    ]
    due.sort(key=lambda target: target["deadline"].rsplit("/", 1)[-1])
    return {
        "acting": [{**library.things[iri].view(), "units": n} for iri, n in acting.most_common(GLANCE)],
        "themes": [{**library.things[iri].view(), "units": n} for iri, n in themes.most_common(GLANCE)],
        "due": due[: GLANCE // 2],
        "dated": len(due),
    }


def _acts(one: Stated) -> bool:
    return isinstance(one.fact, BodyFact) and one.fact.role in DUTY


def _outline(library: Library, document: Document) -> list[View]:
    units = Counter(s.id for u in document.units for s in document.section_path(u.section))
    return [
        {
            "iri": section_iri(library.base, document.id, s.id),
            "label": s.label,
            "title": s.title,
            "level": s.level,
            "units": units[s.id],
        }
        for s in document.sections
        if s.level <= 2
    ]


def _audiences(stated: Iterable[Stated]) -> list[View]:
    """Groups, kinds of school and themes with the units about them, the most spoken of first."""
    found: dict[str, View] = {}
    for one in stated:
        match one.fact:
            case BodyFact(kind="people" | "school") as fact:
                label, english = fact.canonical, ""
            case ThemeFact() as fact:
                label, english = fact.label_zh, fact.label_en
            case _:
                continue
        # A group that is a theme as well is one thing to who looks for it.
        entry = found.setdefault(label, {"iri": one.object, "label": label, "label_en": "", "units": {}})
        if english:
            entry |= {"iri": one.object, "label_en": english}
        unit = {"label": one.unit.label, "title": one.unit.title, "title_en": title_en(one.unit)}
        entry["units"].setdefault(one.subject, {"iri": one.subject, **unit})
    ranked = sorted(found.values(), key=lambda entry: -len(entry["units"]))
    return [{**entry, "units": list(entry["units"].values())} for entry in ranked]


def _glossary(library: Library, stated: Iterable[Stated]) -> list[View]:
    found: dict[str, View] = {}
    for one in stated:
        # What the covering notice alone names is the plan itself.
        if not isinstance(one.fact, ProgrammeFact) or one.unit.kind == "notice":
            continue
        entry = found.setdefault(
            one.object,
            {
                "iri": one.object,
                "label": one.fact.canonical,
                "kind": one.fact.kind,
                "mentions": 0,
                "explained": False,
                "clause": library.clause_ref(one.document, one.unit, one.clause),
            },
        )
        entry["mentions"] += 1
        after = one.document.text[one.fact.span.end : one.fact.span.end + 12]
        if _EXPLAINED.match(after) and not entry["explained"]:
            entry["explained"] = True
            entry["clause"] = library.clause_ref(one.document, one.unit, one.clause)
    return list(found.values())


def quiz_view(library: Library, document_id: str, round_number: int) -> View:
    """A sitting of three questions with four choices each, one of each kind where the plan has them.

    The same round of the same plan asks the same.

    Every question is made from one fact, and its answer opens the clause that states it.
    """
    document = library.plan(document_id).document
    stated = [one for one in library.facts if one.document.id == document_id and one.unit.kind != "notice"]
    draw = random.Random(f"{document.sha256}/{round_number}")
    kinds = (
        _programme_questions(library, stated, draw),
        _number_questions(library, stated, draw),
        _title_questions(library, document, draw),
    )
    english = {
        _name_of(unit.label, unit.title): _name_of(unit.label, title_en(unit))
        for unit in document.units
        if title_en(unit)
    }
    # In turn from each kind.
    made = [
        {**one, "options_en": [english.get(option, option) for option in one["options"]]}
        for turn in zip_longest(*kinds)
        for one in turn
        if one is not None
    ][:QUESTIONS]
    return {"document": document_id, "round": round_number, "questions": made, "passed": min(PASSED, len(made))}


def _options(right: str, others: Sequence[str], draw: random.Random) -> tuple[list[str], int] | None:
    wrong = sorted({o for o in others if o and o != right})
    if len(wrong) < OPTIONS - 1 or not right:
        return None
    chosen = [right, *draw.sample(wrong, OPTIONS - 1)]
    draw.shuffle(chosen)
    return chosen, chosen.index(right)


def _named(one: Stated) -> str:
    return _name_of(one.unit.label, one.unit.title)


def _name_of(label: str, title: str) -> str:
    return f"{label} {title}".strip()


def _programme_questions(library: Library, stated: Sequence[Stated], draw: random.Random) -> list[View]:
    units = [_named(one) for one in stated if one.unit.title]
    where: dict[str, set[str]] = {}
    for one in stated:
        where.setdefault(one.object, set()).add(one.subject)
    only = [
        one
        for one in stated
        if isinstance(one.fact, ProgrammeFact)
        and len(where[one.object]) == 1
        and one.unit.title
        and one.fact.canonical not in one.unit.title
    ]
    out: list[View] = []
    for one in draw.sample(only, min(4, len(only))):
        if (chosen := _options(_named(one), units, draw)) is not None:
            out.append(
                {
                    "kind": "programme",
                    "name": library.things[one.object].label,
                    "options": chosen[0],
                    "answer": chosen[1],
                    "clause": library.clause_ref(one.document, one.unit, one.clause),
                }
            )
    return out


def _number_questions(library: Library, stated: Sequence[Stated], draw: random.Random) -> list[View]:
    targets = [
        (one, one.fact.value) for one in stated if isinstance(one.fact, TargetFact) and one.fact.value is not None
    ]
    out: list[View] = []
    for one, stated_value in draw.sample(targets, min(3, len(targets))):
        text = "".join(one.fact.span.of(one.document.text).split())
        number = next((n for n in _NUMBER.findall(text) if float(n) == stated_value), None)
        if number is None:
            continue
        value = float(number)
        near = [f"{value * factor:g}" for factor in (0.5, 2, 3, 1.5, 0.25, 5) if value * factor != value]
        if (chosen := _options(number, near, draw)) is not None:
            out.append(
                {
                    "kind": "number",
                    "name": text.replace(number, "____", 1),
                    "options": chosen[0],
                    "answer": chosen[1],
                    "clause": library.clause_ref(one.document, one.unit, one.clause),
                }
            )
    return out


def _title_questions(library: Library, document: Document, draw: random.Random) -> list[View]:
    units = [u for u in document.units if u.title and len(u.clauses) > 2 and u.kind != "notice"]
    names = [f"{u.label} {u.title}" for u in units]
    out: list[View] = []
    for unit in draw.sample(units, min(4, len(units))):
        clause = draw.choice(unit.clauses[1:])
        if (chosen := _options(f"{unit.label} {unit.title}", names, draw)) is not None and len(clause.text) <= 160:
            out.append(
                {
                    "kind": "clause",
                    "name": clause.text,
                    "options": chosen[0],
                    "answer": chosen[1],
                    "clause": library.clause_ref(document, unit, clause),
                }
            )
    return out
