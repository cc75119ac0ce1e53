"""The thesaurus of the genre: reading ``kg/thesaurus.ttl`` and finding its concepts in a text or a question.

Here live the matching of labels, the composition of concepts (rural teachers = teachers + rural) and the
likely meanings of a misspelt word.  What the words *are* lives in the Turtle file alone, which is edited
without Python; what a found concept means for a clause or a question is decided by those who call.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast, get_args

from . import compiled
from .model import Language

if TYPE_CHECKING:
    import ahocorasick
    import pyoxigraph

Scheme = Literal["populations", "institutions", "places", "themes", "instruments"]
LabelKind = Literal["pref", "alt", "hidden", "negative"]
MatchKind = Literal["pref", "alt", "hidden", "composed"]
FuzzyReason = Literal["spelling", "pinyin"]

DATA = Path(__file__).with_name("thesaurus.ttl")
NAMESPACE = "https://w3id.org/yaodian/ns#"
"""Of ``plan:`` terms."""
DATA_BASE = "https://w3id.org/yaodian/id/"
"""The base under which the Turtle file itself writes its concepts."""

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_LANGUAGES: tuple[Language, Language] = ("zh", "en")

# How far apart the parts of a composed concept may stand.  Chinese puts the modifier first (乡村学校从教多年的教师), so
# the reverse order, which is mostly another matter (教师…家访农村学生), gets less room.
_ZH_GAP, _ZH_GAP_LIST, _ZH_GAP_REVERSED = 12, 4, 4
_EN_GAP = 5
"""Tokens."""
_STANDS_FOR: Mapping[str, frozenset[str]] = {
    "populations": frozenset({"populations"}),
    "institutions": frozenset({"institutions"}),
    "places": frozenset({"places", "institutions"}),
    "themes": frozenset({"themes"}),
    "instruments": frozenset({"instruments"}),
}
"""Which narrower concepts can take the place of a part: a village school is a place in the countryside, but a
university student makes no teacher a university teacher."""
_STOPS = frozenset("，。；：！？,;:!?()（）[]【】")
_LISTING = frozenset("、/和与及或")
_DROPPED = frozenset("“”‘’\"'「」『』《》〈〉")
"""Marks that stand inside a name without changing it: “特岗”计划."""
_EN_STOPS = re.compile(
    r"[.;:!?]|^[\W\u3400-\u9fff]*(?:and|or)\b|\b(?:their|its|his|her|taking|admitting|recruiting|hiring|enrolling)\b",
    re.IGNORECASE,
)
"""Two things named side by side ("colleges or their students") are no composition.  For the words *between* parts."""

_HAN = re.compile("[\u4e00-\u9fff]+")
_WORDS = re.compile("[A-Za-z0-9 -]+")
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:['’][A-Za-z]{1,2}(?![A-Za-z]))?'?")
# British and American spelling brought together, on both sides of the comparison.
_SPELLING = (
    (re.compile(r"programme"), "program"),
    (re.compile(r"is(?=(?:e|es|ed|ing|ation|ations|er|ers)$)"), "iz"),
    (re.compile(r"our(?=(?:s|ed|ing|al|able|ful|hood|hoods|ite|ites)?$)"), "or"),
    (re.compile(r"tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=[aeiou])ll(?=(?:ed|ing|er|ers|or|ors|ment|ments)$)"), "l"),
    (re.compile(r"(?<=[dl]ef)ence|(?<=lic)ence"), "ense"),
    (re.compile(r"paed"), "ped"),
)

_SPELLING_HINT = re.compile(r"programme|is|our|tre|ll|ence|paed")
# What the stemmer would run together although it means another thing: internal and interns, to experience and an
# experiment, universal and university, accountability and accounts, openness and to open.
_KEPT_APART = re.compile(
    r"accountab|allowanc|appropriate|experienc|integrity|internal|openness|performanc|programming|universal"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that plans speak of, with all words for it.  Labels are keyed by language."""

    id: str
    """The last step of its IRI, e.g. ``rural-teachers``."""
    scheme: Scheme
    pref: Mapping[Language, str]
    alt: Mapping[Language, tuple[str, ...]]
    hidden: Mapping[Language, tuple[str, ...]]
    """Words that a person may ask with, never looked for in the text of a plan."""
    negative: Mapping[Language, tuple[str, ...]]
    """Strings in which a label occurs, though the concept is not meant."""
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    parts: tuple[str, ...]
    """The concepts that it is composed of; empty for a plain one."""
    related: tuple[str, ...]
    definition: Mapping[Language, str]

    def labels(self, language: Language, *, question: bool = False) -> Iterator[tuple[str, MatchKind]]:
        """Every label that stands for the concept in a text (``question``: in a question too), with its kind."""
        yield self.pref[language], "pref"
        for label in self.alt[language]:
            yield label, "alt"
        if question:
            for label in self.hidden[language]:
                yield label, "hidden"


@dataclass(frozen=True, slots=True)
class ConceptMatch:
    """A concept found in ``text[start:end]``."""

    concept: str
    start: int
    end: int
    label: str
    """The label of the thesaurus that matched; for a composed one, the labels of its parts joined by `` + ``."""
    kind: MatchKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that a misspelt word may mean."""

    concept: str
    label: str
    score: float
    """0..1; 1 for the same sound or spelling."""
    reason: FuzzyReason


# Tuples, since thousands are made when an automaton is built.
class _Entry(NamedTuple):
    concept: str
    label: str
    kind: LabelKind


def _derived(word: str, label: str) -> bool:
    """Whether words share only their stem with a label: *publicly* is not *publicity*, *education* not *educators*.

    >>> [_derived(*pair) for pair in (("publicly", "publicity"), ("education", "educators"), ("teacher", "teachers"))]
    [True, True, False]
    """
    endings = {
        "agent" if re.search("ors?$", text) else "act" if re.search("ions?$", text) else "" for text in (word, label)
    }
    return word != label and (
        endings == {"agent", "act"} or any(word.endswith(e) != label.endswith(e) for e in ("ly", "ity", "ness", "ism"))
    )


class _Hit(NamedTuple):
    """An entry found at a place of the folded text: characters in Chinese, tokens in English."""

    entry: _Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text made comparable, and where each of its steps stands in the text itself."""

    key: str
    starts: tuple[int, ...]
    """Of each step: a character (zh) or a token (en), in the text."""
    ends: tuple[int, ...]
    edges: tuple[int, ...]
    """Where each step begins in ``key``, and its length at the end."""


class Thesaurus:
    """All concepts, by id, in the order of the file; build it with :meth:`load`, which holds on to the last one."""

    def __init__(
        self, concepts: Mapping[str, Concept], sha256: str, data: bytes, keys: compiled.Keys | None = None
    ) -> None:
        self.concepts: Mapping[str, Concept] = MappingProxyType(dict(concepts))
        self.sha256 = sha256
        """Of the Turtle file's bytes: an index made with another vocabulary is stale."""
        self._data = data
        self._keys = keys
        self._narrower: dict[str, frozenset[str]] = {}
        self._broader: dict[str, frozenset[str]] = {}

    @classmethod
    def load(cls, path: Path | str | None = None, cache: Path | None = None) -> Thesaurus:
        """Read a thesaurus (the one that ships, without ``path``).

        ``cache`` is a folder that may be written to: what was read and folded is kept there, which makes the next
        process three times as quick to its first match.

        Raises:
            ValueError: the file is not Turtle, or a concept lacks its scheme or a preferred label.
            OSError: it cannot be read.
        """
        data = Path(path or DATA).read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        made = _held.get(digest)
        if cache is None:
            return _hold(made or cls(_read(data), digest, data))
        place = cache / compiled.name_of(data, Path(__file__).read_bytes(), _folders().encode())
        if made is not None and compiled.is_whole(place):
            return made
        if made is None and (found := compiled.read(place)) is not None:
            return _hold(
                cls({name: _restored(name, fields) for name, fields in found[0].items()}, digest, data, found[1])
            )
        made = made or cls(_read(data), digest, data)
        if made._keys is None:
            made._keys = {language: list(made._folded(language).items()) for language in _LANGUAGES}
        compiled.write(place, {c.id: _fields(c) for c in made.concepts.values()}, made._keys)
        return _hold(made)

    # ---- hierarchy

    def narrower(self, concept: str) -> frozenset[str]:
        """The concept and all below it; :class:`KeyError` for an unknown one."""
        if concept not in self._narrower:
            self._narrower[concept] = self._closure(concept, lambda c: c.narrower)
        return self._narrower[concept]

    def broader(self, concept: str) -> frozenset[str]:
        """The concept and all above it; :class:`KeyError` for an unknown one."""
        if concept not in self._broader:
            self._broader[concept] = self._closure(concept, lambda c: c.broader)
        return self._broader[concept]

    def _closure(self, concept: str, step: Callable[[Concept], tuple[str, ...]]) -> frozenset[str]:
        seen = {concept}
        waiting = [concept]
        while waiting:
            for other in step(self.concepts[waiting.pop()]):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return frozenset(seen)

    def compositions(self, concepts: Collection[str]) -> tuple[str, ...]:
        """The composed concepts of which every part is among ``concepts``, itself or as a narrower one."""
        given = frozenset().union(*(self.broader(c) for c in concepts)) if concepts else frozenset()
        return tuple(c.id for c in self.concepts.values() if c.parts and given.issuperset(c.parts))

    # ---- matching

    def match(self, text: str, language: Language, *, question: bool = False) -> tuple[ConceptMatch, ...]:
        """Every concept that ``text`` names, in order of place; offsets count code points of ``text``.

        In a text, a label inside a longer one is left out where the longer one's concept lies below it in the
        hierarchy or is composed of it, since it is implied; otherwise both count (民办普通高中 speaks of private
        schools and of senior high schools).  In a question the longest label alone counts, and a composed concept
        takes the place of its parts, so that what is left can be asked for together.

        Blanks and line breaks inside Chinese words, quotation marks, full-width letters and traditional characters do
        not hinder; English is compared by stems, whatever the hyphens.  Text of both languages is matched by two calls.

        Args:
            text: a clause, or a question.
            language: of the labels to look for.
            question: by hidden labels too, and with the longest meaning only.
        """
        if language == "zh":
            folded = _fold_zh(text, self._zh_table)
            if folded is None:
                return ()
            hits = list(self._hits_zh(folded))
        else:
            folded = _fold_en(text)
            spans = ((hit, text[folded.starts[hit.start] : folded.ends[hit.end - 1]]) for hit in self._hits_en(folded))
            hits = [hit for hit, surface in spans if not _derived(surface.lower(), hit.entry.label.lower())]
        live = _live(hits, question)
        kept = self._resolve(live, question)
        found = [
            ConceptMatch(h.entry.concept, folded.starts[h.start], folded.ends[h.end - 1], h.entry.label, kind)
            for h, kind in kept
        ]
        # In a text an implied label is a part as well: the teachers of 乡村教师公寓 are rural teachers.
        parts = [h for h, _ in (kept if question else live)]
        composed = sorted(self._composed(text, language, folded, parts), key=lambda m: m.start)
        if question and composed:
            starts = [c.start for c in composed]
            longest = max(c.end - c.start for c in composed)
            found = [
                m
                for m in found
                if not any(
                    self._within(m, c)
                    for c in composed[bisect_left(starts, m.end - longest) : bisect_right(starts, m.start)]
                )
            ]
        return tuple(sorted({*found, *composed}, key=lambda m: (m.start, -m.end, m.concept, m.label)))

    def _within(self, part: ConceptMatch, whole: ConceptMatch) -> bool:
        """Whether ``part`` says nothing beyond the composed ``whole`` around it."""
        if not (whole.start <= part.start and part.end <= whole.end):
            return False
        if part.concept in self.broader(whole.concept):
            return True
        places = [p for p in self.concepts[whole.concept].parts if self.concepts[p].scheme == "places"]
        return not self.broader(part.concept).isdisjoint(places)

    def _hits_zh(self, folded: _Folded) -> Iterator[_Hit]:
        key = folded.key
        for last, (length, entries) in self._automaton_zh.iter(key):
            start, end = last + 1 - length, last + 1
            # AI inside MAIN is no label: a Latin one stands as a word of its own.
            if _is_latin(key[start]) and start and _is_latin(key[start - 1]):
                continue
            if _is_latin(key[last]) and end < len(key) and _is_latin(key[end]):
                continue
            for entry in entries:
                yield _Hit(entry, start, end)

    def _hits_en(self, folded: _Folded) -> Iterator[_Hit]:
        edges = folded.edges
        for last, (length, entries) in self._automaton_en.iter(folded.key):
            first = bisect_left(edges, last + 1 - length)
            after = bisect_left(edges, last + 1)
            if edges[first] == last + 1 - length and edges[after] == last + 1:
                for entry in entries:
                    yield _Hit(entry, first, after)

    def _resolve(self, live: Sequence[tuple[_Hit, MatchKind]], question: bool) -> list[tuple[_Hit, MatchKind]]:
        """``live``, ordered by place with the longest first, without those that a longer one implies."""
        kept: list[tuple[_Hit, MatchKind]] = []
        open_hits: list[_Hit] = []
        for hit, kind in live:
            open_hits = [h for h in open_hits if h.end > hit.start]
            if not any(hit.end <= h.end and self._implies(h, hit, question) for h in open_hits):
                kept.append((hit, kind))
                open_hits.append(hit)
        return kept

    def _implies(self, outer: _Hit, inner: _Hit, question: bool) -> bool:
        """Whether ``inner`` says nothing beyond ``outer``, which holds it."""
        longer = outer.end - outer.start > inner.end - inner.start
        if outer.entry.concept == inner.entry.concept:
            return True
        return longer and (question or inner.entry.concept in self.broader(outer.entry.concept))

    # ---- composition

    @cached_property
    def _roles(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """For each concept, the places it can take in composed ones."""
        roles: dict[str, list[tuple[str, int]]] = {}
        for concept in self.concepts.values():
            for place, part in enumerate(concept.parts):
                allowed = _STANDS_FOR[self.concepts[part].scheme]
                for below in self.narrower(part):
                    if self.concepts[below].scheme in allowed:
                        roles.setdefault(below, []).append((concept.id, place))
        return {c: tuple(r) for c, r in roles.items()}

    def _composed(self, text: str, language: Language, folded: _Folded, hits: list[_Hit]) -> Iterator[ConceptMatch]:
        places: dict[str, dict[int, list[_Hit]]] = {}
        for hit in hits:
            for composed, place in self._roles.get(hit.entry.concept, ()):
                places.setdefault(composed, {}).setdefault(place, []).append(hit)
        for composed, by_place in places.items():
            parts = self.concepts[composed].parts
            if len(by_place) < len(parts):
                continue
            below = self.narrower(composed)
            taken = {step for h in hits if h.entry.concept in below for step in range(h.start, h.end)}
            for combination in _meetings(text, language, folded, [by_place[p] for p in range(len(parts))]):
                start = min(h.start for h in combination)
                end = max(h.end for h in combination)
                if taken.isdisjoint(range(start, end)):
                    taken.update(range(start, end))
                    label = " + ".join(h.entry.label for h in combination)
                    yield ConceptMatch(composed, folded.starts[start], folded.ends[end - 1], label, "composed")

    # ---- automata, made when first asked for

    @cached_property
    def _automaton_zh(self) -> ahocorasick.Automaton:
        return self._automaton("zh")

    @cached_property
    def _automaton_en(self) -> ahocorasick.Automaton:
        return self._automaton("en")

    def _automaton(self, language: Language) -> ahocorasick.Automaton:
        import ahocorasick

        automaton = ahocorasick.Automaton()
        if self._keys is None:
            for key, found in self._folded(language).items():
                automaton.add_word(key, (len(key), tuple(found)))
        else:
            for key, kept in self._keys[language]:
                automaton.add_word(key, (len(key), tuple(map(_Entry._make, kept))))
        automaton.make_automaton()
        return automaton

    def _folded(self, language: Language) -> dict[str, list[_Entry]]:
        """Every label of a language by what is compared of it."""
        entries: dict[str, list[_Entry]] = {}
        for concept in self.concepts.values():
            for label, kind in _all_labels(concept, language):
                key = self.key(label, language)
                if key:
                    entries.setdefault(key, []).append(_Entry(concept.id, label, kind))
        return entries

    def key(self, label: str, language: Language) -> str:
        """What is compared: the label folded as a text is."""
        if language == "en":
            if _WORDS.fullmatch(label):
                return "".join(map(stem_en, label.lower().replace("-", " ").split()))
            return _fold_en(label).key
        if _HAN.fullmatch(label):
            return label.translate(self._zh_table)
        folded = _fold_zh(label, self._zh_table)
        return "" if folded is None else folded.key

    @cached_property
    def _zh_table(self) -> Mapping[int, str]:
        return _simplified()

    # ---- misspelt words

    def fuzzy(self, word: str, language: Language, limit: int = 5) -> tuple[Candidate, ...]:
        """Concepts that a word with no exact match may mean, the likeliest first.

        English by edit distance; Chinese by sound (also when pinyin was typed) and, from four characters on, by
        edit distance.
        """
        found: list[Candidate] = []
        if language == "en":
            found.extend(self._by_spelling(word, "en"))
        else:
            found.extend(self._by_pinyin(word))
            found.extend(self._by_spelling(word, "zh"))
        best: dict[str, Candidate] = {}
        for candidate in sorted(found, key=lambda c: -c.score):
            best.setdefault(candidate.concept, candidate)
        return tuple(best.values())[:limit]

    def _by_spelling(self, word: str, language: Language) -> Iterator[Candidate]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        key = _joined(word) if language == "en" else self.key(word, "zh")
        if len(key) < 4:
            return
        labels = self._spellings[language]
        # One slip in four letters at most; two from eight on.
        cutoff = 0.8 if language == "en" else 0.74
        for match, score, _ in process.extract(
            key, labels.keys(), scorer=OSA.normalized_similarity, score_cutoff=cutoff, limit=12
        ):
            for concept, label in labels[match]:
                yield Candidate(concept, label, round(float(score), 3), "spelling")

    @cached_property
    def _spellings(self) -> Mapping[Language, Mapping[str, tuple[tuple[str, str], ...]]]:
        made: dict[Language, dict[str, tuple[tuple[str, str], ...]]] = {"zh": {}, "en": {}}
        for language in _LANGUAGES:
            for concept in self.concepts.values():
                for label, _ in concept.labels(language, question=True):
                    for key in _spelling_keys(label, self.key(label, "zh"), language):
                        made[language][key] = (*made[language].get(key, ()), (concept.id, label))
        return made

    def _by_pinyin(self, word: str) -> Iterator[Candidate]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        key = _sound(word)
        if len(key) < 4:
            return
        sounds = self._sounds
        for match, score, _ in process.extract(
            key, sounds.keys(), scorer=OSA.normalized_similarity, score_cutoff=0.88, limit=12
        ):
            for concept, label in sounds[match]:
                yield Candidate(concept, label, round(float(score), 3), "pinyin")

    @cached_property
    def _sounds(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        sounds: dict[str, tuple[tuple[str, str], ...]] = {}
        for concept in self.concepts.values():
            for label, _ in concept.labels("zh", question=True):
                key = _sound(label)
                if len(key) >= 4:
                    sounds[key] = (*sounds.get(key, ()), (concept.id, label))
        return sounds

    # ---- as RDF

    def quads(self, base: str) -> Iterator[pyoxigraph.Quad]:
        """The thesaurus as statements of the graph ``<base>vocab``, its concepts as ``<base>concept/<id>``."""
        import pyoxigraph as ox

        graph = ox.NamedNode(f"{base}vocab")

        def moved(term: ox.NamedNode) -> ox.NamedNode:
            value = term.value
            return ox.NamedNode(base + value[len(DATA_BASE) :]) if value.startswith(DATA_BASE) else term

        for quad in ox.parse(self._data, format=ox.RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode):
                subject = moved(subject)
            if isinstance(value, ox.NamedNode):
                value = moved(value)
            yield ox.Quad(subject, moved(quad.predicate), value, graph)


_held: dict[str, Thesaurus] = {}
"""The thesaurus that was read last, by its hash: a process reads the same one for each generation."""


def _hold(made: Thesaurus) -> Thesaurus:
    if made.sha256 not in _held:
        _held.clear()
        _held[made.sha256] = made
    return made


def shipped_sha256() -> str:
    """The hash of the thesaurus that ships, without reading what is in it."""
    return hashlib.sha256(DATA.read_bytes()).hexdigest()


def _all_labels(concept: Concept, language: Language) -> list[tuple[str, LabelKind]]:
    labels: list[tuple[str, LabelKind]] = [(concept.pref[language], "pref")]
    labels.extend((label, "alt") for label in concept.alt[language])
    labels.extend((label, "hidden") for label in concept.hidden[language])
    labels.extend((label, "negative") for label in concept.negative[language])
    return labels


# ---- reading the Turtle


def _read(data: bytes) -> dict[str, Concept]:
    import pyoxigraph as ox

    prefix = f"{DATA_BASE}concept/"
    cut = len(prefix)
    raw: dict[str, dict[tuple[str, str], list[str]]] = {}
    try:
        for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(prefix):
                continue
            found = raw.setdefault(subject.value[cut:], {})
            if isinstance(value, ox.Literal):
                found.setdefault((quad.predicate.value, value.language or ""), []).append(value.value)
            elif isinstance(value, ox.NamedNode):
                found.setdefault((quad.predicate.value, ""), []).append(value.value.removeprefix(prefix))
    except SyntaxError as error:
        raise ValueError(f"the thesaurus is not valid Turtle: {error}") from error
    return _linked(raw)


def _linked(raw: Mapping[str, Mapping[tuple[str, str], list[str]]]) -> dict[str, Concept]:
    below: dict[str, list[str]] = {}
    for concept_id, properties in raw.items():
        for above in properties.get((_BROADER, ""), ()):
            below.setdefault(above, []).append(concept_id)
    concepts = {i: _concept(i, p, tuple(below.get(i, ()))) for i, p in raw.items()}
    for concept in concepts.values():
        for other in (*concept.broader, *concept.parts, *concept.related):
            if other not in concepts:
                raise ValueError(f"concept {concept.id!r} of the thesaurus points to {other!r}, which it does not have")
    return concepts


_BROADER, _PREF, _ALT, _HIDDEN, _SCHEME, _RELATED, _DEFINITION = (
    _SKOS + name for name in ("broader", "prefLabel", "altLabel", "hiddenLabel", "inScheme", "related", "definition")
)
_NEGATIVE, _PARTS = NAMESPACE + "negativeLabel", NAMESPACE + "composedOf"
_NONE: list[str] = []


def _concept(concept_id: str, found: Mapping[tuple[str, str], list[str]], narrower: tuple[str, ...]) -> Concept:
    def ids(name: str) -> tuple[str, ...]:
        return tuple(found.get((name, ""), _NONE))

    def labels(name: str) -> Mapping[Language, tuple[str, ...]]:
        return {"zh": tuple(found.get((name, "zh"), _NONE)), "en": tuple(found.get((name, "en"), _NONE))}

    schemes, pref = ids(_SCHEME), labels(_PREF)
    if len(schemes) != 1 or len(pref["zh"]) != 1 or len(pref["en"]) != 1:
        raise ValueError(
            f"concept {concept_id!r} of the thesaurus needs one skos:inScheme and one skos:prefLabel in zh and en each"
        )
    scheme = schemes[0].rpartition("/")[2]
    if scheme not in get_args(Scheme):
        raise ValueError(f"concept {concept_id!r} of the thesaurus is in an unknown scheme {scheme!r}")
    return Concept(
        id=concept_id,
        scheme=cast("Scheme", scheme),
        pref={"zh": pref["zh"][0], "en": pref["en"][0]},
        alt=labels(_ALT),
        hidden=labels(_HIDDEN),
        negative=labels(_NEGATIVE),
        broader=ids(_BROADER),
        narrower=narrower,
        parts=ids(_PARTS),
        related=ids(_RELATED),
        definition={language: texts[0] for language, texts in labels(_DEFINITION).items() if texts},
    )


def _fields(concept: Concept) -> dict[str, object]:
    """A concept as JSON holds it; what is empty is left out."""
    whole = {slot: getattr(concept, slot) for slot in Concept.__slots__ if slot != "id"}
    return {name: value for name, value in whole.items() if value}


def _restored(concept_id: str, fields: Mapping[str, Any]) -> Concept:
    def labels(name: str) -> Mapping[Language, tuple[str, ...]]:
        return {language: tuple(found) for language, found in fields[name].items()}

    def ids(name: str) -> tuple[str, ...]:
        return tuple(fields.get(name, _NONE))

    return Concept(
        concept_id,
        fields["scheme"],
        fields["pref"],
        labels("alt"),
        labels("hidden"),
        labels("negative"),
        ids("broader"),
        ids("narrower"),
        ids("parts"),
        ids("related"),
        fields.get("definition", {}),
    )


# ---- folding


def _folders() -> str:
    """The libraries that decide what is compared of a label, with their versions."""
    from importlib.metadata import version

    return " ".join(f"{name} {version(name)}" for name in ("pystemmer", "opencc-python-reimplemented"))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


@lru_cache(maxsize=1)
def _simplified() -> Mapping[int, str]:
    """Traditional to simplified, character by character, from the table of OpenCC (Apache 2.0)."""
    # The spec alone: neither importing the package nor importlib.resources is worth 20 ms of a cold start.
    spec = find_spec("opencc")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("opencc-python-reimplemented is not installed: its character table is needed")
    folder = Path(spec.submodule_search_locations[0])
    text = (folder / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8")
    table: dict[int, str] = {}
    for line in text.splitlines():
        traditional, _, simplified = line.partition("\t")
        if len(traditional) == 1:
            table[ord(traditional)] = simplified.partition(" ")[0]
    return MappingProxyType(table)


def _fold_zh(text: str, table: Mapping[int, str]) -> _Folded | None:
    """Blanks, invisible characters and quotation marks out; width and script of characters made the same."""
    key: list[str] = []
    starts: list[int] = []
    for place, char in enumerate(text):
        if char.isspace() or char in _DROPPED:
            continue
        if not "\u4e00" <= char <= "\u9fff":
            if unicodedata.category(char) in {"Cf", "Cc"}:
                continue
            wide = unicodedata.normalize("NFKC", char)
            char = wide.lower() if len(wide) == 1 and len(wide.lower()) == 1 else char
        key.append(table.get(ord(char), char))
        starts.append(place)
    if not key:
        return None
    return _Folded("".join(key), tuple(starts), tuple(s + 1 for s in starts), ())


@lru_cache(maxsize=20_000)
def stem_en(token: str) -> str:
    """The stem (Snowball, English) of a lower-case token, after British and American spelling are one."""
    apart = _KEPT_APART.match(token)
    if apart:
        return apart.group()
    if _SPELLING_HINT.search(token):
        for pattern, replacement in _SPELLING:
            token = pattern.sub(replacement, token)
    return str(_stemmer().stemWord(token))


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]  # the library is not typed
    import Stemmer

    return Stemmer.Stemmer("english")


def _fold_en(text: str) -> _Folded:
    """Stems set one after another, nothing between: ``pre-school``, ``pre school`` and ``preschool`` agree."""
    key: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    edges = [0]
    for token in _TOKEN.finditer(text):
        word = re.split("['’]", token.group().lower(), maxsplit=1)[0]
        stem = stem_en(word)
        key.append(stem)
        starts.append(token.start())
        ends.append(token.end())
        edges.append(edges[-1] + len(stem))
    return _Folded("".join(key), tuple(starts), tuple(ends), tuple(edges))


def _live(hits: Iterable[_Hit], question: bool) -> list[tuple[_Hit, MatchKind]]:
    """The hits that may count here and that no negative label denies, ordered by place, the longest first."""
    denied: dict[str, list[_Hit]] = {}
    live: list[tuple[_Hit, MatchKind]] = []
    for hit in hits:
        if hit.entry.kind == "negative":
            denied.setdefault(hit.entry.concept, []).append(hit)
        elif hit.entry.kind != "hidden" or question:
            live.append((hit, hit.entry.kind))
    live = [(h, k) for h, k in live if not _inside(h, denied.get(h.entry.concept, ()))]
    return sorted(live, key=lambda pair: (pair[0].start, -pair[0].end))


def _inside(hit: _Hit, others: Sequence[_Hit]) -> bool:
    """Whether one of ``others``, in order of their ends, holds ``hit``."""
    for place in range(bisect_left(others, hit.end, key=lambda h: h.end), len(others)):
        if others[place].start <= hit.start:
            return True
        if others[place].start >= hit.end:
            return False
    return False


def _meetings(
    text: str, language: Language, folded: _Folded, choices: Sequence[Sequence[_Hit]]
) -> list[tuple[_Hit, ...]]:
    """The combinations of one hit a part that stand near each other: the closest first, of these the longest."""
    room = len(choices) * (max(h.end - h.start for c in choices for h in c) + max(_ZH_GAP, _EN_GAP))
    found: list[tuple[_Hit, ...]] = []
    for first in choices[0]:
        around = [
            c[bisect_left(c, first.start - room, key=_start) : bisect_left(c, first.end + room, key=_start)]
            for c in choices[1:]
        ]
        for combination in product((first,), *around):
            ordered = sorted(combination, key=_start)
            natural = ordered[-1] is combination[-1]
            pairs = zip(ordered, ordered[1:], strict=False)
            if all(_near(text, language, folded, a, b, natural=natural) for a, b in pairs):
                found.append(combination)

    def order(combination: tuple[_Hit, ...]) -> tuple[int, int, int]:
        words = sum(h.end - h.start for h in combination)
        extent = max(h.end for h in combination) - min(h.start for h in combination)
        return extent - words, -words, combination[0].start

    return sorted(found, key=order)


def _start(hit: _Hit) -> int:
    return hit.start


def _near(text: str, language: Language, folded: _Folded, a: _Hit, b: _Hit, *, natural: bool) -> bool:
    """Whether two hits, ``a`` before ``b``, stand close enough to speak of one thing."""
    if b.start < a.end:
        return False
    if language == "en":
        between = text[folded.ends[a.end - 1] : folded.starts[b.start]]
        return b.start - a.end <= _EN_GAP and not _EN_STOPS.search(between)
    between = folded.key[a.end : b.start]
    if _STOPS.intersection(between):
        return False
    if _LISTING.intersection(between):
        return natural and len(between) <= _ZH_GAP_LIST
    return len(between) <= (_ZH_GAP if natural else _ZH_GAP_REVERSED)


def _joined(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _spelling_keys(label: str, folded: str, language: Language) -> tuple[str, ...]:
    if language == "zh":
        return (folded,) if len(folded) >= 4 else ()
    key = _joined(label)
    return (key,) if len(key) >= 4 else ()


def _sound(text: str) -> str:
    """Pinyin without tones or blanks; Latin letters stay as they are."""
    from pypinyin import lazy_pinyin

    return re.sub(r"[^a-z]+", "", "".join(lazy_pinyin(text)).lower())
