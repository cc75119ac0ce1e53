"""Write ``qa/forms.json``, the weights by which a question is taken to be after a list.

Run with ``python -m tools.forms`` where questions or words without content have changed; ``--held-out`` only shows how
well each set is told by weights fitted to the others.  Lives here: logistic regression (scikit-learn, which is
there with sentence-transformers) over the questions that may be tuned on.  Never here: questions of a held-out set.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kg.model import Language
from kg.source import view
from qa.question.cues import cues_of, detect
from qa.question.forms import ENOUGH, asks_for_list, ngrams

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "qa" / "forms.json"
RARE = 3
"""Questions that an n-gram must stand in to be given a weight."""
STRENGTH = {"zh": 3.0, "en": 10.0}
"""Inverse strength of the regularisation."""
LEAST = 0.005
"""Weights below this are left out."""
Asked = tuple[str, str, bool]
"""The set, the text, whether a list is wanted."""


def questions() -> Iterator[Asked]:
    """The questions that may be tuned on; counts stand between lists and numbers and are left out."""
    for file in sorted((ROOT / "tests" / "questions").rglob("*.json")):
        for question in json.loads(file.read_text(encoding="utf-8")):
            if question.get("split", "dev") == "dev" and question["type"] != "aggregate":
                yield file.parent.name, question["question"], question["type"] == "list"


def fit(asked: Sequence[Asked], spoken: Language) -> dict[str, Any]:
    """Bias and weights for the questions of one language."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = [ngrams(view(text).text.lower(), spoken) for _, text, _ in asked]
    often = Counter(gram for row in rows for gram in row)
    made = [{g: 1 / math.sqrt(len(row)) for g in sorted(row) if often[g] >= RARE} for row in rows]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(made)
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(C=STRENGTH[spoken], solver="liblinear", max_iter=500, random_state=0)
    model.fit(matrix, [wanted for *_, wanted in asked])
    pairs = zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
    return {
        "bias": round(float(model.intercept_[0]), 3),
        "weights": {str(g): round(float(w), 3) for g, w in sorted(pairs) if abs(w) >= LEAST},
    }


def of_language(spoken: Language) -> list[Asked]:
    """The questions that are taken to be in a language."""
    return [row for row in questions() if detect(row[1]) == spoken]


def held_out() -> Iterable[str]:
    """A line a language: lists that the patterns miss, and what the weights add to these, each set by the others'."""
    for spoken in ENOUGH:
        asked = of_language(spoken)
        missed = still = wrong = 0
        for name in sorted({row[0] for row in asked}):
            model = fit([row for row in asked if row[0] != name], spoken)
            for _, text, wanted in (row for row in asked if row[0] == name):
                shown = view(text).text.lower()
                if {"list_items", "count"} & cues_of(shown, spoken).all_intents:
                    continue
                told = asks_for_list(shown, spoken, model)
                missed += wanted
                still += wanted and not told
                wrong += told and not wanted
        told_of = f"lists that no pattern tells {missed}, still missed {still}, taken for lists {wrong}"
        yield f"{spoken}: {len(asked)} questions; {told_of}"


def main() -> None:
    """Write the file, or say how well held-out sets are told."""
    if "--held-out" in sys.argv:
        print("\n".join(held_out()))
        return
    model = {spoken: fit(of_language(spoken), spoken) for spoken in ENOUGH}
    FILE.write_text(json.dumps(model, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    told = [(asks_for_list(view(t).text.lower(), s), wanted) for s in ENOUGH for _, t, wanted in of_language(s)]
    print(f"{sum(a == b for a, b in told)} of {len(told)} told right")


if __name__ == "__main__":
    main()
