"""A question's text → a frozen :class:`~qa.model.Query`.

The way of a question: quoted names and references to parts of the plan are taken out first, then the cues of what
is wanted; what remains is cut into concepts of the thesaurus, words of the plans and words without content, and each
content word is linked or declared unlinked.  The words' places in the question then tell how they are joined.

All knowledge of how people ask is in ``language.toml``; nothing here knows a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from kg.model import Language, Role
from kg.source import view
from kg.thesaurus import ConceptMatch

from .corpus import HAN, Corpus, language, matching, numeral, section_number, stem
from .model import (
    And,
    HasBody,
    HasConcept,
    HasTarget,
    HasText,
    InSection,
    Intent,
    InUnit,
    NamesDocument,
    Node,
    Not,
    Or,
    Query,
    SharedBy,
    Term,
    Wanted,
    YearAfter,
)

_QUOTED = re.compile(
    r"[“\"「『]([^“”\"「」『』]{1,60})[”\"」』]|《([^《》]{1,80})》|(?<![a-z0-9])'([^']{2,60})'(?![a-z])"
)
_CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ROMAN = "i ii iii iv v vi vii viii ix x"
_WORDS = {"thirty": 30, "last": -1, "最后": -1} | {
    word: number for words in (_CARDINALS, _ORDINALS, _ROMAN) for number, word in enumerate(words.split(), 1)
}

# Costs of the cheapest cutting of a Chinese question: a concept's label is the best reading of its characters, a word
# without content the next, then a string that stands in a plan; a character that is none of these costs most.
_COST_CONCEPT, _COST_NAME, _COST_STOP, _COST_VERBATIM, _COST_UNKNOWN = 0.8, 0.9, 0.6, 1.4, 3.0
_GAIN_CONCEPT, _GAIN_STOP, _GAIN_VERBATIM = 0.10, 0.05, 0.05
_BARE = 0.8
"""Share of a question's letters that concepts must make up for it to be a name and no sentence."""
_BRACKETS = re.compile(r"[\s()（）、.．第条]")
_TELLING = 3
"""Characters of a word that, found in a plan, is no accident of two words meeting."""
_ALTERNATIVE = re.compile(r"或|、|/|又|提到|涉及|以及|并且|同时|\bor\b|\bboth\b|[,，;；]")
"""What stands between alternatives: no concept is read across it."""
_POSSESSIVE = re.compile(r"\b(?:their|its|his|her)\s(?:\w+\s)?$")
_LONGEST = 24
"""Characters of the longest string looked up in the plans."""
_BROAD = 0.45
"""A concept found in more than this share of the units says little about which unit is meant."""


@dataclass(frozen=True, slots=True)
class Token:
    """Characters of the question and what they stand for."""

    start: int
    end: int
    term: Term
    node: Node | None


def detect(text: str) -> Language:
    """Chinese where Chinese characters outside quotes outnumber Latin words, else English."""
    bare = _QUOTED.sub(" ", text)
    han, latin = len(HAN.findall(bare)), len(re.findall(r"[A-Za-z]+", bare))
    if han == latin == 0:
        return "zh" if HAN.search(text) else "en"
    return "zh" if han >= 2 * latin else "en"


@cache
def _cues(lang: Language) -> tuple[tuple[Intent | None, Wanted, re.Pattern[str]], ...]:
    return tuple(
        (rule.get("intent"), rule.get("wants", ""), re.compile(rule["pattern"])) for rule in language()["cue"][lang]
    )


@cache
def _pattern(table: str, lang: Language, name: str) -> re.Pattern[str]:
    return re.compile(language()[table][lang][name])


@cache
def _stop(lang: Language) -> frozenset[str]:
    return frozenset(language()["stop"][lang].split())


def understand(
    question: str,
    corpus: Corpus,
    *,
    lang: Literal["auto", "zh", "en"] = "auto",
    after: Query | None = None,
    documents: tuple[str, ...] = (),
    switched_off: Iterable[str] = (),
) -> Query:
    """The query that a question asks of a corpus.

    ``after`` is the query before it in the conversation: a question that points back takes from it what it leaves out.
    ``switched_off`` are surfaces of terms that a person does not want used.
    """
    spoken: Language = detect(question) if lang == "auto" else lang
    shown = view(question).text
    text = shown.lower()
    if spoken == "en":
        text = _spelt(text, corpus)
    free = bytearray(b"\x01" * len(text))
    shared = _shared(text, spoken, free)

    periods = _periods(text, spoken, free, corpus)
    references, sections = _references(text, spoken, free, corpus)
    cues = _wanted(text, spoken)
    filters, filter_spans = _filters(text, spoken, cues)
    for start, end in filter_spans:
        free[start:end] = bytes(end - start)
    tokens = _quoted(text, free, corpus) + periods
    tokens += _times(text, spoken, free, corpus, listing=bool({"list_items", "count"} & cues.all_intents))
    for start, end in cues.spans:
        free[start:end] = bytes(end - start)
    tokens += _chinese(text, free, corpus) if spoken == "zh" else _english(text, free, corpus)
    tokens.sort(key=lambda t: t.start)
    tokens, covered = _without_covered(tokens)
    off = {matching(s) for s in switched_off}
    tokens = [
        replace(t, term=replace(t.term, active=False), node=None) if matching(t.term.surface) in off else t
        for t in tokens
    ]
    tokens = [_with_short_forms(t, corpus) for t in tokens]
    if {"list_items", "count"} & cues.all_intents:
        tokens = _in_role(text, spoken, tokens, corpus)
    condition = _join(text, spoken, tokens, corpus)
    if shared is not None:
        condition = _and(condition, shared)
    condition = _limited(condition, references, sections, filters, compared=cues.intent == "compare")
    if cues.wants in {"", "who", "where", "programme", "definition"} and _pattern("filter", spoken, "names").search(
        text
    ):
        cues = replace(cues, wants="who")
    terms = tuple(t.term for t in tokens)
    unlinked = tuple(t.term.surface for t in tokens if t.term.kind == "nothing" and t.term.active)
    content = [t for t in tokens if t.node is not None]
    intent = _intent(
        cues, bool(references), bool(sections), bool(content), bool(filters), len(references), _is_bare(text, tokens)
    )
    query = Query(
        question=question,
        language=spoken,
        intent=intent,
        wants=cues.wants,
        condition=condition,
        terms=terms,
        unlinked=unlinked,
        documents=documents,
        strict=bool(_pattern("filter", spoken, "strict").search(text)),
        search_text=question,
        also=tuple(w for w in cues.all_wants[1:] if w != cues.wants),
        measure=_measure(text, spoken, cues.wants),
        asks_meaning=bool(_pattern("filter", spoken, "strong_definition").search(text)),
        role=_role(text, spoken) if cues.wants == "owner" else "",
        plural=bool(_pattern("filter", spoken, "plural").search(text)),
        asks_leave=bool(_pattern("filter", spoken, "may").search(text)),
        single=bool(_pattern("filter", spoken, "single").search(text)),
        hops=bool(_pattern("filter", spoken, "hop").search(text)),
        asks_section=any(p.document.sections for p in corpus.plans)
        and bool(_pattern("filter", spoken, "section").search(text)),
        sides=_sides(text, spoken, tokens),
        counted=_counted(text, spoken, tokens) if cues.wants == "how_much" else (),
        hints=tuple(t.node for t in covered if t.node is not None)
        + tuple(HasConcept((part,)) for t in tokens for part in _parts(t, corpus)),
    )
    return _follow(query, text, after) if after is not None else query


def _limited(
    condition: Node | None,
    references: tuple[str, ...],
    sections: Sequence[InSection],
    filters: Sequence[Node],
    *,
    compared: bool,
) -> Node | None:
    """The condition within the parts of the plan, and of the kinds, that the question names."""
    if references:
        condition = _and(InUnit(references), condition)
    if sections and compared:
        condition = Or(tuple(sections))
    for number in () if compared else sections:
        condition = _and(number, condition)
    for node in filters:
        condition = _and(condition, node)
    return condition


def documents_named(question: str, corpus: Corpus) -> tuple[tuple[str, ...], str]:
    """The documents that a question names by body, place, title or year, and the question without those names.

    None are named where one document alone is loaded, or where the names tell none from another.
    """
    if len(corpus.plans) < 2:
        return (), question
    text = question.lower()
    kept = question
    found = {p.document.id for p in corpus.plans}
    for names in (corpus.document_names, corpus.document_years):
        hits = {name: ids for name, ids in names.items() if _names_it(text, name)}
        longest = [n for n in hits if not any(n != other and n in other for other in hits)]
        ids = {i for name in longest for i in hits[name]} & found
        if ids and ids != found:
            found = ids
            for name in longest:
                kept = re.sub(re.escape(name), " ", kept, flags=re.IGNORECASE)
    return (tuple(sorted(found)), kept) if len(found) < len(corpus.plans) else ((), question)


def asks_each(question: str) -> str:
    """The question to be asked of each document by itself, where it asks for each, or for which; empty where not."""
    spoken = detect(question)
    text = question.lower()
    if not _pattern("filter", spoken, "each").search(text):
        return ""
    bare = re.sub(r"(?:19|20)\d\d年?", " ", _pattern("filter", spoken, "each").sub(_kept_which, text))
    return _pattern("filter", spoken, "which_document").sub(" 哪些条目 " if spoken == "zh" else "which items", bare)


def _kept_which(match: re.Match[str]) -> str:
    return match.group() if re.search("哪|which", match.group()) else " "


def _names_it(text: str, name: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text) is not None


# ------------------------------------------------------------------------------------------------ references, cues


def _number(text: str) -> int | None:
    return _WORDS.get(text) if text in _WORDS else numeral(text)


def _references(
    text: str, spoken: Language, free: bytearray, corpus: Corpus
) -> tuple[tuple[str, ...], list[InSection]]:
    """Labels of units and numbers of sections that the question names; their characters are taken out."""
    labels = _units_named(text, spoken, free, corpus)
    sections = _sections_named(text, spoken, free, corpus)
    if not corpus.headed:
        # Without headings above them, the numbered items are what a reader calls the parts.
        labels += [label for node in sections for label in _labels_of(node.number, corpus)]
        sections = []
    labels += _parts_named(text, spoken, free, corpus, bool(labels))
    return tuple(dict.fromkeys(labels)), sections


def _take(match: re.Match[str], free: bytearray) -> None:
    free[match.start() : match.end()] = bytes(match.end() - match.start())


def _units_named(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[str]:
    """Units by their number; an article by its whole label."""
    known = {u.unit.label for u in corpus.units}
    labels: list[str] = []
    for match in _pattern("reference", spoken, "unit").finditer(text):
        numbers = [_number(g) for g in match.groups() if g]
        dotted = next((g for g in match.groups() if g and "." in g), "")
        if match.group(0) in known or dotted in known:
            labels.append(dotted or match.group(0))
        else:
            labels += [label for n in numbers if n is not None for label in _labels_of(n, corpus)]
        _take(match, free)
    return labels


def _labels_of(number: int, corpus: Corpus) -> list[str]:
    """Labels of the items that bear a number, however it is printed; the number itself where none does."""
    labels = [
        u.unit.label
        for u in corpus.units
        if u.unit.kind in {"item", "article"} and numeral(_BRACKETS.sub("", u.unit.label.split("/")[-1])) == number
    ]
    return labels or [str(number)]


def _sections_named(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[InSection]:
    """Sections by their number; the last one by that word."""
    inner = {section_number((s,), 2) for p in corpus.plans for s in p.document.sections if s.level == 2}
    top = sum(s.level == 1 for p in corpus.plans for s in p.document.sections)
    sections: list[InSection] = []
    for name in ("section", "section_mark", "subsection"):
        for match in _pattern("reference", spoken, name).finditer(text):
            number = next((_number(g) for g in match.groups() if g), None)
            if not all(free[match.start() : match.end()]) or number is None:
                continue
            if name == "subsection" and number not in inner:
                continue
            sections.append(InSection(top if number == -1 else number, 2 if name == "subsection" else 1))
            _take(match, free)
    # "Subsection (一) of part two": the innermost is meant.
    return [s for s in sections if s.level == 2] or sections


def _parts_named(text: str, spoken: Language, free: bytearray, corpus: Corpus, numbered: bool) -> list[str]:
    """The opening, the end and the notice are units of their own: they are named by what they are."""
    units = corpus.units
    parts = {
        "opening": [u.unit.label for u in units if u.preamble],
        "closing": [u.unit.label for u in units[-1:] if u.unit.kind == "paragraph"],
        "notice": [u.unit.label for u in units if u.unit.kind == "notice"],
    }
    labels: list[str] = []
    whole = _pattern("filter", spoken, "whole").search(text)
    if whole:
        _take(whole, free)
        return labels
    for name, found in parts.items():
        match = _pattern("reference", spoken, name).search(text)
        if match and found and not (name == "notice" and spoken == "en" and numbered):
            labels += found
            _take(match, free)
    return labels


@dataclass(frozen=True, slots=True)
class _Cues:
    intent: Intent | None
    wants: Wanted
    all_intents: frozenset[str]
    all_wants: tuple[Wanted, ...]
    spans: tuple[tuple[int, int], ...]


def _wanted(text: str, spoken: Language) -> _Cues:
    """What is wanted: the earliest rule that matches decides, the others are kept."""
    intent: Intent | None = None
    wants: list[Wanted] = []
    intents: list[str] = []
    spans: list[tuple[int, int]] = []
    for rule_intent, rule_wants, pattern in _cues(spoken):
        match = pattern.search(text)
        if match is None:
            continue
        # Rules stand from the narrow to the wide: a wide one inside the characters of a narrow one says nothing new.
        if any(a <= match.start() and match.end() <= b for a, b in spans):
            continue
        head = match.start("head") if match.groupdict().get("head") else match.end()
        spans.append((match.start(), head))
        if rule_intent:
            intents.append(rule_intent)
            if intent is None:
                intent = rule_intent
        if rule_wants:
            wants.append(rule_wants)
    short = [(a, b) for a, b in spans if spoken == "zh" or b - a <= 40]
    return _Cues(intent, wants[0] if wants else "", frozenset(intents), tuple(wants), tuple(short))


def _filters(text: str, spoken: Language, cues: _Cues) -> tuple[list[Node], list[tuple[int, int]]]:
    """Kinds of target and years that the question limits itself to, and the characters that say so."""
    nodes: list[Node] = []
    spans: list[tuple[int, int]] = []
    if {"list_items", "count"} & cues.all_intents:
        kinds: tuple[Literal["percent", "number", "date", "money"], ...] = ("percent", "money", "number", "date")
        for kind in kinds:
            hits = list(_pattern("filter", spoken, kind).finditer(text))
            if hits and not nodes:
                barred = any(
                    0 <= hits[0].start() - n.end() <= 6 for n in _pattern("filter", spoken, "not").finditer(text)
                )
                nodes.append(Not(HasTarget(kind)) if barred else HasTarget(kind))
                spans += [h.span() for h in hits]
        marks = _pattern("filter", spoken, "title_marks").search(text)
        documents = _pattern("filter", spoken, "documents").search(text)
        if marks:
            nodes.append(HasText(("《",)))
            spans.append(marks.span())
        elif documents:
            nodes.append(NamesDocument())
            spans.append(documents.span())
    later = _pattern("filter", spoken, "after").search(text)
    if later:
        nodes.append(YearAfter(int(next(g for g in later.groups() if g))))
        spans.append(later.span())
    return nodes, spans


def _intent(
    cues: _Cues, units: bool, sections: bool, content: bool, filtered: bool, n_units: int, bare: bool
) -> Intent:
    found = cues.all_intents
    if "compare" in found or (n_units >= 2 and content and "count" not in found):
        return "compare"
    if "metadata" in found:
        return "metadata"
    if "connect" in found:
        return "connect"
    if "count" in found:
        return "count"
    if (units or sections) and not content and not filtered:
        return "summary" if units and n_units == 1 else "navigate"
    if "list_items" in found or (filtered and cues.wants in {"", "programme", "document", "item"}):
        return "list_items"
    if "summary" in found and (units or sections) and not content:
        return "summary"
    if cues.wants:
        return "fact"
    if bare:
        return "list_items"
    return "yes_no" if "yes_no" in found else "fact"


# ------------------------------------------------------------------------------------------------ linking


def _text_token(start: int, end: int, surface: str, text: str, reason: str) -> Token:
    return Token(start, end, Term(surface, text, text, "", "text", reason), HasText((text,)))


def _with_short_forms(token: Token, corpus: Corpus) -> Token:
    """A body's name stands for the short form that a plan gives it, and the reverse."""
    node = token.node
    if token.term.kind != "text" or not isinstance(node, HasText) or len(node.texts) != 1:
        return token
    others = corpus.certainly(node.texts[0])
    return replace(token, node=HasText((*node.texts, *others))) if others else token


def _nothing(start: int, end: int, surface: str) -> Token:
    return Token(start, end, Term(surface, "", "", "", "nothing", ""), None)


def _quoted(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Quoted strings and names in book-title marks: what they say, to the letter."""
    tokens: list[Token] = []
    for match in _QUOTED.finditer(text):
        inner = next(g for g in match.groups() if g is not None).strip()
        start, end = match.span()
        if not all(free[start:end]):
            continue
        free[start:end] = bytes(end - start)
        if not re.search(r"[a-z]", inner) and HAN.search(corpus.text) and inner in corpus.text:
            tokens.append(_text_token(start, end, inner, inner, "quoted"))
        elif not HAN.search(inner):
            tokens += _quoted_english(text, inner, text.index(inner, start), corpus)
        elif inner in corpus.text:
            tokens.append(_text_token(start, end, inner, inner, "quoted"))
        else:
            near = _same_sound(inner, corpus) or _abbreviation(inner, corpus)
            tokens.append(_text_token(start, end, inner, near, "spelling") if near else _nothing(start, end, inner))
    return tokens


def _quoted_english(text: str, inner: str, start: int, corpus: Corpus) -> list[Token]:
    """English words in quotes: a concept's label, words of a translation, or nothing that a plan knows."""
    mask = bytearray(len(text))
    mask[start : start + len(inner)] = b"\x01" * len(inner)
    tokens = _english(text, mask, corpus)
    whole = any(t.term.kind == "concept" and t.end - t.start >= 0.6 * len(inner) for t in tokens)
    if whole or inner in corpus.english_text:
        return tokens
    return [_nothing(start, start + len(inner), inner)]


def _concept_token(start: int, end: int, surface: str, ids: Sequence[str], corpus: Corpus, reason: str) -> Token:
    concept = corpus.thesaurus.concepts[ids[0]]
    term = Term(surface, concept.id, concept.pref["zh"], concept.pref["en"], "concept", reason, tuple(ids[1:]))
    node: Node = HasConcept(tuple(ids))
    if len(surface) >= _TELLING and HAN.search(surface) and surface in corpus.text:
        # The plan may use the very words inside a longer name that stands for another concept.
        node = Or((node, HasText((surface,))))
    return Token(start, end, term, node)


def _chinese(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """The free characters as concepts, strings of the plans and the unknown; words without content are dropped."""
    matches: dict[tuple[int, int], list[str]] = {}
    for m in _concepts(text, free, "zh", corpus):
        if all(free[m.start : m.end]):
            matches.setdefault((m.start, m.end), []).append(m.concept)
    cut = _cheapest_cut(text, free, corpus, matches)
    tokens: list[Token] = []
    k = 0
    while k < len(cut):
        a, b, kind = cut[k]
        k += 1
        if kind == "concept":
            tokens.append(_concept_token(a, b, text[a:b], matches[a, b], corpus, "label"))
        elif kind == "text":
            tokens.append(_text_token(a, b, text[a:b], text[a:b], "verbatim"))
        elif kind == "unknown":
            while k < len(cut) and cut[k][2] == "unknown":
                b = cut[k][1]
                k += 1
            # A wrong character often stands beside a right one: the stretch around the unknown is read by its sound.
            tokens += _unknown(text, a, b, cut, corpus)
    return tokens


_Piece = tuple[int, int, str]
"""Start, end, and ``concept``, ``text``, ``stop``, ``unknown`` or ``gap``."""


def _cheapest_cut(text: str, free: bytearray, corpus: Corpus, matches: Iterable[tuple[int, int]]) -> list[_Piece]:
    """The cutting of least cost, by dynamic programming over the characters (Viterbi)."""
    size = len(text)
    best: list[tuple[float, int, str]] = [(0.0, 0, "")] + [(float("inf"), 0, "")] * size
    labelled: dict[int, list[int]] = {}
    for a, b in matches:
        labelled.setdefault(a, []).append(b)
    for a in range(size):
        for b, cost, kind in _pieces_from(a, text, free, corpus, labelled.get(a, ())):
            if best[a][0] + cost < best[b][0]:
                best[b] = (best[a][0] + cost, a, kind)
    cut: list[_Piece] = []
    b = size
    while b > 0:
        _, a, kind = best[b]
        cut.append((a, b, kind))
        b = a
    cut.reverse()
    return cut


def _pieces_from(
    a: int, text: str, free: bytearray, corpus: Corpus, labelled: Iterable[int]
) -> Iterator[tuple[int, float, str]]:
    """What may begin at a character: end, cost, kind."""
    if not free[a] or not text[a].isalnum():
        yield a + 1, 0.0, "gap"
        return
    for b in labelled:
        yield b, _COST_CONCEPT - _GAIN_CONCEPT * (b - a), "concept"
    stop, stands = _stop("zh"), True
    for b in range(a + 1, min(len(text), a + _LONGEST) + 1):
        if not free[b - 1] or not (
            text[b - 1].isalnum()
            or text[b - 1] in "“”+·-%"
            or text[b - 1 : b] == "."
            and text[b - 2].isdigit() | text[b - 2].isascii()
        ):
            break
        piece = text[a:b]
        if piece in stop:
            yield b, _COST_STOP - _GAIN_STOP * (b - a), "stop"
        if piece in corpus.names:
            yield b, _COST_NAME - _GAIN_CONCEPT * (b - a), "text"
        stands = stands and piece in corpus.text
        if stands and b - a >= 2:
            yield b, _COST_VERBATIM - _GAIN_VERBATIM * (b - a), "text"
    yield a + 1, _COST_UNKNOWN if HAN.match(text[a]) else _COST_UNKNOWN / 3, "unknown"


def _parts(token: Token, corpus: Corpus) -> tuple[str, ...]:
    """The concepts that the concept of a token is composed of."""
    concept = corpus.thesaurus.concepts.get(token.term.concept) if token.term.kind == "concept" else None
    return concept.parts if concept is not None and token.node is not None else ()


def _without_covered(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """The tokens that lie in no longer one, and those that do."""
    kept: list[Token] = []
    covered: list[Token] = []
    for t in tokens:
        longer = (o for o in tokens if o.start <= t.start and t.end <= o.end and o.end - o.start > t.end - t.start)
        (covered if any(longer) else kept).append(t)
    return kept, covered


def _unknown(text: str, a: int, b: int, cut: Sequence[_Piece], corpus: Corpus) -> list[Token]:
    left = max((x for x, y, kind in cut if y == a and kind in {"text", "concept"}), default=a)
    right = min((y for x, y, kind in cut if x == b and kind in {"text", "concept"}), default=b)
    for x, y in ((left, right), (left, b), (a, right), (a, b)):
        piece = text[x:y]
        if 2 <= len(piece) <= 12 and HAN.search(piece):
            found = _abbreviation(piece, corpus) or _same_sound(piece, corpus)
            if found:
                return [_text_token(x, y, piece, found, "spelling")]
    for word in (text[left:right], text[a:b]):
        near = corpus.thesaurus.fuzzy(word, "zh") if len(word) >= 2 else ()
        if near and near[0].score >= 0.9:
            return [_concept_token(a, b, word, [near[0].concept], corpus, near[0].reason)]
    if not HAN.search(text[a:b]):
        found = _pinyin(text[a:b], corpus)
        return [_text_token(a, b, text[a:b], found, "pinyin")] if found else [_nothing(a, b, text[a:b])]
    words = corpus.in_english(text[a:b]) if b - a >= 2 else ()
    if words:
        term = Term(text[a:b], "、".join(words), "", ", ".join(w[3:] for w in words), "text", "gloss")
        return [Token(a, b, term, HasText(words))]
    return [_nothing(a, b, text[a:b])] if b - a >= 2 else []


def _same_sound(word: str, corpus: Corpus) -> str:
    """The string of the plans that sounds like ``word``; empty where none does."""
    from pypinyin import Style, lazy_pinyin

    return _sounding(lazy_pinyin(word, style=Style.NORMAL), corpus)


def _pinyin(word: str, corpus: Corpus) -> str:
    """The string of the plans that toneless pinyin, with or without blanks, spells; empty where none does."""
    parts = re.findall(r"[a-z]+", word)
    return _sounding(parts, corpus) if len(parts) >= 2 else ""


def _sounding(syllables: Sequence[str], corpus: Corpus) -> str:
    if len(syllables) < 2:
        return ""
    sounds, text = corpus.sounds
    needle = " " + " ".join(syllables) + " "
    at = sounds.find(needle)
    if at < 0:
        return ""
    first = sounds.count(" ", 0, at + 1) - 1
    return text[first : first + len(syllables)]


def _abbreviation(word: str, corpus: Corpus) -> str:
    """The one name of the plans that ``word`` shortens: the same first character, the others in order."""
    found = set()
    for name in corpus.long_names:
        if len(name) > len(word) and name[0] == word[0]:
            at = 0
            for char in word:
                at = name.find(char, at) + 1
                if at == 0:
                    break
            else:
                found.add(name)
    if len(found) > 1:
        shortest = min(found, key=len)
        found = {shortest} if all(shortest in name for name in found) else set()
    return next(iter(found), "")


def _english_concepts(text: str, free: bytearray, taken: bytearray, corpus: Corpus) -> list[Token]:
    """Concepts by their stems; one that no clause is about gives way to the word itself, where a plan uses it."""
    tokens: list[Token] = []
    spans: dict[tuple[int, int], list[str]] = {}
    for m in _concepts(text, free, "en", corpus):
        surface = text[m.start : m.end]
        if all(free[m.start : m.end]) and not _derived(surface, m.label):
            spans.setdefault((m.start, m.end), []).append(m.concept)
    for (a, b), ids in spans.items():
        surface = text[a:b]
        ids = _shared_modifier(text, a, surface, spans, corpus) or ids
        if surface in _stop("en"):
            continue
        if _POSSESSIVE.search(text[:a]) and any(y < a for _, y in spans):
            # "their students" are those of what was named before: they narrow nothing and widen nothing.
            taken[a:b] = b"\x01" * (b - a)
            continue
        token = _concept_token(a, b, surface, ids, corpus, "label")
        if surface.isalpha() and not _present(ids, corpus):
            plain = _english_word(surface, a, b, corpus)
            token = token if plain.node is None else plain
        tokens.append(token)
        taken[a:b] = b"\x01" * (b - a)
    return tokens


def _shared_modifier(
    text: str, a: int, surface: str, spans: Iterable[tuple[int, int]], corpus: Corpus
) -> list[str] | None:
    """In *vocational schools or colleges* the colleges are vocational too, where the thesaurus has them."""
    joined = re.search(r"\s(?:or|and)\s$", text[:a])
    before = next((text[x:y] for x, y in spans if joined and y == joined.start()), "")
    modifier = before.rpartition(" ")[0]
    if not modifier:
        return None
    whole = f"{modifier} {surface}"
    found = [
        m.concept for m in corpus.thesaurus.match(whole, "en", question=True) if (m.start, m.end) == (0, len(whole))
    ]
    return found or None


def _english(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Concepts by their stems, then words of the plans: in a translation, in Chinese by gloss, in pinyin."""
    taken = bytearray(len(text))
    tokens: list[Token] = []
    for match in _pattern("reference", "en", "numbered_name").finditer(text):
        # Year 6, Key Stage 2: a number is part of the name.
        if all(free[match.start() : match.end()]) and match.group() in corpus.text:
            tokens.append(_text_token(*match.span(), match.group(), match.group(), "verbatim"))
            _take(match, free)
    tokens += _english_concepts(text, free, taken, corpus)
    # Chinese inside an English question is a name.
    for match in re.finditer(r"[\u3400-\u9fff][\u3400-\u9fff0-9“”]*", text):
        a, b = match.span()
        if all(free[a:b]):
            piece = match.group()
            tokens.append(_text_token(a, b, piece, piece, "quoted") if piece in corpus.text else _nothing(a, b, piece))
            taken[a:b] = b"\x01" * (b - a)
    words = [m for m in re.finditer(r"[a-z]+(?:'[a-z]+)?|[0-9]+(?:\.[0-9]+)?%?", text)]
    words = [m for m in words if free[m.start()] and not taken[m.start()]]
    tokens += _pinyin_words(text, words, taken, corpus)
    for match in words:
        word, (a, b) = match.group(), match.span()
        if taken[a] or word in _stop("en") or len(word) < 2:
            continue
        tokens.append(_english_word(word, a, b, corpus))
    return tokens


def _concepts(text: str, free: bytearray, spoken: Language, corpus: Corpus) -> Iterator[ConceptMatch]:
    """Concepts in the free stretches of the text; none is read across a taken word or between alternatives."""
    kept = "".join(c if f else "|" for c, f in zip(text, free, strict=True))
    kept = _ALTERNATIVE.sub(lambda match: "|" * len(match.group()), kept)
    for stretch in re.finditer(r"[^|]+", kept):
        for m in corpus.thesaurus.match(stretch.group(), spoken, question=True):
            yield replace(m, start=m.start + stretch.start(), end=m.end + stretch.start())


def _role(text: str, spoken: Language) -> Literal["", "lead", "support"]:
    for role in ("support", "lead"):
        if _pattern("filter", spoken, role).search(text):
            return role
    return ""


def _is_bare(text: str, tokens: Sequence[Token]) -> bool:
    """Whether the question is nothing but the name of a matter: then all that is about it is wanted."""
    named = sum(t.end - t.start for t in tokens if t.node is not None and t.term.kind == "concept")
    return named >= _BARE * len(re.sub(r"[^\w]", "", text)) > 0


def _measure(text: str, spoken: Language, wants: Wanted) -> str:
    """The measure asked for: the word that counts, ``@day`` for a day and not any date, ``@office`` for an office."""
    if wants == "when":
        return "@day" if _pattern("filter", spoken, "day").search(text) else ""
    if wants == "who" and _pattern("filter", spoken, "names").search(text):
        return "@name"
    if wants == "owner":
        return "@office" if _pattern("filter", spoken, "office").search(text) else ""
    match = _pattern("filter", spoken, "measure").search(text)
    return match.group("m") if match else ""


def _spelt(text: str, corpus: Corpus) -> str:
    """The question with misspelt words put right: those that neither the language, the thesaurus nor a plan knows."""
    known = corpus.spelling
    out = []
    slang: dict[str, str] = language()["slang"]
    text = re.sub(r"(?<![a-z'])[a-z0-9]+(?![a-z'])", lambda m: slang.get(m.group(), m.group()), text)
    for piece in re.split(r"([a-z]{5,})", text):
        if not re.fullmatch(r"[a-z]{5,}", piece) or piece in known or corpus.is_english(piece):
            out.append(piece)
            continue
        out.append(piece if _romanised(piece, corpus) else corpus.nearest_word(piece) or piece)
    return "".join(out)


def _romanised(word: str, corpus: Corpus) -> str:
    """The string of the plans that a name written in pinyin without blanks stands for; empty where there is none."""
    for cut in _syllable_cuts(word, corpus.pinyin_syllables):
        found = _sounding(cut, corpus)
        if found:
            return found
    return ""


def _syllable_cuts(word: str, syllables: frozenset[str], most: int = 6) -> Iterator[list[str]]:
    """All ways to cut a word into two to ``most`` syllables, longest first syllable first."""
    if word in syllables:
        yield [word]
    for size in range(min(6, len(word) - 1), 0, -1):
        if word[:size] in syllables and most > 1:
            for rest in _syllable_cuts(word[size:], syllables, most - 1):
                yield [word[:size], *rest]


def _present(ids: Iterable[str], corpus: Corpus) -> bool:
    """Whether a clause is about one of the concepts."""
    return any(corpus.thesaurus.narrower(c) & corpus.concepts for c in ids)


def _derived(word: str, label: str) -> bool:
    """Whether a word shares only its stem with a label: *publicly* is not *publicity*."""
    return word != label.lower() and any(
        word.endswith(e) != label.lower().endswith(e) for e in ("ly", "ity", "ness", "ism")
    )


def _pinyin_words(text: str, words: Sequence[re.Match[str]], taken: bytearray, corpus: Corpus) -> list[Token]:
    """Runs of two and more words that spell a string of the plans in pinyin; longest first."""
    tokens: list[Token] = []
    if not any(w.group() in corpus.pinyin_syllables and w.group() not in _stop("en") for w in words):
        return []
    k = 0
    while k < len(words):
        for size in range(min(8, len(words) - k), 1, -1):
            run = [w.group() for w in words[k : k + size]]
            if all(w in corpus.pinyin_syllables for w in run) and not all(w in _stop("en") for w in run):
                found = _sounding(run, corpus)
                if found:
                    a, b = words[k].start(), words[k + size - 1].end()
                    tokens.append(_text_token(a, b, text[a:b], found, "pinyin"))
                    taken[a:b] = b"\x01" * (b - a)
                    k += size - 1
                    break
        k += 1
    return tokens


def _english_word(word: str, a: int, b: int, corpus: Corpus) -> Token:
    root = stem(word)
    if root in corpus.english:
        return Token(a, b, Term(word, root, "", word, "text", "translation"), HasText((f"en:{root}",)))
    if re.fullmatch(r"[0-9.]+%?", word) and word in corpus.text:
        return _text_token(a, b, word, word, "verbatim")
    glosses = tuple(g for g in corpus.gloss(word) if g in corpus.text)
    if glosses:
        return Token(a, b, Term(word, "、".join(glosses), "、".join(glosses), word, "text", "gloss"), HasText(glosses))
    name = _romanised(word, corpus) if len(word) >= 4 else ""
    if name:
        return _text_token(a, b, word, name, "pinyin")
    near = corpus.thesaurus.fuzzy(word, "en") if len(word) >= 5 else ()
    if near and near[0].score >= 0.85:
        return _concept_token(a, b, word, [near[0].concept], corpus, near[0].reason)
    return _nothing(a, b, word)


# ------------------------------------------------------------------------------------------------ roles, dates, sides


_ROLES: dict[str, tuple[Role, ...]] = {
    "lead": ("lead",),
    "support": ("support",),
    "responsible": ("lead", "responsible"),
}


def _shared(text: str, spoken: Language, free: bytearray) -> SharedBy | None:
    """That several bodies hold one role together, where the question asks for it; its characters are taken out."""
    match = _pattern("role", spoken, "shared").search(text)
    if match is None:
        return None
    _take(match, free)
    said = next((g for name, g in match.groupdict().items() if g and name.startswith("n")), "")
    number = _number(said)
    role = next((r for r in ("support", "lead") if _pattern("role", spoken, r).search(match.group())), "responsible")
    return SharedBy(_ROLES[role], number or 2, number if number and "以上" not in match.group() else 99)


def _in_role(text: str, spoken: Language, tokens: list[Token], corpus: Corpus) -> list[Token]:
    """A body's name beside the words for a role asks for the units in which that body holds that role."""
    runs: list[list[int]] = []
    for i, token in enumerate(tokens):
        near = runs and re.fullmatch(r"[\s-]*(?:(?:the|of|and|for)\s)*", text[tokens[i - 1].end : token.start])
        if near and spoken == "en":
            runs[-1].append(i)
        else:
            runs.append([i])
    out = list(tokens)
    for run in runs:
        found = _roles_of(text[: tokens[run[0]].start], text[tokens[run[-1]].end :], spoken)
        named = [tokens[i] for i in run if tokens[i].node is not None]
        if not found or not named:
            continue
        if found == _ROLES["support"] and not any(b.role == "support" for r in corpus.rows for b in r.bodies):
            found = ("responsible", "participant")  # Where a plan knows no supporters, those who do not lead.
        names = _bodies_named(named, found, corpus)
        office = _pattern("role", spoken, "office")
        after = text[tokens[run[-1]].end :]
        named_office = office.search(text[: tokens[run[-1]].end]) if spoken == "zh" else office.match(after)
        if not names and named_office:
            # An office that no plan names in that role: what its name is made of is not what is asked about.
            start, end = tokens[run[0]].start, tokens[run[-1]].end + (named_office.end() if spoken == "en" else 0)
            out[run[0]] = _nothing(start, end, text[start:end])
            for i in run[1:]:
                out[i] = replace(tokens[i], node=None)
        if names:
            for i in run:
                out[i] = replace(tokens[i], node=None)
            out[run[0]] = replace(tokens[run[0]], node=_or([HasBody(found, names), *_unread(named, spoken, corpus)]))
    return out


def _unread(named: Sequence[Token], spoken: Language, corpus: Corpus) -> list[Node]:
    """The units that name a body beside the word for a role although no rule has read the name there."""
    node = named[0].node
    if len(named) > 1 or not isinstance(node, HasText):
        return []
    word = re.compile("|".join(_pattern("role", spoken, role).pattern for role in ("support", "lead", "responsible")))
    labels = [
        row.unit.label
        for row in corpus.rows
        if any(text in row.view for text in node.texts)
        and word.search(row.view)
        and not any(_names_body(node, b.canonical, corpus) for b in row.bodies)
    ]
    return [And((node, InUnit(tuple(dict.fromkeys(labels)))), "unit")] if labels else []


def _bodies_named(named: Sequence[Token], roles: Sequence[Role], corpus: Corpus) -> tuple[str, ...]:
    """Canonical names of the bodies in some roles whose names hold all that the tokens stand for."""
    bodies = {b.canonical for row in corpus.rows for b in row.bodies if b.role in roles}
    found = [
        name
        for name in bodies
        if all(_names_body(t.node, name, corpus) or t.term.surface in matching(name) for t in named)
    ]
    node = named[0].node
    if len(named) == 1 and isinstance(node, HasText):
        # 市教育局, and not 市教育局直属各学校; 县公安局 for 公安局.
        exact = [n for n in found if matching(n) in node.texts]
        found = exact or [n for n in found if matching(n).endswith(node.texts)] or found
    return tuple(sorted(found))


def _roles_of(before: str, after: str, spoken: Language) -> tuple[Role, ...]:
    """The roles that the words right around a name give it."""
    found: dict[Role, None] = {}
    words = {role: _pattern("role", spoken, role).pattern for role in ("support", "lead", "responsible")}
    every = f"(?:{'|'.join(words.values())})"
    for role, word in words.items():
        for place, test, text in (("after", re.match, after), ("before", re.search, before)):
            pattern = _pattern("role", spoken, place).pattern.replace("ROLE", word).replace("ANY", every)
            if test(pattern, text):
                found |= dict.fromkeys(_ROLES[role])
    return tuple(found)


def _names_body(node: Node | None, name: str, corpus: Corpus) -> bool:
    """Whether a body's name holds what a token stands for."""
    shown = matching(name)
    if isinstance(node, Or):
        return any(_names_body(part, name, corpus) for part in node.parts)
    if isinstance(node, HasText):
        roots = {stem(w) for w in re.findall(r"[a-z]+", shown)}
        return any(t[3:] in roots if t.startswith("en:") else t in shown for t in node.texts)
    if isinstance(node, HasConcept):
        wanted = {n for c in node.concepts for n in corpus.thesaurus.narrower(c)}
        lang: Language = "zh" if HAN.search(shown) else "en"
        return any(m.concept in wanted for m in corpus.thesaurus.match(shown, lang))
    return False


def _times(text: str, spoken: Language, free: bytearray, corpus: Corpus, *, listing: bool) -> list[Token]:
    """Months, days and the year's end as each language writes them.

    A list of what is due at a date that stands nowhere is empty; elsewhere such a date is let go.
    """
    tokens: list[Token] = []
    months = language()["time"]["months"]
    for match in _pattern("time", spoken, "date").finditer(text):
        if not all(free[match.start() : match.end()]):
            continue
        said = {name: value for name, value in match.groupdict().items() if value}
        texts: list[str]
        if "within" in said and not listing:
            continue
        if "year" in said or "within" in said:
            texts = list(language()["time"]["year_end" if "year" in said else "within_year"])
        else:
            name = said.get("month") or said.get("month2") or ""
            month = months.index(name[:3]) + 1 if name[:3] in months else numeral(name)
            if month is None or not 1 <= month <= 12:
                continue
            day = said.get("day") or said.get("day2")
            texts = (
                [f"{month}月{int(day)}日"]
                if day
                else [f"{month}月底", f"{month}月末"]
                if "end" in said
                else [f"{month}月"]
            )
            root = stem(language()["time"]["names"][month - 1])
            texts += [f"en:{root}"] if root in corpus.english and not HAN.search(corpus.text) else []
        found = tuple(t for t in texts if t.startswith("en:") or corpus.containing(t))
        if found:
            term = Term(match.group(), found[0], found[0], match.group(), "text", "verbatim")
            tokens.append(Token(match.start(), match.end(), term, HasText(found)))
            _take(match, free)
        elif HAN.search(corpus.text):
            if listing:
                term = Term(match.group(), "", "", "", "nothing", "date")
                tokens.append(Token(match.start(), match.end(), term, None))
            _take(match, free)
    return tokens


def _periods(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Token]:
    """Every week, quarterly, each term: as the plans write them in the other language."""
    tokens: list[Token] = []
    for period in language()["time"]["period"]:
        match = re.search(period[spoken], text)
        if match is None or not all(free[match.start() : match.end()]) or match.group() in corpus.text:
            continue
        found = tuple(
            t for t in period["words"] if (t[3:] in corpus.english if t[:3] == "en:" else corpus.containing(t))
        )
        if found:
            term = Term(match.group(), found[0], found[0], match.group(), "text", "gloss")
            tokens.append(Token(match.start(), match.end(), term, HasText(found)))
            _take(match, free)
    return tokens


def _sides(text: str, spoken: Language, tokens: Sequence[Token]) -> tuple[Node, ...]:
    """What the question sets beside each other: the things on both sides of *or*, *and* behind what it asks of them."""
    linked = [t for t in tokens if t.node is not None]
    listed = list(re.finditer(r"[,:，：]\s*(?=[^,:?，：？]{2,90}(?:\bor\b|还是|或))", text))
    start = listed[-1].end() if listed else 0
    groups: list[list[Token]] = []
    for token in (t for t in linked if t.start >= start):
        between = text[groups[-1][-1].end : token.start] if groups else ""
        if groups and not re.search(r"\bor\b|\band\b|\bthan\b|还是|或|和|与|及|、|跟|比", between):
            groups[-1].append(token)
        else:
            groups.append([token])
    if len(groups) < 2:
        return ()
    last = groups[-1]
    for k in range(1, len(last)):
        if re.search("的|[,，]", text[last[k - 1].end : last[k].start]):
            # "A和B的占比": what stands behind the last belongs to all.
            groups = [*([*g, *last[k:]] for g in groups[:-1]), last]
            break
    return tuple(And(tuple(n for t in g if (n := t.node))) if len(g) > 1 else n for g in groups if (n := g[0].node))


def _counted(text: str, spoken: Language, tokens: Sequence[Token]) -> tuple[Node, ...]:
    """What stands right behind *how many*: the thing that is counted."""
    match = _pattern("filter", spoken, "how_many").search(text)
    if match is None:
        return ()
    return tuple(t.node for t in tokens if t.start == match.end() and t.node is not None)[:1]


# ------------------------------------------------------------------------------------------------ joining


def _and(a: Node | None, b: Node | None, within: Literal["clause", "unit"] = "unit") -> Node | None:
    if a is None or b is None:
        return a if b is None else b
    return And((a, b), within)


def _or(parts: Sequence[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _join(text: str, spoken: Language, tokens: Sequence[Token], corpus: Corpus) -> Node | None:
    """Words side by side narrow each other in one clause; *or*, lists and brackets widen; *both* asks for one unit."""
    linked = [t for t in tokens if t.node is not None]
    if not linked:
        return None
    both = bool(_pattern("filter", spoken, "both").search(text))
    wide = re.compile(r"或|、|/|,|，|\bor\b|和|与|及|\band\b|&")
    negation = list(_pattern("filter", spoken, "not").finditer(text))
    groups: list[tuple[list[Node], bool]] = []
    for i, token in enumerate(linked):
        between = text[linked[i - 1].end : token.start] if i else ""
        barred = any(
            n.end() <= token.start and not re.search(r"[,，;；]", text[n.end() : token.start]) for n in negation
        )
        node = token.node
        assert node is not None
        inside = text.count("(", 0, token.start) > text.count(")", 0, token.start)
        if groups and inside and groups[-1][1] == barred:
            # What stands in brackets says the word before it in another way, or names a part of it.
            before = groups[-1][0]
            if token.term.reason == "quoted":
                before[:] = [Or((And(tuple(before)) if len(before) > 1 else before[0], node))]
            else:
                before[-1] = Or((before[-1], node))
        elif groups and not wide.search(re.sub(r"[()]", "", between)) and groups[-1][1] == barred:
            groups[-1][0].append(node)
        else:
            groups.append(([node], barred))
    made = [(And(tuple(g)) if len(g) > 1 else g[0], barred) for g, barred in groups]
    wanted = [node for node, barred in made if not barred]
    refused = [node for node, barred in made if barred]
    whole: Node | None = None
    if wanted:
        whole = And(tuple(wanted), "unit") if both and len(wanted) > 1 else _or(wanted)
    for node in refused:
        whole = _and(whole, Not(node))
    return whole


def _follow(query: Query, text: str, after: Query) -> Query:
    """A question that points back: the same question about something else, or a further one about the same thing."""
    spoken = query.language
    if not _pattern_back(spoken).search(text):
        return query
    topic = _pattern_back(spoken, "topic").match(text)
    has_content = any(t.kind not in {"nothing", "text"} or t.reason == "quoted" for t in query.terms)
    if topic and has_content and not query.wants and query.intent in {"fact", "yes_no"}:
        return replace(query, intent=after.intent, wants=after.wants, strict=after.strict)
    return replace(query, points_back=True)


@cache
def _pattern_back(spoken: Language, kind: str = "") -> re.Pattern[str]:
    return re.compile(language()["back"][f"{kind}_{spoken}" if kind else spoken])


def terms_of(node: Node | None) -> tuple[Node, ...]:
    """The leaves of a condition."""
    if node is None:
        return ()
    if isinstance(node, And | Or):
        return tuple(leaf for part in node.parts for leaf in terms_of(part))
    if isinstance(node, Not):
        return ()
    return (node,)


__all__ = ["Token", "detect", "terms_of", "understand"]
