"""Whether what a clause gives belongs to what was asked: to the thing, the part, the place, the rate and the time.

A clause may be on the matter and hold a number, and still not tell: the number is another one.  What is found lacking
here makes an answer say that the plan does not give what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..corpus import Row, genre, label_number, language, matching
from ..model import And, HasConcept, HasText, Node, Not, Place, Term, Wanted, terms_of
from ..retrieve import (
    ACTING,
    YEAR,
    Ranked,
    clauses_of,
    is_bare,
    is_common,
    is_dated,
    is_group,
    is_in,
    is_of_sort,
    is_people,
    is_proper,
    is_sort_of_place,
    undated,
)
from .defining import names_as_many
from .draft import Draft

FIGURES: frozenset[Wanted] = frozenset({"how_much", "percent", "money"})
"""Kinds of thing that are figures."""
_SAYS = 6
"""Characters of what is measured from which on they say of what a share is."""
RARE = 2
"""Clauses that are on a matter which tells where a question is answered, whatever its other words are."""


def is_of_what_is_asked(draft: Draft, chosen: Sequence[Ranked], giving: Sequence[Ranked]) -> bool:
    """Whether what the clauses give belongs to the very thing, part, place and rate that the question is after."""
    if not all(fits(draft, chosen) for fits in (_counts_it, _holds_asked, _has_rate, _holds_a_matter)):
        return False
    of_giving = (
        _is_for_each, _is_in_all, _is_of_sanction, _is_of_post, _is_counted_in, _is_another_time, _is_of_place,
        _is_of_group, _names_another, _is_of_stage,
    )  # fmt: skip
    if not all(fits(draft, giving) for fits in of_giving):
        return False
    if not _holds_rarest(draft, chosen, giving):
        return False
    return any(
        _is_of_asked(draft, h.row) and not (_is_of_the_whole(draft, h.row) or _is_another_share(draft, h.row))
        for h in giving
    )


def _is_of_stage(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether figures are of the stage of schooling that is asked about, and not of others beside which it is missing.

    *How much for kindergartens*: 小学每生每年1400元、初中1700元 does not tell.
    """
    corpus, query = draft.corpus, draft.query
    stages: frozenset[str] = frozenset(language()["stages"]["concepts"])
    asked = {c for n in terms_of(query.condition) if isinstance(n, HasConcept) for c in n.concepts} & stages
    if query.wants not in FIGURES or len(asked) != 1:
        return True
    (stage,) = asked
    family = corpus.thesaurus.narrower(stage) | corpus.thesaurus.broader(stage)
    for hit in giving:
        spoken = hit.row.document.language
        here = {m.concept for m in corpus.thesaurus.match(f"{hit.row.unit.title} {hit.row.view}", spoken)}
        if here & family or len(here & (stages - family)) < 2:
            return True
    return False


def _rarest(draft: Draft) -> tuple[Node, frozenset[int]] | None:
    """What the question names that the fewest clauses are on, with these, where they are few."""
    held = [(n, rows) for n in _joined(draft.query.condition) if (rows := _rows_of(draft, n)) is not None]
    return min(((n, rows) for n, rows in held if 0 < len(rows) <= RARE), key=lambda h: len(h[1]), default=None)


def _joined(node: Node | None) -> list[Node]:
    """The parts that a condition joins, each with its alternatives."""
    if isinstance(node, And):
        return [part for inner in node.parts for part in _joined(inner)]
    return [node] if node is not None and not isinstance(node, Not) else []


def _rows_of(draft: Draft, node: Node) -> frozenset[int] | None:
    """The clauses on one thing, by any of its names; ``None`` where words of a translation guess at it."""
    leaves = terms_of(node)
    if not all(isinstance(n, HasConcept) or _is_plain(n) for n in leaves) or any(_is_time(n) for n in leaves):
        return None
    return frozenset[int]().union(*(clauses_of(draft.corpus, n) for n in leaves))


def _is_plain(node: Node) -> bool:
    """Whether a leaf stands for a word of a Chinese plan as it is, and not for what a translation may mean."""
    return isinstance(node, HasText) and len(node.texts) == 1 and not node.texts[0].startswith("en:")


def _holds_rarest(draft: Draft, chosen: Sequence[Ranked], giving: Sequence[Ranked]) -> bool:
    """Whether figures are of the one matter of the question that few clauses are on.

    *How many bilingual teachers are trained*: 全年培训教师9000人次 is told before these come up, and of all.
    """
    query = draft.query
    # An item that is named by one thing, and asked for another, may tell of it anywhere.
    apart = query.hops or query.points_back or re.search(r"[.;。；]\s*\S", query.question) is not None
    rarest = _rarest(draft) if query.wants in FIGURES and not apart else None
    if rarest is None:
        return True
    units = {h.row.unit_index for h in chosen}
    inside = [i for i in rarest[1] if draft.corpus.rows[i].unit_index in units]
    first = [draft.corpus.units[draft.corpus.rows[i].unit_index].rows[0] for i in inside]
    if not inside or set(inside) & set(first):
        return True
    return any(h.row.index >= min(inside) for h in giving)


def _is_of_the_whole(draft: Draft, row: Row) -> bool:
    """Whether the figures of a clause are of all, and what is asked about is named behind *of these* without one.

    总投资1.86亿元，其中三中宿舍楼8月交付: what the dormitory costs is not told.
    """
    among = re.search(genre()["among"], row.view) if draft.query.wants in FIGURES else None
    if among is None or len(draft.query.asked) > 1 or re.search(r"\d", undated(row.view[among.end() :])):
        return False
    before, behind = row.view[: among.start()], row.view[among.end() :]
    things, spoken = _joined(draft.query.condition), row.document.language
    return any(is_in(draft.corpus, n, behind, spoken) and not is_in(draft.corpus, n, before, spoken) for n in things)


def _is_another_share(draft: Draft, row: Row) -> bool:
    """Whether the shares of a clause say of what they are, and that is nothing the question names.

    *The share of children in public kindergartens*: 财政投入占比不低于5% is another, in whatever clause it stands.
    """
    query = draft.query
    if query.wants != "percent" or not query.language == row.document.language == "zh":
        return False
    rates = re.compile(genre()["share_words"])
    things = [
        n
        for n in _joined(query.condition)
        if not isinstance(n, Place)
        and not all(isinstance(leaf, HasText) and all(map(rates.fullmatch, leaf.texts)) for leaf in terms_of(n))
    ]
    shares = [t for t in row.targets if t.value is not None and re.search("[%％]|百分", t.text)]
    if len(things) < 2 or not shares or any(len(t.measure) < _SAYS for t in shares):
        return False
    told = [matching(f"{t.measure} {t.text}") for t in shares]
    return not any(is_in(draft.corpus, n, text, "zh") for n in things for text in told)


def of_another_time(draft: Draft, chosen: Sequence[Ranked]) -> str:
    """That the clauses are of another time than the one asked about; empty where they are of it."""
    question = draft.query.question.lower()
    for year in YEAR.findall(question):
        if not _of_year(chosen, year):
            return draft.say("not_stated_that_year", year=year)
    for match in re.finditer(genre()["minguo"], question):
        year = next(g for g in match.groups() if g)
        shown = rf"(?<!\d){year}(?!\d)"
        if not any(h.row.document.year == int(year) + 1911 or re.search(shown, h.row.view) for h in chosen):
            return draft.say("not_stated_that_year", year=year)
    # What somebody tells before asking is of no time that is asked about: *my nephew left school last year. …*
    asking = re.split(r"[.;。；!！]\s*", question.rstrip(" .。!！?？"))[-1]
    past = re.search(genre()["past"], _uncompared(asking))
    if past and not any(_of_the_past(h.row) for h in chosen):
        return draft.say("not_stated_then", when=past.group())
    coming = re.search(genre()["coming"], asking)
    if coming and not any(_of_the_coming(h.row) for h in chosen):
        return draft.say("not_stated_then", when=coming.group())
    now = re.search(genre()["present"], question) if draft.query.wants in {"how_much", "percent"} else None
    if now and not any(re.search(genre()["at_present"], f"{h.row.view} {h.row.translation}") for h in chosen):
        return draft.say("not_stated_now")
    return ""


def names_members(draft: Draft, chosen: Sequence[Ranked]) -> bool:
    """Whether some clause names several things, where each of a number of things is asked for by its name.

    *What are the eight pieces of the kit*: a clause that says 8件套 and names no piece does not tell.
    """
    filters, question = language()["filter"][draft.query.language], draft.query.question.lower()
    rows = [h.row for h in chosen]
    lists = [row.view[m.end() :] for row in rows for m in re.finditer(genre()["listed"], row.view)]
    if lists and re.search(filters["contents"], question):
        return any(_EXPLAINS.search(behind) for behind in lists)
    if not re.search(filters["members"], question):
        return True
    # Of a slogan in quotation marks, “四个提升、两个确保”, what stands right before or behind it has to tell.
    slogans = [t.concept for t in draft.query.terms if t.reason == "quoted" and _COUNTS.search(t.concept)]
    around = [(slogan, *h.row.view.split(slogan, 1)) for slogan in slogans for h in chosen if slogan in h.row.view]
    if around:
        return any(
            before.endswith("”“") or _EXPLAINS.search(behind) or names_as_many(slogan, before)
            for slogan, before, behind in around
        )
    counted = [beside for row in rows if (beside := _beside_count(row.view, question))]
    if not counted:  # The number may stand in another clause of the unit.
        units = dict.fromkeys(h.row.unit_index for h in chosen)
        inside = (draft.corpus.rows[i].view for unit in units for i in draft.corpus.units[unit].rows)
        counted = [beside for view in inside if (beside := _beside_count(view, question))]
    if counted:
        return any(_SEVERAL_BEFORE.search(before) or _EXPLAINS.search(behind) for before, behind in counted)
    pair = re.search(filters["pair"], question) is not None
    return any(
        row.document.language == "en" or _SERIES.search(row.view) or (pair and _PAIR.search(row.view)) for row in rows
    )


def _beside_count(text: str, question: str) -> tuple[str, str] | None:
    """What stands before and behind the number in a clause that a question says too: 7个区县 for *all seven*."""
    said = {label_number(n) for n in re.findall(r"[a-z]+|\d+|[一二两三四五六七八九十]+", question)} - {None, 1}
    for match in _COUNT.finditer(text):
        if label_number(match.group("n")) in said:
            return text[: match.start()], text[match.end() :]
    return None


_COUNT = re.compile(r"(?P<n>\d+|[一二两三四五六七八九十]{1,3})(?:个|所|家|项|名|类|门|位|种|支|件|条|样|步|大|方面)")
_SEVERAL_BEFORE = re.compile(r"、[^，,。；;、]{1,20}$")
_COUNTS = re.compile(r"[一二两三四五六七八九十\d]")
_EXPLAINS = re.compile(r"^[”」]?[^，。；、]{0,6}(?:[（(](?=[^）)]{3})|[：:]|——|即|分别|包括|指)|一是")
_SERIES = re.compile(
    r"、|(?:\+[^+，。；]{1,12}){2}|“[^”]*”[^“]{0,3}“|《[^》]*》[^《]{0,3}《|[一二三]是|(?:[^，。；]+[，；]){2}"
)


_PAIR = re.compile("[^，。；]{2}[和及与][^，。；]{2}")


def _uncompared(text: str) -> str:
    """A text without what only compares with the year before: 较上年下降1个百分点 tells nothing of that year."""
    return re.sub(genre()["against_past"], "", text)


def _of_the_past(row: Row) -> bool:
    """Whether a clause speaks of a time before its plan, or stands in a table beside whose cells that time is named."""
    said = _uncompared(f"{row.view} {row.translation}".lower())
    if re.search(genre()["past"], said) or not is_bare(row):
        return re.search(genre()["past"], said) is not None
    year = row.document.year
    whole = matching(row.document.text)
    return (year is not None and str(year - 1) in whole) or re.search(genre()["past"], whole) is not None


def _of_the_coming(row: Row) -> bool:
    """Whether a clause speaks of a time behind that of its plan."""
    years = [int(y) for y in YEAR.findall(row.view)]
    said = re.search(genre()["coming"], f"{row.view} {row.translation}".lower()) is not None
    return said or any(y > (row.document.year or y) for y in years)


def _of_year(chosen: Sequence[Ranked], year: str) -> bool:
    """Whether clauses are of a year: their plan is for it, they name it, or a figure in them is for it."""
    return any(
        str(h.row.document.year) == year
        or year in _uncompared(h.row.view)
        or any((t.deadline or "").startswith(year) for t in h.row.targets)
        or (is_bare(h.row) and year in h.row.document.text)  # The year stands in the head of the column.
        for h in chosen
    )


def _counts_it(draft: Draft, chosen: Sequence[Ranked]) -> bool:
    """Whether the units chosen speak at all of the thing whose number is asked for; those whom a plan always means need
    not be named where people are counted: 秋季招生900人.
    """
    rows = frozenset(i for h in chosen for i in draft.corpus.units[h.row.unit_index].rows)
    people = any(re.search(genre()["people_figure"], h.row.view) for h in chosen)
    everybody = frozenset(genre()["everybody"] if people else ())
    leaves = (leaf for n in draft.query.counted for leaf in terms_of(n)[:1])
    return all(
        (isinstance(leaf, HasConcept) and everybody.issuperset(leaf.concepts)) or rows & clauses_of(draft.corpus, leaf)
        for leaf in leaves
    )


def _holds_asked(draft: Draft, chosen: Sequence[Ranked]) -> bool:
    """Whether the units chosen hold a word of the part that asks, where it asks for a part of a whole.

    *Of the teachers to be added, how many are for sports*: a unit that says nothing of sports does not tell.
    """
    query = draft.query
    if len(query.asked) != 1 or not re.search(language()["filter"][query.language]["part_of"], query.question.lower()):
        return True
    own = {leaf for node in query.asked[0].own for leaf in terms_of(node)}
    if not own or own >= set(terms_of(query.condition)):
        return True
    rows = frozenset(i for h in chosen for i in draft.corpus.units[h.row.unit_index].rows)
    return any(rows & clauses_of(draft.corpus, leaf) for leaf in own)


def _has_rate(draft: Draft, chosen: Sequence[Ranked]) -> bool:
    """Whether the units chosen speak of a rate, where a rate is asked for by its name: 火化率."""
    if draft.query.wants not in FIGURES or not re.search(genre()["rate"], draft.query.question):
        return True
    rows = (draft.corpus.rows[i] for h in chosen for i in draft.corpus.units[h.row.unit_index].rows)
    return any(re.search(genre()["rate"], row.view) or row.document.language == "en" for row in rows)


def _is_for_each(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether some clause gives a sum for each, where such a sum is asked for: what all get together does not tell."""
    asked = language()["filter"][draft.query.language]["per_head"]
    if draft.query.wants != "money" or not re.search(asked, draft.query.question.lower()):
        return True
    timed = re.search(language()["filter"][draft.query.language]["per_time"], draft.query.question.lower())
    time = language()["time_units"].get(timed.group("x"), timed.group("x")) if timed else ""
    return any(
        h.row.document.language == "en"
        or (re.search(genre()["for_each"], h.row.view) and re.search(time, undated(h.row.view)))
        for h in giving
    )


def _is_in_all(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether some clause gives a sum of all, where it is asked what they come to: 每人资助4000元 does not tell."""
    filters, question = language()["filter"][draft.query.language], draft.query.question.lower()
    wants, counting = draft.query.wants, bool(draft.query.measure)
    asked = wants == "money" or (wants == "how_much" and not counting)
    asked = asked and re.search(filters["in_all"], question) is not None
    views = [h.row.view for h in giving if re.search(genre()["money"], h.row.view)]
    if not (asked and views) or re.search(filters["per_head"], question):
        return True
    return any(re.search(genre()["money"], re.sub(genre()["each_sum"], "", view)) for view in views)


def _holds_a_matter(draft: Draft, chosen: Sequence[Ranked]) -> bool:
    """Whether the units that give a sum of money are on a matter of the question, where the plan is on any of these.

    *What do parents pay a month for a place in a nursery*: the one sum that is paid monthly does not tell.
    """
    corpus, query = draft.corpus, draft.query
    if query.wants != "money" or query.hops or query.points_back:
        return True
    matters = [n for n in _joined(query.condition) if not (is_people(corpus, n) or is_common(corpus, n))]
    held = [rows for n in matters if (rows := _rows_of(draft, n))]
    units = {h.row.unit_index for h in chosen}
    inside = frozenset(i for unit in units for i in corpus.units[unit].rows)
    return not held or any(inside & rows for rows in held)


def _is_counted_in(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether a figure is in a clause without what the question leaves out: *allowances aside, what is the pay*."""
    if draft.query.wants not in FIGURES or not isinstance(draft.query.condition, And):
        return True
    out = [n.part for n in draft.query.condition.parts if isinstance(n, Not)]
    aside = [leaf for part in out for leaf in terms_of(part) if isinstance(leaf, HasConcept | HasText)]
    left = frozenset[int]().union(*(clauses_of(draft.corpus, leaf) for leaf in aside))
    return any(h.row.index not in left for h in giving)


def _is_another_time(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether some clause names a time that is not itself what is asked about: *when do the summer holidays begin*."""
    if draft.query.wants != "when":
        return True
    leaves = [n for n in terms_of(draft.query.condition) if isinstance(n, HasConcept | HasText)]
    for hit in giving:
        row, spoken = hit.row, hit.row.document.language
        times = [m.group() for m in re.finditer(genre()["occasion"], row.view)]
        if not times or is_dated(re.sub(genre()["occasion"], "", row.view)):
            return True
        if any(not any(is_in(draft.corpus, leaf, time, spoken) for leaf in leaves) for time in times):
            return True
    return False


def _is_of_sanction(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether a sum is of a fine, where it is asked what must be paid by those who break a rule: 要罚多少钱."""
    asked = language()["filter"][draft.query.language]["penalty"]
    if draft.query.wants != "money" or not re.search(asked, draft.query.question.lower()):
        return True
    return any(re.search(genre()["penalty"], f"{h.row.view} {h.row.translation}") for h in giving)


def _is_of_post(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether a person is named as holding a post, where it is asked who holds it: who leads a task does not tell."""
    asked = language()["filter"][draft.query.language]["post"]
    if draft.query.wants != "person_name" or not re.search(asked, draft.query.question.lower()):
        return True
    return any(h.row.document.language == "en" or re.search(genre()["person"], h.row.view) for h in giving)


def _is_of_place(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether a clause that gives what is asked is of the place or the school that the question names.

    *When will the playground of school A be paved*: the clause on that of school B does not tell, and neither does one
    on both, *that of B by August, and a start will be made at A*.
    """
    names = [t.concept for t in draft.query.terms if t.active and t.kind == "text" and _is_placed(t)]
    if not names or draft.query.wants not in FIGURES | {"when"}:
        return True
    # An item that is named by one thing may give the figure of another.
    units = {h.row.unit_index for h in giving} if draft.query.hops else set()
    if any(name in draft.corpus.rows[i].view for u in units for i in draft.corpus.units[u].rows for name in names):
        return True
    return any(_tells_of(h.row, names) for h in giving)


def _is_of_group(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether the units that give a figure speak of the places or the people of whom a part is asked for.

    *How many of the 85 recruits go to island schools*: a unit that says nothing of islands does not tell.
    """
    corpus, query = draft.corpus, draft.query
    part_of = language()["filter"][query.language]["part_of"]
    if query.wants not in FIGURES or not re.search(part_of, query.question.lower()):
        return True
    rows = frozenset(i for h in giving for i in corpus.units[h.row.unit_index].rows)
    for leaf in terms_of(draft.query.condition):
        if is_group(corpus, leaf) or is_sort_of_place(corpus, leaf):
            held = clauses_of(corpus, leaf)
            if held and not held & rows:
                return False
    return True


def _tells_of(row: Row, names: Sequence[str]) -> bool:
    """Whether the title of a clause's unit holds one of the names, or the clause does and no other name comes first."""
    if any(name in matching(row.unit.title) for name in names):
        return True
    if not any(name in row.view for name in names):
        return False
    parts = re.split(r"[，,；;]", row.view)
    dated = [k for k, part in enumerate(parts) if is_dated(part) or re.search(r"\d", part)]
    if len(dated) != 1 or any(name in part for part in parts[: dated[0] + 1] for name in names):
        return True
    others = (matching(b.name) for b in row.bodies)
    return not any(name in parts[dated[0]] and is_proper(name) for name in others)


def _is_placed(term: Term) -> bool:
    return is_place_name(term.concept) or (term.reason == "pinyin" and " " not in term.surface)


def is_place_name(surface: str) -> bool:
    """Whether a word is shaped like the name of a place, a school or a company: 石岭县, 清溪中学."""
    return re.fullmatch(language()["filter"]["zh"]["place_name"], surface) is not None


def _names_another(draft: Draft, giving: Sequence[Ranked]) -> bool:
    """Whether a clause names something of the sort asked for that the question has not named itself.

    *What is the name of the school that takes over school A*: that A is taken over does not tell.
    """
    query = draft.query
    if not query.measure.startswith("@name") or any(h.row.document.language == "en" for h in giving):
        return True
    said = [t.concept for t in query.terms if t.active and t.kind == "text" and len(t.concept) >= 2]
    # *Which hospital …*: the word for the sort is in every name of it.
    sort = language()["sorts"].get(query.measure.partition(":")[2], {}).get("asked", "(?!)")
    said = [word for word in said if not re.fullmatch(sort, word)]
    bodies = [b for h in giving for b in h.row.bodies]
    if query.measure == "@name" and any(b.role in ACTING and matching(b.name) not in said for b in bodies):
        return True  # Which body: an office that acts is one.
    names = [matching(b.name) for b in bodies if is_of_sort(b.name, query.measure)]
    if query.measure == "@name:place" and any(is_place_name(_without(name, said)) for name in names):
        return True
    return any(is_proper(name) and is_proper(_without(name, said)) for name in names)


def _without(name: str, said: Iterable[str]) -> str:
    for word in said:
        name = name.replace(word, "")
    return name


def _is_of_asked(draft: Draft, row: Row) -> bool:
    """Whether the figure of a clause stands with a word of the question, where another part of the clause holds these.

    *Funds are in the budget at no less than 1,000 yuan a school, allowances for inspectors are paid by the bureau of
    finance* gives no sum of the allowances.  A figure's own part counts, and those before it, which may say of what.
    """
    query = draft.query
    if query.wants not in FIGURES or query.hops:
        return True  # An item that is named by one thing may give the figure of another.
    parts = re.split(r"[，,；;]", row.view)
    leaves = [n for n in terms_of(query.condition) if isinstance(n, HasConcept | HasText) and not _is_time(n)]
    held = [any(is_in(draft.corpus, n, part, row.document.language) for n in leaves) for part in parts]
    with_figure = [k for k, part in enumerate(parts) if re.search(r"\d", part)]
    if not any(held) and draft.query.language == row.document.language == "zh" and leaves:
        spoken = any(t.surface in row.view for t in query.terms if t.active)
        return spoken or any(is_in(draft.corpus, n, matching(row.unit.title), "zh") for n in leaves)
    if not any(held) or not with_figure or len(with_figure) > 1:
        return True
    k = with_figure[0]
    return held[k] or any(held[:k])


def _is_time(node: Node) -> bool:
    return isinstance(node, HasText) and any(re.fullmatch(genre()["frequency"], t) for t in node.texts)
