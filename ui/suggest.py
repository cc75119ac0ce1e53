"""Example questions made from the loaded plans: only such as the assistant answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from kg.model import BodyFact, ProgrammeFact, TargetFact, ThemeFact
from qa.assistant import Assistant

from .views import Library

SHOWN = 5
TRIED = 4
"""Candidates of each kind that are put to the assistant before the kind is left out."""


def suggestions(
    library: Library, assistant: Assistant, texts: dict[str, str], language: Literal["zh", "en"]
) -> list[str]:
    """At most :data:`SHOWN` questions, one of each kind, each of which was asked and answered.

    Args:
        library: the loaded plans.
        assistant: who must be able to answer.
        texts: the texts of the interface in that language; those under ``suggest`` are the patterns.
        language: of the questions.
    """
    found: list[str] = []
    for kind, names in _candidates(library, language):
        for name in names[:TRIED]:
            question = texts[f"suggest.{kind}"].replace("{name}", name)
            if question not in found and assistant.ask(question, language=language).status == "answered":
                found.append(question)
                break
        if len(found) == SHOWN:
            break
    return found


def _candidates(library: Library, language: Literal["zh", "en"]) -> Iterator[tuple[str, list[str]]]:
    themes: Counter[str] = Counter()
    bodies: Counter[str] = Counter()
    programmes: Counter[str] = Counter()
    measures: list[str] = []
    for iri in {(s.subject, s.object): s for s in library.facts}.values():
        match iri.fact:
            case ThemeFact() as fact:
                themes[fact.label_en if language == "en" else fact.label_zh] += 1
            case BodyFact(role="lead" | "responsible") as fact:
                bodies[fact.canonical] += 1
            case ProgrammeFact(kind="project" | "campaign" | "plan" | "policy_document") as fact:
                programmes[fact.canonical] += 1
            case TargetFact() as fact if fact.value is not None and 4 <= len(fact.measure) <= 24:
                measures.append(fact.measure)
    # What a few units are about makes a better question than what all are about.
    most = max(2, len(library.places) // 60)
    yield "theme", [name for name, n in themes.most_common() if name and 2 <= n <= most + 4]
    yield "theme_count", [name for name, n in themes.most_common()[6:] if name and n >= 2]
    if language == "zh":
        yield "target", measures
        yield "body", [name for name, _ in bodies.most_common()]
    yield "programme", [name for name, _ in programmes.most_common() if 4 <= len(name) <= 16]
    yield "year", [""]
