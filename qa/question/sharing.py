"""What the words of a list share: a thing behind all of them, a sort of place before them, those whom all is for.

In 乡村的学校、老师 both are rural ones, in 表彰或奖励教师 both are done to teachers, in *contests or prizes for pupils
or teachers* both are for either.  What never lives here: how such words are joined with the rest of a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import zip_longest

from kg.extract.words import lexicon
from kg.model import Language

from ..corpus import Corpus
from ..model import And, HasConcept, HasText, Node, any_of, terms_of
from ..retrieve import decide, is_common, is_people, is_sort_of_place, without_everybody
from .aside import TIGHT
from .cues import pattern
from .words import Token


def shared_by_all(text: str, spoken: Language, linked: Sequence[Token], corpus: Corpus) -> Node | None:
    """Alternatives that share what stands behind them, 教师、校长的培训, *pay or housing of teachers*.

    ``None`` where the words stand otherwise, or no clause says all of it.
    """
    ties, describing = pattern("filter", spoken, "shared"), pattern("filter", spoken, "describing")
    if any(t.term.reason == "quoted" for t in linked):
        return None
    runs: list[list[Node]] = []
    described = True
    for i, token in enumerate(linked):
        between = text[linked[i - 1].end : token.start] if i else ""
        node = token.node
        assert node is not None
        if not i or ties.fullmatch(between) or (described and between == " " and i == len(linked) - 1):
            runs.append([node])
            described = True
        elif TIGHT.fullmatch(between):
            runs[-1].append(node)
        else:
            return None
        described = described and describing.fullmatch(token.term.surface) is not None
    if len(runs) < 2 or all(len(run) == 1 for run in runs):
        return None
    node = And(tuple(any_of(run) for run in runs), "clause")
    return node if decide(corpus, without_everybody(corpus, node)) else None


def object_for_all(text: str, spoken: Language, tokens: list[Token], corpus: Corpus) -> list[Token]:
    """The tokens, with what the last of some verbs is done to as the object of all: *train or recruit teachers*."""
    out = list(tokens)
    linked = [i for i, t in enumerate(tokens) if t.node is not None]
    run: list[int] = []
    for i, j in zip_longest(linked, linked[1:]):
        token = tokens[i]
        if not run and not pattern("filter", spoken, "before_doing").search(text, 0, token.start):
            continue
        if j is not None and _is_doing(token, spoken) and TIGHT.fullmatch(text, token.end, tokens[j].start):
            run.append(i)
            continue
        thing = _object(text, spoken, token, tokens[j] if j is not None else None, corpus) if run else None
        for k in run:
            if thing is not None and (node := tokens[k].node):
                out[k] = replace(tokens[k], node=And((node, thing), "clause"))
        run = []
    return out


def _object(text: str, spoken: Language, last: Token, behind: Token | None, corpus: Corpus) -> Node | None:
    """What the last of some verbs is done to: the rest of its own words, or the word right behind it."""
    between = pattern("filter", spoken, "close_behind")
    if _is_doing(last, spoken):
        close = behind is not None and between.fullmatch(text, last.end, behind.start)
        return behind.node if behind is not None and close else None
    doing = _opens(last.term.surface, spoken)
    rest = between.sub("", last.term.surface[len(doing) :], count=1) if doing else ""
    if not rest or rest in _verbs():
        return None
    whole = [m.concept for m in corpus.thesaurus.match(rest, spoken) if m.end - m.start == len(rest)]
    if whole:
        own = {c for leaf in terms_of(last.node) if isinstance(leaf, HasConcept) for c in leaf.concepts}
        return HasConcept(tuple(c for c in whole if c in own) or tuple(whole))
    return HasText((rest,)) if spoken == "zh" and len(rest) > 2 else None


def _is_doing(token: Token, spoken: Language) -> bool:
    """Whether a token is a verb alone."""
    return token.term.surface == _opens(token.term.surface, spoken) and token.term.reason != "quoted"


def _opens(surface: str, spoken: Language) -> str:
    """The verb that the words begin with; in English, where many a verb is a noun as well, their first word."""
    if spoken == "en":
        return surface.partition(" ")[0]
    return next((surface[:n] for n in range(len(surface), 1, -1) if surface[:n] in _verbs()), "")


@cache
def _verbs() -> frozenset[str]:
    """What plans do with things, in Chinese."""
    kept = lexicon("words")["verbs"]
    return frozenset(v for strength in ("ensure", "complete", "advance", "explore") for v in kept[strength])


def people_for_all(text: str, spoken: Language, tokens: list[Token], corpus: Corpus) -> list[Token]:
    """The tokens, with people behind others as those whom the same is for: *contests for pupils or teachers*.

    Those before it may be whom a thing is for as well: *elderly people or schools for them*.
    """
    out = list(tokens)
    for i, token in enumerate(tokens):
        before = out[i - 1] if i else None
        if before is None or before.node is None or token.node is None:
            continue
        if TIGHT.fullmatch(text, before.end, token.start) and pattern("filter", spoken, "for_them").match(
            text, token.end
        ):
            out[i] = replace(token, node=And((before.node, token.node), "clause"))
            continue
        if not (is_people(corpus, token.node) or _people_named(token.term.surface, spoken, corpus)):
            continue
        joined = TIGHT.fullmatch(text, before.end, token.start)
        whom = pattern("filter", spoken, "done_for").search(before.term.surface)
        if joined and whom and _people_named(whom.group("who"), spoken, corpus):
            out[i] = replace(token, node=And((before.node, token.node), "clause"))
    return out


def matter_for_all(text: str, spoken: Language, tokens: list[Token], corpus: Corpus) -> list[Token]:
    """The tokens, with what is done for the last people of a list as done for all of them: 教师、校长培训."""
    out = list(tokens)
    shared = ""
    for i in reversed(range(len(tokens))):
        token, behind = tokens[i], tokens[i + 1] if i + 1 < len(tokens) else None
        joined = shared and behind is not None and TIGHT.fullmatch(text, token.end, behind.start)
        if joined and token.node is not None and _people_named(token.term.surface, spoken, corpus):
            whole = _whole(token.term.surface + shared, spoken, corpus)
            apart = And((token.node, HasConcept(_whole(shared, spoken, corpus))), "clause")
            node = HasConcept(whole) if whole else apart
            out[i] = replace(token, node=node) if decide(corpus, node) else token
        else:
            shared = _done_for_people(token, spoken, corpus)
    return out


def _done_for_people(token: Token, spoken: Language, corpus: Corpus) -> str:
    """What stands behind the people that the words of a token begin with, where both are known: 培训 of 校长培训."""
    words = token.term.surface if spoken == "zh" and token.term.reason == "label" else ""
    ends = (k for k in range(2, len(words) - 1) if _people_named(words[:k], spoken, corpus))
    return next((words[k:] for k in ends if _whole(words[k:], spoken, corpus)), "")


def _whole(words: str, spoken: Language, corpus: Corpus) -> tuple[str, ...]:
    """The concepts of which all of some words are a label."""
    return tuple(m.concept for m in corpus.thesaurus.match(words, spoken) if m.end - m.start == len(words))


def _people_named(words: str, spoken: Language, corpus: Corpus) -> bool:
    return any(is_people(corpus, HasConcept((concept,))) for concept in _whole(words, spoken, corpus))


def place_for_all(text: str, spoken: Language, tokens: list[Token], corpus: Corpus) -> list[Token]:
    """The tokens, with the sort of place that the first of a list names spread over the common ones behind it.

    In 乡村的学校、老师或学生 and *rural schools, teachers or pupils* all of them are rural ones.
    """
    out = list(tokens)
    place: Node | None = None
    for i, token in enumerate(tokens):
        if not i or token.node is None or not TIGHT.fullmatch(text, tokens[i - 1].end, token.start):
            place = None
        if token.node is None:
            continue
        if place is None:
            place = _place_before(text, tokens[:i], token, corpus) or _place_in(token, spoken, corpus)
        elif is_people(corpus, token.node) or is_common(corpus, token.node):
            out[i] = replace(token, node=And((place, token.node), "clause"))
    return out


def _place_before(text: str, before: Sequence[Token], token: Token, corpus: Corpus) -> Node | None:
    """The sorts of place right before a token, with those that a bracket says them again by: 农村（乡村、乡镇）学校."""
    run: list[Node] = []
    end = token.start
    for other in reversed(before):
        between = _BRACKETED if run or text[other.end : end].strip() else _CLOSE
        if other.node is None or not is_sort_of_place(corpus, other.node):
            break
        if not between.fullmatch(text, other.end, end):
            break
        run.append(other.node)
        end = other.start
    return any_of(run) if run else None


_CLOSE = re.compile(r"\s?的?")
_BRACKETED = re.compile(r"\s?[)）]?的?\s?|\s?[(（、]\s?")


def _place_in(token: Token, spoken: Language, corpus: Corpus) -> Node | None:
    """The sort of place that the words of a token begin with, where they say more than that."""
    head, apart, _ = token.term.surface.partition("的" if spoken == "zh" else " ")
    whole = (m.concept for m in corpus.thesaurus.match(head, spoken) if m.end - m.start == len(head)) if apart else ()
    return next((n for n in (HasConcept((c,)) for c in whole) if is_sort_of_place(corpus, n)), None)
