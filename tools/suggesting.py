"""Learn ``qa/wordings/suggesting.json``: how likely a unit belongs in a list that leaves it out.

Run with ``python -m tools.suggesting FOLDER`` where what decides a list has changed much.  FOLDER keeps a workspace for
each plan: a first run takes half an hour, a later one ten minutes.  Learnt from the development questions in
``tests/questions`` that ask for a list or a number of units, each about one plan; ``set14``, ``set34`` and every held
half stay unread.  What is printed and written is counted on plans that were not learnt from (eight parts, each by the
others).  Lives here: learning and counting.  Never here: what is seen of a unit (``qa/answer/suggesting.py``).
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from kg.settings import Settings
from qa.answer.suggesting import FEATURES, LEARNT, seen
from qa.assistant import Assistant
from qa.evaluate import LISTS, Scored, evaluate, opened_alone, plan_of, plans_asked, questions_of

QUESTIONS = Path("tests/questions")
PLANS = (Path("data/plans"), QUESTIONS / "plans", Path("tests/plans/whole/tuned"), Path("tests/plans/whole/held"))
NEVER = frozenset({"set14", "set34", "near"})
"""``near`` asks for single facts."""
PARTS = 8
STRENGTH = 0.1
"""Inverse of the strength of regularisation: of nine tried the one of the lowest log loss on plans not learnt from."""
LEAST = 0.1
"""Likelihood from which a unit is offered: of ten such units one belongs, at worst."""
MOST = 4
"""Units that are offered for one list at most: a longer tail is no help."""
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)


@dataclass(frozen=True, slots=True)
class Left:
    """A unit that a list left out."""

    question: str
    """The file and the id."""
    plan: str
    values: tuple[float, ...]
    wanted: bool
    """The list should have it."""
    optional: bool
    """A careful reader may count it or not."""


def left_out(assistant: Assistant, path: Path) -> Iterator[Left]:
    """The units that the lists of one file leave out, of those that could be offered."""
    golds = {gold["id"]: gold for gold in questions_of(path)}
    for one in evaluate(assistant, path, "dev"):
        if one.answerable and one.answer.explanation.intent in LISTS and one.answer.status != "not_stated":
            yield from _of_question(assistant, one, golds[one.id], path)


def _of_question(assistant: Assistant, one: Scored, gold: Any, path: Path) -> Iterator[Left]:
    corpus, query = assistant.corpus, one.answer.query
    items = {item.iri for item in one.answer.items}
    listed = {u.index for u in corpus.units if u.iri in items}
    for index, values in seen(corpus, query, listed, assistant.ranked(query)).items():
        label = corpus.units[index].unit.label
        optional = label in map(str, gold.get("optional_items", ()))
        yield Left(f"{path}#{one.id}", path.stem, tuple(values), label in one.wanted, optional)


def workspaces(folder: Path) -> Iterator[tuple[Assistant, Path]]:
    """Each file of questions about one plan, with an assistant over it; those about several are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    settings, cache = Settings(), None
    for path in sorted((*QUESTIONS.glob("*.json"), *QUESTIONS.glob("*/*.json"))):
        if NEVER.isdisjoint(path.parts) and len(plans := plans_asked(path, questions_of(path))) == 1:
            place = folder / plans[0] / "workspace"
            if not (place / "CURRENT").exists():
                plan, _ = plan_of(plans[0], PLANS)
                beside = plan.with_suffix(".en.json")
                shutil.rmtree(folder / plans[0], ignore_errors=True)  # What an interrupted run has left.
                opened_alone(folder / plans[0], [plan], [beside] if beside.is_file() else [], settings, cache)
            cache = place / "cache"
            yield Assistant.load(place, settings=replace(settings, workspace=place)), path


def learnt(rows: Sequence[Left]) -> tuple[NDArray[np.float64], float]:
    """Weights of the features, and the bias, such that their sum is the log-odd that a unit belongs."""
    values, wanted = np.array([r.values for r in rows]), [r.wanted for r in rows]
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=STRENGTH, max_iter=500).fit(scaler.transform(values), wanted)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - (weights * scaler.mean_).sum())


def unseen(rows: Sequence[Left]) -> NDArray[np.float64]:
    """For each unit its likelihood by what was learnt from other plans."""
    out, plans = np.zeros(len(rows)), [r.plan for r in rows]
    for there, here in GroupKFold(PARTS).split(rows, groups=plans):
        weights, bias = learnt([rows[i] for i in there])
        out[here] = 1 / (1 + np.exp(-(np.array([rows[i].values for i in here]) @ weights + bias)))
    return out


def counted(rows: Sequence[Left], likelihood: NDArray[np.float64]) -> dict[str, Any]:
    """How far the likelihoods can be trusted, and what the threshold finds."""
    wanted, either = (np.array(v) for v in zip(*((r.wanted, r.wanted or r.optional) for r in rows), strict=True))
    offered = likelihood >= LEAST
    bins = [(a, b, (likelihood >= a) & (likelihood < b)) for a, b in zip(BINS, BINS[1:], strict=False)]
    return {
        "questions": len({r.question for r in rows}),
        "plans": len({r.plan for r in rows}),
        "units": len(rows),
        "missed": int(wanted.sum()),
        "offered": int(offered.sum()),
        "offered_and_wanted": int(wanted[offered].sum()),
        "offered_and_wanted_or_optional": int(either[offered].sum()),
        "calibration": [
            {"from": a, "to": b, "units": int(s.sum()), "told": _mean(likelihood[s]), "true": _mean(wanted[s])}
            for a, b, s in bins
        ],
    }


def _mean(values: NDArray[Any]) -> float:
    return round(float(values.mean()), 3) if len(values) else 0.0


def write(rows: Sequence[Left]) -> None:
    """Learn from all rows, and write what was learnt beside what the same way of learning finds on unseen plans."""
    measured = counted(rows, unseen(rows))
    weights, bias = learnt(rows)
    told = {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "bias": round(bias, 4),
        "least": LEAST,
        "most": MOST,
        "measured": measured,
    }
    LEARNT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=1))


if __name__ == "__main__":
    write([left for assistant, path in workspaces(Path(sys.argv[1])) for left in left_out(assistant, path)])
