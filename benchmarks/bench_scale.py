"""What a question costs as the workspace grows, and against what others need for the same: ratios of one run.

    python -m benchmarks.bench_scale [--sizes 1000 10000 100000] [--peers] [--json FILE]

Clauses are those of ``tools/plans.py``; so are their words in the lexical index, beyond fifty thousand again and again.
Embedding so many would take days, so the vectors of the first thousand are real and the others are these with noise of
the size of the distance between neighbours: searching them costs what searching real ones costs.  ``bare`` is one
question embedded and nothing else.
``floor`` is one pass over the bytes of the vectors, which no exact search can go below.  A scoped question is one that
names a plan (150 clauses).  Peers do the dense part alone, top 10, with the same vectors; those that are not installed
are left out.  Times are medians, and mean little on a busy machine; the ratios are of one run, turn about.  Each size
is saved and opened by a process of its own, as an app opens it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.telling import tell
from embeddings.dense import DenseIndex
from embeddings.encoder import Encoder, load_encoder
from embeddings.hybrid import HybridIndex, best
from embeddings.lexical import LexicalIndex
from tools.plans import sentences

Vectors = NDArray[np.float32]
Search = Callable[[Vectors], list[int]]
ROUNDS = 15
PER_UNIT = 7
SCOPE = 150
REAL = 1000
WORDS = 49 * 1024
"""Clauses whose words are drawn; a multiple of :data:`PER_UNIT`."""
MOST_IVF = 200_000
"""Clauses up to which IVF is measured beside: FAISS holds the vectors three times for it."""
QUESTIONS = [f"哪些条目涉及{what}？" for what in ("乡村教师培训", "校园食堂", "控辍保学", "近视防控", "产教融合")]


def milliseconds(work: Callable[[], object]) -> float:
    """Of one call."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def vectors_of(encoder: Encoder, texts: list[str], size: int) -> Vectors:
    """So many rows: those of the texts first, then these with noise."""
    real = encoder.passages(texts)
    rng = np.random.default_rng(1)
    out = np.empty((size, encoder.dimension), dtype=np.float32)
    for start in range(0, size, 50_000):
        rows = slice(start, min(start + 50_000, size))
        base = real[np.arange(rows.start, rows.stop) % len(real)]
        noise = rng.standard_normal(base.shape, dtype=np.float32) / np.float32(np.sqrt(base.shape[1]))
        made = base + np.float32(0.35) * noise
        out[rows] = made / np.linalg.norm(made, axis=1, keepdims=True)
    out[: len(real)] = real
    return out


def words_of(ids: list[str], texts: list[str]) -> LexicalIndex:
    """The index that is made of the texts again and again, as many times as there are ids for."""
    made = LexicalIndex.build(ids[: len(texts)], texts)
    while len(made) < len(ids):
        more = min(len(made), len(ids) - len(made))
        made = made.joined(made, ids[: len(made) + more], np.arange(len(made) + more))
    return made


def index_of(encoder: Encoder, size: int) -> HybridIndex:
    """An index of that many clauses."""
    texts = list(sentences(1, min(size, WORDS)))
    units = ["".join(texts[k : k + PER_UNIT]) for k in range(0, len(texts), PER_UNIT)]
    ids = [f"d{k // SCOPE:06d}/i{k // PER_UNIT}/c{k}" for k in range(size)]
    keys = [f"d{k * PER_UNIT // SCOPE:06d}/i{k}" for k in range(-(-size // PER_UNIT))]
    # One after the other: at a million clauses each takes some gigabytes while it is made.
    words, unit_words = words_of(ids, texts), words_of(keys, units)
    vectors = vectors_of(encoder, texts[:REAL], size)
    return HybridIndex(
        DenseIndex.build(ids, vectors, encoder.name),
        DenseIndex.build(keys, vectors[::PER_UNIT], encoder.name),
        words,
        unit_words,
        (np.arange(size) // PER_UNIT).astype(np.int32),
    )


def resident() -> dict[str, int]:
    """Megabytes that this process holds: its own, and of files that are mapped, which the system may take back."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return {
        name: int(status.split(f"{field}:")[1].split()[0]) // 1024
        for name, field in {"own": "RssAnon", "mapped": "RssFile"}.items()
    }


def measured(encoder: Encoder, index: HybridIndex) -> dict[str, Any]:
    """Medians and 95th percentiles of one size, everything turn about; scoped questions first, for what they hold."""
    rows = np.arange(len(index) // 2, min(len(index) // 2 + SCOPE, len(index)), dtype=np.int64)
    rounds = ROUNDS if len(index) > 200_000 else 2 * ROUNDS
    memory = {"MB opened": resident()}
    asked = [QUESTIONS[turn % len(QUESTIONS)] + str(turn) for turn in range(rounds)]
    vectors = encoder.queries(asked)
    for question in asked:
        index.scores(question, encoder.queries([question])[0], "zh", rows=rows)
    memory["MB after scoped questions"] = resident()
    index.search(asked[0], encoder, "zh", 20)  # its first pass reads the files
    memory["MB after a question over all"] = resident()
    times: dict[str, list[float]] = {}
    for question, vector in zip(asked, vectors, strict=True):
        for name, work in {
            "bare": lambda q=question: encoder.queries([q]),
            "scoped": lambda q=question: index.scores(q, encoder.queries([q])[0], "zh", rows=rows),
            "whole": lambda q=question: index.search(q, encoder, "zh", 20),
            "dense alone": lambda v=vector: index.clauses.scores(v),
            "lexical alone": lambda q=question: index.clause_words.scores(q),
            "floor": lambda: [part.view(np.uint64).max() for part in index.clauses.pieces()],
        }.items():
            times.setdefault(name, []).append(milliseconds(work))
    return {
        **{name: round(statistics.median(found), 3) for name, found in times.items()},
        "p95": {name: round(float(np.quantile(found, 0.95)), 3) for name, found in times.items()},
        **memory,
    }


def recall(index: HybridIndex, encoder: Encoder) -> float:
    """Of the first twenty by products of twice the precision, the share that the dense part has among its own."""
    shared = []
    for vector in encoder.queries([f"{QUESTIONS[k % 5]}{k}" for k in range(10)]):
        parts = [part[a : a + 50_000] for part in index.clauses.pieces() for a in range(0, len(part), 50_000)]
        exact = np.concatenate([part.astype(np.float64) @ vector.astype(np.float64) for part in parts])
        found = best(index.clauses.scores(vector), 20).tolist()
        shared.append(len(set(best(exact, 20).tolist()) & set(found)) / 20)
    return round(statistics.mean(shared), 4)


def approximate(index: HybridIndex, encoder: Encoder) -> dict[str, float]:
    """FAISS IVF beside exact search: time, and the share of the exact first twenty that it finds."""
    import faiss

    vectors = np.ascontiguousarray(index.clauses.vectors)
    lists = max(16, int(np.sqrt(len(vectors))))
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    inverted = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], lists, faiss.METRIC_INNER_PRODUCT
    )
    inverted.train(vectors[:: max(1, len(vectors) // (50 * lists))])
    inverted.add(vectors)
    inverted.nprobe = max(8, lists // 10)
    asked = encoder.queries([f"{QUESTIONS[k % 5]}{k}" for k in range(40)])
    found: dict[str, list[float]] = {"faiss exact": [], "faiss ivf": []}
    shared = []
    for vector in asked:
        row = vector.reshape(1, -1)
        found["faiss exact"].append(milliseconds(lambda r=row: flat.search(r, 20)))
        found["faiss ivf"].append(milliseconds(lambda r=row: inverted.search(r, 20)))
        exact, near = flat.search(row, 20)[1][0], inverted.search(row, 20)[1][0]
        shared.append(len(set(exact.tolist()) & set(near.tolist())) / 20)
    times = {name: round(statistics.median(values), 3) for name, values in found.items()}
    return {**times, "ivf recall@20": round(statistics.mean(shared), 4)}


# ------------------------------------------------------------------------------------------------ peers


def peers(vectors: Vectors, folder: Path) -> dict[str, Search]:
    """Dense search of those that are installed, over the same vectors, ten hits.

    They are no libraries of the project: each is loaded by name where somebody has installed it beside.
    """
    found: dict[str, Search] = {"numpy": lambda v: np.argpartition(-(vectors @ v), 10)[:10].tolist()}
    for name, package, made in (
        ("faiss", "faiss", _faiss),
        ("chroma", "chromadb", _chroma),
        ("qdrant, local", "qdrant_client", _qdrant),
        ("lancedb", "lancedb", _lance),
        ("langchain, FAISS", "langchain_community", _langchain),
        ("txtai", "txtai", _txtai),
        ("haystack, in memory", "haystack", _haystack),
        ("llama-index, default", "llama_index", _llama),
    ):
        if find_spec(package) is not None:
            found[name] = made(vectors, folder)
    return found


def _faiss(vectors: Vectors, _: Path) -> Search:
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return lambda v: index.search(v.reshape(1, -1), 10)[1][0].tolist()  # type: ignore[no-any-return]


def _chroma(vectors: Vectors, folder: Path) -> Search:
    chromadb: Any = import_module("chromadb")
    client: Any = chromadb.PersistentClient(str(folder / "chroma"), chromadb.Settings(anonymized_telemetry=False))
    made = client.create_collection("clauses", metadata={"hnsw:space": "ip"})
    for start in range(0, len(vectors), 5000):
        part = vectors[start : start + 5000]
        made.add(ids=[str(start + k) for k in range(len(part))], embeddings=part)
    return lambda v: [int(i) for i in made.query(query_embeddings=v.reshape(1, -1), n_results=10)["ids"][0]]


def _qdrant(vectors: Vectors, _: Path) -> Search:
    qdrant: Any = import_module("qdrant_client")
    client: Any = qdrant.QdrantClient(":memory:")
    wish = qdrant.models.VectorParams(size=vectors.shape[1], distance=qdrant.models.Distance.DOT)
    client.create_collection("c", wish)
    client.upload_collection("c", vectors=vectors, ids=range(len(vectors)))
    return lambda v: [point.id for point in client.query_points("c", query=v.tolist(), limit=10).points]


def _lance(vectors: Vectors, folder: Path) -> Search:
    lancedb, pa = (import_module(name) for name in ("lancedb", "pyarrow"))
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    table: Any = lancedb.connect(str(folder / "lance")).create_table(
        "c", pa.table({"id": pa.array(range(len(vectors))), "vector": column})
    )
    return lambda v: [row["id"] for row in table.search(v).distance_type("dot").limit(10).to_list()]


def _langchain(vectors: Vectors, _: Path) -> Search:
    stores, embeddings = import_module("langchain_community.vectorstores"), import_module("langchain_core.embeddings")
    held: Any = stores.FAISS.from_embeddings(
        [(str(k), vector) for k, vector in enumerate(vectors)], embeddings.DeterministicFakeEmbedding(size=1)
    )
    return lambda v: [int(found.page_content) for found in held.similarity_search_by_vector(v, k=10)]


def _txtai(vectors: Vectors, _: Path) -> Search:
    made: Any = import_module("txtai").Embeddings(method="external", transform=lambda v: v, content=False)
    made.index((k, vector, None) for k, vector in enumerate(vectors))
    return lambda v: [int(id) for id, _ in made.search(v, 10)]


def _haystack(vectors: Vectors, _: Path) -> Search:
    haystack = import_module("haystack")
    store: Any = import_module("haystack.document_stores.in_memory").InMemoryDocumentStore(
        embedding_similarity_function="dot_product"
    )
    store.write_documents(
        [haystack.Document(id=str(k), content=str(k), embedding=vector.tolist()) for k, vector in enumerate(vectors)]
    )
    return lambda v: [int(found.id) for found in store.embedding_retrieval(v.tolist(), top_k=10)]


def _llama(vectors: Vectors, _: Path) -> Search:
    schema, stores = import_module("llama_index.core.schema"), import_module("llama_index.core.vector_stores")
    store: Any = stores.SimpleVectorStore()
    store.add([schema.TextNode(id_=str(k), text="", embedding=vector.tolist()) for k, vector in enumerate(vectors)])
    return lambda v: [
        int(id) for id in store.query(stores.VectorStoreQuery(query_embedding=v.tolist(), similarity_top_k=10)).ids
    ]


def against_peers(encoder: Encoder, index: HybridIndex) -> dict[str, dict[str, float]]:
    """A question in all, embedding and the first ten, over bare embedding; and how many hits are the exact ones."""
    vectors = np.ascontiguousarray(index.clauses.vectors)
    with tempfile.TemporaryDirectory() as folder:
        engines = peers(vectors, Path(folder))
        engines["yaodian, dense"] = lambda v: [row for row, _ in index.clauses.search(v, 10)]
        engines["yaodian, dense and lexical"] = lambda _: []
        times: dict[str, list[float]] = {name: [] for name in ("bare", *engines)}
        right: dict[str, list[float]] = {name: [] for name in engines}
        for turn in range(ROUNDS):
            asked = QUESTIONS[turn % 5] + str(turn)
            times["bare"].append(milliseconds(lambda a=asked: encoder.queries([a])))
            exact = set(np.argsort(-(vectors @ encoder.queries([asked])[0]))[:10].tolist())
            for name, search in engines.items():
                if name == "yaodian, dense and lexical":
                    times[name].append(milliseconds(lambda a=asked: index.search(a, encoder, "zh", 10)))
                    continue
                times[name].append(milliseconds(lambda a=asked, s=search: s(encoder.queries([a])[0])))
                right[name].append(len(exact & set(search(encoder.queries([asked])[0]))) / 10)
    bare = statistics.median(times["bare"])
    return {
        name: {
            "over bare": round(statistics.median(times[name]) / bare, 2),
            **({"recall@10": round(statistics.mean(right[name]), 3)} if right[name] else {}),
        }
        for name in engines
    }


def at(folder: Path, ivf: bool) -> dict[str, Any]:
    """What one index on the disk costs, opened by this process."""
    encoder = load_encoder()
    start = time.perf_counter()
    index = HybridIndex.load(folder)
    opened = time.perf_counter() - start
    row = {"seconds to open": round(opened, 1), **measured(encoder, index), "dense recall@20": recall(index, encoder)}
    row["scoped over bare"] = round(row["scoped"] / row["bare"], 2)
    row["scoped over bare, p95"] = round(row["p95"]["scoped"] / row["p95"]["bare"], 2)
    row["load"] = os.getloadavg()[0]
    return row | (approximate(index, encoder) if ivf else {})


def main() -> None:
    """Read the arguments, measure, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--peers", action="store_true", help="also the peers that are installed, at 10,000 clauses")
    parser.add_argument("--folder", type=Path, help="where the indexes go, and stay")
    parser.add_argument("--json", type=Path, help="also write it to a file")
    parser.add_argument("--at", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.at:
        tell(at(args.at, args.sizes[0] <= MOST_IVF), args.json)
        return
    folder = args.folder or Path(tempfile.mkdtemp(prefix="bench-scale-"))
    encoder = load_encoder()
    told: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": os.getloadavg()[0],
        "sizes": {},
    }
    for size in args.sizes:
        place, start = folder / str(size), time.perf_counter()
        if not (place / "lexical" / "units.json").exists():
            index_of(encoder, size).save(place)
        made = round(time.perf_counter() - start, 1)
        # Each size is measured by a process of its own, which has opened nothing else: memory is that of this size.
        with tempfile.NamedTemporaryFile() as out:
            words = ["--at", str(place), "--sizes", str(size), "--json", out.name]
            subprocess.run(
                [sys.executable, "-m", "benchmarks.bench_scale", *words], check=True, stdout=subprocess.DEVNULL
            )
            row = {"seconds to make": made, **json.loads(Path(out.name).read_text(encoding="utf-8"))}
        row["disk MB"] = sum(p.stat().st_size for p in place.rglob("*") if p.is_file()) // 2**20
        told["sizes"][str(size)] = row
        sys.stderr.write(f"{size}: {row}\n")
        if args.peers and size == 10_000:
            told["peers"] = against_peers(encoder, HybridIndex.load(place))
    tell(told, args.json)


if __name__ == "__main__":
    main()
