#!/usr/bin/env python3
"""How well and how fast the default model and the fused search find: the numbers behind the weights in ``embeddings/``.

    python benchmarks/bench_embedding.py speed [--cache DIR]
    python benchmarks/bench_embedding.py xquad DIR [--cache DIR] [--sweep]

``DIR`` holds XQuAD as a retrieval test: ``paragraphs.zh.json`` (``[{"id", "text"}]``) and a ``questions*.json``
(``[{"paragraph", "en", "zh"}]``).  Each sentence is a clause, each paragraph its unit; a paragraph is found at the
rank of its first clause.  Weights are chosen on the questions of even number; those of odd number are only reported.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from embeddings import hybrid
from embeddings.dense import VectorCache
from embeddings.encoder import Encoder, load_encoder
from embeddings.gloss import GlossBook, open_glosses
from embeddings.hybrid import Entry, HybridIndex, Scored
from kg.model import Language

_SENTENCE = re.compile(r"[^。！？；]+[。！？；]*")
Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The test set, indexed."""

    index: HybridIndex
    owner: NDArray[np.int64]
    questions: list[dict[str, str]]
    gold: list[int]


def load_sample(folder: Path, encoder: Encoder, cache: Path) -> Sample:
    """Read XQuAD and index it; vectors are kept in the cache."""
    paragraphs = json.loads((folder / "paragraphs.zh.json").read_text(encoding="utf-8"))
    questions = json.loads(next(iter(sorted(folder.glob("questions*.json")))).read_text(encoding="utf-8"))
    units = {p["id"]: p["text"] for p in paragraphs}
    entries = [
        Entry(f"{p['id']}/{n}", p["id"], sentence.strip())
        for p in paragraphs
        for n, sentence in enumerate(_SENTENCE.findall(p["text"]))
        if sentence.strip()
    ]
    index = HybridIndex.build(entries, units, encoder, VectorCache(cache / "vectors.sqlite"), show)
    place = {key: i for i, key in enumerate(units)}
    owner = np.array([place[e.unit] for e in entries])
    return Sample(index, owner, questions, [place[q["paragraph"]] for q in questions])


def show(done: int, total: int) -> None:
    """One line of progress on standard error."""
    end = "\n" if done == total else ""
    sys.stderr.write(f"\rembedded {done} of {total}{end}")


def ranks(sample: Sample, scores: list[NDArray[np.float32]]) -> Ranks:
    """Rank of the right paragraph; of equals, the right one comes last."""
    found = []
    for row, gold in zip(scores, sample.gold, strict=True):
        best = np.full(int(sample.owner.max()) + 1, -np.inf)
        np.maximum.at(best, sample.owner, row)
        found.append(int((best >= best[gold]).sum()))
    return np.array(found)


def line(name: str, found: Ranks) -> str:
    """R@1, R@10 and MRR on the half that was tuned on and on the half that was not."""
    parts = [f"{name:34s}"]
    for half, part in (("tuned", found[::2]), ("held out", found[1::2]), ("all", found)):
        mrr = float(np.mean(1 / part))
        parts.append(f"{half} R@1 {np.mean(part <= 1):.3f} R@10 {np.mean(part <= 10):.3f} MRR {mrr:.3f}")
    return " | ".join(parts)


def xquad(folder: Path, cache: Path, sweep: bool) -> None:
    """Print the retrieval table for Chinese and for English questions."""
    encoder, glosses = load_encoder(cache=cache), open_glosses(cache)
    sample = load_sample(folder, encoder, cache)
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        texts = [q[language] for q in sample.questions]
        vectors = encoder.queries(texts)
        unit_of = sample.owner
        index = sample.index
        own = [index.clauses.scores(v) for v in vectors]
        of_unit = [index.units.scores(v)[unit_of] for v in vectors]
        plain = [index.scores(t, v, language) for t, v in zip(texts, vectors, strict=True)]
        opened = [index.scores(t, v, language, glosses) for t, v in zip(texts, vectors, strict=True)]
        print(f"\n{language} → zh, {len(texts)} questions, {len(index)} clauses")
        print(line("dense, clause alone", ranks(sample, own)))
        print(line("dense, unit alone", ranks(sample, of_unit)))
        print(line("dense, clause + unit", ranks(sample, [s.dense for s in plain])))
        print(line("lexical", ranks(sample, [s.lexical for s in plain])))
        if language == "en":
            print(line("lexical with glosses", ranks(sample, [s.lexical for s in opened])))
        print(line(f"fused, w = {hybrid.LEXICAL_WEIGHT[language]}", ranks(sample, [s.fused for s in opened])))
        if sweep:
            sweep_weights(sample, opened, language)
    glosses.close()


def sweep_weights(sample: Sample, scored: list[Scored], language: Language) -> None:
    """The fused score at other weights."""
    for weight in (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0):
        weights = {**hybrid.LEXICAL_WEIGHT, language: weight}
        fused = [hybrid.fuse(s.dense, s.lexical, language, weights=weights) for s in scored]
        print(line(f"  w = {weight}", ranks(sample, fused)))


def milliseconds(work: Callable[[int], object], repeats: int) -> str:
    """Median and 95th percentile of single calls."""
    times = []
    for i in range(repeats):
        start = time.perf_counter()
        work(i)
        times.append(1000 * (time.perf_counter() - start))
    return f"{statistics.median(times):.2f} ms (p95 {sorted(times)[int(0.95 * (repeats - 1))]:.2f})"


_COLD = """
import sys, time
sys.path.insert(0, {root!r})
start = time.perf_counter()
from pathlib import Path
from embeddings.encoder import load_encoder
from embeddings.gloss import open_glosses
from embeddings.hybrid import HybridIndex
imported = time.perf_counter()
cache = {cache!r} and Path({cache!r})
encoder = load_encoder(cache=cache or None)
loaded = time.perf_counter()
encoder.queries(["which schools train teachers"])
asked = time.perf_counter()
print(f"imports {{imported - start:.3f}} s, load {{loaded - imported:.3f}} s, first question {{asked - loaded:.3f}} s")
"""


def cold(cache: Path | None) -> str:
    """Times of a fresh process."""
    root = str(Path(__file__).resolve().parent.parent)
    code = _COLD.format(root=root, cache=str(cache) if cache else "")
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def speed(cache: Path) -> None:
    """Print what a start, a question and a batch cost."""
    encoder = load_encoder(cache=cache)
    glosses: GlossBook = open_glosses(cache)
    print("fresh process without cache:", cold(None))
    print("fresh process with cache:   ", cold(cache))
    sentences = [f"第{i}所学校组织教师参加第{i % 7}期培训，年底前完成{i % 90 + 5}%的任务。" for i in range(300)]
    entries = [Entry(f"d/u{i // 5}/c{i}", f"u{i // 5}", s) for i, s in enumerate(sentences)]
    units = {f"u{k}": "".join(sentences[5 * k : 5 * k + 5]) for k in range(60)}
    start = time.perf_counter()
    encoder.passages(sentences)
    print(f"batch: {len(sentences) / (time.perf_counter() - start):.0f} clauses/s")
    index = HybridIndex.build(entries, units, encoder, VectorCache(cache / "vectors.sqlite"))
    asked = {"zh": "哪些学校组织教师培训", "en": "which schools train their teachers"}
    print("one question embedded:", milliseconds(lambda i: encoder.queries([f"{asked['en']} {i}"]), 50))
    for language in ("zh", "en"):
        known: Language = "en" if language == "en" else "zh"
        text, vector = asked[language], encoder.queries([asked[language]])[0]

        def work(_: int, text: str = text, vector: NDArray[np.float32] = vector, known: Language = known) -> object:
            return index.scores(text, vector, known, glosses)

        print(f"scores of {len(index)} clauses, {language}:", milliseconds(work, 50))
    glosses.close()


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "xquad"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--cache", type=Path, help="kept between runs; a temporary folder otherwise")
    parser.add_argument("--sweep", action="store_true", help="the fused score at other weights, too")
    args = parser.parse_args()
    if args.what == "xquad" and args.folder is None:
        parser.error("xquad needs the folder of the test set")
    with tempfile.TemporaryDirectory() as temporary:
        cache = args.cache or Path(temporary)
        if args.what == "speed":
            speed(cache)
        else:
            xquad(args.folder, cache, args.sweep)


if __name__ == "__main__":
    main()
