"""Learn ``qa/wordings/frames.json`` from the marked questions in ``qa/wordings/frames.jsonl``.

Run with ``python -m tools.framing`` where the questions or the features have changed; it takes a minute, and prints
what the same way of learning finds in questions that it has not seen (five parts, each learnt from the others).
Lives here: learning and counting.  Never here: what is seen of a word and what is done with it
(``qa/question/framing.py``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from qa.question.framing import BIAS, SCALE, WEIGHTS, features_of, likeliest, tokens_of

STRENGTH = 0.3
"""Inverse of the strength of regularisation: set on the five parts."""
LEAST = 10
"""Hundredths of a log-odd below which a weight is not kept."""
PARTS = 5


def marked(line: str) -> tuple[list[str], list[int]]:
    """The words of a marked question, and for each whether it is in a frame (1) or not.

    >>> marked('{"lang": "en", "text": "[[Hi,]] who leads?"}')
    (['hi', ',', 'who', 'leads', '?'], [1, 1, 0, 0, 0])
    """
    text, plain, inside = json.loads(line)["text"], "", False
    framed: list[bool] = []
    for piece in text.replace("[[", "\0[").replace("]]", "\0]").split("\0"):
        inside = piece.startswith("[") if piece[:1] in {"[", "]"} else inside
        shown = piece[1:] if piece[:1] in {"[", "]"} else piece
        plain += shown
        framed += [inside] * len(shown)
    words = tokens_of(plain)
    return [word for word, _, _ in words], [int(all(framed[a:b])) for _, a, b in words]


def _learnt(lines: Sequence[tuple[list[str], list[int]]]) -> tuple[DictVectorizer, LogisticRegression]:
    names = DictVectorizer()
    seen = names.fit_transform([dict.fromkeys(f, 1) for words, _ in lines for f in features_of(words)])
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    return names, model.fit(seen, [y for _, told in lines for y in told])


def _counts(lines: Sequence[tuple[list[str], list[int]]]) -> dict[str, float]:
    """Precision and recall by word, over parts that were not learnt from."""
    right = said = there = 0
    for part in range(PARTS):
        names, model = _learnt([line for k, line in enumerate(lines) if k % PARTS != part])
        for words, told in lines[part::PARTS]:
            scores = model.decision_function(names.transform([dict.fromkeys(f, 1) for f in features_of(words)]))
            found = likeliest((np.asarray(scores) + BIAS).tolist())
            right += sum(a and b for a, b in zip(found, map(bool, told), strict=True))
            said, there = said + sum(found), there + sum(told)
    return {"precision": right / said, "recall": right / there}


def main() -> None:
    """Count on unseen parts, then learn from all and write the weights."""
    source = WEIGHTS.with_suffix(".jsonl")
    lines = [marked(line) for line in source.read_text(encoding="utf-8").splitlines()]
    print({name: round(value, 3) for name, value in _counts(lines).items()})
    names, model = _learnt(lines)
    whole = zip(names.get_feature_names_out(), np.rint(model.coef_[0] * SCALE).astype(int).tolist(), strict=True)
    weights = {name: weight for name, weight in whole if abs(weight) >= LEAST}
    stored = {
        "format": 1,
        "source": hashlib.sha256(source.read_bytes()).hexdigest(),
        "constant": round(float(model.intercept_[0]) * SCALE),
        "weights": weights,
    }
    WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(lines)} questions, {len(weights)} weights")


if __name__ == "__main__":
    main()
