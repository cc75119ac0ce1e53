"""Words of a question that say nothing of what it is about: idioms, what people tell of themselves, what only says of
what sort a thing is, what another word says more narrowly.

What never lives here: words of any one language, which are data, and how the words that are left are joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from kg.model import Language

from ..corpus import Corpus
from ..model import HasConcept
from ..retrieve import is_group, is_people, is_sort_of_place
from .cues import Cues, cues_of, idiom, pattern
from .framing import frames_of
from .words import Token, parts_of

TIGHT = re.compile(r"\s*(?:或者?|、|/|和|与|及|以及|or|and|, (?:or|and)|,)\s*")
"""What joins the words of a list."""
_OR_ELSE = re.compile(r"\W*(?:or\b|或)")
"""How a part begins that says an alternative, *canteens or what pupils eat*."""
_LISTED_APART = re.compile(r"[,;:.?]")


def without_asked_besides(text: str, spoken: Language, tokens: list[Token], cues: Cues) -> list[Token]:
    """The tokens without those of another thing that is asked beside a list: *which items …, and what is it for*."""
    tokens = _without_counted(text, spoken, tokens, counting="count" in cues.all_intents)
    ends = [m.start() for m in pattern("filter", spoken, "parts").finditer(text)] + [len(text)]
    parts = [(a, b) for a, b in zip([0, *ends], ends, strict=False) if a < b]
    asking = [(a, b) for a, b in parts if pattern("filter", spoken, "asks").search(text, a, b)]
    if len(asking) < 2:
        return tokens
    listing = [p for p in asking if {"list_items", "count"} & cues_of(text[p[0] : p[1]], spoken).all_intents]
    told = any(t.node is not None and t.start < b for a, b in listing[:1] for t in tokens)
    behind = [p for p in asking if p not in listing and listing and p > listing[-1]]
    besides = [(a, b) for a, b in behind if not _OR_ELSE.match(text, a, b)]
    if not told or not besides:
        return tokens
    return [t for t in tokens if not any(a <= t.start < b for a, b in besides)]


def without_kinds(text: str, tokens: Sequence[Token], spoken: Language, *, named: bool, counting: bool) -> list[Token]:
    """The tokens without words for the parts of a plan, beside a part that is named or where parts are counted.

    Right behind *how many* such a word is what is counted, though it may mean a matter elsewhere: *how many jobs*.
    """
    kinds = pattern("reference", spoken, "kinds")
    if spoken == "en" and len(tokens) > 1:
        loose = pattern("class", "en", "loose")
        counted = {m.end() for m in pattern("filter", "en", "how_many").finditer(text)}
        meant = {m.span("x") for m in pattern("class", "en", "meant").finditer(text)}
        tokens = [
            t
            for t in tokens
            if not (t.start in counted and loose.fullmatch(t.term.surface)) and (t.start, t.end) not in meant
        ]
    weak = {"nothing", "text"} if named else {"nothing"} if counting else set()
    return [t for t in tokens if t.term.kind not in weak or not kinds.fullmatch(t.term.surface)]


def without_narrowed(
    text: str, spoken: Language, tokens: Sequence[Token], corpus: Corpus, *, listing: bool
) -> list[Token]:
    """The tokens without those that one behind them says more narrowly.

    In 农村、乡村的老师 the teachers are of both; *pupils or graduates who are poor* are the poor, *pupils' parents* the
    parents.
    """
    linked = [t for t in tokens if t.node is not None]
    wider = {
        a.start
        for a, b in pairwise(linked)
        if spoken == "zh"
        and isinstance(a.node, HasConcept)
        and is_sort_of_place(corpus, a.node)
        and not set(a.node.concepts).isdisjoint(parts_of(b, corpus))
        and TIGHT.fullmatch(text, a.end, b.start)
    }
    if spoken == "zh" and listing:
        heads, between = pattern("class", "zh", "heads"), pattern("class", "zh", "of_sorts")
        wider |= {
            b.start
            for a, b in pairwise(linked)
            if a.term.kind == "concept"
            and b.term.kind == "text"
            and heads.fullmatch(b.term.surface)
            and between.fullmatch(text, a.end, b.start)
        }
    wider |= {
        a.start
        for a, b in pairwise(linked)
        if spoken == "en"
        and a.term.surface.endswith(("'", "'s"))
        and a.node is not None
        and b.node is not None
        and is_people(corpus, a.node)
        and is_people(corpus, b.node)
        and not text[a.end : b.start].strip()
    }
    for who in pattern("class", spoken, "who_are").finditer(text):
        told = [t for t in linked if t.start >= who.end() and t.node is not None and is_group(corpus, t.node)]
        if told and not _LISTED_APART.search(text, who.end(), told[0].start):
            run = _run_up_to(text, linked, who.start())
            wider |= {t.start for t in run if any(r.node and is_people(corpus, r.node) for r in run)}
    return [t for t in tokens if t.start not in wider]


def _run_up_to(text: str, linked: Sequence[Token], end: int) -> list[Token]:
    """The tokens that are listed right before a place of the text."""
    run: list[Token] = []
    for token in reversed([t for t in linked if t.end <= end]):
        if not (TIGHT.fullmatch(text, token.end, end) or not text[token.end : end].strip()):
            break
        run.append(token)
        end = token.start
    return run


def without_idioms(text: str, spoken: Language, tokens: Sequence[Token]) -> list[Token]:
    """The tokens without those of phrases that speak of no matter: *is relief in sight* asks about no eyes."""
    idioms = [match.span() for match in idiom(spoken).finditer(text)]
    return [t for t in tokens if not any(a <= t.start and t.end <= b for a, b in idioms)]


def without_apposed(text: str, tokens: Sequence[Token]) -> list[Token]:
    """The tokens without words that only say what sort of thing a quoted name, or a list, before them names.

    留守儿童、随迁子女这些特殊群体: what follows 这些 is said of those, and widens or narrows nothing.
    """
    ends = {t.end for t in tokens if t.term.reason == "quoted"}
    between, such = pattern("filter", "zh", "apposed"), pattern("class", "zh", "such")
    listed = {b.end for a, b in pairwise(tokens) if a.node is not None and TIGHT.fullmatch(text, a.end, b.start)}
    kept: list[Token] = []
    dropped = -1
    for token in tokens:
        apposed = any(between.fullmatch(text, end, token.start) for end in ends if end <= token.start)
        together = any(such.fullmatch(text, end, token.start) for end in listed if end <= token.start)
        if apposed or together or (dropped >= 0 and text[dropped : token.start] in {"", "的"}):
            dropped = token.end
        else:
            kept.append(token)
    return kept


def without_narrative(text: str, spoken: Language, tokens: list[Token], narrowed: bool) -> list[Token]:
    """The tokens without the strange words of what people tell about themselves before they ask: *for my KPI sheet*."""
    told = pattern("filter", spoken, "narrative").match(text)
    if told is None:
        return tokens
    end = told.end()
    if text.count("(", 0, end) > text.count(")", 0, end):
        # A comma in brackets ends no part of a sentence.
        stop = re.search(r"[.;:]\s", text[end:])
        end += stop.end() if stop else 0
    said = text[:end]
    # A sentence by itself tells who asks; where the question says what about and points at nothing, that alone counts.
    told_apart = any(pattern("filter", spoken, name).search(said) for name in ("told_apart", "oneself"))
    pointing = pattern("filter", spoken, "pointing").search(text, end)
    own = next((t.start for t in tokens if t.start >= end and t.node is not None), len(text))
    again = is_named_again(said, text[end:], spoken)
    if pointing and pointing.start() > own and re.search(r"[.;:。；：]\s*$", said):
        pointing = None  # After a sentence of its own, what stands behind a matter points at that.
    apart = told_apart and not (pointing or again) and (narrowed or any(t.start >= end and t.node for t in tokens))
    # 我在石岭县教育局上班: of where one works, the place tells more than the sort of office behind its name.
    named = {t.end for t in tokens if t.term.kind == "text"}
    return [t for t in tokens if t.end > end or (t.node is not None and not apart and t.start not in named)]


def without_frames(text: str, spoken: Language, tokens: list[Token], corpus: Corpus, narrowed: bool) -> list[Token]:
    """The tokens without those of what frames the question, where others tell what it asks about.

    Where none do, or it points back at what was said, only the frame's strange and weak words are let go.
    """
    frames = frames_of(text)
    framed = [t for t in tokens if any(a <= t.start and t.end <= b for a, b in frames)]
    inside = [t for t in framed if t.term.reason != "quoted" and text[t.start - 1 : t.start] not in {'"', "“"}]
    rest = [t for t in tokens if t not in inside]
    pointing = any(
        points_at_frame(text[end:], spoken) or is_named_again(text[start:end], text[end:], spoken)
        for start, end in frames
    )
    if (narrowed or any(t.node is not None and t.term.reason != "gloss" for t in rest)) and not pointing:
        return rest
    weak = _is_unlinked if pointing else partial(_is_weak, corpus=corpus)
    return [t for t in tokens if t in rest or not weak(t)] or tokens


def named_again(text: str, spoken: Language, tokens: Sequence[Token]) -> list[Token]:
    """The tokens where a name is pointed at by what it is: of 刚到石桥县挂职，…这个县 the name alone."""
    for match in pattern("class", spoken, "again").finditer(text):
        part = max(text.rfind(mark, 0, match.start()) for mark in "，,。.；;：:")
        said = [t for t in tokens if t.end <= part and t.term.kind == "text" and t.term.reason in _NAMES]
        names = [t for t in said if spoken == "en" or t.term.surface.endswith(match.group("x"))]
        if names:
            return [t for t in tokens if t in names or (t.start > part and not match.start() <= t.start < match.end())]
    return list(tokens)


_NAMES = frozenset({"quoted", "verbatim", "pinyin", "spelling"})
"""How a name is linked to a plan."""


def points_at_frame(text: str, spoken: Language) -> bool:
    """Whether what stands beside a frame points at something in it: *does it …*, *places like ours*."""
    return any(pattern(*where).search(text) for where in (("filter", spoken, "pointing"), ("class", spoken, "self")))


def is_named_again(said: str, rest: str, spoken: Language) -> bool:
    """Whether what is asked behind a frame names something in it: *Liuhu district …: the district*."""
    return any(re.search(rf"\b{m.group('x')}\b", said) for m in pattern("class", spoken, "again").finditer(rest))


def _is_unlinked(token: Token) -> bool:
    """Whether a word links to nothing, or by a mere gloss."""
    return token.node is None or token.term.reason == "gloss"


def _is_weak(token: Token, corpus: Corpus) -> bool:
    """Whether a word links to nothing, by a mere gloss, or to a group of people."""
    return _is_unlinked(token) or (token.node is not None and is_people(corpus, token.node))


def _without_counted(text: str, spoken: Language, tokens: list[Token], *, counting: bool) -> list[Token]:
    """The tokens without what is counted beside a list: *where is it, and how many schools does it support*."""
    behind = {m.end() for m in pattern("filter", spoken, "how_many").finditer(text)}
    kept = [t for t in tokens if t.start not in behind]
    told = any(t.node is not None and t.start < min(behind, default=0) for t in kept)
    return kept if told and not counting else tokens
