"""Kills the writer of a workspace again and again, and looks each time whether anything is lost.

    python -m tests.killing --times 200 [--seed 1]

Each time a process ingests a changed plan, takes one out, or puts a decision in force, and gets SIGKILL.  How long each
kind of work takes is learned first.  Some are killed at a moment drawn over the whole of it, some over its last fifth,
and some when a step shows on the disk: the sealed draft, its new name, the switch itself.  Then the workspace must hold
the state before or the state after, and nothing between: documents, every decision that was ever in force, each file by
its hash, graph, shapes and indexes as ``yaodian check`` sees them.  The next round goes on from there.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np

from embeddings.encoder import Progress, Vectors
from kg.review import Decision, read_decisions, stated
from kg.settings import Settings
from kg.workspace import Workspace
from qa.build import decide, ingest, remove
from qa.check import check
from tools.plans import SHAPES, make

PLANS = 3
ITEMS = 2
LEFT = "left-by-an-earlier-writer"
PATIENCE = 300.0
"""Seconds after which work that does not end has failed."""


class Hashed:
    """Vectors drawn from a hash of the text: no model, no threads, so that a process may fork beside it."""

    name = "hash@1"
    dimension = 16

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self.passages(texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        rows = [
            np.random.default_rng(list(hashlib.sha256(text.encode("utf-8", "replace")).digest())).standard_normal(16)
            for text in texts
        ]
        out = np.array(rows, dtype=np.float32).reshape(len(texts), 16)
        return out / np.linalg.norm(out, axis=1, keepdims=True) if len(texts) else out


@dataclass(frozen=True, slots=True)
class State:
    """What a workspace holds: documents by the hash of their file, and ids of decisions."""

    documents: tuple[tuple[str, str], ...]
    decisions: frozenset[str]


def state(settings: Settings) -> State:
    """Of the generation in force, which must be whole."""
    generation = Workspace(settings.workspace).current()
    generation.verify()
    decisions = frozenset(decision.id for decision in read_decisions(generation.store()))
    return State(tuple((d.id, d.sha256) for d in generation.documents()), decisions)


Work = tuple[str, Callable[[], object], State]
"""What is done, the doing, and the state that it leads to."""


def next_work(rng: random.Random, before: State, settings: Settings, sources: Path, turn: int) -> Work:
    """Something to do, drawn by the generator."""
    documents = dict(before.documents)
    kind = rng.choice(("ingest", "ingest", "remove", "review")) if len(documents) > 1 else "ingest"
    if kind == "remove":
        name = rng.choice(sorted(documents))
        del documents[name]
        after = State(tuple(sorted(documents.items())), before.decisions)
        return kind, partial(remove, name, settings, encoder=Hashed()), after
    if kind == "review":
        plan = Workspace(settings.workspace).current().plan(rng.choice(sorted(documents)))
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(2_000_000_000 + turn))
        about = stated(plan.document, rng.choice(plan.facts))
        decision = Decision(document=plan.document.id, verdict="approve", reviewer="x", time=when, about=about)
        after = State(before.documents, before.decisions | {decision.id})
        return kind, partial(decide, [decision], settings, encoder=Hashed()), after
    number = rng.randrange(PLANS)
    made = make(turn, number, ITEMS, SHAPES[number])
    path = sources / f"plan-{number}.txt"
    path.write_text(made.text, encoding="utf-8")
    documents[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()
    after = State(tuple(sorted(documents.items())), before.decisions)
    return kind, partial(ingest, [path], settings, encoder=Hashed()), after


Step = Literal["the draft is begun", "it is sealed", "it has its name", "it is in force"]
STEPS: tuple[Step, ...] = ("the draft is begun", "it is sealed", "it has its name", "it is in force")
_A_MOMENT: Mapping[Step, float] = {
    "the draft is begun": 0.1,
    "it is sealed": 0.02,
    "it has its name": 0.004,
    "it is in force": 0.01,
}
"""Seconds over which a kill is spread after each step: about as long as it is to the next."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a writer is killed: so many seconds after its start, or after a step of it shows on the disk."""

    seconds: float
    step: Step | None = None


def reached(workspace: Path, before: str) -> Step | None:
    """How far a writer got that began when the generation ``before`` was in force, as the disk shows it."""
    if in_force(workspace) != before:
        return "it is in force"
    named, draft = (path if is_fresh(path) else None for path in unfinished(workspace, before))
    if named:
        return "it has its name"
    if draft and (draft / "manifest.json").exists():
        return "it is sealed"
    return "the draft is begun" if draft else None


def unfinished(workspace: Path, before: str) -> tuple[Path, Path]:
    """Where a writer has a generation that is not yet in force: under its name, and as a draft."""
    return workspace / "generations" / f"g{int(before[1:]) + 1:06d}", workspace / "generations" / "draft"


def is_fresh(path: Path) -> bool:
    """Whether a folder is there and is not what an earlier writer left, which has a mark."""
    return path.exists() and not (path / LEFT).exists()


def in_force(workspace: Path) -> str:
    """The name in ``CURRENT``."""
    return (workspace / "CURRENT").read_text(encoding="ascii").strip()


def a_moment(rng: random.Random, length: float) -> Moment:
    """One for work that takes ``length`` seconds: a third over all of it, a third over its end, a third at a step."""
    match rng.randrange(3):
        case 0:
            return Moment(rng.uniform(0, length))
        case 1:
            return Moment(rng.uniform(0.8 * length, 1.05 * length))
        case _:
            step = rng.choice(STEPS[1:])
            return Moment(rng.uniform(0, _A_MOMENT[step]), step)


def killed(work: Callable[[], object], moment: Moment | None, workspace: Path) -> tuple[bool, float]:
    """Do it in a process of its own, killed at that moment, or never; whether it was killed, and how long it lived.

    The process comes from one that never opened a graph: of a process that has one, Oxigraph's threads are not copied,
    and the copy would wait for them for ever.
    """
    before = in_force(workspace)
    for path in unfinished(workspace, before):
        if path.exists():
            (path / LEFT).touch()
    context = get_context("forkserver")
    context.set_forkserver_preload(["qa.build", "qa.check", "tools.plans"])
    child = context.Process(target=work)
    child.start()
    started = time.monotonic()
    deadline = started + (moment.seconds if moment and not moment.step else PATIENCE)
    awaited = moment.step if moment else None
    while time.monotonic() < deadline:
        if child.exitcode is not None:
            assert child.exitcode == 0, "the work failed by itself"
            return False, time.monotonic() - started
        if moment and awaited:
            far = reached(workspace, before)
            if far and STEPS.index(far) >= STEPS.index(awaited):
                awaited, deadline = None, time.monotonic() + moment.seconds
        time.sleep(0.0005)
    assert moment and not awaited, "the work does not come to its end"
    child.kill()
    child.join()
    return child.exitcode == -signal.SIGKILL, time.monotonic() - started


def run(folder: Path, times: int, seed: int, thorough: bool = True) -> Counter[str]:
    """Kill so many writers; how many when they had come how far.  :class:`AssertionError` where anything was lost."""
    rng = random.Random(seed)
    settings = replace(Settings.load({}), workspace=folder / "workspace")
    sources = folder / "sources"
    sources.mkdir(parents=True)
    first = [sources / f"plan-{n}.txt" for n in range(PLANS)]
    for n, path in enumerate(first):
        path.write_text(make(seed, n, ITEMS).text, encoding="utf-8")
    ingest(first, settings, encoder=Hashed())
    ends: Counter[str] = Counter()
    now, took = state(settings), dict[str, float]()
    turn = 0
    while sum(ends.values()) < times:
        turn += 1
        kind, work, after = next_work(rng, now, settings, sources, turn)
        before = in_force(settings.workspace)
        # The first of each kind comes to its end: how long it takes.
        moment = a_moment(rng, took[kind]) if kind in took else None
        was_killed, lived = killed(work, moment, settings.workspace)
        if not was_killed:
            took[kind] = lived
        far = reached(settings.workspace, before)
        found = state(settings)
        assert found in (now, after), f"round {turn}, {kind}: neither the old nor the new state"
        assert was_killed or found == after, f"round {turn}, {kind}: ended, and is not in force"
        if thorough:
            problems = check(settings)
            assert problems == (), f"round {turn}, {kind}: {problems}"
        now = found
        if was_killed:
            ends[f"{kind}, killed when {far or 'nothing was written'}"] += 1
    return ends


def main() -> int:
    """Read the arguments, kill, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for end, count in sorted(run(Path(folder), args.times, args.seed).items()):
            sys.stdout.write(f"{count:4} {end}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
