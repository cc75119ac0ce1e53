"""Kills the writer of a workspace again and again, and looks each time whether anything is lost.

    python -m tests.killing --times 200 [--seed 1]

Each time a process ingests a changed plan, takes one out, or puts a decision in force, and gets SIGKILL at a moment
drawn at random over the whole of its work, the switch among it.  Then the workspace must hold the state before or the
state after, and nothing between: documents, every decision that was ever in force, each file by its hash, graph, shapes
and indexes as ``yaodian check`` sees them.  The next round goes on from there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
        return kind, lambda: remove(name, settings, encoder=Hashed()), after
    if kind == "review":
        plan = Workspace(settings.workspace).current().plan(rng.choice(sorted(documents)))
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(2_000_000_000 + turn))
        about = stated(plan.document, rng.choice(plan.facts))
        decision = Decision(document=plan.document.id, verdict="approve", reviewer="x", time=when, about=about)
        after = State(before.documents, before.decisions | {decision.id})
        return kind, lambda: decide([decision], settings, encoder=Hashed()), after
    number = rng.randrange(PLANS)
    made = make(turn, number, ITEMS, SHAPES[number])
    path = sources / f"plan-{number}.txt"
    path.write_text(made.text, encoding="utf-8")
    documents[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()
    after = State(tuple(sorted(documents.items())), before.decisions)
    return kind, lambda: ingest([path], settings, encoder=Hashed()), after


def killed(work: Callable[[], object], after: float | None) -> bool:
    """Do it in a process of its own, killed after so many seconds; whether it was killed before its end."""
    child = os.fork()
    if child == 0:
        os.close(2)
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    deadline = time.monotonic() + (after if after is not None else 3600)
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0, "the work failed by itself"
            return False
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != 0


def run(folder: Path, times: int, seed: int, thorough: bool = True) -> Counter[str]:
    """Kill so many writers; how each ended.  :class:`AssertionError` where anything was lost."""
    rng = random.Random(seed)
    settings = replace(Settings.load({}), workspace=folder / "workspace")
    sources = folder / "sources"
    sources.mkdir(parents=True)
    first = [sources / f"plan-{n}.txt" for n in range(PLANS)]
    for n, path in enumerate(first):
        path.write_text(make(seed, n, ITEMS).text, encoding="utf-8")
    ingest(first, settings, encoder=Hashed())
    ends: Counter[str] = Counter()
    now, took = state(settings), {"ingest": 1.0, "remove": 1.0, "review": 1.0}
    for turn in range(1, times + 1):
        kind, work, after = next_work(rng, now, settings, sources, turn)
        started = time.monotonic()
        # A little longer than the last whole run: some come to their end, and the switch is as likely as all else.
        was_killed = killed(work, rng.uniform(0, 1.1 * took[kind]))
        # Where all are killed, on a busy machine, the next may live longer: the last steps are to be met too.
        took[kind] = 1.15 * took[kind] if was_killed else time.monotonic() - started
        found = state(settings)
        assert found in (now, after), f"round {turn}, {kind}: neither the old nor the new state"
        assert was_killed or found == after, f"round {turn}, {kind}: ended, and is not in force"
        if thorough:
            problems = check(settings)
            assert problems == (), f"round {turn}, {kind}: {problems}"
        ends[f"{kind}, {'killed' if was_killed else 'ended'}, {'new' if found == after else 'old'}"] += 1
        now = found
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
