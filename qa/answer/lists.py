"""Lists, counts and yes or no: decided over every unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..corpus import HAN, Corpus, Row, UnitRow, genre, language, matching
from ..model import (
    Borderline,
    CitesTitle,
    DueIn,
    HasConcept,
    HasText,
    InUnit,
    Node,
    Place,
    UnderHeading,
    Wanted,
    terms_of,
)
from ..retrieve import (
    ACTING,
    OPEN,
    YEAR,
    Ranked,
    Selection,
    clauses_of,
    decide,
    gives,
    is_in,
    is_matter,
    is_people,
    select,
    titles_cited,
)
from ..sparql import to_sparql
from .bridging import office_bridged
from .draft import BESIDES, FOUND, QUOTES_A_UNIT, Draft, squeeze, stands_for
from .facts import ENOUGH_GRAPH, fact, is_telling
from .fitting import is_place_name
from .focus import short_forms
from .parts import navigate_to
from .suggesting import suggest

WHOLE = 0.75
"""Share of the question that a clause must hold to be a yes, where two things are asked for and no unit is on both."""


def rows_for(draft: Draft, unit: UnitRow, rows: Iterable[int]) -> list[Row]:
    """The clauses that a list quotes for a unit: those that show it, else its title."""
    shown = [draft.corpus.rows[i] for i in sorted(rows)] or [draft.corpus.rows[i] for i in unit.rows[:1]]
    return shown[:QUOTES_A_UNIT]


def _with_asked(draft: Draft, unit: UnitRow, shown: list[Row]) -> list[Row]:
    """The clauses of a listed unit, and one that gives what else was asked for each (when, how many, by whom)."""
    out = list(shown)
    for wants in dict.fromkeys((draft.query.wants, *draft.query.also)):
        if wants in BESIDES and not any(_tells(row, wants) for row in out):
            inside = [draft.corpus.rows[i] for i in unit.rows]
            out += ([r for r in inside if _tells(r, wants)] or [r for r in inside if gives(r, wants)])[:1]
    return sorted(out, key=lambda row: row.index)


def _tells(row: Row, wants: Wanted) -> bool:
    """Whether a clause gives what is asked beside a list; of who acts those that do act, of documents a title."""
    if wants == "document":
        return any(sign in row.view for sign in "《「")
    return any(b.role in ACTING for b in row.bodies) if wants in {"who", "owner"} else gives(row, wants)


def _in_passing(draft: Draft, unit: UnitRow, rows: Iterable[int]) -> bool:
    """Opening paragraphs and notices name every theme: they are listed only where they hold the very words asked."""
    whole = re.search(language()["filter"][draft.query.language]["whole"], draft.query.question.lower())
    if whole or draft.query.strict or not unit.in_front:
        return False
    leaves = terms_of(draft.query.condition)
    if any(isinstance(n, InUnit) and unit.unit.label in n.labels for n in leaves):
        return False
    words = {
        t.concept for t in draft.query.terms if t.active and t.kind == "text" and t.reason in {"quoted", "verbatim"}
    }
    return not any(word in draft.corpus.rows[i].view for i in rows for word in words)


def _dedicated(draft: Draft, listed: list[tuple[UnitRow, frozenset[int]]]) -> list[tuple[UnitRow, frozenset[int]]]:
    """Where the question is after what is given over to a matter: the units whose title names it, if there are any."""
    query = draft.query
    if not re.search(language()["filter"][query.language]["dedicated"], query.question.lower()):
        return listed
    titled = [(u, rows) for u, rows in listed if u.unit.title and u.rows[0] in rows]
    words = [t.surface for t in query.terms if t.active]
    exact = [(u, rows) for u, rows in titled if any(word in matching(u.unit.title) for word in words)]
    return exact or titled or listed


def _decided(
    draft: Draft,
) -> tuple[Selection, list[tuple[UnitRow, frozenset[int]]], list[tuple[UnitRow, frozenset[int]]]]:
    selection = select(draft.corpus, draft.query)
    found = [(draft.corpus.units[u], rows) for u, rows in selection.units.items()]
    passing = [(u, rows) for u, rows in found if _in_passing(draft, u, rows)]
    listed = [(u, rows) for u, rows in found if not _in_passing(draft, u, rows)]
    if not listed:
        listed, passing = passing, []
    listed = _dedicated(draft, listed)
    draft.checked = len(draft.corpus.units)
    if selection.condition is not None:
        draft.sparql = to_sparql(selection.condition, draft.corpus)
    return selection, listed, passing


def _nothing_listed(draft: Draft, ranked: Sequence[Ranked]) -> None:
    draft.status = "not_stated"
    words = [t.surface for t in draft.query.terms if t.active]
    if draft.query.unlinked:
        words = list(draft.query.unlinked)
    inside = any(isinstance(n, Place) for n in terms_of(draft.query.condition))
    said = draft.say("names").join(words) or draft.query.question
    draft.lines.append(draft.say("list_none_inside" if inside else "list_none", words=said, checked=draft.checked))
    draft.nearest(ranked)


def list_items(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """All units that meet the condition, each with the clauses that show it."""
    if draft.query.condition is None and not draft.query.unlinked:
        fact(draft, ranked)
        return
    if office_bridged(draft, ranked) or (draft.query.asks_section and _sections_about(draft, ranked)):
        return
    selection, listed, passing = _decided(draft)
    if draft.query.single and ranked and ranked[0].graph >= FOUND and (not listed or draft.query.unlinked):
        fact(draft, ranked)
        return
    if not listed or draft.query.unlinked:
        if draft.query.unlinked and listed and _still_close(draft, ranked):
            pass
        else:
            _nothing_listed(draft, ranked)
            return
    listed = _to_the_letter(draft, listed)
    _tell_left_out(draft, selection)
    together = selection.relaxed and not selection.left_out and len(listed) > 1
    lead = "list_relaxed" if together else "list_one" if len(listed) == 1 else "list_lead"
    draft.lines.append(draft.say(lead, n=len(listed), checked=draft.checked))
    for unit, rows in listed:
        draft.take(unit, _with_asked(draft, unit, rows_for(draft, unit, rows)))
    _offer(draft, passing, ranked)


def _to_the_letter(draft: Draft, listed: list[tuple[UnitRow, frozenset[int]]]) -> list[tuple[UnitRow, frozenset[int]]]:
    """Where one of the units spoken of is asked for: those that hold its very words, if not all of them do."""
    query, corpus = draft.query, draft.corpus
    words = [t.surface for t in query.terms if t.active and t.kind != "nothing"]
    if not (query.single and query.points_back and words) or len(listed) < 2:
        return listed
    exact = [(u, rows) for u, rows in listed if any(all(w in corpus.rows[i].view for w in words) for i in u.rows)]
    return exact or listed


def _tell_left_out(draft: Draft, selection: Selection) -> None:
    """That no unit has all that was asked, and which words of the question the list was decided without."""
    words = [t.surface for t in draft.query.terms if t.active and any(stands_for(t, n) for n in selection.left_out)]
    if words:
        draft.lines.append(draft.say("list_without", words=draft.say("names").join(dict.fromkeys(words))))


def titles(draft: Draft) -> bool:
    """The documents whose titles hold what the question names, and the units that cite them."""
    corpus = draft.corpus
    nodes = [n for n in terms_of(draft.query.condition) if isinstance(n, CitesTitle)]
    if not nodes:
        return False
    _, listed, _ = _decided(draft)
    cited = {u.index: _cited(corpus, rows, nodes) for u, rows in listed}
    shown = {u: [row for row, _ in found] for u, found in cited.items() if found}
    if not shown:
        draft.status = "not_stated"
        words = draft.say("names").join(text for node in nodes for text in node.texts if text)
        none = draft.say("title_none", words=words, checked=draft.checked)
        draft.lines.append(none if words else draft.say("not_stated_wants", wants=draft.wants("document")))
        return True
    names = list(dict.fromkeys(squeeze(t) for found in cited.values() for _, titles in found for t in titles))
    # A short form is no second document beside the full name that a clause gives it.
    full = {squeeze(short): squeeze(name) for row in corpus.rows for short, name in short_forms(row).items()}
    names = [n for n in names if full.get(n) not in names]
    draft.lines.append(
        draft.say("fact_lead", focus=draft.say("how_many", n=len(names), names=draft.say("names").join(names)))
    )
    for index, rows in shown.items():
        draft.take(corpus.units[index], rows, "fact_line")
    return True


def _cited(corpus: Corpus, rows: Iterable[int], nodes: Sequence[CitesTitle]) -> list[tuple[Row, list[str]]]:
    """Clauses with the titles that they cite; a plan's own title is none of them."""
    found: list[tuple[Row, list[str]]] = []
    for row in (corpus.rows[i] for i in sorted(rows)):
        own = squeeze(f"《{row.document.title}》")
        cited = [t for node in nodes for t in titles_cited(row, node) if squeeze(t) != own]
        titles = [t for t in cited if all(t in titles_cited(row, node) for node in nodes)] or cited
        if titles:
            found.append((row, titles))
    return found


def _sections_about(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """Sections whose own title holds what the question names; ``False`` where none does, or items are asked for."""
    corpus, query = draft.corpus, draft.query
    filters, parts = language()["filter"][query.language], language()["reference"][query.language]
    asked = query.question.lower()
    if re.search(filters["items"], asked) and not re.search(parts["which_section"], asked):
        return False
    leaves = [n for n in terms_of(query.condition) if not isinstance(n, Place)]
    found = [
        iri
        for iri, section in corpus.headings.items()
        if any(is_in(corpus, leaf, matching(section.title), "zh") for leaf in leaves)
    ]
    if len(found) != 1:
        return False
    navigate_to(draft, [UnderHeading((found[0],))])
    draft.sections_told = True
    return True


def _still_close(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """Whether the words that link to something carry the question although others do not.

    A date must be there, and so must a name; an ordinary word may say in other words what the rest says.
    """
    query = draft.query
    if any(t.reason == "date" and t.kind == "nothing" and t.active for t in query.terms):
        return False
    if ranked and ranked[0].graph >= ENOUGH_GRAPH:
        return True
    bodies = re.compile(genre()["body_ends"])
    return not any(
        is_place_name(word) or bodies.search(word) or (query.language == "en" and HAN.search(word))
        for word in query.unlinked
    )


def _offer(draft: Draft, passing: Sequence[tuple[UnitRow, frozenset[int]]], ranked: Sequence[Ranked]) -> None:
    """Units that are not in the list but that a careful reader would look at."""
    for unit, _ in passing:
        draft.borderline.append(
            Borderline(unit.document.id, unit.unit.label, unit.unit.title, draft.say("list_preamble"), unit.iri)
        )
    _offer_same_bodies(draft)
    _offer_earlier(draft)
    suggest(draft, ranked)


def _offer_earlier(draft: Draft) -> None:
    """Units with what is due before the deadline by which a list is asked for: *by the end of August*."""
    corpus, condition = draft.corpus, draft.query.condition
    limits = [n for n in terms_of(condition) if isinstance(n, DueIn) and n.until]
    if not limits or not all(isinstance(n, DueIn | HasText) for n in terms_of(condition)):
        return
    due = {u for n in limits for u in decide(corpus, DueIn(OPEN[0], n.first))}
    for index in sorted(due - set(draft.units)):
        unit = corpus.units[index]
        draft.borderline.append(
            Borderline(unit.document.id, unit.unit.label, unit.unit.title, draft.say("list_earlier"), unit.iri)
        )


def _offer_same_bodies(draft: Draft) -> None:
    """Units that name a body asked for by a spelling that is only suggested to be its own, each with the reason."""
    corpus = draft.corpus
    taken = {*draft.units, *(u.index for u in corpus.units if u.iri in {b.iri for b in draft.borderline})}
    for term in draft.query.terms:
        if not term.active or term.kind != "text" or term.concept not in corpus.body_spellings:
            continue
        from kg.names import why

        for other, suggestion in corpus.same_bodies.get(term.concept, ()):
            for index in sorted(corpus.acting.get(other, ())):
                row = corpus.rows[index]
                if row.unit_index in taken or row.document.id not in suggestion.documents:
                    continue
                taken.add(row.unit_index)
                unit = corpus.units[row.unit_index]
                reason = draft.say("same_body", name=other, why=why(suggestion, draft.query.language))
                draft.borderline.append(
                    Borderline(unit.document.id, unit.unit.label, unit.unit.title, reason, unit.iri)
                )


def count(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """How many units meet the condition, and which."""
    if draft.query.condition is None and not draft.query.unlinked:
        if draft.query.single:
            fact(draft, ranked)  # "Which item says so": one is meant, though none of its words is known.
        else:
            _count_all(draft)
        return
    if draft.query.asks_section and _sections_about(draft, ranked):
        return
    selection, listed, passing = _decided(draft)
    if not listed or (draft.query.unlinked and not _still_close(draft, ranked)):
        _nothing_listed(draft, ranked)
        return
    _tell_left_out(draft, selection)
    labels = draft.say("names").join(u.unit.label for u, _ in listed)
    lead = "count_one" if len(listed) == 1 else "count_lead"
    draft.lines.append(draft.say(lead, n=len(listed), checked=draft.checked, labels=labels))
    for unit, rows in listed:
        draft.take(unit, _with_asked(draft, unit, rows_for(draft, unit, rows)))
    _offer(draft, passing, ranked)


def _count_all(draft: Draft) -> None:
    """How many parts, items, or both, the plan has in all."""
    counted = [u for u in draft.corpus.units if u.unit.kind in {"item", "article"}]
    draft.checked = len(draft.corpus.units)
    table, asked = language()["reference"][draft.query.language], draft.query.question.lower()
    sections, items = re.search(table["all_sections"], asked), re.search(table["all_items"], asked)
    if sections:
        _count_sections(draft)
    if items or not sections:
        labels = f"{counted[0].unit.label}–{counted[-1].unit.label}" if counted else ""
        draft.lines.append(draft.say("count_lead", n=len(counted), checked=draft.checked, labels=labels))


def _count_sections(draft: Draft) -> None:
    top = [s for p in draft.corpus.plans for s in p.document.sections if s.level == 1]
    if not top:
        top_units = [u.unit for u in draft.corpus.units if u.unit.kind in {"item", "article"}]
        titles = draft.say("names").join(f"{u.label} {u.title}" for u in top_units)
        draft.lines.append(draft.say("count_sections", n=len(top_units), titles=titles))
        return
    titles = draft.say("names").join(f"{s.label}{s.title}" for s in top)
    draft.lines.append(draft.say("count_sections", n=len(top), titles=titles))


def _unsaid(draft: Draft) -> str:
    """That the plan does not speak of some of the things asked about; or of each, but nowhere of all together."""
    terms = [t for t in draft.query.terms if t.active]
    leaves = terms_of(draft.query.condition)
    said = {leaf for leaf in leaves if not isinstance(leaf, Place) and clauses_of(draft.corpus, leaf)}
    absent = [t for t in terms if not any(stands_for(t, leaf) for leaf in said)]
    names = draft.say("names").join(t.surface for t in absent or terms)
    return draft.say("not_stated_words" if absent or len(terms) < 2 else "not_together", words=names)


def _held(ranked: Sequence[Ranked], node: Node, draft: Draft) -> bool:
    """Whether the best clause shows a leaf."""
    return bool(ranked) and not isinstance(node, Place) and ranked[0].row.index in clauses_of(draft.corpus, node)


def _is_absent(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """Whether a matter that is asked about stands nowhere, and the best clause shows no other: phones in class."""
    corpus, everybody = draft.corpus, set(genre()["everybody"])
    told = [n for n in terms_of(draft.query.condition) if isinstance(n, HasConcept) and not everybody & {*n.concepts}]
    nowhere = [n for n in told if is_matter(corpus, n) and not clauses_of(corpus, n)]
    return bool(nowhere) and not any(_held(ranked, n, draft) for n in told)


def _in_another_place(draft: Draft, selection: Selection) -> bool:
    """Whether what no unit has beside the rest is the name of a place: there the plan does not say it happens."""
    query = draft.query
    behind = language()["filter"]["en"]["sort_of_place"]
    terms = (t for t in query.terms if t.active and any(stands_for(t, n) for n in selection.left_out))
    return any(
        is_place_name(t.concept) or re.search(rf"\b{re.escape(t.surface)}{behind}", query.question.lower())
        for t in terms
    )


def yes_no(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """Whether a unit meets the condition, with the clauses; a number that the plan does not bear out is corrected."""
    corpus, query = draft.corpus, draft.query
    if query.condition is None and not query.unlinked:
        fact(draft, ranked)
        return
    selection, listed, _ = _decided(draft)
    things = sum(t.active and t.kind == "concept" for t in query.terms)
    # Of two things asked for together, a clause on one of them is no yes.
    enough = FOUND if listed or things < 2 else WHOLE
    # Who is meant may be said in other words than a plan's, which has pupils in mind throughout.
    loose = query.unlinked or all(
        is_people(corpus, n) for n in terms_of(query.condition) if not _held(ranked, n, draft)
    )
    matters = [n for n in terms_of(query.condition) if not (isinstance(n, Place) or is_people(corpus, n))]
    held = bool(matters) and not query.unlinked and all(_held(ranked, n, draft) for n in matters)
    loose = loose and not any(is_place_name(word) for word in query.unlinked)
    close = bool(ranked) and (ranked[0].graph >= enough or held or (loose and is_telling(draft, ranked[0])))
    close = close and not _is_absent(draft, ranked)
    if (not listed or query.unlinked) and not query.strict and close:
        fact(draft, ranked)
        return
    strange = [word for word in query.unlinked if is_place_name(word)]
    if not listed or strange or query.unlinked:
        draft.status = "not_stated"
        words = draft.say("names").join(strange or query.unlinked)
        draft.lines.append(draft.say("not_stated_words", words=words) if words else _unsaid(draft))
        draft.nearest(ranked)
        return
    if _in_another_place(draft, selection):
        draft.status = "not_stated"
        draft.lines.append(_unsaid(draft))
        draft.nearest(ranked)
        return
    named = {x for n in terms_of(query.condition) if isinstance(n, InUnit) for x in n.labels}
    numbers = [n for n in re.findall(r"\d+(?:\.\d+)?%?", query.question) if n not in named]
    inside = {u.index for u, _ in listed}
    hits = [h for h in ranked if h.row.unit_index in inside]
    if selection.left_out:
        draft.status = "partial"  # What is there is no yes to all that was asked.
        _tell_left_out(draft, selection)
    yes = "says_lead" if query.asks_leave or selection.left_out else "yes_lead"
    wrong = [n for n in numbers if hits and n.rstrip("%") not in hits[0].row.view and not YEAR.match(n)]
    draft.lines.append(draft.say("no_number", number=wrong[0]) if wrong else draft.say(yes))
    if wrong or len(listed) > 6:
        best = hits[0] if wrong else max(hits[:5], key=lambda h: h.graph + 0.5 * h.score)
        draft.take(corpus.units[best.row.unit_index], [best.row])
        return
    for unit, rows in listed:
        draft.take(unit, rows_for(draft, unit, rows))
