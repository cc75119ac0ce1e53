"""The program's own evaluation: questions with known answers, asked and scored by type and by language.

A question is *right* when its status is right, the units listed are exactly those wanted (optional ones count neither
way), every fact stands in the answer, and, where it can be answered, a citation stands on a wanted unit.  Intervals are
95 % percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13) over questions.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import SourceError

from .answer import squeeze
from .assistant import Assistant
from .model import Answer

RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Scored:
    """One question, asked and judged."""

    id: str
    type: str
    lang: str
    answerable: bool
    right: bool
    f1: float
    """Of the units listed; 1.0 or 0.0 for a question that the plan does not answer."""
    facts: float
    """Share of the wanted facts that stand in the answer."""
    status_right: bool
    question: str
    listed: tuple[str, ...]
    wanted: tuple[str, ...]
    answer: Answer


def evaluate(assistant: Assistant, path: Path, split: str | None = None) -> tuple[Scored, ...]:
    """Ask every question of a file (a JSON list; see ``tests/questions``) of the plan that the file is named after.

    Raises:
        SourceError: the file is not a list of questions.
    """
    try:
        questions = json.loads(path.read_text(encoding="utf-8"))
        ids = {p.document.id for p in assistant.plans()}
        scope = (path.stem,) if path.stem in ids else ()
        answers: dict[str, Answer] = {}
        scored = []
        for gold in questions:
            answer = assistant.ask(
                gold["question"], id=gold["id"], after=answers.get(gold.get("after", "")), documents=scope
            )
            answers[gold["id"]] = answer
            if split is None or gold.get("split") == split:
                scored.append(judge(gold, answer))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{path}: not a file of questions with answers ({error})") from error
    return tuple(scored)


def judge(gold: dict[str, Any], answer: Answer) -> Scored:
    """Hold an answer against what is known."""
    wanted, optional = set(gold["gold_items"]), set(gold.get("optional_items", ()))
    listed = {item.label for item in answer.items}
    counted = listed - optional
    hit = len(counted & wanted)
    answerable = bool(gold["answerable"])
    status_right = (answer.status == "not_stated") != answerable
    if not answerable:
        return Scored(
            gold["id"], gold["type"], gold["lang"], False, status_right, float(status_right), float(status_right),
            status_right, gold["question"], tuple(sorted(listed)), (), answer,
        )  # fmt: skip
    recall = hit / len(wanted) if wanted else 1.0
    precision = hit / len(counted) if counted else float(not wanted)
    f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
    text = squeeze(answer.answer).lower()
    spellings = gold.get("answer_fact_alternatives") or [[] for _ in gold["answer_facts"]]
    met = [
        any(_stands(f, text) for f in (fact, *others))
        for fact, others in zip(gold["answer_facts"], spellings, strict=True)
    ]
    facts = sum(met) / len(met) if met else 1.0
    cited = not wanted or any(c.item in wanted | optional for c in answer.citations)
    right = status_right and f1 == 1.0 and facts == 1.0 and cited
    return Scored(
        gold["id"], gold["type"], gold["lang"], True, right, f1, facts, status_right, gold["question"],
        tuple(sorted(listed)), tuple(sorted(wanted)), answer,
    )  # fmt: skip


def _stands(fact: str, text: str) -> bool:
    fact = squeeze(fact).lower()
    return re.search(rf"(?<!\d){fact}(?!\d)", text) is not None if fact.isdigit() else fact in text


def interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of the mean.

    >>> interval([1.0] * 10)
    (1.0, 1.0)
    """
    if not values:
        return (0.0, 0.0)
    draw = random.Random(seed)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]


def report(name: str, rows: Sequence[Scored], show: str | None = None) -> str:
    """A table by type and by language, and single questions where asked for."""
    lines = [f"{name}: {len(rows)} questions", f"{'':14}{'n':>5}{'right':>8}{'F1':>8}{'facts':>8}{'status':>8}"]
    keys: tuple[Callable[[Scored], str], ...] = (lambda r: r.type, lambda r: r.lang, lambda r: "all")
    for key in keys:
        for group in sorted({key(r) for r in rows}):
            part = [r for r in rows if key(r) == group]
            means = [
                sum(values) / len(part)
                for values in (
                    [float(r.right) for r in part],
                    [r.f1 for r in part],
                    [r.facts for r in part],
                    [float(r.status_right) for r in part],
                )
            ]
            lines.append(f"{group:14}{len(part):>5}" + "".join(f"{m:>8.3f}" for m in means))
    low, high = interval([float(r.right) for r in rows])
    lines.append(f"right, 95 % interval: {low:.3f} to {high:.3f}")
    for row in rows:
        if show == "all" or (show == "wrong" and not row.right):
            lines.append(
                f"{row.id} {row.lang} {row.type} {row.answer.status} | {row.question} | "
                f"listed {' '.join(row.listed)} | "
                f"wanted {' '.join(row.wanted)} | facts {row.facts:.2f} | {row.answer.answer[:140]!r}"
            )
    return "\n".join(lines)
