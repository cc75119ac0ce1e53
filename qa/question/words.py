"""The content words of a question, each linked to a concept, to a string of the plans, or to nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.model import Language
from kg.rewording import reworded
from kg.thesaurus import ConceptMatch

from ..corpus import HAN, Corpus, genre, grades_of, is_pinyin, language, matching, numeral, stem
from ..model import (
    CitesTitle,
    HasConcept,
    HasText,
    InUnit,
    Node,
    Or,
    Term,
)
from ..retrieve import clauses_of, is_people
from .cues import QUOTED, inner_offices, offices, pattern, rates, stop_words
from .cutting import Piece, cheapest_cut
from .parts import take
from .spelling import abbreviation, in_pinyin, name_read_alike, romanised, same_sound, sounding

_TELLING = 3
"""Characters of a word that, found in a plan, is no accident of two words meeting."""
_ALTERNATIVE = re.compile(r"或|、|/|又|提到|涉及|以及|并且|同时|\bor\b|\bboth\b|\bthan\b|[,，;；]")
"""What stands between alternatives: no concept is read across it."""
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?(?:\d+[a-z]*)?|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?%?")
_CHINESE_NAME = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff0-9“”]*(?P<rest>\s?\([\u3400-\u9fff]+\))?")
_POSSESSIVE = re.compile(r"\b(?:their|its|his|her)\s(?:\w+\s)?$")


@dataclass(frozen=True, slots=True)
class Token:
    """Characters of the question and what they stand for."""

    start: int
    end: int
    term: Term
    node: Node | None


def text_token(start: int, end: int, surface: str, text: str, reason: str) -> Token:
    """A token that stands for a string of the plans."""
    return Token(start, end, Term(surface, text, text, "", "text", reason), HasText((text,)))


def nothing(start: int, end: int, surface: str, corpus: Corpus | None = None) -> Token:
    """A token that links to nothing; by a ``corpus``, told apart whether it names a thing or only what is done."""
    reason = "" if corpus is None or corpus.is_matter(surface) else "manner"
    return Token(start, end, Term(surface, "", "", "", "nothing", reason), None)


def _concept_token(start: int, end: int, surface: str, ids: Sequence[str], corpus: Corpus, reason: str) -> Token:
    concept = corpus.thesaurus.concepts[ids[0]]
    term = Term(surface, concept.id, concept.pref["zh"], concept.pref["en"], "concept", reason, tuple(ids[1:]))
    node: Node = HasConcept(tuple(ids))
    everyday = len(surface) >= 2 and surface in concept.hidden["zh"]
    if (len(surface) >= _TELLING or everyday) and HAN.search(surface) and surface in corpus.text:
        # The plan may use the very words inside a longer name that stands for another concept.
        node = Or((node, HasText((surface,))))
    return Token(start, end, term, node)


def _put_right(start: int, end: int, surface: str, found: str, corpus: Corpus, reason: str) -> Token:
    """A misspelt word as what was meant: a matter that the thesaurus knows, and the string of the plans."""
    whole = [m.concept for m in corpus.thesaurus.match(found, "zh", question=True) if m.end - m.start == len(found)]
    if not whole:
        return text_token(start, end, surface, found, reason)
    token = _concept_token(start, end, surface, whole, corpus, reason)
    return replace(token, node=Or((HasConcept(tuple(whole)), HasText((found,)))))


def with_short_forms(token: Token, corpus: Corpus) -> Token:
    """A body's name stands for the short form that a plan gives it, and the reverse."""
    node = token.node
    if token.term.kind != "text" or not isinstance(node, HasText) or len(node.texts) != 1:
        return token
    others = corpus.certainly(node.texts[0])
    return replace(token, node=HasText((*node.texts, *others))) if others else token


def quoted(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Quoted strings and names in book-title marks: what they say, to the letter."""
    tokens: list[Token] = []
    for match in QUOTED.finditer(text):
        said = next(g for g in match.groups() if g is not None).strip()
        # Blanks were set around Chinese in an English text: inside a name there are none.
        inner = matching(said) if HAN.search(said) else said
        start, end = match.span()
        if not all(free[start:end]):
            continue
        free[start:end] = bytes(end - start)
        if HAN.search(corpus.text) and inner in corpus.text:
            tokens.append(text_token(start, end, inner, inner, "quoted"))
        elif not HAN.search(inner):
            tokens += _quoted_english(text, inner, text.index(inner, start), corpus)
        elif inner in corpus.text:
            tokens.append(text_token(start, end, inner, inner, "quoted"))
        else:
            near = same_sound(inner, corpus) or abbreviation(inner, corpus) or name_read_alike(inner, corpus)
            tokens.append(text_token(start, end, inner, near, "spelling") if near else nothing(start, end, inner))
    return tokens


def _quoted_english(text: str, inner: str, start: int, corpus: Corpus) -> list[Token]:
    """English words in quotes: a concept's label, words of a translation, or nothing that a plan knows."""
    mask = bytearray(len(text))
    mask[start : start + len(inner)] = b"\x01" * len(inner)
    tokens = english(text, mask, corpus)
    whole = any(t.term.kind == "concept" and t.end - t.start >= 0.6 * len(inner) for t in tokens)
    linked = [t for t in tokens if t.node is not None]
    # A name in English of a plan that has no word of it: what it means is looked for.
    unread = not corpus.english and linked
    if whole or unread or inner in corpus.english_text:
        return linked if unread else tokens
    if spelled := sounding(inner.split(), corpus):
        return [text_token(start, start + len(inner), inner, spelled, "pinyin")]
    return [nothing(start, start + len(inner), inner)]


def _concepts(text: str, free: bytearray, spoken: Language, corpus: Corpus) -> Iterator[ConceptMatch]:
    """Concepts in the free stretches of the text; none is read across a taken word or between alternatives.

    English labels are found in other words too, where no label to the letter says as much.
    """
    kept = "".join(c if f else "|" for c, f in zip(text, free, strict=True))
    kept = _ALTERNATIVE.sub(lambda match: "|" * len(match.group()), kept)
    for stretch in re.finditer(r"[^|]+", kept):
        found = corpus.thesaurus.match(stretch.group(), spoken, question=True)
        for m in found:
            yield replace(m, start=m.start + stretch.start(), end=m.end + stretch.start())
        for m in reworded(corpus.thesaurus, stretch.group()) if spoken == "en" else ():
            if not any(f.start <= m.start and m.end <= f.end for f in found):
                yield replace(m, start=m.start + stretch.start(), end=m.end + stretch.start())


def inside_of(token: Token, spoken: Language, corpus: Corpus) -> tuple[str, ...]:
    """Concepts of shorter labels inside a token of several words: the thing that *building schools* is done to."""
    surface = token.term.surface
    if token.term.kind != "concept" or token.node is None or len(surface.split()) + (spoken == "zh") * len(surface) < 2:
        return ()
    pieces = surface.split() if spoken == "en" else (surface[1:], surface[:-1], surface[2:], surface[:-2])
    found = (m.concept for piece in pieces for m in corpus.thesaurus.match(piece, spoken, question=True))
    return tuple(dict.fromkeys(c for c in found if c != token.term.concept))


def without_covered(tokens: list[Token], corpus: Corpus) -> tuple[list[Token], list[Token]]:
    """The tokens that lie in no longer one and share a word with none that tells more, and the others."""
    kept: list[Token] = []
    covered: list[Token] = []
    for k, t in enumerate(tokens):
        behind = [o for o in tokens[k + 1 : k + 3] if o.start > t.start and o.start < t.end < o.end]
        before = [o for o in tokens[max(0, k - 2) : k] if o.start < t.start < o.end < t.end]
        if any(_are_matters(t, o) and _is_common(t, o, corpus) for o in behind) or any(
            _are_matters(o, t) and not _is_common(o, t, corpus) for o in before
        ):
            covered.append(t)
            continue
        longer = (o for o in tokens if o.start <= t.start and t.end <= o.end and o.end - o.start > t.end - t.start)
        (covered if any(longer) else kept).append(t)
    return kept, covered


def _are_matters(one: Token, other: Token) -> bool:
    return one.term.kind == other.term.kind == "concept" and " " in one.term.surface


def _is_common(one: Token, other: Token, corpus: Corpus) -> bool:
    """Whether the first of two matters that share a word tells less than the second: more clauses are on it, or none.

    *The Communist Party centenary* is on the centenary, *the special education plan* on special education.
    """
    first, second = _clauses_on(one, corpus), _clauses_on(other, corpus)
    return first == 0 or first >= second > 0


def _clauses_on(token: Token, corpus: Corpus) -> int:
    concepts = corpus.thesaurus.narrower(token.term.concept)
    return sum(not concepts.isdisjoint(row.concepts) for row in corpus.rows)


def parts_of(token: Token, corpus: Corpus) -> tuple[str, ...]:
    """The concepts that the concept of a token is composed of."""
    concept = corpus.thesaurus.concepts.get(token.term.concept) if token.term.kind == "concept" else None
    return concept.parts if concept is not None and token.node is not None else ()


def _english_concepts(text: str, free: bytearray, taken: bytearray, corpus: Corpus) -> list[Token]:
    """Concepts by their stems; one that no clause is about gives way to the word itself, where a plan uses it."""
    tokens: list[Token] = []
    spans: dict[tuple[int, int], dict[str, None]] = {}
    for m in _concepts(text, free, "en", corpus):
        if all(free[m.start : m.end]):
            spans.setdefault((m.start, m.end), {})[m.concept] = None
    for (a, b), found in spans.items():
        surface = text[a:b]
        ids = _shared_modifier(text, a, surface, spans, corpus) or list(found)
        if surface in stop_words("en"):
            continue
        people = is_people(corpus, HasConcept(tuple(ids)))
        if people and _POSSESSIVE.search(text[:a]) and any(y < a for _, y in spans):
            # "their students" are those of what was named before: they narrow nothing and widen nothing.
            taken[a:b] = b"\x01" * (b - a)
            continue
        token = _concept_token(a, b, surface, ids, corpus, "label")
        if not _present(ids, corpus) and (surface.isalpha() or _inside_labels(surface, corpus)):
            plain = _english_word(surface, a, b, corpus)
            token = token if plain.node is None else plain
        tokens.append(token)
        taken[a:b] = b"\x01" * (b - a)
    return tokens


_LISTED = re.compile(r"(?:,\s(?:or\s|and\s)?|\s(?:or|and)\s)\Z")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")


def _shared_modifier(
    text: str, a: int, surface: str, spans: Iterable[tuple[int, int]], corpus: Corpus
) -> list[str] | None:
    """In *vocational schools or colleges* the colleges are vocational too, where the thesaurus has them.

    Where a place is meant, it holds for all of a list: *rural (乡村) schools, teaching points or teachers*.
    """
    starts = {y: x for x, y in spans}
    at, far = a, False
    while (joined := _LISTED.search(text, 0, at)) and joined.start() in starts:
        far = far or at != a or "," in joined.group()
        at = starts[joined.start()]
        modifier = _IN_BRACKETS.sub("", text[at : joined.start()]).strip().rpartition(" ")[0]
        # *Building schools and kindergartens*: what is done to the one says nothing of what the other is.
        if modifier.endswith("ing") or (far and not pattern("class", "en", "placed").fullmatch(modifier)):
            continue
        whole = f"{modifier} {surface}"
        found = [m.concept for m in corpus.thesaurus.match(whole, "en", question=True) if m.end - m.start == len(whole)]
        if modifier and found:
            return found
    return None


def english(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Concepts by their stems, then words of the plans: in a translation, in Chinese by gloss, in pinyin."""
    taken = bytearray(len(text))
    tokens: list[Token] = []
    for match in pattern("reference", "en", "numbered_name").finditer(text):
        # Year 6, Key Stage 2: a number is part of the name.
        if all(free[match.start() : match.end()]) and match.group() in corpus.text:
            tokens.append(text_token(*match.span(), match.group(), match.group(), "verbatim"))
            take(match, free)
    tokens += _offices(text, free, corpus)
    tokens += _numbered_schools(text, free, corpus)
    tokens += _graded(text, "en", free, corpus)
    tokens += _english_concepts(text, free, taken, corpus)
    # Chinese inside an English question is a name.
    for match in _CHINESE_NAME.finditer(text):
        a, b = match.span()
        if match.group("rest") and matching(match.group()) not in corpus.text:
            b = match.start("rest")  # The bracket is no part of the name: it says it in other words.
        if all(free[a:b]):
            piece = matching(text[a:b])
            tokens.append(text_token(a, b, piece, piece, "quoted") if piece in corpus.text else nothing(a, b, piece))
            taken[a:b] = b"\x01" * (b - a)
    words = [m for m in _WORD.finditer(text) if free[m.start()] and not taken[m.start()]]
    tokens += _pinyin_words(text, words, taken, corpus)
    tokens += _words_left(text, [m for m in words if not taken[m.start()]], tokens, corpus)
    return _without_guessed(text, _with_sorts(text, tokens, corpus))


def _with_sorts(text: str, tokens: list[Token], corpus: Corpus) -> list[Token]:
    """Names in pinyin with the word right behind them that says what sort of place they are: *Hekou town*, 河口镇."""
    words: Mapping[str, str] = language()["place_words"]
    for name in [t for t in tokens if t.term.reason == "pinyin"]:
        behind = re.compile(rf"\s({'|'.join(words)})\b").match(text, name.end)
        ends = words[behind[1]] if behind else ""
        found = [name.term.concept + end for end in ends if corpus.containing(name.term.concept + end)]
        if behind and found:
            whole = text_token(name.start, behind.end(), text[name.start : behind.end()], found[0], "pinyin")
            tokens = [whole if t is name else t for t in tokens if t.start != behind.start(1)]
    return tokens


def _without_guessed(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens without dictionary senses of words that Chinese in brackets makes plain: *finance bureau (财政局)*.

    The Chinese then stands for both, so that words for a part are looked for around both.
    """
    guessed = {m.end(): t for t in tokens if t.term.reason == "gloss" and (m := _IN_CHINESE.match(text, t.end))}
    kept = [t for t in tokens if t not in guessed.values()]
    return [replace(t, start=guessed[t.start].start) if t.start in guessed else t for t in kept]


_IN_CHINESE = re.compile(r"\s?[(（](?=[\u4e00-\u9fff])")


def leaders_of(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Persons who lead, by their names in pinyin: *Wang Daming*."""
    tokens: list[Token] = []
    for spelling, name in corpus.leaders_in_pinyin.items():
        for match in re.finditer(rf"\b{re.escape(spelling)}\b", text):
            if all(free[match.start() : match.end()]):
                tokens.append(text_token(*match.span(), match.group(), name, "pinyin"))
                take(match, free)
    return tokens


def _words_left(text: str, words: Iterable[re.Match[str]], tokens: Sequence[Token], corpus: Corpus) -> list[Token]:
    """The words that no concept or name holds: groups of people, shares, words of the plans, or nothing."""
    made: list[Token] = []
    for match in words:
        word, (a, b) = match.group(), match.span()
        if word.removesuffix("'s") in stop_words("en") or len(word) < 2:
            continue
        if tokens and _POSSESSIVE.search(text[:a]) and pattern("class", "en", "members").fullmatch(word):
            continue
        share = f"{word}%" if _SHARE.match(text, b) else ""
        if group := _elliptic(text, match, tokens, corpus) or _group_of(word, tokens, corpus):
            made.append(_concept_token(a, b, word, group, corpus, "label"))
        elif share and corpus.containing(share):
            made.append(text_token(a, b, share, share, "verbatim"))
        else:
            made.append(_english_word(word, a, b, corpus))
    return made


def _inside_labels(phrase: str, corpus: Corpus) -> bool:
    """Whether a plan has what an English phrase stands for inside a longer name: *dragon boat* in 龙舟赛.

    Where the characters only meet, 校服 in 学校服务, the longer names do not hold them.
    """
    return any(
        gloss in row.view[m.start : m.end]
        for gloss in corpus.gloss(phrase)
        for row in (corpus.rows[i] for i in corpus.containing(gloss))
        for m in corpus.thesaurus.match(row.view, "zh")
    )


def _elliptic(text: str, word: re.Match[str], tokens: Sequence[Token], corpus: Corpus) -> list[str]:
    """What a word means with the noun that only the next of a list has: *primary and junior high schools*."""
    joined = _NEXT.match(text, word.end())
    listed = next((t.term.surface for t in tokens if joined and t.start == joined.end()), "")
    if " " not in listed or word.group().endswith("s"):
        return []
    whole = f"{word.group()} {listed.rpartition(' ')[2]}"
    found = corpus.thesaurus.match(whole, "en", question=True)
    return [m.concept for m in found if m.end - m.start == len(whole)]


_NEXT = re.compile(r"(?:, |,? (?:and|or) )(?:the )?")


def _group_of(word: str, tokens: Sequence[Token], corpus: Corpus) -> list[str]:
    """The group of pupils that a word names beside a word for all of them: *pupils who are gifted or poor*."""
    everybody = HasConcept(tuple(genre()["everybody"]))
    people = dict.fromkeys(t.term.surface for t in tokens if t.node == everybody)
    for who in people:
        whole = f"{word} {who}"
        found = corpus.thesaurus.match(whole, "en", question=True) + tuple(reworded(corpus.thesaurus, whole))
        groups = [m.concept for m in found if m.end - m.start == len(whole)]
        groups = [c for c in groups if corpus.thesaurus.concepts[c].scheme == "populations"]
        if groups:
            return list(dict.fromkeys(groups))
    return []


_SHARE = re.compile(r"\s?(?:%|per ?cent\b(?! points?))")
"""What makes the number before it a share, which a Chinese plan writes with its sign."""


def _offices(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Offices and rates by their English names, as the words that the plans have for them; they are taken."""
    tokens: list[Token] = _inner_offices(text, free, corpus)
    for match, names in ((m, names) for said, names in (*offices(), *rates()) for m in said.finditer(text)):
        if not all(free[match.start() : match.end()]) or match.group() in corpus.english_text:
            continue
        said = [name for name in names if name in corpus.text]
        if pattern("class", "en", "bureau").search(match.group()):
            said = _offices_named(said, corpus)
        tokens += _as_plans_say(match, said, free)
    return tokens


def _offices_named(words: Sequence[str], corpus: Corpus) -> list[str]:
    """The offices of the government that the plans name with one of some words: 市财政局 for 财政."""
    office = pattern("class", "zh", "outside_office")
    return [b for b in sorted(corpus.body_spellings) if any(w in b for w in words) and office.search(b)]


def _as_plans_say(match: re.Match[str], said: Iterable[str], free: bytearray) -> list[Token]:
    """The English words as what the plans say for them, which is then taken; none where these say nothing for them."""
    found = tuple(dict.fromkeys(said))
    if not found or not all(free[match.start() : match.end()]):
        return []
    shown = "、".join(found)
    take(match, free)
    return [Token(*match.span(), Term(match.group(), shown, shown, match.group(), "text", "gloss"), HasText(found))]


def _numbered_schools(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Schools by their numbers, *No. 12 Middle School*, as the names that the plans give those of that number."""
    tokens = []
    for match in pattern("class", "en", "numbered_school").finditer(text):
        said = (
            name.group()
            for name in pattern("class", "zh", "numbered_school").finditer(corpus.text)
            if numeral(name.group("n")) == int(match.group("n"))
            and bool(name.group("small")) == bool(match.group("small"))
        )
        tokens += _as_plans_say(match, said, free)
    return tokens


def _graded(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Token]:
    """Pupils by their grade, *Grade 4*, *fourth-graders*, 四年级, as Chinese plans write it: 四至六年级."""
    tokens: list[Token] = []
    asked_of = list(pattern("class", spoken, "graded").finditer(text))
    named = grades_of(corpus.text, "zh") if asked_of else {}
    for match in asked_of:
        (asked,) = grades_of(match.group(), spoken).values()
        tokens += _as_plans_say(match, (words for words, grades in named.items() if grades & asked), free)
    return tokens


def _inner_offices(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Sections of an office by their English names, as the names that the plans give them; the longest names first.

    What is a part of the name of an office outside is none: *the county finance bureau*, *market supervision*.
    """
    said = [(match, words) for office, words in inner_offices() for match in office.finditer(text)]
    if not said:
        return []
    section = re.compile(genre()["inner_office"])
    known = sorted(name for name in corpus.body_spellings if section.search(name))
    outer = [m.span() for office, _ in offices() for m in office.finditer(text)]
    found: list[tuple[re.Match[str], list[str]]] = []
    for match, words in said:
        a, b = match.span()
        if any(x <= a and b <= y and y - x > b - a for x, y in outer) or pattern("class", "en", "outside").search(
            text[:a]
        ):
            continue
        first = next((held for word in words if (held := [n for n in known if n.startswith(word)])), [])
        held = first or next((held for word in words if (held := [n for n in known if word in n])), [])
        found += [(match, held)] if held else []
    tokens: list[Token] = []
    for match, names in sorted(found, key=lambda pair: pair[0].start() - pair[0].end()):
        if all(free[match.start() : match.end()]):
            shown = "、".join(names)
            term = Term(match.group(), names[0], shown, match.group(), "text", "gloss")
            tokens.append(Token(*match.span(), term, HasText(tuple(names))))
            take(match, free)
    return tokens


def _present(ids: Iterable[str], corpus: Corpus) -> bool:
    """Whether a clause is about one of the concepts."""
    return any(corpus.thesaurus.narrower(c) & corpus.concepts for c in ids)


def _pinyin_words(text: str, words: Sequence[re.Match[str]], taken: bytearray, corpus: Corpus) -> list[Token]:
    """Runs of two and more words that spell a string of the plans in pinyin; longest first."""
    tokens: list[Token] = []
    alike = [is_pinyin(w.group()) for w in words]
    told = [w.group() not in stop_words("en") for w in words]
    if not any(alike[k] and alike[k + 1] and (told[k] or told[k + 1]) for k in range(len(words) - 1)):
        return []
    k = 0
    while k < len(words):
        for size in range(min(8, len(words) - k), 1, -1):
            run = [w.group() for w in words[k : k + size]]
            if all(w in corpus.pinyin_syllables for w in run) and not all(w in stop_words("en") for w in run):
                found = sounding(run, corpus)
                if found:
                    a, b = words[k].start(), words[k + size - 1].end()
                    tokens.append(text_token(a, b, text[a:b], found, "pinyin"))
                    taken[a:b] = b"\x01" * (b - a)
                    k += size - 1
                    break
        k += 1
    return tokens


def _english_word(word: str, a: int, b: int, corpus: Corpus) -> Token:
    root = stem(word)
    if root in corpus.english:
        return Token(a, b, Term(word, root, "", word, "text", "translation"), HasText((f"en:{root}",)))
    if re.search(r"[0-9]", word):
        found = tuple(n for n in (word, word.replace(",", "")) if corpus.containing(n))
        if found:
            return Token(
                a, b, Term(word, found[0], found[0], word, "text", "verbatim"), HasText(tuple(dict.fromkeys(found)))
            )
    glosses = tuple(g for g in corpus.gloss(word) if g in corpus.text)
    if glosses:
        return Token(a, b, Term(word, "、".join(glosses), "、".join(glosses), word, "text", "gloss"), HasText(glosses))
    name = romanised(word, corpus) if len(word) >= 4 else ""
    if name:
        return text_token(a, b, word, name, "pinyin")
    near = corpus.thesaurus.fuzzy(word, "en") if len(word) >= 5 and not corpus.is_english(word) else ()
    if near and near[0].score >= 0.85:
        return _concept_token(a, b, word, [near[0].concept], corpus, near[0].reason)
    return nothing(a, b, word, corpus)


def chinese(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """The free characters as concepts, strings of the plans and the unknown; words without content are dropped."""
    tokens = _graded(text, "zh", free, corpus) + _spelt_in_pinyin(text, free, corpus) + _divided(text, free, corpus)
    matches: dict[tuple[int, int], list[str]] = {}
    for m in _concepts(text, free, "zh", corpus):
        if all(free[m.start : m.end]):
            matches.setdefault((m.start, m.end), []).append(m.concept)
    _join_overlapping(matches)
    cut = cheapest_cut(text, free, corpus, matches)
    k = 0
    while k < len(cut):
        a, b, kind = cut[k]
        k += 1
        if kind == "concept":
            tokens.append(_concept_token(a, b, text[a:b], matches[a, b], corpus, "label"))
        elif kind == "text":
            tokens.append(text_token(a, b, text[a:b], text[a:b], "verbatim"))
        elif kind in {"unknown", "word"}:
            while kind == "unknown" and k < len(cut) and cut[k][2] == "unknown":
                b = cut[k][1]
                k += 1
            if k < len(cut) and cut[k][:2] == (b, b + 1) and text[b] in genre()["place_ends"]:
                b += 1  # 红旗 and 镇 name one place, though the dictionary knows the one without the other.
                k += 1
            # A wrong character often stands beside a right one: the stretch around the unknown is read by its sound.
            tokens += _unknown(text, a, b, cut, corpus)
    return tokens


def _divided(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Concepts whose labels the words that ask divide, by the characters before these, which are taken.

    招多少名老师 is 招老师.
    """
    found: dict[tuple[int, int], list[str]] = {}
    for match in pattern("filter", "zh", "divides").finditer(text):
        a, b = match.span()
        first = max(0, a - _BEFORE)
        joined = text[first:a] + text[b : b + _BEHIND]
        for label in corpus.thesaurus.match(joined, "zh", question=True):
            start, end = first + label.start, label.end - (a - first)
            inside = label.start < a - first < label.end and all(free[start:a]) and all(free[b : b + end])
            if inside and clauses_of(corpus, HasConcept((label.concept,))):
                found.setdefault((start, a), []).append(label.concept)
    tokens = [_concept_token(a, b, text[a:b], ids, corpus, "label") for (a, b), ids in found.items()]
    for token in tokens:
        free[token.start : token.end] = bytes(token.end - token.start)
    return tokens


_BEFORE, _BEHIND = 2, 4
"""Characters of a label on both sides of the words that ask."""


def _spelt_in_pinyin(text: str, free: bytearray, corpus: Corpus) -> list[Token]:
    """Names that a Chinese question spells in pinyin, with or without blanks; their characters are taken out."""
    tokens: list[Token] = []
    for match in re.finditer(r"[a-z]{2,}(?:\s[a-z]{2,})*", text):
        run = match.group()
        if all(free[match.start() : match.end()]) and run not in corpus.text and len(run) >= 4:
            name = romanised(run.replace(" ", ""), corpus)
            if name:
                tokens.append(text_token(*match.span(), run, name, "pinyin"))
                free[match.start() : match.end()] = bytes(len(run))
    return tokens


def literally(token: Token, corpus: Corpus) -> Token:
    """A token of a matter as the very words that name it, where the plans use them."""
    surface = token.term.surface
    if token.term.kind != "concept" or token.node is None or not HAN.search(surface) or surface not in corpus.text:
        return token
    return text_token(token.start, token.end, surface, surface, "quoted")


def to_the_letter(text: str, tokens: Sequence[Token]) -> list[Token]:
    """The tokens where *the term* is asked for: what a Chinese name in brackets translates, and the topic, are let go.

    *Crisis readiness: which items use the term 应急*; *the words "compulsory education" (义务教育)*.
    """
    named = [t for t in tokens if t.term.reason == "quoted" and HAN.search(t.term.surface)]
    topic = re.match(r"[^:?]{2,40}:\s", text)
    kept = []
    for token in tokens:
        said_again = any(re.fullmatch(r"[\s\"”]*\(\s*", text[token.end : t.start]) for t in named)
        if token in named or not (said_again or (topic and token.end <= topic.end())):
            kept.append(token)
    return kept


def in_title(token: Token, corpus: Corpus) -> Token:
    """A token of the words of a plan as words in the title of a document that the plan cites.

    A name of a translation is looked for as the plan writes it: *Hunan* as 湖南.
    """
    node = token.node
    if pattern("filter", "zh", "done_to_documents").fullmatch(token.term.concept):
        return token  # What is done to the document stands before its title.
    if token.term.reason == "translation" and (name := romanised(token.term.surface, corpus)):
        return replace(token, node=CitesTitle((name,)))
    if token.term.reason not in {"quoted", "verbatim"} or not isinstance(node, HasText):
        return token
    return replace(token, node=CitesTitle(node.texts))


_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def to_the_word(token: Token, corpus: Corpus) -> Token:
    """A token as its matter by name, without narrower ones that are called otherwise: 特岗计划 does not say 乡村.

    As it is where no clause names the matter so.
    """
    if not isinstance(token.node, HasConcept):
        return token
    known = (corpus.thesaurus.concepts[c] for c in token.node.concepts)
    labels = (matching(label) for concept in known for lang in _LANGUAGES for label, _ in concept.labels(lang))
    said = dict.fromkeys(label for label in labels if label in corpus.text)
    named = HasConcept(token.node.concepts, exactly=True, said=tuple(said))
    return replace(token, node=named) if clauses_of(corpus, named) else token


def in_heading(token: Token, corpus: Corpus) -> Token:
    """A token as the units whose own title holds its words, or is on its matter."""
    if token.node is None:
        return token
    texts = token.node.texts if isinstance(token.node, HasText) else (token.term.surface,)
    said = [u for u in corpus.units if any(t in matching(u.unit.title) for t in texts)]
    if not said and token.term.kind == "concept":
        ids = corpus.thesaurus.narrower(token.term.concept)
        titled = (u for u in corpus.units if u.unit.title and u.rows)
        said = [u for u in titled if not ids.isdisjoint(corpus.rows[u.rows[0]].concepts)]
    labels = tuple(dict.fromkeys(u.unit.label for u in said))
    return replace(token, node=InUnit(labels)) if labels else nothing(token.start, token.end, token.term.surface)


def _join_overlapping(matches: dict[tuple[int, int], list[str]]) -> None:
    """Labels of one concept that overlap name it together: 学生心理 and 心理健康 in 学生心理健康."""
    for (a, b), (c, d) in list(pairwise(sorted(matches))):
        both = [concept for concept in matches[a, b] if concept in matches[c, d]]
        if a < c < b < d and both:
            matches.setdefault((a, d), []).extend(both)


def _is_word(found: str, corpus: Corpus) -> bool:
    """Whether two characters of a plan are a word, or begin a name, and do not merely meet there: 今年 完成."""
    named = any(name.startswith(found) for name in corpus.long_names)
    return len(found) > 2 or named or corpus.is_chinese(found)


def _around(a: int, b: int, cut: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """The stretches of an unknown character with the words right beside it, the longest first."""
    if b - a > 1:
        return
    before = next((x for x, y, _ in cut if y == a), a)
    behind = next((y for x, y, _ in cut if x == b), b)
    yield from ((x, y) for x, y in ((before, behind), (a, behind), (before, b)) if 3 <= y - x <= 8)


def _unknown(text: str, a: int, b: int, cut: Sequence[Piece], corpus: Corpus) -> list[Token]:
    known = corpus.is_chinese(text[a:b])
    left = max((x for x, y, kind in cut if y == a and kind in {"text", "concept"}), default=a)
    right = min((y for x, y, kind in cut if x == b and kind in {"text", "concept"}), default=b)
    for x, y in ((left, right), (left, b), (a, right), (a, b)):
        piece = text[x:y]
        # A word that the dictionary knows is no slip by itself; with what stands beside it, it may be.
        if 2 <= len(piece) <= 12 and HAN.search(piece) and not (known and (x, y) == (a, b)):
            found = abbreviation(piece, corpus) or same_sound(piece, corpus)
            if found and _is_word(found, corpus):
                return [_put_right(x, y, piece, found, corpus, "spelling")]
    for x, y in _around(a, b, cut):
        # Of a misspelt name a part may be a common word: 归燕计划 is 归雁计划.
        found = same_sound(text[x:y], corpus)
        if found and any(found in name for name in corpus.long_names):
            return [_put_right(x, y, text[x:y], found, corpus, "spelling")]
    for word in (text[left:right], text[a:b]):
        near = corpus.thesaurus.fuzzy(word, "zh") if len(word) >= 3 else ()
        if near and near[0].score >= 0.9:
            return [_concept_token(a, b, word, [near[0].concept], corpus, near[0].reason)]
    if not HAN.search(text[a:b]):
        found = in_pinyin(text[a:b], corpus)
        return [_put_right(a, b, text[a:b], found, corpus, "pinyin")] if found else [nothing(a, b, text[a:b])]
    # A plan's own words in Chinese are known; its English ones are reached through the dictionary.
    words = corpus.in_english(text[a:b]) if b - a >= 2 and not HAN.search(corpus.text) else ()
    if words:
        term = Term(text[a:b], "、".join(words), "", ", ".join(w[3:] for w in words), "text", "gloss")
        return [Token(a, b, term, HasText(words))]
    return [nothing(a, b, text[a:b], corpus)] if b - a >= 2 else []
