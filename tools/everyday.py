"""Write ``qa/wordings/*.npy``, the vectors of the everyday wordings in ``qa/wordings/matters.jsonl``.

Run with ``python -m tools.everyday`` where the wordings or the encoder have changed; it takes some minutes.  Lives
here: embedding and averaging.  Never here: how a question is set beside them (``qa/everyday.py``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors, load_encoder
from embeddings.files import write_arrays
from qa.everyday import FOLDER, SCALE

BATCH = 64


def centres_of(matters: Sequence[Any], encoder: Encoder) -> Vectors:
    """The mean wording of each matter, not yet less the mean of all: of shape (matters, dimension)."""
    texts = [text for matter in matters for text in (*matter["zh"], *matter["en"])]
    vectors = np.concatenate([encoder.queries(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)])
    ends = np.cumsum([len(matter["zh"]) + len(matter["en"]) for matter in matters])
    return np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])]).astype(np.float32)


def stored(vectors: Vectors) -> NDArray[np.int8]:
    """Vectors brought to length 1, as whole numbers."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    whole: NDArray[np.int8] = np.rint(vectors / np.maximum(length, 1e-9) * SCALE).astype(np.int8)
    return whole


def main() -> None:
    """Embed every wording and every gist, and write the arrays."""
    file = FOLDER / "matters.jsonl"
    matters = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    encoder = load_encoder()
    centres = centres_of(matters, encoder)
    gists = np.concatenate(
        [encoder.queries([m["gist"] for m in matters[i : i + BATCH]]) for i in range(0, len(matters), BATCH)]
    )
    arrays = {"centres": stored(centres - centres.mean(axis=0)), "gists": stored(gists)}
    bank = hashlib.sha256(file.read_bytes()).hexdigest()
    write_arrays(FOLDER, "everyday", arrays, {"format": 1, "encoder": encoder.name, "bank": bank})


if __name__ == "__main__":
    main()
