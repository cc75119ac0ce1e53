"""English labels of the thesaurus said in other words: *classes that are too large* is *large classes*.

A label of several words is found again where a phrase holds each of them, or a synonym, turned about as English turns a
noun and what it is like, what it belongs to or what is done to it.  This is matching of terms up to permutation and
synonymy, as in Jacquemin, "Spotting and Discovering Terms through Natural Language Processing" (2001).

Here live the index of labels by what they say and the walk over a phrase.  The synonyms are data
(``kg/lexicon/synonyms.toml``); labels to the letter, and their stems, are ``thesaurus.py``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from .thesaurus import ConceptMatch, MatchKind, Thesaurus, stem_en

DATA = Path(__file__).with_name("lexicon") / "synonyms.toml"
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:['’][A-Za-z]{1,2}(?![A-Za-z]))?'?")
_BREAK = re.compile(r"[.,;:!?()|“”\"]")
_LONGEST = 7
"""Words of what is looked for."""

Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    senses: Mapping[str, str]
    """By stem, the first word of its line."""
    done: frozenset[str]
    """Senses of what is done to something."""
    ignored: frozenset[str]
    small: frozenset[str]
    turning: tuple[Key, ...]
    belonging: tuple[Key, ...]

    def sense(self, token: str) -> str:
        """What a word says: its stem, or what stands for it and its synonyms; nothing for a word that adds nothing."""
        word = token.lower().replace("’", "'").partition("'")[0]
        stem = stem_en(word)
        return "" if word in self.ignored else self.senses.get(stem, stem)


@cache
def _words() -> _Words:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))["english"]
    senses = {stem_en(word): line[0] for line in (*data["done"], *data["same"]) for word in line}
    done = frozenset(line[0] for line in data["done"])
    turning, belonging = (
        tuple(tuple(map(stem_en, t.split())) for t in data[name]) for name in ("turning", "belonging")
    )
    small = frozenset(map(stem_en, data["small"]))
    return _Words(senses, done, frozenset(data["ignored"]), small, turning, belonging)


@cache
def _labels(thesaurus: Thesaurus) -> Mapping[Key, tuple[tuple[str, str, MatchKind], ...]]:
    """Labels of two telling words and more by what they say: concept, label, kind."""
    made: dict[Key, list[tuple[str, str, MatchKind]]] = {}
    words = _words()
    sense = cache(words.sense)
    for concept in thesaurus.concepts.values():
        for label, kind in concept.labels("en", question=True):
            key = tuple(s for token in _TOKEN.findall(label) if (s := sense(token)))
            if len(key) >= 2 and sum(sense not in words.small for sense in key) >= 2:
                made.setdefault(key, []).append((concept.id, label, kind))
    return {key: tuple(found) for key, found in made.items()}


def _meant(said: Key, words: _Words) -> Iterator[Key]:
    """What a label may say that is put as ``said``."""
    yield said
    if len(said) <= 3:
        # Teacher workload: the workload of teachers.  Reduce the burden: the reduction of the burden.
        for between in words.belonging:
            yield from (said[at:] + between + said[:at] for at in range(1, len(said)))
            if said[0] in words.done:
                yield said[:1] + between + said[1:]
        if said[-1] in words.done:
            yield said[-1:] + said[:-1]
        if said[0] in words.done:
            yield said[1:] + said[:1]
    for between in (*words.belonging, *words.turning):
        before, behind = said[:1], said[1 + len(between) :]
        if behind and said[1 : 1 + len(between)] == between:
            if before[0] in words.done and len(behind) <= 2 and between in words.belonging:
                yield before + behind  # The reduction of the burden: reduce the burden, or burden reduction.
                yield behind + before
            elif len(behind) == 1:
                yield behind + before  # Classes that are large: large classes.


def reworded(thesaurus: Thesaurus, text: str) -> Iterator[ConceptMatch]:
    """Concepts of which ``text`` says a label in other words, by place; offsets count code points of ``text``."""
    words, labels = _words(), _labels(thesaurus)
    start = 0
    for stop, after in [*(m.span() for m in _BREAK.finditer(text)), (len(text), len(text))]:
        tokens = _TOKEN.finditer(text, start, stop)
        told = [(sense, m.start(), m.end()) for m in tokens if (sense := words.sense(m.group()))]
        start = after
        for first in range(len(told)):
            for last in range(first + 2, min(len(told), first + _LONGEST) + 1):
                part = told[first:last]
                said = tuple(s for s, _, _ in part)
                # The building of schools is done, and no school building: what is said of a deed is not turned about.
                deeds = any(s not in words.done and text[:b].endswith(("ing", "ed")) for s, _, b in part)
                keys = dict.fromkeys([said] if deeds else _meant(said, words))
                found = dict.fromkeys(entry for key in keys for entry in labels.get(key, ()))
                for concept, label, kind in found:
                    yield ConceptMatch(concept, part[0][1], part[-1][2], label, kind)
