"""The program's own evaluation: questions with known answers, asked, scored, and written up as a page.

What lives here: the judgement of an answer, the measures over many, the methods that the program is compared with
(:func:`baseline`), and the tables.  What never will: anything that an answer to a person rests on.

A question is *right* when its status is right, the units listed are exactly those wanted (optional ones count neither
way), every fact stands in the answer, no quote is false and, where it can be answered, a citation stands on a wanted
unit.  Intervals are 95 % percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13)
over questions.  How well the program knows what it does not know is told by risk and coverage (El-Yaniv and Wiener, "On
the Foundations of Noise-free Selective Classification", 2010): the answers given are put in the order of their
:func:`confidence`, and the share that is right is taken over the most certain of them.
"""

from __future__ import annotations

import copy
import json
import math
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean, median
from typing import Any

from embeddings.encoder import Encoder, Progress, Vectors
from kg.errors import SourceError
from kg.settings import Settings

from . import feedback
from .answer import squeeze
from .assistant import Assistant
from .model import Answer, Citation, ItemRef
from .retrieve import Ranked, Weights

RESAMPLES = 1000
COVERAGES = (0.5, 0.7, 0.9, 1.0)
"""Shares of the answers given at which the risk is told."""
ABLATION: Mapping[str, Weights] = {
    "graph only": Weights(1.0, 0.0, 0.0),
    "dense only": Weights(0.0, 1.0, 0.0),
    "lexical only": Weights(0.0, 0.0, 1.0),
}
LISTS = frozenset({"list_items", "count"})
"""Intents that a ranking can only answer by its first k units."""
MOST = 10
"""Largest k that is tried."""


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
    cited_unit: float = 0.0
    """Share of the citations that stand on a wanted unit."""
    cited_clause: float = 0.0
    """Share of the citations that stand on a wanted clause."""
    false_quotes: int = 0
    confidence: float = 0.0
    split: str = ""
    twin: str = ""
    """Id of the same question in the other language."""


Ask = Callable[..., Answer]
"""Called like :meth:`Assistant.ask`."""


def evaluate(assistant: Assistant, path: Path, split: str | None = None, ask: Ask | None = None) -> tuple[Scored, ...]:
    """Ask the questions of a file (a JSON list; see ``tests/questions``) of the plans that it is about.

    Those are the ones that its questions name (``documents``), else the one that the file is named after.

    Args:
        assistant: over a workspace that holds the plan.
        path: the questions; or what people said of answers (``feedback.jsonl``), as far as it says what is right.
        split: only the questions of this split, and those that they follow on.
        ask: another way to answer, to compare with; its confidence is not taken.

    Raises:
        SourceError: the file is not a list of questions.
    """
    texts = {p.document.id: p.document.text for p in assistant.plans()}
    golds = questions_of(path)
    answers: dict[str, Answer] = {}
    scored = []
    try:
        plans = tuple(p for p in plans_asked(path, golds) if p in texts)
        # Where nothing else is loaded the plans are asked as a person would ask them.
        scope = plans if len(plans) < len(texts) else ()
        wanted = [gold for gold in golds if split is None or gold.get("split") == split]
        before = {gold.get("after", "") for gold in wanted}
        for gold in golds:
            if gold not in wanted and gold["id"] not in before:
                continue
            answer = (ask or assistant.ask)(
                gold["question"], id=gold["id"], after=answers.get(gold.get("after", "")), documents=scope
            )
            answers[gold["id"]] = answer
            if gold in wanted:
                scored.append(judge(gold, answer, texts, 0.0 if ask else confidence(assistant, answer)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _not_questions(path, error) from error
    return tuple(scored)


def questions_of(path: Path) -> list[Any]:
    """The questions of a file, with what is known of their answers.

    Raises:
        SourceError: the file is not a list of questions.
    """
    try:
        if path.suffix == ".jsonl":
            return feedback.questions(path)
        return list(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _not_questions(path, error) from error


def plans_asked(path: Path, golds: Sequence[Any]) -> tuple[str, ...]:
    """Ids of the plans that a file is about."""
    return tuple(dict.fromkeys(plan for gold in golds for plan in gold.get("documents", ()))) or (path.stem,)


def _not_questions(path: Path, error: Exception) -> SourceError:
    return SourceError(f"{path}: not a file of questions with answers ({error})")


# ------------------------------------------------------------------------------------------------ one answer


def judge(
    gold: Mapping[str, Any], answer: Answer, texts: Mapping[str, str] | None = None, certain: float = 0.0
) -> Scored:
    """Hold an answer against what is known.

    Args:
        gold: a question of the file.
        answer: what was answered.
        texts: the text of each document by its id; without it no quote is checked.
        certain: what :func:`confidence` says of the answer.
    """
    wanted, optional = set(gold["gold_items"]), set(gold.get("optional_items", ()))
    listed = {item.label for item in answer.items}
    answerable = bool(gold["answerable"])
    false = sum(_is_false(c, texts) for c in answer.citations) if texts is not None else 0
    status_right = (answer.status == "not_stated") != answerable
    row = Scored(
        id=gold["id"],
        type=gold["type"],
        lang=gold["lang"],
        answerable=answerable,
        right=status_right and not false,
        f1=float(status_right),
        facts=float(status_right),
        status_right=status_right,
        question=gold["question"],
        listed=tuple(sorted(listed)),
        wanted=tuple(sorted(wanted)) if answerable else (),
        answer=answer,
        false_quotes=false,
        confidence=certain,
        split=gold.get("split", ""),
        twin=gold.get("twin", ""),
    )
    if not answerable:
        return row
    f1, facts = _f1(listed - optional, wanted), _facts(gold, answer)
    on_unit = [c.item in wanted | optional for c in answer.citations]
    on_clause = [_on_clause(c, gold.get("gold_clauses", ())) for c in answer.citations]
    return replace(
        row,
        right=row.right and f1 == 1.0 and facts == 1.0 and (any(on_unit) or not wanted),
        f1=f1,
        facts=facts,
        cited_unit=_mean(on_unit),
        cited_clause=_mean(on_clause),
    )


def _f1(listed: set[str], wanted: set[str]) -> float:
    hit = len(listed & wanted)
    recall = hit / len(wanted) if wanted else 1.0
    precision = hit / len(listed) if listed else float(not wanted)
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def _facts(gold: Mapping[str, Any], answer: Answer) -> float:
    text = squeeze(answer.answer).lower()
    spellings = gold.get("answer_fact_alternatives") or [[] for _ in gold["answer_facts"]]
    met = [
        any(_stands(f, text) for f in (fact, *others))
        for fact, others in zip(gold["answer_facts"], spellings, strict=True)
    ]
    return _mean(met) if met else 1.0


def _stands(fact: str, text: str) -> bool:
    fact = squeeze(fact).lower()
    return re.search(rf"(?<!\d){fact}(?!\d)", text) is not None if fact.isdigit() else fact in text


def _on_clause(citation: Citation, clauses: Iterable[str]) -> bool:
    quote = squeeze(citation.quote).rstrip("。")
    known = [squeeze(clause).rstrip("。") for clause in clauses]
    return any(quote in clause or clause in quote for clause in known)


def _is_false(citation: Citation, texts: Mapping[str, str]) -> bool:
    there = texts.get(citation.document, "")[citation.start : citation.end]
    return squeeze(there) != squeeze(citation.quote)


def confidence(assistant: Assistant, answer: Answer) -> float:
    """How sure an answer may be of itself, 0..1: the best score of a clause that it cites (``Ranked.score``).

    The score joins what the clause holds of the question's words, each weighted by how rare it is, how near it is in
    meaning and in words, and whether it gives what was asked.  An answer without a citation has none.  Of the orders
    that these allow it was the best, or as good as any, on the development splits.  No answer depends on it.
    """
    cited = {c.iri for c in answer.citations}
    return max((min(1.0, hit.score) for hit in assistant.ranked(answer.query) if hit.row.iri in cited), default=0.0)


# ------------------------------------------------------------------------------------------------ many answers


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return fmean(found) if found else 0.0


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


@dataclass(frozen=True, slots=True)
class Measures:
    """What is told of a set of questions; shares are 0..1, those of nothing are 0."""

    n: int
    right: float
    low: float
    high: float
    """Ends of the 95 % interval of ``right``."""
    f1: float
    facts: float
    cited_unit: float
    cited_clause: float
    """These four over the questions that can be answered."""
    abstained: float
    """Share of the questions that the plan does not answer to which the answer says so."""
    answered: float
    """Share of the others to which it does not say so."""
    false_quotes: int
    median_ms: float


def measure(rows: Sequence[Scored]) -> Measures:
    """Sum up judged questions."""
    rights = [float(row.right) for row in rows]
    can = [row for row in rows if row.answerable]
    low, high = interval(rights)
    return Measures(
        n=len(rows),
        right=_mean(rights),
        low=low,
        high=high,
        f1=_mean(row.f1 for row in can),
        facts=_mean(row.facts for row in can),
        cited_unit=_mean(row.cited_unit for row in can),
        cited_clause=_mean(row.cited_clause for row in can),
        abstained=_mean(row.status_right for row in rows if not row.answerable),
        answered=_mean(row.status_right for row in can),
        false_quotes=sum(row.false_quotes for row in rows),
        median_ms=median(row.answer.elapsed_ms for row in rows) if rows else 0.0,
    )


@dataclass(frozen=True, slots=True)
class Twins:
    """Agreement of questions asked in both languages."""

    pairs: int
    both_right: float
    same_units: float
    same_verdict: float
    """Both right or both wrong."""


def twins(rows: Sequence[Scored]) -> Twins:
    """Compare each question with its twin, where both are there."""
    by_id = {row.id: row for row in rows}
    pairs = {frozenset((row.id, row.twin)) for row in rows if row.twin in by_id and row.twin != row.id}
    found = [(by_id[a], by_id[b]) for a, b in (sorted(pair) for pair in pairs)]
    return Twins(
        len(found),
        _mean(a.right and b.right for a, b in found),
        _mean(a.listed == b.listed for a, b in found),
        _mean(a.right == b.right for a, b in found),
    )


@dataclass(frozen=True, slots=True)
class Risk:
    """Risk over coverage of the answers given (those that do not say that the plan is silent)."""

    n: int
    accuracy: Mapping[float, float]
    """Coverage → share that is right among the most certain answers."""
    aurc: float
    """Area under the curve of risk over coverage; 0 where nothing is wrong."""
    blind: float
    """The same area without an order: the share that is wrong."""
    best: float
    """The same area where every wrong answer is less certain than every right one."""


def risk(rows: Sequence[Scored]) -> Risk:
    """Put the answers given in the order of their confidence, and take the risk at each coverage."""
    given = sorted((r for r in rows if r.answer.status != "not_stated"), key=lambda r: (-r.confidence, r.id))
    right = [row.right for row in given]
    accuracy = {c: _mean(right[: math.ceil(c * len(right))]) for c in COVERAGES}
    return Risk(len(right), accuracy, _area(right), 1 - _mean(right) if right else 0.0, _area(sorted(right)[::-1]))


def _area(right: Sequence[bool]) -> float:
    wrong, risks = 0, []
    for n, one in enumerate(right, 1):
        wrong += not one
        risks.append(wrong / n)
    return _mean(risks)


# ------------------------------------------------------------------------------------------------ compared with


def weighing(assistant: Assistant, weights: Weights) -> Assistant:
    """The same assistant with other shares of the kinds of evidence."""
    _ = assistant.corpus  # Laid out once, for both.
    other = copy.copy(assistant)
    other.weights = weights
    return other


def baseline(assistant: Assistant, k: int) -> Ask:
    """An assistant that decides nothing over the graph: lists and counts are the first ``k`` units of its ranking."""

    def ask(question: str, **options: Any) -> Answer:
        answer = assistant.ask(question, **options)
        return _first_units(assistant, answer, k) if answer.query.intent in LISTS else answer

    return ask


def _first_units(assistant: Assistant, answer: Answer, k: int) -> Answer:
    weights = assistant.weights
    hits: dict[int, Ranked] = {}
    for hit in sorted(
        assistant.ranked(answer.query), key=lambda h: -(weights.dense * h.dense + weights.lexical * h.lexical)
    ):
        hits.setdefault(hit.row.unit_index, hit)
    first = [hit.row for hit in list(hits.values())[:k]]
    return replace(
        answer,
        status="answered",
        answer="\n".join([str(k), *(row.clause.text for row in first)]),
        items=tuple(
            ItemRef(row.document.id, row.unit.label, row.unit.title, row.iri.rsplit("/", 1)[0]) for row in first
        ),
        citations=tuple(
            Citation(n, r.document.id, r.unit.label, r.clause.text, r.clause.span.start, r.clause.span.end, r.iri)
            for n, r in enumerate(first, 1)
        ),
    )


def ablation(assistant: Assistant, path: Path, rows: Sequence[Scored]) -> dict[str, tuple[tuple[Scored, ...], int]]:
    """The questions of a file, answered from one kind of evidence at a time: name → judged questions, and k.

    Graph only decides lists as ever, and ranks single facts without the text indexes.  Dense only and lexical only list
    the first k units (:func:`baseline`), with the k of :func:`best_k`; they still read the question as ever.  k is 0
    where none is used.  ``rows`` are the same questions, answered from all.
    """
    found = {}
    for name, weights in ABLATION.items():
        other = weighing(assistant, weights)
        k = 0 if weights.graph else best_k(other, path, rows)
        found[name] = (evaluate(other, path, ask=baseline(other, k) if k else other.ask), k)
    return found


def best_k(assistant: Assistant, path: Path, rows: Sequence[Scored]) -> int:
    """The number of units, 1 to 10, that answers the lists and counts of the development split best, by mean F1.

    Of all questions where the file has no such split.
    """
    lists = [r for r in rows if r.answerable and r.answer.query.intent in LISTS]
    lists = [r for r in lists if r.split == "dev"] or lists
    optional = {gold["id"]: set(gold.get("optional_items", ())) for gold in questions_of(path)}
    cases = []
    for row in lists:
        ranked = [item.label for item in _first_units(assistant, row.answer, MOST).items]
        cases.append((ranked, optional[row.id], set(row.wanted)))
    return max(range(1, MOST + 1), key=lambda k: _mean(_f1(set(r[:k]) - o, w) for r, o, w in cases))


# ------------------------------------------------------------------------------------------------ whole runs


@dataclass(frozen=True, slots=True)
class Run:
    """One file of questions, asked of one workspace."""

    name: str
    group: str
    """What it is summed up with: the folder of its plan; empty for the workspace in force."""
    rows: tuple[Scored, ...]
    model: str
    translated: bool
    """Whether a translation came with the plan."""
    ablation: Mapping[str, tuple[tuple[Scored, ...], int]] = field(default_factory=dict)


class _Remembering:
    """An encoder that embeds a question once: what is asked again of parts of the program costs no more time.

    The first time, by which the program is measured, is as it is.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        self.name, self.dimension = encoder.name, encoder.dimension

    def queries(self, texts: Sequence[str]) -> Vectors:
        key = json.dumps(list(texts))
        if key not in self._known:
            self._known[key] = self._encoder.queries(texts)
        return self._known[key]

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._encoder.passages(texts, progress)


def run(
    assistant: Assistant, path: Path, split: str | None = None, ablate: bool = False, *, name: str = "", group: str = ""
) -> Run:
    """Ask a file of questions of an assistant; with ``ablate`` also of its parts."""
    assistant = copy.copy(assistant)
    assistant.encoder = _Remembering(assistant.encoder)
    assistant.ask("?")  # What is loaded on demand is loaded before time is taken.
    rows = evaluate(assistant, path)
    translated = any(row.translation for row in assistant.corpus.rows)
    parts = ablation(assistant, path, rows) if ablate else {}

    def kept(judged: tuple[Scored, ...]) -> tuple[Scored, ...]:
        return tuple(row for row in judged if split is None or row.split == split)

    parts = {name: (kept(judged), k) for name, (judged, k) in parts.items()}
    return Run(name or path.stem, group, kept(rows), assistant.encoder.name, translated, parts)


def run_alone(
    paths: Sequence[Path], folders: Sequence[Path], settings: Settings, split: str | None = None, ablate: bool = False
) -> Iterator[Run]:
    """Ask each file of questions of the plan or plans that it is about, alone in a workspace made for them.

    A plan with a translation beside it is asked with it and without it, and with ``ablate`` taken apart with it.

    Raises:
        SourceError: a plan is in none of the folders, or cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="yaodian-eval-") as temporary:
        cases = []
        for path in paths:
            found = [plan_of(plan, folders) for plan in plans_asked(path, questions_of(path))]
            plans, folder = [plan for plan, _ in found], found[0][1]
            besides = [b for plan in plans if (b := plan.with_suffix(".en.json")).is_file()]
            cases += [(path, folder, plans, besides, ablate)] if besides else []
            cases.append((path, folder, plans, [], ablate and not besides))
        cache = None
        for n, (path, folder, plans, besides, apart) in enumerate(cases):
            assistant = opened_alone(Path(temporary) / str(n), plans, besides, settings, cache)
            cache = assistant.settings.workspace / "cache"
            name = path.stem if path.parent == paths[0].parent else f"{path.parent.name}/{path.stem}"
            yield run(assistant, path, split, apart, name=name, group=folder.as_posix())


def plan_of(plan: str, folders: Sequence[Path]) -> tuple[Path, Path]:
    """The file of a plan, and the folder that it is in."""
    from kg.source import FORMATS

    for folder in folders:
        for file in sorted(folder.glob(f"{plan}.*")):
            if file.suffix.lower() in FORMATS:
                return file, folder
    raise SourceError(f"no plan {plan!r} in {', '.join(map(str, folders))}; questions are named after their plan")


def opened_alone(
    folder: Path, plans: Sequence[Path], besides: Sequence[Path], settings: Settings, cache: Path | None
) -> Assistant:
    """An assistant over some plans, with their translations; ``cache`` is what an earlier workspace kept."""
    from .build import ingest

    folder.mkdir()
    for file in (*plans, *besides):
        shutil.copy(file, folder / file.name)
    own = replace(settings, workspace=folder / "workspace")
    if cache is not None:
        shutil.copytree(cache, own.workspace / "cache")
    for result in ingest([folder / plan.name for plan in plans], own):
        if result.document is None:
            raise SourceError(result.problem)
    return Assistant.load(own.workspace, settings=own)


# ------------------------------------------------------------------------------------------------ tables


def _groups(rows: Sequence[Scored]) -> Iterator[tuple[str, list[Scored]]]:
    """The questions by type, by language, and all."""
    keys: tuple[Callable[[Scored], str], ...] = (lambda r: r.type, lambda r: r.lang, lambda r: "all")
    for key in keys:
        for group in sorted({key(r) for r in rows}):
            yield group, [r for r in rows if key(r) == group]


_COLUMNS = ("n", "right", "95 %", "F1", "facts", "unit", "clause", "silent", "given", "false", "ms")
_LEGEND = """\
right: strictly right, with its 95 % bootstrap interval; F1: of the units listed; facts: share of the wanted facts that
stand in the answer; unit, clause: share of the citations that stand on a wanted unit, on a wanted clause (these four
over the questions that can be answered); silent: share of the questions without an answer in the plan to which the
answer says so; given: share of the others that get an answer; false: quotes that are not in the source; ms: median time
of an answer."""


def _cells(rows: Sequence[Scored]) -> list[str]:
    m = measure(rows)
    can, cannot = any(r.answerable for r in rows), any(not r.answerable for r in rows)
    shares = [_share(value) if can else "–" for value in (m.f1, m.facts, m.cited_unit, m.cited_clause)]
    status = [_share(m.abstained) if cannot else "–", _share(m.answered) if can else "–"]
    span = f"{_share(m.low)}–{_share(m.high)}"
    return [str(m.n), _share(m.right), span, *shares, *status, str(m.false_quotes), f"{m.median_ms:.0f}"]


def _share(value: float) -> str:
    return f"{value:.3f}"


def report(name: str, rows: Sequence[Scored], show: str | None = None) -> str:
    """A table by type and by language for the terminal, the twins, the risk, and single questions where asked for."""
    lines = [f"{name}: {len(rows)} questions", _plain("", _COLUMNS)]
    lines += [_plain(group, _cells(part)) for group, part in _groups(rows)]
    pair, curve = twins(rows), risk(rows)
    if pair.pairs:
        lines.append(
            f"twins: {pair.pairs} pairs, both right {_share(pair.both_right)}, same units {_share(pair.same_units)}"
        )
    told = ", ".join(f"{_share(share)} at {coverage:.0%}" for coverage, share in curve.accuracy.items())
    lines.append(f"right by coverage of the {curve.n} answers given: {told}; AURC {_share(curve.aurc)}")
    for row in rows:
        if show == "all" or (show == "wrong" and not row.right):
            lines.append(
                f"{row.id} {row.lang} {row.type} {row.answer.status} | {row.question} | "
                f"listed {' '.join(row.listed)} | "
                f"wanted {' '.join(row.wanted)} | facts {row.facts:.2f} | {row.answer.answer[:140]!r}"
            )
    return "\n".join(lines)


def report_ablation(parts: Mapping[str, tuple[tuple[Scored, ...], int]]) -> str:
    """One line for each kind of evidence, for the terminal."""
    return "\n".join(_plain(_part_name(name, k), _cells(rows)) for name, (rows, k) in parts.items())


def _part_name(name: str, k: int) -> str:
    return f"{name}, k = {k}" if k else name


def _plain(name: str, cells: Sequence[str]) -> str:
    widths = (5, 7, 13, 7, 7, 7, 7, 7, 7, 6, 6)
    return f"{name:22}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


# ------------------------------------------------------------------------------------------------ the page


def page(runs: Sequence[Run], command: str, about: str = "", state: str = "not told") -> str:
    """Runs as a Markdown page; single questions are shown of the development split alone.

    Args:
        runs: what was asked; those of one group are also summed up.
        command: the command that makes the page.
        about: what is said of the questions.
        state: what :func:`program` said before anything was asked.
    """
    models = ", ".join(sorted({r.model for r in runs}))
    lines = ["# Evaluation", "", f"Made by `{command}`, not by hand. Program: {state}. Encoder: `{models}`.", ""]
    lines += ["## What was asked", ""]
    lines += [about, ""] if about else []
    lines += _asked(runs)
    lines += ["## Results", "", _LEGEND, ""]
    lines += _table(["plan", "split", *_COLUMNS], list(_results(runs)))
    lines += ["## By type and by language", ""]
    for one in _pooled(runs):
        for split in _splits(one.rows):
            rows = [r for r in one.rows if r.split == split]
            lines += [f"### {_title(one)}{_of(split)}", ""]
            lines += _table(["", *_COLUMNS], [[group, *_cells(part)] for group, part in _groups(rows)])
    lines += _page_twins(runs)
    lines += _page_risk(runs)
    lines += _page_ablation(runs)
    lines += _page_failures(runs)
    return "\n".join(lines).rstrip() + "\n"


def program() -> str:
    """The commit of the checkout that the program runs from, where it runs from one."""
    root = Path(__file__).resolve().parent.parent

    def git(*words: str) -> str:
        try:
            done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True, timeout=10)
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.strip()

    commit = git("rev-parse", "--short=12", "HEAD")
    if not commit:
        return "not in a checkout"
    later = git("status", "--porcelain", "--untracked-files=no", "--", "kg", "embeddings", "qa", "data")
    return f"commit `{commit}`{' and changes not yet in it' if later else ''}"


def _title(one: Run) -> str:
    return f"{one.name}{', with its translation' if one.translated else ''}"


def _of(split: str) -> str:
    return f", {split}" if split else ""


def _splits(rows: Iterable[Scored]) -> list[str]:
    return sorted({row.split for row in rows})


def _pooled(runs: Sequence[Run]) -> list[Run]:
    """The runs, those of one group put together: with translations, and without."""
    found: list[Run] = []
    for group, translated in dict.fromkeys((r.group, r.translated) for r in runs):
        mine = [r for r in runs if (r.group, r.translated) == (group, translated)]
        if len(mine) == 1:
            found += mine
            continue
        parts = {
            name: (tuple(row for r in mine for row in r.ablation[name][0]), 0)
            for name in ABLATION
            if all(name in r.ablation for r in mine)
        }
        rows = tuple(row for r in mine for row in r.rows)
        found.append(
            Run(f"all {len(mine)} of {group}" if group else "all", group, rows, mine[0].model, translated, parts)
        )
    return found


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    marks = ["---" if any(re.search(r"[^\W\d_]", row[n]) for row in rows) else "--:" for n in range(len(head))]
    lines = [head, marks, *rows]
    return [*("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines), ""]


def _asked(runs: Sequence[Run]) -> list[str]:
    rows = []
    for one in {r.name: r for r in runs}.values():
        counts = [str(sum(r.lang == lang for r in one.rows)) for lang in ("zh", "en")]
        splits = ", ".join(f"{split} {sum(r.split == split for r in one.rows)}" for split in _splits(one.rows) if split)
        silent = str(sum(not r.answerable for r in one.rows))
        rows.append([one.name, str(len(one.rows)), *counts, silent, splits or "–"])
    return _table(["questions", "n", "Chinese", "English", "without an answer in the plan", "splits"], rows)


def _results(runs: Sequence[Run]) -> Iterator[list[str]]:
    names = {r.name for r in runs}
    for one in [*runs, *(r for r in _pooled(runs) if r.name not in names)]:
        for split in _splits(one.rows):
            yield [_title(one), split or "–", *_cells([r for r in one.rows if r.split == split])]


def _page_twins(runs: Sequence[Run]) -> list[str]:
    rows = []
    for one in _pooled(runs):
        for split in _splits(one.rows):
            pair = twins([r for r in one.rows if r.split == split])
            if pair.pairs:
                shares = [_share(x) for x in (pair.both_right, pair.same_verdict, pair.same_units)]
                rows.append([_title(one), split or "–", str(pair.pairs), *shares])
    if not rows:
        return []
    said = "The same question in Chinese and in English: both right, both right or both wrong, the same units listed."
    table = _table(["plan", "split", "pairs", "both right", "same verdict", "same units"], rows)
    return ["## Chinese and English twins", "", said, "", *table]


def _page_risk(runs: Sequence[Run]) -> list[str]:
    rows = []
    for one in _pooled(runs):
        for split in _splits(one.rows):
            curve = risk([r for r in one.rows if r.split == split])
            areas = [_share(x) for x in (curve.aurc, curve.best, curve.blind)]
            rows.append([_title(one), split or "–", str(curve.n), *map(_share, curve.accuracy.values()), *areas])
    said = (
        "The answers given (those that do not say that the plan is silent) in the order of their confidence, and the\n"
        "share that is right among the most certain of them. Confidence: the best score of a cited clause, which\n"
        "joins what it holds of the question's words, how near it is in meaning and in words, and whether it gives\n"
        "what was asked. AURC: area under risk over coverage, less is better; beside it that of the best order there\n"
        "could be, and that of no order."
    )
    head = ["plan", "split", "answers", *(f"at {c:.0%}" for c in COVERAGES), "AURC", "best", "no order"]
    return ["## Risk and coverage", "", said, "", *_table(head, rows)]


def _page_ablation(runs: Sequence[Run]) -> list[str]:
    rows = []
    for one in _pooled(runs):
        for split in _splits(one.rows):
            parts = {"all": (one.rows, 0), **one.ablation}
            for name, (judged, k) in parts.items() if one.ablation else ():
                cells = _cells([r for r in judged if r.split == split])[:-1]
                rows.append([_title(one), split or "–", _part_name(name, k), *cells])
    if not rows:
        return []
    said = (
        "One kind of evidence at a time. Graph only decides lists as ever and ranks single facts without the text\n"
        "indexes. Dense only and lexical only cannot decide a list: they give the first k units of their ranking,\n"
        f"with the k of 1 to {MOST} that is best on the development split of each plan. All of them read the\n"
        "question, and find items and sections by number, as the whole does."
    )
    return ["## Ablation", "", said, "", *_table(["plan", "split", "evidence", *_COLUMNS[:-1]], rows)]


def _page_failures(runs: Sequence[Run]) -> list[str]:
    lines = ["## What goes wrong", ""]
    lines += [
        "Questions that are not strictly right, with the units listed and wanted; those of `held` are counted only.",
        "",
    ]
    told = set()
    for one in runs:
        # What is wrong with a translation is not told again for the same plan without it.
        wrong = [r for r in one.rows if not r.right and r.split != "held" and (one.name, r.id) not in told]
        told |= {(one.name, r.id) for r in wrong}
        if not wrong:
            continue
        lines += [f"### {_title(one)}: {len(wrong)} not right", ""]
        head = ["id", "type", "question", "status", "listed", "wanted", "facts"]
        lines += _table(head, [_failure(row) for row in wrong])
    return lines


def _failure(row: Scored) -> list[str]:
    units = (" ".join(row.listed) or "–", " ".join(row.wanted) or "–")
    return [row.id, row.type, row.question, row.answer.status, *units, _share(row.facts)]
