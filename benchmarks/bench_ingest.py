"""What it costs to ingest many plans, and then one of them changed: stage by stage, wall clock and processor.

    python -m benchmarks.bench_ingest --count 1000 [--items 30] [--without-model] [--folder DIR] [--json FILE]

Plans are those of ``tools/plans.py``.  Embedding is nine tenths of the work and linear in the clauses; with
``--without-model`` vectors of the same size are drawn from a hash of the text, so that all the rest can be measured at
sizes whose embedding would take hours.  On a busy machine the seconds of the processor are what to go by.

``bare`` is the bulk embedding of a sample of the same texts, each once, after all that; ``over bare`` is how many texts
the ingest embeds in a second over that.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.telling import tell
from embeddings.bulk import WORTH_IT
from embeddings.encoder import Encoder, Progress, Vectors, load_encoder
from kg.settings import Settings
from kg.workspace import Workspace
from qa import Assistant
from qa.build import entries_of, ingest
from tools.plans import make


class Drawn:
    """Vectors from a hash of the text, as many numbers as the model's."""

    name = "drawn@1"
    dimension = 896

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self.passages(texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")
            row[:] = np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        return out / np.linalg.norm(out, axis=1, keepdims=True) if len(texts) else out


def processor() -> float:
    """Seconds of the processor, those of ended child processes among them."""
    own, children = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class Clock:
    """Wall clock and processor by stage: what has passed belongs to the stage that is told next."""

    def __init__(self) -> None:
        self.stages: dict[str, list[float]] = {}
        self._at = time.perf_counter(), processor()

    def tell(self, stage: str, done: int = 0, total: int = 0) -> None:
        now = time.perf_counter(), processor()
        held = self.stages.setdefault(stage, [0.0, 0.0])
        held[0] += now[0] - self._at[0]
        held[1] += now[1] - self._at[1]
        self._at = now
        if done and total and done % max(1, total // 10) == 0:
            sys.stderr.write(f"{stage} {done}/{total}: {held[0]:.0f} s\n")


def bare(encoder: Encoder, texts: Sequence[str]) -> dict[str, float]:
    """Texts a second of the encoder alone, on the clock and of the processor."""
    encoder.passages(texts[:WORTH_IT])  # its start is no part of it
    start = time.perf_counter(), processor()
    encoder.passages(texts)
    took = time.perf_counter() - start[0], processor() - start[1]
    return {"texts": len(texts), "a second": round(len(texts) / took[0], 1), "processor": round(took[1], 1)}


def sample(texts: Sequence[str], most: int = 1500) -> list[str]:
    """So many of the texts, drawn from all over."""
    return random.Random(1).sample(texts, min(most, len(texts)))


def texts_of(workspace: Path) -> list[str]:
    """All texts that are indexed of a workspace, clauses and whole units, each once."""
    generation = Workspace(workspace).current()
    found: dict[str, None] = {}
    for document in generation.documents():
        entries, units = entries_of(generation.plan(document.id), generation.manifest.base)
        found |= dict.fromkeys([*(entry.text for entry in entries), *units.values()])
    return list(found)


def timed(paths: list[Path], settings: Settings, encoder: Encoder | None) -> dict[str, Any]:
    """One ingest."""
    clock = Clock()
    ingest(paths, settings, clock.tell, encoder)
    clock.tell("index and switch")
    wall, spent = (round(sum(stage[k] for stage in clock.stages.values()), 2) for k in (0, 1))
    return {
        "seconds": wall,
        "processor": spent,
        "stages": {name: {"seconds": round(a, 2), "processor": round(b, 2)} for name, (a, b) in clock.stages.items()},
    }


def size_of(folder: Path) -> int:
    """Megabytes of a folder's files."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) // 2**20


def main() -> None:
    """Make the plans, ingest them, change one and ingest again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--items", type=int, default=30)
    parser.add_argument("--without-model", action="store_true")
    parser.add_argument("--folder", type=Path, help="where plans and workspace go, and stay")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    folder = args.folder or Path(tempfile.mkdtemp(prefix="bench-ingest-"))
    sources = folder / "plans"
    sources.mkdir(parents=True, exist_ok=True)
    paths = []
    for n in range(args.count):
        made = make(1, n, args.items)
        paths.append(sources / f"{n:06}.txt")
        paths[-1].write_text(made.text, encoding="utf-8")
    settings = replace(Settings.load({}), workspace=folder / "workspace")
    encoder: Encoder | None = Drawn() if args.without_model else None
    told: dict[str, Any] = {"plans": args.count, "items": args.items, "load before": os.getloadavg()[0]}
    told["all"] = timed(paths, settings, encoder)
    told["load after"] = os.getloadavg()[0]
    told["memory MB"] = {"all": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    told["again, nothing changed"] = timed(paths, settings, encoder)
    generation = Workspace(settings.workspace).current()
    told["clauses"] = sum(d.clauses for d in generation.documents())
    told["facts"] = sum(d.facts for d in generation.documents())
    told["disk MB"] = {p.name: size_of(p) for p in sorted(generation.path.iterdir()) if p.is_dir()}
    middle = paths[args.count // 2]
    middle.write_text(make(2, args.count // 2, args.items).text, encoding="utf-8")
    told["one changed"] = timed([middle], settings, encoder)
    told["memory MB"]["one changed"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if not args.without_model:
        texts = texts_of(settings.workspace)
        alone = bare(load_encoder("", settings.workspace / "cache"), sample(texts))
        alone["load"] = os.getloadavg()[0]
        told |= {"texts": len(texts), "bare": alone, "texts a second": round(len(texts) / told["all"]["seconds"], 1)}
        told["over bare"] = round(told["texts a second"] / alone["a second"], 3)
        start = time.perf_counter(), processor()
        Assistant.load(settings.workspace).ask("哪些条目涉及乡村教师？")
        told["open and ask"] = [round(time.perf_counter() - start[0], 2), round(processor() - start[1], 2)]
    tell(told, args.json)


if __name__ == "__main__":
    main()
