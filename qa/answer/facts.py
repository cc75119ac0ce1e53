"""Single facts: the clause that gives what is asked, or that the plan does not say it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.model import Language

from ..corpus import HAN, Corpus, Row, genre, language, stem
from ..model import (
    HasConcept,
    HasText,
    Place,
    Query,
    Term,
    Wanted,
    terms_of,
)
from ..retrieve import (
    ACTING,
    YEAR,
    Ranked,
    all_places,
    clauses_of,
    gives,
    is_document,
    select,
    undated,
)
from .bridging import bridged
from .defining import define
from .draft import FOUND, NEEDED, QUOTES_A_UNIT, Draft
from .fitting import RARE, is_of_what_is_asked, is_place_name, names_members, of_another_time
from .focus import focus_of, wanted_roles
from .premises import denied
from .several import completing, named, tell_parts
from .sides import asks_of_each, best_of_sides, take_sides, tell_of_each

# Dense scores (cosine of clause and of unit, summed) of the default encoder above which a clause is near a question in
# meaning: set between the questions that the plan answers and made-up ones on other matters, on the development half of
# `tests/questions`.  Another encoder has another scale.
NEAR: Mapping[Language, float] = {"zh": 1.40, "en": 1.22}
"""Near enough where some words of the question link to something and others to nothing."""
VERY_NEAR: Mapping[Language, float] = {"zh": 1.49, "en": 1.34}
"""Near enough where no word of it links to anything."""
ACROSS = 1.30
"""Near enough for a Chinese question over an English plan."""
NEAR_ALL_THE_SAME = 1.60
"""Near enough although a matter that the thesaurus knows is in no clause."""
HELD_ALL_THE_SAME = 0.4
"""Share of the question's weight that a clause holds although a matter that the thesaurus knows is in none."""
WIDER: Mapping[Wanted, frozenset[Wanted]] = {
    "company": frozenset({"who", "owner"}),
    "person_name": frozenset({"who", "owner"}),
    "contact": frozenset({"who", "owner", "how_much"}),
    "money": frozenset({"how_much", "percent"}),
}
"""Kinds of thing that will not do for a narrower one: a body is no company, a number no sum of money."""
SEVERAL: frozenset[Wanted] = frozenset({"document", "where"})
"""Kinds of thing of which a plan may give one in each of several units."""
MANY = 8
"""Units beyond which the things asked for are so common that the best ones serve better than all."""
SHARES = 0.6
"""A clause that gives what was asked must hold at least this share of what the best one holds of the question."""
NAME = 4
"""Characters of words of a plan that are no accident in a question."""
ENOUGH_GRAPH = 0.34
"""Share of the question's weight that the best clause must hold where words of it link to nothing."""
MERE_NAMES = 0.5
"""Share of a clause that names of bodies make up, from which it says nothing else."""
SHORT_ITEM = 8
"""Clauses of an item that is short enough to be quoted whole."""
TOLD = 0.5
"""Weight of a matter that a question's wording is like, from which the clause that names it is on the point."""
LOOSE_GRAPH = 0.6
"""The same where single words of a translation are all that it holds."""


def fact(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """The clause that gives what is asked; or that none does, and the one that comes nearest."""
    query = draft.query
    asks = query.terms or query.points_back or query.condition or query.bridge or query.wants in NEEDED
    if not query.points_back and _of_no_matter(draft) and _all_named(draft):
        return
    if not ranked or not asks:
        draft.status = "unclear"
        draft.lines.append(draft.say("nothing_known"))
        return
    each = query.wants in NEEDED and len(query.asked) < 2 and asks_of_each(query)
    if each and (tell_of_each(draft, ranked) or _of_none(draft, ranked)):
        return
    if bridged(draft, ranked) or (query.asks_section and _parts_of_each(draft, ranked)):
        return
    if _not_there(draft, ranked) or (query.wants == "definition" and define(draft, ranked)):
        return
    if len(query.asked) >= 2 and tell_parts(draft, ranked):
        return
    chosen = _chosen(draft, ranked)
    wrong = denied(query, chosen[0].row) if query.wants == "why" and chosen[0].graph >= ENOUGH_GRAPH else ""
    if not wrong and _not_given(draft, ranked, chosen):
        return
    chosen = _answering_first(draft, chosen)
    if wrong:
        draft.lines.append(draft.say("no_number", number=wrong))
    else:
        _lead(draft, [h.row for h in chosen if h.gives])
    draft.take_all([h.row for h in chosen], "fact_line")


def _lead(draft: Draft, giving: Sequence[Row]) -> None:
    """What the answer begins with: a yes, or the thing asked for."""
    if draft.query.intent == "yes_no":
        draft.lines.append(draft.say("says_lead" if draft.query.asks_leave else "yes"))
    elif focus := focus_of(draft, giving):
        draft.lines.append(draft.say("fact_lead", focus=focus))


def _of_no_matter(draft: Draft) -> bool:
    """Whether a question names no matter: nothing, or the plan's own place alone."""
    query = draft.query
    own = re.compile(language()["reference"][query.language]["own"])
    named = all(draft.corpus.names_a_document(t.surface) or own.fullmatch(t.surface) for t in query.terms)
    return named and (query.condition is None or bool(query.terms))


def _parts_of_each(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """The units of several matters, where the part that they stand in is asked for; ``False`` where one is missing."""
    sides = best_of_sides(draft, ranked) if len(draft.query.sides) >= 2 else []
    if not sides or len(sides) < len(draft.query.sides):
        return False
    take_sides(draft, [side[:1] for side in sides], "fact_line")
    return True


def _of_none(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """Whether no clause of the best unit speaks of any of the things of each of which something is asked.

    *How many of Chinese, of mathematics, of English*: a clause on all teachers together does not tell.
    """
    rows = frozenset(draft.corpus.units[ranked[0].row.unit_index].rows)
    sides = [[leaf for leaf in terms_of(side) if not isinstance(leaf, Place)] for side in draft.query.sides]
    absent = [side for side in sides if side and not any(rows & clauses_of(draft.corpus, leaf) for leaf in side)]
    # What all are kinds of may stand before them, and counts for a side then.
    if len(absent) < max(len(sides) - 1, 2):
        return False
    draft.status = "not_stated"
    draft.lines.append(draft.say("not_stated_wants", wants=draft.wants(draft.query.wants)))
    draft.nearest(ranked)
    return True


def _answering_first(draft: Draft, chosen: Sequence[Ranked]) -> list[Ranked]:
    """The clauses that give what is asked, then those that hold more of the question's words; no others."""
    if draft.query.wants not in NEEDED or not any(h.gives for h in chosen):
        return list(chosen)
    corpus = draft.corpus
    giving = [h for h in chosen if h.gives]
    held = [clauses_of(corpus, n) for n in terms_of(draft.query.condition) if not isinstance(n, Place)]
    told = {h.row.index for h in giving}
    more = [h for h in chosen if not h.gives and any(h.row.index in rows and not rows & told for rows in held)]
    return giving + [h for h in more if not (h.row.unit.kind == "item" and h.row.clause.number == 1)]


def _all_named(draft: Draft) -> bool:
    """All places, or all documents, that the plans name, where the question asks for them without a matter."""
    corpus, query = draft.corpus, draft.query
    wants = next((w for w in (query.wants, *query.also) if w in SEVERAL), None)
    if wants is None or not query.plural:
        return False
    found: dict[int, list[Row]] = {}
    numbered = re.search(language()["filter"][query.language]["numbered"], query.question.lower())
    for row in corpus.rows:
        named = all_places(row) if wants == "where" else [p for p in row.programmes if is_document(p)]
        if named and not corpus.units[row.unit_index].preamble and (row.unit.kind == "item" or not numbered):
            found.setdefault(row.unit_index, []).append(row)
    if not found:
        return False
    asking = replace(draft, query=replace(query, wants=wants, condition=None))
    focus = focus_of(asking, [row for rows in found.values() for row in rows], most=100)
    draft.lines.append(draft.say("fact_lead", focus=focus))
    for unit, rows in found.items():
        draft.take(corpus.units[unit], rows[:QUOTES_A_UNIT], "fact_line")
    return True


def _not_there(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """Whether the question is about something that the plans do not mention; the answer then says so."""
    query = draft.query
    missing = [t.surface for t in query.terms if t.kind == "nothing" and t.active and _is_name(query, t.surface)]
    missing += [t.surface for t in query.terms if t.kind == "nothing" and t.active and is_place_name(t.surface)]
    if query.language == "en" and HAN.search(ranked[0].row.view) and ranked[0].graph >= FOUND:
        # A name in English quotes is somebody's translation: it need not stand in a Chinese plan.
        missing = [name for name in missing if HAN.search(name)]
    absent = [t.surface for t in query.terms if t.active and t.kind == "concept" and _absent(t, draft.corpus)]
    strange = [*query.unlinked, *absent]
    same = query.language == ranked[0].row.document.language == "zh"
    held = ranked[0].graph >= HELD_ALL_THE_SAME or is_telling(draft, ranked[0])
    if same and not held and ranked[0].dense < NEAR_ALL_THE_SAME and not _given_beside(draft, ranked[0]):
        # In the plan's own language its words are known; in another, a matter may go by a word that no dictionary has.
        missing += absent
    if not missing and _beside_the_point(draft, ranked[0], strange):
        missing = strange or [t.surface for t in query.terms if t.active]
    if not missing:
        return False
    draft.status = "not_stated"
    draft.lines.append(draft.say("not_stated_words", words=draft.say("names").join(missing)))
    draft.nearest(ranked)
    return True


def _gives(query: Query, hit: Ranked) -> bool:
    """Whether a clause gives one of the kinds of thing asked for."""
    measures = {part.wants: part.measure for part in query.asked}
    return hit.gives or any(
        w in NEEDED and w not in WIDER.get(query.wants, ()) and gives(hit.row, w, measures.get(w, query.measure))
        for w in query.also
    )


def _absent(term: Term, corpus: Corpus) -> bool:
    """Whether a matter that the thesaurus knows is in no clause, and its words are not there either."""
    if term.reason != "label" or clauses_of(corpus, HasConcept((term.concept,))) or term.surface in corpus.text:
        return False
    words = re.findall(r"[a-z]+", term.surface)
    if not words or not all(stem(word) in corpus.english or corpus.gloss(word) for word in words):
        return True
    told = [corpus.english.get(stem(word), frozenset()) for word in words]
    return bool(corpus.english) and len(words) > 1 and not frozenset.intersection(*told) and not _glossed(words, corpus)


def _glossed(words: Sequence[str], corpus: Corpus) -> bool:
    """Whether one clause holds a translation of each word."""
    rows = [frozenset(i for g in corpus.gloss(w) for i in corpus.containing(g)) for w in words]
    return bool(frozenset.intersection(*rows))


def _not_given(draft: Draft, ranked: Sequence[Ranked], chosen: Sequence[Ranked]) -> bool:
    """Whether the clauses are about the matter but do not give what was asked of it; the answer then says so."""
    query = draft.query
    best = ranked[0]
    # Who is responsible is said once for a whole unit, often in brackets at its end.
    anywhere = query.hops or query.role or query.wants in {"owner", "person_name"}
    giving = [h for h in chosen if _gives(query, h) and (anywhere or h.graph >= SHARES * best.graph)]
    known = not query.asked_strange or _goes_by_another_word(draft, best)
    # A sum that the one clause on a rare matter gives is the sum of it, in whatever words it is asked for.
    known = known or (query.wants == "money" and best.gives and is_telling(draft, best))
    given = bool(giving) and known and is_of_what_is_asked(draft, chosen, giving)
    # A place is told in too many ways for a lack of one to be seen, unless its sort or the very spot is asked for.
    given = given or (query.wants == "where" and not query.measure)
    # "Why is X named": its clause tells.
    given = given or (query.wants == "why" and re.search(genre()["pointed"], query.question) is not None)
    if told := of_another_time(draft, chosen):
        draft.lines.append(told)
    elif not names_members(draft, chosen):
        draft.lines.append(draft.say("not_stated_wants", wants=draft.wants("members")))
    elif query.asked_strange and not (query.wants or known or query.intent == "yes_no"):
        draft.lines.append(draft.say("not_stated_words", words=draft.say("names").join(query.asked_strange)))
    elif query.wants in NEEDED and not given:
        draft.lines.append(draft.say("not_stated_wants", wants=draft.wants(query.wants)))
    else:
        return False
    draft.status = "not_stated"
    draft.nearest(ranked)
    if not told:
        draft.issuer_of([draft.corpus.units[best.row.unit_index]])
    return True


def _goes_by_another_word(draft: Draft, best: Ranked) -> bool:
    """Whether the thing counted may be meant though its English word is not known: the one figure of the very clause.

    *How many newcomers get a mentor under “X”*: 为350名新教师配备导师, where nothing else says X.
    """
    foreign = draft.query.language != best.row.document.language
    figures = [n for n in re.findall(r"\d[\d.,]*", undated(best.row.view)) if not YEAR.fullmatch(n)]
    return foreign and len(figures) == 1 and (is_telling(draft, best) or _is_named(draft, best))


def is_telling(draft: Draft, best: Ranked) -> bool:
    """Whether the best clause is on a matter of the question that few clauses are on."""
    leaves = [n for n in terms_of(draft.query.condition) if isinstance(n, HasConcept)]
    found = [clauses_of(draft.corpus, n) for n in leaves]
    return any(best.row.index in rows and len(rows) <= RARE for rows in found)


def _given_beside(draft: Draft, best: Ranked) -> bool:
    """Whether the best clause gives what is asked for of the matter that tells where, though not by every word."""
    asks = draft.query.wants in NEEDED and best.gives
    return asks and (bool(draft.query.focus) or is_telling(draft, best) or _is_named(draft, best))


def _is_named(draft: Draft, best: Ranked) -> bool:
    """Whether the best clause holds a name that the question gives to the letter and few clauses hold."""
    leaves = [n for n in terms_of(draft.query.condition) if isinstance(n, HasText)]
    names = [n for n in leaves if any(len(text) >= NAME and not text.startswith("en:") for text in n.texts)]
    found = [clauses_of(draft.corpus, n) for n in names]
    return any(best.row.index in rows and len(rows) <= RARE for rows in found)


def _is_firm(draft: Draft, best: Ranked) -> bool:
    """Whether the best unit is held by more than single words of a translation, which many clauses share."""
    if draft.query.language == best.row.document.language:
        return True
    rows = frozenset(draft.corpus.units[best.row.unit_index].rows)
    leaves = [n for n in terms_of(draft.query.condition) if not isinstance(n, Place)]
    weak = [n for n in leaves if isinstance(n, HasText) and all(t.startswith("en:") for t in n.texts)]
    return any(rows & clauses_of(draft.corpus, n) for n in leaves if n not in weak)


def _beside_the_point(draft: Draft, best: Ranked, strange: Sequence[str]) -> bool:
    """Whether the best clause shares so little with the question, in words and in meaning, that it is no answer."""
    query = draft.query
    if best.graph == 0.0 and query.terms and any(isinstance(n, Place) for n in terms_of(query.condition)):
        return True
    enough = ENOUGH_GRAPH if _is_firm(draft, best) else LOOSE_GRAPH
    if not strange or best.graph >= enough or best.matter >= TOLD or is_telling(draft, best):
        return False
    if query.focus:
        return False  # A further question about units that were just answered with: where it looks is known.
    if best.row.document.language == "en" != query.language:
        return best.dense < ACROSS  # The thesaurus knows few of the words that an English plan may use.
    return best.dense < (NEAR if best.graph > 0 else VERY_NEAR)[query.language]


def _is_name(query: Query, surface: str) -> bool:
    return re.search(rf"[“\"「『《‘']{re.escape(surface)}[”\"」』》’']", query.question, re.IGNORECASE) is not None


def _chosen(draft: Draft, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The best clause, those of its unit that carry the question as well, and those of other units that equal it."""
    best, query = ranked[0], draft.query
    if query.wants == "owner" and (owners := _owners(draft, ranked)):
        return owners
    if (
        query.plural
        and not query.hops
        and (query.wants in SEVERAL or (query.measure.startswith("@name") and not query.unlinked))
        and (several := _several(draft, ranked))
    ):
        return several
    inside = [h for h in ranked if h.row.unit_index == best.row.unit_index]
    chosen = [best, *[h for h in inside[1:12] if h.score >= 0.72 * best.score][:2]]
    chosen += completing(draft, inside, chosen)
    if query.wants == "document" and query.plural:
        chosen += [h for h in sorted(inside, key=lambda h: h.row.index) if h.gives and h not in chosen]
    if query.wants == "who" and not any(b.role in ACTING for h in chosen for b in h.row.bodies):
        chosen += [h for h in _owners(draft, ranked) if h not in chosen]
    if query.wants in NEEDED and not any(h.gives for h in chosen):
        chosen += [h for h in inside if h.gives][:1]
    for hit in ranked[1:6]:
        elsewhere = hit.row.unit_index not in {h.row.unit_index for h in chosen}
        equal = hit.graph >= 0.98 * best.graph >= 0.588 and hit.score >= 0.9 * best.score and hit.gives == best.gives
        if elsewhere and equal:
            chosen.append(hit)
    chosen = [_doing(query, ranked, h) for h in chosen]
    return list(dict.fromkeys(chosen)) + _rest_of_item(draft, inside, chosen)


def _doing(query: Query, ranked: Sequence[Ranked], hit: Ranked) -> Ranked:
    """For a clause that is no more than the names of bodies the one of its unit that says as much, and what is done."""
    if {"owner", "who"} & {query.wants, *query.also} or named(hit.row, ACTING) < MERE_NAMES:
        return hit
    beside = (h for h in ranked if h.row.unit_index == hit.row.unit_index and h.graph >= hit.graph)
    return next((h for h in beside if named(h.row, ACTING) < MERE_NAMES and h.gives >= hit.gives), hit)


def _rest_of_item(draft: Draft, inside: Sequence[Ranked], chosen: Sequence[Ranked]) -> list[Ranked]:
    """The other clauses of a short item that is named by one thing, where what is asked in it has no word of theirs."""
    query, told = draft.query, {h.row.index for h in chosen}
    rows = draft.corpus.units[inside[0].row.unit_index].rows
    if not query.hops or query.wants in NEEDED or len(rows) > SHORT_ITEM:
        return []
    rest = [h for h in inside if h.row.index not in told and h.row.index != rows[0]]
    return sorted(rest, key=lambda h: h.row.index)


def _several(draft: Draft, ranked: Sequence[Ranked]) -> list[Ranked]:
    """For a question after several things: the best clause that gives one, of each unit that meets the condition."""
    selection = select(draft.corpus, draft.query)
    found: dict[int, Ranked] = {}
    for hit in ranked:
        shown = hit.row.index in selection.units.get(hit.row.unit_index, ())
        shown = shown and hit.graph >= SHARES * ranked[0].graph
        if shown and hit.gives and not draft.corpus.units[hit.row.unit_index].preamble:
            found.setdefault(hit.row.unit_index, hit)
    if selection.relaxed or not 2 <= len(found) <= MANY:
        return []
    hits = sorted(found.values(), key=lambda h: h.row.index)
    return [h for h in hits if _done_to_document(draft.query, h.row)] or hits


def _done_to_document(query: Query, row: Row) -> bool:
    """Whether a word of the question stands right before the title of a document: 修订《…》 for *will be revised*."""
    words = [w for n in terms_of(query.condition) if isinstance(n, HasText) for w in n.texts if HAN.match(w)]
    return query.wants == "document" and any(re.search(f"{re.escape(w)}[了好]?《", row.view) for w in words)


def _owners(draft: Draft, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The clauses of the best unit that name who acts, in the part asked for; the best clause stands first."""
    best = ranked[0]
    unit = [h for h in ranked if h.row.unit_index == best.row.unit_index]
    inside: list[Ranked] = []
    for roles in (*wanted_roles(draft.query), ACTING):
        inside = [h for h in unit if any(b.role in roles for b in h.row.bodies)]
        if inside:
            break
    return [best, *(h for h in inside[:2] if h is not best)] if inside else []
