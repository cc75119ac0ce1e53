"""What frames a question: who asks, why, for whom, in what form; without it the question is the same.

*I am drawing up the timetable: which tasks must be done by a set day?* asks of the plan what its second half asks.
Each word (in Chinese each character) is told apart by logistic regression over itself, its neighbours and the stretch
between punctuation that it stands in; the likeliest run of frames is then found by dynamic programming (Viterbi, 1967).
The weights in ``qa/wordings/frames.json`` are learnt by ``tools/framing.py`` from the marked questions beside them:
3,420 were written for this and are about no plan (the last 60 after set25 and set26 had been read), 279 are among the
questions that may be read (``tests/questions``).

What never lives here: patterns of any language, and what the rest of a question means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from kg.model import Language

from .cues import pattern

WEIGHTS = Path(__file__).parent.parent / "wordings" / "frames.json"
SCALE = 100.0
"""What weights are stored times, as whole numbers."""
SWITCH = 4.0
"""Log-odds that it costs to begin or to end a frame."""
BIAS = -0.5
"""Log-odds added to those of each word: to take the matter for a frame is worse than the reverse."""
_SPOKEN: tuple[Language, ...] = ("zh", "en")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’\-]*|\S")
_STOP = re.compile(r"[，。？！：；,.?!:;、—…]")


def frames_of(question: str) -> list[tuple[int, int]]:
    """Start and end of each frame.

    >>> frames_of("家长来问，城北小学什么时候建好？")
    [(0, 5)]
    >>> frames_of("Which items concern rural teachers?")
    []
    """
    words = tokens_of(question)
    framed = likeliest([_score(features) for features in features_of([word for word, _, _ in words])])
    spans: list[tuple[int, int]] = []
    for (_, start, end), inside, before in zip(words, framed, [False, *framed], strict=False):
        if inside:
            spans[len(spans) - before :] = [(spans[-1][0] if before else start, end)]
    return [(start, end) for start, end in spans if not _asks(question[start:end])]


def _asks(text: str) -> bool:
    """Whether something is asked for in a text, or said in what form."""
    return any(pattern("class", spoken, "asking").search(text.lower()) for spoken in _SPOKEN)


def unframed(question: str) -> str:
    """The question without its frames; as it is where nothing else is in it.

    >>> unframed("家长来问，城北小学什么时候建好？")
    '城北小学什么时候建好？'
    """
    frames = frames_of(question)
    if not frames:
        return question
    kept, start = "", 0
    for a, b in frames:
        kept, start = kept + question[start:a], b
    rest = (kept + question[start:]).strip("，。：；、,.:; ")
    return rest if any(c.isalnum() for c in rest) else question


def tokens_of(text: str) -> list[tuple[str, int, int]]:
    """The words of a text (characters where it is Chinese) in lower case, each with its start and end."""
    return [(m.group().lower(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def features_of(words: Sequence[str]) -> Iterator[list[str]]:
    """What is to be seen of each word: it and its neighbours, and the stretch between punctuation around it."""
    stretches: list[list[str]] = [[]]
    at: list[int] = []
    for word in words:
        at.append(len(stretches) - 1)
        stretches[-1].append(word)
        if _STOP.fullmatch(word):
            stretches.append([])
    if not stretches[-1]:
        stretches.pop()
    shared = [_of_stretch(stretches, k) for k in range(len(stretches))]
    around = ["<<", "<", *words, ">", ">>"]
    for i, k in enumerate(at):
        j = i + 2
        own = [f"w{d}={around[j + d]}" for d in (-2, -1, 0, 1, 2)]
        own += [f"b{d}={around[j + d]}_{around[j + d + 1]}" for d in (-2, -1, 0, 1)]
        own += [f"t{d}={'_'.join(around[j + d : j + d + 3])}" for d in (-2, -1, 0)]
        yield own + shared[k]


def _of_stretch(stretches: Sequence[Sequence[str]], k: int) -> list[str]:
    """What is to be seen of a stretch: where it stands, its words, how it begins and ends, what follows it."""
    place = "first" if k == 0 else "last" if k == len(stretches) - 1 else "inside"
    body = [word for word in stretches[k] if not _STOP.fullmatch(word)]
    end = stretches[k][-1] if _STOP.fullmatch(stretches[k][-1]) else ""
    seen = [f"at={place}{min(len(stretches), 3)}", f"end={end}{place}"]
    seen += [f"s={word}" for word in dict.fromkeys(body)]
    seen += [f"p={one}_{two}" for one, two in dict.fromkeys(pairwise(body))]
    if body:
        seen += [f"head={body[0]}", f"heads={'_'.join(body[:2])}", f"tail={body[-1]}", f"tails={'_'.join(body[-2:])}"]
    if k + 1 < len(stretches):
        seen += [f"next={stretches[k + 1][0]}", f"nexts={'_'.join(stretches[k + 1][:2])}"]
    return seen


def likeliest(scores: Sequence[float]) -> list[bool]:
    """For log-odds of each word to be in a frame, the likeliest way to tell frames from the rest.

    >>> likeliest([9.0, 8.0, -5.0, -6.0])
    [True, True, False, False]
    """
    plain, framed = 0.0, -SWITCH / 2
    steps: list[tuple[bool, bool]] = []
    for k, score in enumerate(scores):
        from_frame, from_plain = (framed - SWITCH > plain, plain - SWITCH > framed) if k else (False, False)
        plain, framed = (framed - SWITCH if from_frame else plain), (plain - SWITCH if from_plain else framed) + score
        steps.append((from_frame, not from_plain))
    inside = framed > plain
    told: list[bool] = []
    for came_to_plain, came_to_frame in reversed(steps):
        told.append(inside)
        inside = came_to_frame if inside else came_to_plain
    return told[::-1]


def _score(features: Sequence[str]) -> float:
    constant, weights = _learnt()
    return (constant + sum(weights.get(name, 0) for name in features)) / SCALE + BIAS


@cache
def _learnt() -> tuple[int, Mapping[str, int]]:
    """The constant, and the weight of each feature."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return stored["constant"], stored["weights"]
