"""Arrays on disk: ``.npy`` files beside one JSON file that states the SHA-256 of each.  Never pickle, never a binary of
another library's own making.

What never lives here: what the arrays mean.  That a folder is replaced as a whole is the workspace's business.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kg.errors import DamagedWorkspace

Array = NDArray[Any]
NOTHING: Mapping[Path, str] = MappingProxyType({})


def write_arrays(
    folder: Path, kind: str, arrays: Mapping[str, Array], meta: Mapping[str, Any], kept: Mapping[Path, str] = NOTHING
) -> None:
    """Write ``<name>.npy`` for each array, then ``<kind>.json`` with ``meta`` and the hashes; the JSON comes last.

    ``kept`` are files of arrays as they were written before, with their hashes: they come in by hard links, where the
    file system has them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {}
    for old, digest in kept.items():
        try:
            os.link(old, folder / old.name)
        except OSError:
            shutil.copy2(old, folder / old.name)
        hashes[old.name] = digest
    for name, array in arrays.items():
        path = folder / f"{name}.npy"
        np.save(path, np.ascontiguousarray(array), allow_pickle=False)
        hashes[path.name] = sha256(path)
    text = json.dumps({"kind": kind, **meta, "sha256": hashes}, ensure_ascii=False, indent=1)
    (folder / f"{kind}.json").write_text(text + "\n", encoding="utf-8")


def read_arrays(
    folder: Path, kind: str, names: tuple[str, ...], file_format: int = 1
) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays of those names, mapped read-only, and the meta data.

    Raises:
        DamagedWorkspace: a file is missing, is not what its hash states, or is no array; the message names it.
    """
    meta = read_meta(folder, kind, file_format)
    hashes = meta["sha256"]
    arrays = {}
    for name in names:
        path = folder / f"{name}.npy"
        try:
            if sha256(path) != hashes.get(path.name):
                raise damaged(path, "its content is not what was written")
            # An empty array cannot be mapped; it is as small as a file can be.
            mode: Literal["r"] | None = "r" if path.stat().st_size > 4096 else None
            arrays[name] = np.load(path, mmap_mode=mode, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise damaged(path, error) from error
    return arrays, meta


def read_meta(folder: Path, kind: str, file_format: int = 1) -> dict[str, Any]:
    """What ``<kind>.json`` states, the hashes of the arrays under ``sha256``; errors as of :func:`read_arrays`."""
    described = folder / f"{kind}.json"
    try:
        meta: dict[str, Any] = json.loads(described.read_text(encoding="utf-8"))
        meta["sha256"] = {str(k): str(v) for k, v in meta["sha256"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(described, error) from error
    if meta.get("kind") != kind:
        raise damaged(described, f"it describes {meta.get('kind')!r}, not {kind!r}")
    if meta.get("format", file_format) != file_format:
        raise damaged(described, "it is of another format")
    return meta


def damaged(path: Path, reason: object) -> DamagedWorkspace:
    """The error for a file that cannot be trusted: which one, why, and what to do."""
    return DamagedWorkspace(f"{path} is damaged ({reason}): run `yaodian ingest` on the source files again")


def sha256(path: Path) -> str:
    """Hash of the file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
