"""A question's text → a frozen :class:`~qa.model.Query`.

The way of a question: quoted names and references to parts of the plan are taken out first, then the cues of what
is wanted; what remains is cut into concepts of the thesaurus, words of the plans and words without content, and each
content word is linked or declared unlinked.  The words' places in the question then tell how they are joined.

All knowledge of how people ask is in ``language.toml``; nothing here knows a plan.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial, reduce
from itertools import product
from typing import Literal, get_args

from kg.model import Language, Role
from kg.source import view

from ..corpus import Corpus, genre, language, matching
from ..model import (
    And,
    CitesNumber,
    CitesTitle,
    DueIn,
    HasBody,
    HasConcept,
    HasTarget,
    HasText,
    InSection,
    Intent,
    InUnit,
    Measured,
    Node,
    Not,
    Or,
    Place,
    Query,
    Runs,
    Term,
    UnderHeading,
    YearAfter,
    all_of,
    any_of,
    terms_of,
)
from ..retrieve import decide, hits_of, is_common
from .aside import (
    named_again,
    points_at_frame,
    without_apposed,
    without_asked_besides,
    without_frames,
    without_idioms,
    without_kinds,
    without_narrative,
    without_narrowed,
)
from .asked import asked_of
from .bridging import bridge_back, bridge_of, step_of
from .cues import (
    QUOTED,
    SOME_LEADER,
    SOME_SECTION,
    Cues,
    cues_of,
    detect,
    filters_of,
    intent_of,
    level_of,
    measure_of,
    part_asked,
    pattern,
)
from .forms import asks_for_list
from .framing import frames_of, unframed
from .limits import limits_of
from .numbers import blanked
from .parts import asks_each, documents_named, positions, references_of, unit_on, units_titled
from .roles import in_any_part, in_role, parts_played, without_explained, without_own_names
from .sentences import sentence_of
from .sharing import matter_for_all, object_for_all, people_for_all, place_for_all, shared_by_all
from .spelling import in_full, numbered, spelt
from .tallies import extreme_of, tally_of
from .times import periods_of, times_of, years_of
from .words import (
    Token,
    chinese,
    english,
    in_heading,
    in_title,
    inside_of,
    leaders_of,
    literally,
    parts_of,
    quoted,
    to_the_letter,
    to_the_word,
    with_short_forms,
    without_covered,
)

_DASH = re.compile(r"\s[-–—]\s")
_APART = re.compile(r"(?<=[a-z0-9,;:])(?=[\u3400-\u9fff])(?!(?<=[0-9])[年月日号])|(?<=[\u3400-\u9fff])(?=[a-z0-9(])")
"""Where the matching view closed the gap between a Chinese name and the English around it."""
_NAMED = frozenset({"", "who", "where", "programme", "definition", "title"})
"""Kinds of thing that a question after names seems to be after."""
_JOINS = re.compile(r"或|、|/|\bor\b|和|与|及|\band\b|&")
"""Words between alternatives; what only a comma divides may as well say the same again."""


_ONLY = re.compile(r"\s*(?:只|仅|光|单)(?:写|提|说|有|是|讲)|.*\bonly\b")
_OF_THE_WHOLE = frozenset({"count", "metadata"})
"""Kinds of question that may name no matter: *how many items are there*."""
_NAMES_ONE = frozenset({"quoted", "verbatim", "spelling", "gloss"})
"""How a word may have been linked that is the name of one body or place."""
_BARE = 0.8
"""Share of a question's letters that concepts must make up for it to be a name and no sentence."""


def understand(
    question: str,
    corpus: Corpus,
    *,
    lang: Literal["auto", "zh", "en"] = "auto",
    after: Query | None = None,
    documents: tuple[str, ...] = (),
    switched_off: Iterable[str] = (),
    half: bool = False,
) -> Query:
    """The query that a question asks of a corpus.

    ``after`` is the query before it in the conversation: a question that points back takes from it what it leaves out.
    ``switched_off`` are surfaces of terms that a person does not want used.  A ``half`` of a question of two steps is
    not taken apart again.
    """
    spoken: Language = detect(question) if lang == "auto" else lang
    off = frozenset(matching(s) for s in switched_off)
    read = partial(_read, corpus=corpus, spoken=spoken, documents=documents, off=off)
    asked = unframed(_without_cut(question, spoken))
    told = pattern("filter", spoken, "narrative").match(question.lower()) is not None
    # A name in quotes that a frame holds is what the question is about, where nothing else is quoted.
    told = told or (QUOTED.search(question) is not None and not QUOTED.search(asked))
    # So is an item that is named by the one beside it: *There is an item on X. I want the one above it.*
    turns = pattern("reference", spoken, "neighbour")
    told = told or (turns.search(question.lower()) is not None and not turns.search(asked.lower()))
    told = told or positions(question.lower(), spoken) != question.lower()
    if asked != question and not told and not points_at_frame(asked.lower(), spoken):
        query = read(asked, after=after, half=half)
        if query.condition is not None or (not query.unlinked and query.intent in _OF_THE_WHOLE):
            return replace(query, question=question)
    return read(question, after=after, half=half)


def _without_cut(question: str, spoken: Language) -> str:
    """The question without what is of no matter and a frame would cut in two: *…, be it as a host or as a guest*."""
    void = list(pattern("filter", spoken, "no_matter").finditer(question.lower()))
    frames = frames_of(question) if void else []
    for match in reversed(void):
        start, end = match.span()
        if any(a < end and start < b and not (a <= start and end <= b) for a, b in frames):
            question = question[:start] + question[end:]
    return question


def _read(
    question: str,
    *,
    corpus: Corpus,
    spoken: Language,
    after: Query | None = None,
    documents: tuple[str, ...] = (),
    off: frozenset[str] = frozenset(),
    half: bool = True,
    by_title: bool = True,
) -> Query:
    """The query of a question as it stands; ``by_title`` an item may be named by what its title is on."""
    # A dash between two parts, *phone - free books*, is no hyphen; the matching view would make it one.
    shown = view(_DASH.sub(": ", question) if spoken == "en" else question).text
    text = shown.lower()
    if spoken == "en":
        text = spelt(_APART.sub(" ", in_full(shown).lower()), corpus)
    text, any_role = in_any_part(numbered(positions(text, spoken), spoken), spoken)
    sentence, text = sentence_of(text, spoken)
    free = bytearray(b"\x01" * len(text))
    turn = pattern("reference", spoken, "neighbour").search(text)
    _take_out(free, [turn.span()] if turn else [])
    named = references_of(text, spoken, free, corpus)
    text, references, sections = named.text, named.labels, named.sections
    # A pronoun in the name of a part points at nothing: 收尾的那一部分.
    besides = "".join(c if f else " " for c, f in zip(text, free, strict=True))
    tallied, tally_span = tally_of(text, spoken)
    most, most_spans = extreme_of(text, spoken, after.extreme if after else None)
    text = blanked(text, (tally_span, *most_spans))
    cues = _listing(text, spoken, cues_of(text, spoken))
    listing = bool({"list_items", "count"} & cues.all_intents)
    references = references or units_titled(text, spoken, free, corpus, cues.all_intents)
    step = step_of(text, spoken)
    wanted = by_title and not (references or step)
    told_by = unit_on(text, spoken, free, corpus, cues.all_intents) if wanted else ()
    references = references or told_by
    played = parts_played(text, spoken, free, corpus, listing=listing)
    strict = bool(pattern("filter", spoken, "strict").search(text))
    _take_out(free, _of_no_matter(text, spoken))
    limits = limits_of(text, spoken, free, corpus, strict=strict) if listing else []
    filters, filter_spans = filters_of(blanked(text, ((t.start, t.end) for t in limits)), spoken, cues)
    cues = _limiting(cues, limits, filters)
    filters = [_of_sort(node, corpus) for node in filters]
    _take_out(free, filter_spans)
    tokens = limits + quoted(text, free, corpus)
    tokens += years_of(text, spoken, free, corpus) + periods_of(text, spoken, free, corpus)
    tokens += leaders_of(text, free, corpus)
    times = times_of(text, spoken, free, corpus, listing=listing)
    tokens += times
    # Which date is said: what falls on it may be no target, as what is asked for with any date is.
    due = any(isinstance(leaf, DueIn) for t in limits for leaf in terms_of(t.node))
    said = {"date"} if times else {"date", "deadline"} if due else set()
    filters = [f for f in filters if not (isinstance(f, HasTarget) and f.kind in said)]
    _take_out(free, cues.spans)
    tokens += chinese(text, free, corpus) if spoken == "zh" else english(text, free, corpus)
    tokens.sort(key=lambda t: t.start)
    tokens = without_idioms(text, spoken, tokens)
    tokens = without_narrative(text, spoken, without_apposed(text, tokens), bool(played or filters))
    tokens = without_frames(text, spoken, tokens, corpus, bool(played or filters or references or sections))
    tokens = without_kinds(
        text, tokens, spoken, named=bool(references or sections), counting="count" in cues.all_intents
    )
    tokens = named_again(text, spoken, tokens)
    tokens, covered = without_covered(without_narrowed(text, spoken, tokens, corpus, listing=listing), corpus)
    tokens = [
        replace(t, term=replace(t.term, active=False), node=None) if matching(t.term.surface) in off else t
        for t in tokens
    ]
    asked = asked_of(text, spoken, tokens)
    tokens = without_asked_besides(text, spoken, tokens, cues) if listing else tokens
    tokens = _as_meant(text, spoken, tokens, corpus, strict=strict, listing=listing)
    tokens = _in_a_list(text, spoken, tokens, corpus, any_role=any_role) if listing else tokens
    anchors = _beside(text, turn, tokens) if turn else tokens
    anchors = _very_words(text, spoken, anchors, corpus) if listing else anchors
    plain = listing and not any(pattern("filter", spoken, name).search(text) for name in ("both", "not", "not_behind"))
    shared = shared_by_all(text, spoken, [t for t in anchors if t.node is not None], corpus) if plain else None
    condition = shared or _join(text, spoken, anchors, corpus, listing=listing)
    condition = reduce(all_of, played, condition)
    sides = _sides(text, spoken, tokens, corpus)
    compared = cues.intent == "compare"
    sides = sides or (_said_apart(condition) if compared else ())
    # *… as the plan of item 18*: the number belongs to one side of what is compared.
    within = () if compared and len(references) == 1 and len(sides) > 1 else references
    condition = _limited(condition, within, sections, filters, compared=compared)
    condition = reduce(all_of, named.left_out, condition)
    condition = _of_items(condition, corpus, alone=listing and bool(pattern("filter", spoken, "numbered").search(text)))
    if cues.wants in _NAMED and pattern("filter", spoken, "names").search(text):
        cues = replace(cues, wants="who")
    if condition is not None and _names_document(text, spoken, cues):
        # The name of a document that the plan names on a matter, and not the plan's own.
        cues = replace(cues, intent=None, wants="document", all_intents=cues.all_intents - {"metadata"})
    terms = tuple(t.term for t in tokens)
    # Words that only say how are let go beside others; alone they are the matter: *which items forbid something*.
    alone = condition is None and not (references or sections)
    content = [t for t in tokens if t.node is not None]
    strange = _unknown(text, tokens, content, alone=alone, listing=listing)
    # How many items a part has: its title and their numbers tell.
    counted = "count" in cues.all_intents and not (references or named.left_out)
    inside = counted or pattern("reference", spoken, "children").search(text) is not None
    inside = bool(sections) and inside and not (content or filters)
    bare = _is_bare(text, tokens)
    held = bool(content or played)
    intent = intent_of(cues, bool(references), bool(sections), held, bool(filters), len(references), bare)
    told = any(t.term.reason not in {"gloss", "translation"} for t in content)
    named_part = bool(sections) and not (references or told or filters) and "title" in cues.all_wants
    if (inside or named_part) and intent != "compare":
        intent = "navigate"
    if intent in {"fact", "summary"} and _asks_what_one_has_to_do(text, spoken, tokens, corpus):
        intent, cues = "list_items", replace(cues, wants="item")
    if not filters:
        intent, cues = _within_one(text, spoken, intent, cues, one=len(references) == 1 and not sections)
    query = Query(
        question=question,
        language=spoken,
        intent=intent,
        wants=cues.wants,
        condition=condition,
        terms=terms,
        unlinked=tuple(t.term.surface for t in strange),
        documents=documents,
        strict=strict,
        search_text=question,
        also=tuple(w for w in cues.all_wants[1:] if w != cues.wants),
        asked=asked,
        measure=measure_of(text, spoken, cues.wants),
        asks_meaning=bool(pattern("filter", spoken, "strong_definition").search(text)),
        role=part_asked(text, spoken) if cues.wants in {"owner", "who"} else "",
        plural=bool(pattern("filter", spoken, "plural").search(text)),
        asks_leave=bool(pattern("filter", spoken, "may").search(text)),
        single=bool(pattern("filter", spoken, "single").search(text)),
        shift=_shift(turn),
        sentence=sentence,
        extreme=most,
        tally=tallied,
        hops=bool(pattern("filter", spoken, "hop").search(text)),
        asks_section=any(p.document.sections for p in corpus.plans)
        and bool(pattern("filter", spoken, "section").search(text)),
        sides=sides,
        counted=_counted(text, spoken, tokens) if cues.wants == "how_much" else (),
        asked_strange=_asked_strange(text, spoken, strange, cues, corpus, tokens),
        hints=tuple(t.node for t in (*covered, *(t for t in tokens if t not in anchors)) if t.node is not None)
        + tuple(HasConcept((part,)) for t in tokens for part in (*parts_of(t, corpus), *inside_of(t, spoken, corpus)))
        + (() if filters else _of_level(text, spoken)),
    )
    if told_by and query.unlinked:  # Then its clauses tell the item better than its title.
        again = partial(_read, question, corpus=corpus, spoken=spoken, after=after, documents=documents, off=off)
        return again(half=half, by_title=False)
    if after is not None:
        return _in_conversation(query, text, besides, after, corpus)
    read = partial(_read, corpus=corpus, spoken=spoken, documents=documents, off=off)
    return replace(query, bridge=bridge_of(step, read) if step and not half else None)


def _in_conversation(query: Query, text: str, besides: str, after: Query, corpus: Corpus) -> Query:
    """A question behind another: one about the person whom that asked for, or one that may point back."""
    back = bridge_back(text, query, after)
    return replace(query, intent="fact", bridge=back) if back else _follow(query, text, besides, after, corpus)


def _in_a_list(text: str, spoken: Language, tokens: list[Token], corpus: Corpus, *, any_role: bool) -> list[Token]:
    """The tokens of a list: bodies in the parts that they play, what some of them share with all of these."""
    tokens = in_role(text, spoken, tokens, corpus, any_role=any_role)
    for shared in (place_for_all, object_for_all, people_for_all, matter_for_all):
        tokens = shared(text, spoken, tokens, corpus)
    return tokens


def _within_one(text: str, spoken: Language, intent: Intent, cues: Cues, *, one: bool) -> tuple[Intent, Cues]:
    """The kind of a question that looks like a list of items, where it asks for something inside a single one."""
    if intent == "fact" and one and pattern("filter", spoken, "quoted_names").search(text):
        return "summary", replace(cues, wants="")
    if intent == "count" and one:
        # In one item no items are counted: its sentences, or things that it names.
        told = pattern("filter", spoken, "sentences").search(text)
        return ("summary", replace(cues, wants="")) if told else ("fact", replace(cues, wants="how_much"))
    if intent == "list_items" and pattern("filter", spoken, "inside_item").search(text):
        return "fact", replace(cues, wants=next((w for w in reversed(cues.all_wants) if w != "item"), ""))
    return intent, cues


def _asks_what_one_has_to_do(text: str, spoken: Language, tokens: Sequence[Token], corpus: Corpus) -> bool:
    """Whether all tasks of one place or body are asked for, which nothing but its name narrows."""
    if not pattern("filter", spoken, "tasks_of").search(text):
        return False
    active = [t.term for t in tokens if t.term.active and t.term.kind != "nothing"]
    if len(active) != 1 or active[0].kind != "text" or active[0].reason not in _NAMES_ONE:
        return False
    return active[0].concept in {*corpus.body_spellings, *corpus.leaders} or bool(
        pattern("filter", "zh", "place_name").fullmatch(active[0].concept)
    )


def _of_sort(node: Node, corpus: Corpus) -> Node:
    """That a section of the office or a leader is named, whichever: each that the plans name, in whatever part.

    The years of the plans stand in for *this year*.
    """
    if isinstance(node, Not):
        return Not(_of_sort(node.part, corpus))
    if isinstance(node, Runs) and not node.years:
        return replace(node, years=tuple(p.document.year for p in corpus.plans if p.document.year is not None) or (0,))
    if node == SOME_LEADER:
        return HasText(tuple(sorted(corpus.leaders))) if corpus.leaders else node
    if node == SOME_SECTION:
        section = re.compile(genre()["inner_office"])
        inner = {b.canonical for row in corpus.rows for b in row.bodies if section.search(b.canonical)}
        return HasBody(get_args(Role), tuple(sorted(inner)) or ("",))  # No body has no name: then none is meant.
    return node


def _of_level(text: str, spoken: Language) -> tuple[Node, ...]:
    """That a document of some level of government is asked for, which its title tells: *the city's own rules*."""
    level = level_of(text, spoken)
    return (CitesTitle(level[0]),) if level else ()


def _take_out(free: bytearray, spans: Iterable[tuple[int, int]]) -> None:
    for start, end in spans:
        free[start:end] = bytes(end - start)


def _shift(turn: re.Match[str] | None) -> tuple[int, ...]:
    """How far from the item that is named those lie that are asked about."""
    said = [name for name, words in turn.groupdict().items() if words] if turn else []
    if any(name.startswith("both") for name in said):
        return (-1, 1)
    return ((-1,) if any(name.startswith("back") for name in said) else (1,)) if turn else ()


def _beside(text: str, turn: re.Match[str], tokens: list[Token]) -> list[Token]:
    """The tokens that name the item whose neighbour is meant: those of the same part of the sentence, if any."""
    ends = [m.start() for m in re.finditer(r"[,，:：;；。.?？]", text)]
    start = max((e for e in ends if e < turn.start()), default=-1)
    end = min((e for e in ends if e >= turn.end()), default=len(text))
    return [t for t in tokens if start < t.start < end and t.node is not None] or tokens


def _beside_a_cue(text: str, spoken: Language, token: Token, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a word stands right beside the words that ask: it is the very thing that is asked for.

    Told in Chinese alone, where the words of a plan are known; in English a thing may go by many names.
    """
    between = pattern("filter", "zh", "beside")
    return spoken == "zh" and any(
        (token.end <= start and between.fullmatch(text[token.end : start]))
        or (end <= token.start and between.fullmatch(text[end : token.start]))
        for start, end in spans
    )


def _is_which(text: str, spoken: Language, token: Token) -> bool:
    """Whether a word stands behind the one that asks and is what a plan seldom tells: 什么职务, *which builder*."""
    return pattern("filter", spoken, "which").search(text[: token.end]) is not None


def _as_meant(
    text: str, spoken: Language, tokens: list[Token], corpus: Corpus, *, strict: bool, listing: bool
) -> list[Token]:
    """The tokens as the question says that its words are meant: in a title, to the letter, by their short forms."""
    meant = pattern("filter", spoken, "meant").search(text)
    if meant and any(t.start >= meant.end() and t.node is not None for t in tokens):
        tokens = [t for t in tokens if t.start >= meant.end()]
    if pattern("filter", spoken, "in_heading").search(text):
        tokens = [in_heading(t, corpus) for t in tokens]
    elif pattern("filter", spoken, "in_title").search(text):
        tokens = [in_title(t, corpus) for t in tokens]
    if pattern("filter", spoken, "literal").search(text):
        tokens = [literally(t, corpus) for t in (to_the_letter(text, tokens) if spoken == "en" else tokens)]
    tokens = [with_short_forms(t, corpus) for t in tokens]
    tokens = without_own_names(tokens, spoken, corpus, strict=strict, listing=listing)
    if strict and pattern("filter", spoken, "to_the_word").search(text):
        tokens = [to_the_word(t, corpus) for t in tokens]
    return without_explained(text, tokens, corpus, strict=strict)


def _asked_strange(
    text: str, spoken: Language, strange: Iterable[Token], cues: Cues, corpus: Corpus, tokens: Sequence[Token]
) -> tuple[str, ...]:
    """The words that link to nothing and are the very thing asked for; beside *when* and *why* stands what is done."""
    if cues.wants in {"when", "why"}:
        return ()
    known = frozenset(t.start for t in tokens if t.node is not None)
    # What is the *slogan* of the games; a word for what is done names no thing.
    what = pattern("filter", spoken, "what_is").finditer(text)
    said = {at for match in what for at in range(*match.span("x"))} if not cues.wants else set[int]()
    named = {t.start for t in strange if t.term.reason != "manner" and t.end - 1 in said}
    return tuple(
        t.term.surface
        for t in strange
        if _is_which(text, spoken, t)
        or t.start in named
        or (
            corpus.is_chinese(t.term.surface)
            and not _describes(text, t, known)
            and _beside_a_cue(text, spoken, t, cues.spans)
        )
        or (spoken == "en" and not _is_measured(t) and _is_counted(text, t))
    )


def _describes(text: str, token: Token, known: frozenset[int]) -> bool:
    """Whether a word only says of what sort the thing behind it is, which is known: 像样的寄宿学校."""
    return text.startswith("的", token.end) and token.end + 1 in known


def _is_measured(token: Token) -> bool:
    """Whether an English word has a measure word of its own in Chinese, which tells it: flats are counted by 套."""
    measures: Mapping[str, str] = language()["measures"]["english"]
    return "个" not in measures.get(token.term.surface, "个")


def _is_counted(text: str, token: Token) -> bool:
    """Whether a word stands right behind *how many*: the thing that is counted."""
    return any(match.end() == token.start for match in pattern("filter", "en", "how_many").finditer(text))


def _of_no_matter(text: str, spoken: Language) -> list[tuple[int, int]]:
    """Characters of no matter: what names the plan itself, choices offered, the measure word behind *how many*."""
    own = [match.span() for match in pattern("filter", spoken, "no_matter").finditer(text)]
    counted = pattern("filter", "zh", "measure").finditer(text) if spoken == "zh" else ()
    offered = [match.span() for match in pattern("filter", spoken, "choices").finditer(text)]
    aside = [(match.end("x"), match.end()) for match in pattern("filter", spoken, "not_behind").finditer(text)]
    for name in ("literal", "in_heading", "meant"):
        own += [match.span() for match in pattern("filter", spoken, name).finditer(text)]
    for name in ("no_annex", "with_annex"):
        own += [match.span() for match in pattern("reference", spoken, name).finditer(text)]
    return own + offered + aside + [match.span("m") for match in counted]


def _listing(text: str, spoken: Language, cues: Cues) -> Cues:
    """The cues with a list in them where no pattern tells what kind of answer is wanted, and its form says a list."""
    # "In which towns": places are wanted, whatever the form.
    placed = cues.wants == "where" and pattern("filter", spoken, "place_sort").search(text)
    if cues.all_intents - {"yes_no"} or placed or not asks_for_list(text, spoken):
        return cues
    return replace(cues, intent="list_items", wants="item", all_intents=frozenset({"list_items"}))


def _limiting(cues: Cues, limits: Sequence[Token], filters: Sequence[Node]) -> Cues:
    """*More than 100*, *a year later than 2025* sets a list a limit: nothing is compared.

    Which items cite a document by its number is no question for the number of the plan.
    """
    if cues.intent == "metadata" and CitesNumber() in filters:
        return replace(cues, intent="list_items", wants="item", all_intents=frozenset({"list_items"}))
    limited = any(isinstance(t.node, Measured) for t in limits) or any(
        isinstance(n, YearAfter | HasText) for n in filters
    )
    if cues.intent != "compare" or not limited:
        return cues
    kept = cues.all_intents - {"compare"}
    return replace(cues, intent="count" if "count" in kept else "list_items", all_intents=kept)


def _of_items(condition: Node | None, corpus: Corpus, *, alone: bool) -> Node | None:
    """What is only said to lack something is looked for among the items, where a plan has any.

    So is all else where numbered items ``alone`` are asked for.
    """
    if condition is None or (terms_of(condition) and not alone):
        return condition
    labels = tuple(dict.fromkeys(u.unit.label for u in corpus.units if u.unit.kind in {"item", "article"}))
    return all_of(InUnit(labels), condition) if labels else condition


def _names_document(text: str, spoken: Language, cues: Cues) -> bool:
    """Whether the name of a document is asked for."""
    asks = not {"title", "person_name"}.isdisjoint(cues.all_wants)
    return asks and pattern("filter", spoken, "named_document").search(text) is not None


def _limited(
    condition: Node | None,
    references: tuple[str, ...],
    sections: Sequence[InSection | UnderHeading],
    filters: Sequence[Node],
    *,
    compared: bool,
) -> Node | None:
    """The condition within the parts of the plan, and of the kinds, that the question names."""
    if references:
        condition = all_of(InUnit(references), condition)
    if sections and compared:
        condition = Or(tuple(sections))
    for number in () if compared else sections:
        condition = all_of(number, condition)
    for node in filters:
        condition = all_of(condition, node)
    return condition


def _is_bare(text: str, tokens: Sequence[Token]) -> bool:
    """Whether the question is nothing but the name of a matter: then all that is about it is wanted."""
    named = sum(t.end - t.start for t in tokens if t.node is not None and t.term.kind == "concept")
    return named >= _BARE * len(re.sub(r"[^\w]", "", text)) > 0


def _sides(text: str, spoken: Language, tokens: Sequence[Token], corpus: Corpus) -> tuple[Node, ...]:
    """What the question sets beside each other: the things on both sides of *or*, *and* behind what it asks of them."""
    linked = [t for t in tokens if t.node is not None]
    # The word that they are compared by, *a later phase*, belongs to none of them.
    by = pattern("filter", spoken, "compared_by")
    linked = [t for t in linked if t.term.kind != "text" or not by.search(text[: t.start])] or linked
    listed = list(re.finditer(r"[,:，：]\s*(?=[^,:?，：？]{2,90}(?:\bor\b|还是|或))", text))
    lead = pattern("filter", spoken, "lead_in").match(text)
    # "对大班额，A和B…": what is said first is shared.
    start = listed[-1].end() if listed else lead.end() if lead else 0
    groups: list[list[Token]] = []
    for token in (t for t in linked if t.start >= start):
        between = text[groups[-1][-1].end : token.start] if groups else ""
        if groups and not re.search(r"\bor\b|\band\b|\bthan\b|\bas\b|还是|或|和|与|及|、|跟|比|加上|\bplus\b", between):
            # What stands before a comma is of all: 今年公开招聘教师，初中比小学多招几名.
            groups = [[token]] if len(groups) == 1 and re.search("[,，]", between) else groups
            groups[-1] += [] if groups[-1][-1] is token else [token]
        else:
            groups.append([token])
    if len(groups) < 2:
        return ()
    last, for_all = groups[-1], pattern("filter", spoken, "of_all_sides")
    starts = [k for k in range(1, len(last)) if for_all.search(text[last[k - 1].end : last[k].start])]
    # "A和B的占比": what stands behind the last belongs to all, where it can; 增加 may be 新增 elsewhere, matters stay.
    for k, kinds in product(starts, (("concept", "text"), ("concept",))):
        behind = [_without_own_words(t) for t in last[k:] if t.term.kind in kinds]
        shared = [[*g, *behind] for g in (*groups[:-1], last[:k])]
        if behind and all(decide(corpus, And(tuple(n for t in g if (n := t.node)), "unit")) for g in shared):
            groups = shared
            break
    return tuple(And(tuple(n for t in g if (n := t.node))) if len(g) > 1 else n for g in groups if (n := g[0].node))


def _said_apart(condition: Node | None) -> tuple[Node, ...]:
    """The sides of a comparison that are said by themselves: 幼儿园搞集团化，义务教育也搞集团化."""
    parts = condition.parts if isinstance(condition, Or) else ()
    return parts if all(isinstance(part, And) for part in parts) else ()


def _without_own_words(token: Token) -> Token:
    """A token by its matter alone: the very words are those of the thing that it stands behind."""
    parts = token.node.parts if isinstance(token.node, Or) else ()
    matters = tuple(n for n in parts if isinstance(n, HasConcept))
    return replace(token, node=any_of(matters)) if matters else token


def _counted(text: str, spoken: Language, tokens: Sequence[Token]) -> tuple[Node, ...]:
    """What stands right behind *how many*: the thing that is counted."""
    match = pattern("filter", spoken, "how_many").search(text)
    if match is None:
        return ()
    found: list[Token] = []
    for token in tokens:
        # The words that ask may be the first of the thing's own name: *how many new places*.
        behind = (
            token.start == found[-1].end + (spoken == "en") if found else match.start() < token.start <= match.end()
        )
        if token.node is not None and behind and token.end > match.end():
            found.append(token)
    # Of words side by side the last is the thing, those before it say which.
    return tuple(n for t in found[-1:] if (n := t.node))


def _unknown(text: str, tokens: Iterable[Token], linked: Sequence[Token], *, alone: bool, listing: bool) -> list[Token]:
    """The words that link to nothing and are asked for; not one of several that a list may go by."""
    unknown = (t for t in tokens if t.term.kind == "nothing" and t.term.active)
    return [
        t
        for t in unknown
        if (alone or t.term.reason != "manner")
        and (not listing or t.term.reason == "date" or not _is_alternative(text, t, linked))
    ]


_OR = re.compile(r"\s*(?:,|，|、|/|\bor\b|或者?|还是)(?:\s?(?:or|或者?))?\s*(?:(?:an?|the|any|from|in|with|of)\s)?")


def _is_alternative(text: str, token: Token, linked: Sequence[Token]) -> bool:
    """Whether a word that links to nothing is one of several that a list may go by: the others still tell."""
    before = next((t for t in reversed(linked) if t.end <= token.start), None)
    behind = next((t for t in linked if t.start >= token.end), None)
    return bool(
        (before and _OR.fullmatch(text, before.end, token.start))
        or (behind and _OR.fullmatch(text, token.end, behind.start))
    ) and bool(re.search(r"\bor\b|或|、|/|还是", text))


def _join(text: str, spoken: Language, tokens: Sequence[Token], corpus: Corpus, *, listing: bool) -> Node | None:
    """Words side by side narrow each other in one clause; *or*, lists and brackets widen; *both* asks for one unit."""
    linked = [t for t in tokens if t.node is not None]
    if not linked:
        return None
    both = bool(pattern("filter", spoken, "both").search(text))
    wide = re.compile(r"或|、|/|,|，|\bor\b|和|与|及|\band\b|&|\bplus\b")
    void = _of_no_matter(text, spoken)
    ends, but_for = pattern("filter", spoken, "not_ends"), pattern("filter", spoken, "but_for")
    negation = [
        n
        for n in pattern("filter", spoken, "not").finditer(text)
        if not any(a <= n.start() < b for a, b in void)
        and not any(t.start <= n.start() < t.end for t in linked)
        and not pattern("class", spoken, "meant_to").search(text[: n.start()])
    ]
    aside = [match.span("x") for match in pattern("filter", spoken, "not_behind").finditer(text)]
    groups: list[tuple[list[Node], bool]] = []
    joined: list[bool] = []
    loose = False
    for i, token in enumerate(linked):
        between = text[linked[i - 1].end : token.start] if i else ""
        barred = any(n.end() <= token.start and not ends.search(text[n.end() : token.start]) for n in negation) or any(
            a <= token.start and token.end <= b for a, b in aside
        )
        # *Not for pupils, schools or equipment*: what is refused may be a list.
        goes_on = _REFUSED_TOO.match(text, linked[i - 1].end, token.end)
        # 除了新冠，流感还要防吗: what comes before a comma alone is left aside.
        apart = between.startswith(("，", ",")) and any(but_for.fullmatch(n.group()) for n in negation)
        barred = barred or bool(groups and groups[-1][1] and goes_on and not apart)
        node = token.node
        assert node is not None
        inside = text.count("(", 0, token.start) > text.count(")", 0, token.start)
        led = between.partition("(")[0]  # Of another word the bracket says more: *Baima (白马乡) and Fenglin (枫林乡)*.
        if (
            groups
            and inside
            and ")" not in between
            and not ("(" in between and wide.search(led))
            and groups[-1][1] == barred
        ):
            # What stands in brackets says the word before it in another way, or names a part of it.
            side_by_side = "(" not in between and not wide.search(between)
            groups[-1][0][:] = _explained(groups[-1][0], token, node, side_by_side=side_by_side)
        elif (
            groups
            and not wide.search(_BEHIND_OR.sub("", re.sub(r"[()]", "", between)))
            and not pattern("class", spoken, "examples").search(between)
            and groups[-1][1] == barred
            and not _both_quoted(linked[i - 1], token, between)
        ):
            groups[-1][0].append(node)
        else:
            loose = loose or (bool(groups) and not _JOINS.search(between))
            groups.append(([node], barred))
            joined.append(_EITHER.search(between) is not None)
    made = [(And(tuple(g)) if len(g) > 1 else g[0], barred) for g, barred in groups]
    either = {node for (node, _), by_or in zip(made, joined, strict=True) if by_or}
    wanted = [node for node, barred in made if not barred]
    refused = [node for node, barred in made if barred]
    if listing and loose and len(wanted) > 1:
        quoted = {t.node for t in linked if t.term.reason == "quoted"}
        wanted = [n for n in wanted if n in quoted or not is_common(corpus, n)] or wanted
    whole: Node | None = None
    if wanted:
        both = both or (_are_parts_played(wanted) and not either)
        whole = _all_wanted(wanted, either) if both else any_of(wanted)
    hits = hits_of(corpus, whole) if refused else frozenset()
    for node in refused:
        # A matter by its other names, of which one alone is asked for: without it nothing would be left.
        if not hits or not hits <= hits_of(corpus, node):
            whole = all_of(whole, Not(node))
    return whole


def _are_parts_played(wanted: Sequence[Node]) -> bool:
    """Whether several bodies are named, each in a part of its own: 甲科领头、乙科配合的."""
    parts = [(n.roles, n.names) for n in wanted if isinstance(n, HasBody) and n.names]
    return len(parts) == len(wanted) > 1 and len({r for r, _ in parts}) == len({n for _, n in parts}) == len(parts)


def _explained(before: Sequence[Node], token: Token, node: Node, *, side_by_side: bool) -> list[Node]:
    """The nodes before a bracket, with a node of it; ``side_by_side`` where it narrows the one before it there."""
    if token.term.reason == "quoted":
        return [Or((And(tuple(before)) if len(before) > 1 else before[0], node))]
    *rest, last = before
    if side_by_side and isinstance(last, Or):
        *others, narrowed = last.parts
        return [*rest, Or((*others, And((narrowed, node))))]
    return [*rest, Or((last, node))]


_EITHER = re.compile(r"或|\bor\b")
_REFUSED_TOO = re.compile(
    r"(?:[,，、](?!\s*(?:but|and|which|what|only|还|但|只))|\s(?:or|nor)\s)[^,，、.。;；?？]{1,24}$"
)


def _all_wanted(wanted: Sequence[Node], either: Collection[Node]) -> Node:
    """All of what is wanted in one unit; of two that *or* joins (``either`` holds the second), one is enough."""
    parts: list[Node] = []
    for node in wanted:
        parts.append(Or((parts.pop(), node)) if parts and node in either else node)
    return And(tuple(parts), "unit") if len(parts) > 1 else parts[0]


_BEHIND_OR = re.compile(
    r"\b(?:or|and) (?:the |any )?(?!(?:people|those|persons?|anyone|areas?|places?)\b)\w+ "
    r"(?=(?:at|in|for|during|within|inside|from|by)\b)"
)
"""Words that nothing knows, as what stands before them: what is behind narrows both, *eat or drink at school*."""


def _very_words(text: str, spoken: Language, tokens: list[Token], corpus: Corpus) -> list[Token]:
    """The quoted words alone, where there are any: of what holds the very words, what else is said narrows nothing.

    But for the names of bodies, and where something is refused.
    """
    only = [m.span("x") for m in pattern("filter", spoken, "not_behind").finditer(text) if _ONLY.match(m.group("x"))]
    # *Those that only say 农村 do not count*: nothing is refused that says the other as well.
    tokens = [t for t in tokens if not any(a <= t.start and t.end <= b for a, b in only)]
    # “整治”要写一节，请把…找出来: what is quoted before one asks is no word that is asked for.
    asking = pattern("class", spoken, "then_asks").search(text)
    if asking and any(t.node and t.start > asking.end() for t in tokens):
        tokens = [t for t in tokens if t.term.reason != "quoted" or t.start > asking.start()]
    refuses = any(pattern("filter", spoken, name).search(text) for name in ("not", "not_behind"))
    if refuses or not any(t.term.reason == "quoted" for t in tokens):
        return tokens
    named = {*corpus.body_spellings, *corpus.leaders}
    return [t for t in tokens if t.node is None or t.term.reason == "quoted" or t.term.concept in named]


def _both_quoted(before: Token, token: Token, between: str) -> bool:
    """Whether two quoted words stand side by side, “严禁”“禁止”: they are alternatives."""
    return before.term.reason == token.term.reason == "quoted" and not re.sub(r'[\s“”"「」]', "", between)


def _follow(query: Query, text: str, besides: str, after: Query, corpus: Corpus) -> Query:
    """A question that points back: the same question about something else, or a further one about the same thing.

    ``besides`` is its text without the parts of the plan that it names.
    """
    spoken = query.language
    placed = query.condition is not None and all(isinstance(n, Place) for n in terms_of(query.condition))
    if placed and after.intent in {"list_items", "count"} and pattern("reference", spoken, "of_those").search(text):
        # *Any of those in section four?*
        within = all_of(after.condition, query.condition)
        return replace(query, intent=after.intent, wants=after.wants, condition=within, terms=after.terms)
    bare = not query.terms and query.condition is None and bool(query.wants) and query.intent in {"fact", "yes_no"}
    # 总共几所学校参加: what is on everything tells nothing by itself.
    leaves = terms_of(query.condition)
    common = bool(query.wants) and query.intent == "fact" and bool(leaves) and all(is_common(corpus, n) for n in leaves)
    if not (bare or common) and not _pattern_back(spoken).search(besides):
        return query
    topic = _pattern_back(spoken, "topic").match(text)
    # Times and names too are content where a list of some was asked for: *and in October?*
    listed = after.intent in {"list_items", "count"}
    names = {*corpus.body_spellings, *corpus.leaders}
    has_content = any(
        t.kind not in ({"nothing"} if listed else _PLAIN) or t.reason == "quoted" or t.concept in names or _is_long(t)
        for t in query.terms
    )
    if topic and has_content and not query.wants and query.intent in {"fact", "yes_no", "list_items"}:
        return replace(query, intent=after.intent, wants=after.wants, measure=after.measure, strict=after.strict)
    return replace(query, points_back=True)


_PLAIN = frozenset({"nothing", "text"})


def _is_long(term: Term) -> bool:
    """Whether a term is a plan's own word of Chinese that is long enough to be a name: 登山节."""
    return term.reason == "verbatim" and len(term.concept) > 2


@cache
def _pattern_back(spoken: Language, kind: str = "") -> re.Pattern[str]:
    return re.compile(language()["back"][f"{kind}_{spoken}" if kind else spoken])


__all__ = ["Token", "asks_each", "detect", "documents_named", "understand"]
