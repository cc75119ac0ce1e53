"""Whether a question is after a list, by the words around its matter: a linear model over their n-grams.

It is asked where no cue of ``language.toml`` is met: people ask for lists in more ways than patterns foresee, and the
words that carry no content give it away (*… come up where?*, 帮我拉个单子).  The matter itself is masked, so that the
model cannot know a plan.  Its weights are data, ``qa/forms.json``, made by ``tools/forms.py`` (logistic regression
over the questions of ``tests/questions`` that may be tuned on); they are read with nothing but the standard library.
What never lives here: what a list is of.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kg.model import Language

from ..corpus import HAN
from .cues import stop_words

LONGEST = 4
"""Words of the longest n-gram."""
ENOUGH: Mapping[Language, float] = {"zh": 0.4, "en": 0.6}
"""Probability from which a question is taken to be after a list: set where the patterns' misses were halved, and no
question after something else was taken for a list, on questions of other sets than those that the weights were
fitted to (``tools/forms.py``)."""
_ENGLISH = re.compile(r"[a-z']+|\d+|[?,.;:\"“”]|[\u3400-\u9fff]+")


def shape(text: str, spoken: Language) -> list[str]:
    """The words of a question (its matching view) with ``*`` for each that has content and ``#`` for a number.

    >>> shape("which schools have 12 buses?", "en")
    ['which', '*s', 'have', '#', '*s', '?']
    """
    if spoken == "en":
        words = _ENGLISH.findall(text)
        return [w if w in stop_words("en") or not w[0].isalnum() else _masked(w) for w in words]
    text = re.sub(r"\d+", "#", text)
    shown: list[str] = []
    end = 0
    for match in [*_known().finditer(text), None]:
        between = text[end : match.start() if match else len(text)]
        shown += ["*"] if HAN.search(between) else list(between)
        if match:
            shown.append(match.group())
            end = match.end()
    return shown


def _masked(word: str) -> str:
    return "#" if word.isdigit() else "*s" if word.endswith("s") else "*"


def ngrams(text: str, spoken: Language) -> frozenset[str]:
    """Runs of up to :data:`LONGEST` words of a question's shape."""
    words = ["^", *shape(text, spoken), "$"]
    return frozenset(
        " ".join(words[i : i + size]) for size in range(1, LONGEST + 1) for i in range(len(words) - size + 1)
    )


def asks_for_list(text: str, spoken: Language, model: Mapping[str, Any] | None = None) -> bool:
    """Whether the words around its matter say that a question is after a list.

    ``model``: bias and weights of the question's language; without it those of ``qa/forms.json``.
    """
    fitted = _model()[spoken] if model is None else model
    grams = ngrams(text, spoken)
    score = fitted["bias"] + sum(fitted["weights"].get(gram, 0.0) for gram in grams) / math.sqrt(len(grams))
    return bool(1.0 / (1.0 + math.exp(-score)) >= ENOUGH[spoken])


@cache
def _known() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(stop_words("zh"), key=lambda w: (-len(w), w))))


@cache
def _model() -> Mapping[str, Any]:
    return dict(json.loads((Path(__file__).parent.parent / "forms.json").read_text(encoding="utf-8")))
