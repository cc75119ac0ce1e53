"""Bodies that a question names beside the word for what they do."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from kg.model import Language, Role

from ..corpus import HAN, Corpus, genre, matching, stem
from ..model import (
    And,
    HasBody,
    HasConcept,
    HasText,
    InUnit,
    Node,
    Not,
    SharedBy,
    any_of,
)
from ..retrieve import is_in
from .cues import QUOTED, pattern
from .parts import number_said, take
from .words import Token, nothing

_ROLES: dict[str, tuple[Role, ...]] = {
    "lead": ("lead",),
    "support": ("support",),
    "responsible": ("lead", "responsible"),
    "takes_part": ("lead", "responsible", "support", "participant"),
}
_ACTING = _ROLES["takes_part"]
"""The parts of those who do something."""


_AND = re.compile(r"\s?(?:和|与|及|以及|跟|、|,|，|/|and|or|或者?)\s?(?:the\s)?")
"""Between names that play one part together."""


def in_any_part(text: str, spoken: Language) -> tuple[str, bool]:
    """The question without *in whatever role*, and whether it said so: its bodies then count in whatever part.

    A part that a body is said not to play goes too.
    """
    text = pattern("role", spoken, "unplayed").sub("", text)
    if pattern("filter", spoken, "literal").search(text):
        return text, False  # The very words are asked for: “会同”二字.
    # A part may stand in quotation marks: 只当“配合”.
    text = re.sub(rf"[“\"「]({_every_role(spoken)})[”\"」]", r"\1", text)
    said = pattern("role", spoken, "any").search(text)
    if said is None or pattern("filter", spoken, "each_of").match(text, said.end()):
        return text, False  # "Who leads and who supports" asks for each part.
    return text[: said.start()] + (" " if spoken == "en" else "") + text[said.end() :], True


def parts_played(text: str, spoken: Language, free: bytearray, corpus: Corpus, *, listing: bool) -> tuple[Node, ...]:
    """That some body, several or none plays a part, where a list is asked for; the words are taken out."""
    nodes = _alone(text, spoken, free, corpus)
    shared = None if nodes else shared_of(text, spoken, free)
    nodes += [shared] if shared else []
    if not listing:
        return tuple(nodes)
    every = _every_role(spoken)
    nodes += _with_others(text, spoken, free, corpus)
    for name in ("bare", "other"):
        for match in re.finditer(pattern("role", spoken, name).pattern.replace("ANY", every), text):
            node = _some_body(match, spoken, corpus)
            quoted = QUOTED.search(text, max(0, match.start() - 1), match.end() + 1) is not None
            if node is not None and not quoted and all(free[match.start() : match.end()]):
                nodes.append(node)
                take(match, free)
    return tuple(dict.fromkeys(nodes))


def _every_role(spoken: Language) -> str:
    return "|".join(pattern("role", spoken, role).pattern for role in ("support", "lead", "responsible"))


def _some_body(match: re.Match[str], spoken: Language, corpus: Corpus) -> Node | None:
    """That some body plays the part that was matched, or none does; ``None`` where a part is only spoken of."""
    said = match.groupdict()
    bare = "who" in said
    if bare and not said["no"] and not (said["has"] and said["who"]):
        return None
    role = next((r for r in ("support", "lead") if pattern("role", spoken, r).fullmatch(said["role"])), "responsible")
    roles = _ACTING if role == "responsible" else _known(_ROLES[role], corpus)
    inner = bare and said["who"] is not None and pattern("role", spoken, "inner").fullmatch(said["who"]) is not None
    # 责任科室 that the plan prints itself may stand before whoever answers, a committee too.
    inner = inner and not corpus.containing(f"{said['role']}{said['who']}:")
    bracketed = pattern("role", spoken, "bracketed").search(match.string) is not None
    some = HasBody(roles, _named_ones(roles, corpus, inner=inner, owners=bracketed))
    return Not(some) if bare and said["no"] else some


def _named_ones(roles: Collection[Role], corpus: Corpus, *, inner: bool, owners: bool = False) -> tuple[str, ...]:
    """The bodies in a part, without those that are nobody in particular (各地各校); none of them stands for any.

    Where an ``inner`` one is meant, the sections of the office and who is named as the owner of an item; where
    ``owners`` are meant, the latter alone.
    """
    bodies = [b for row in corpus.rows for b in row.bodies if b.role in roles]
    playing = {(b.canonical, b.kind == "generic") for b in bodies}
    named = {b.canonical for b in bodies if "owner" in b.method}
    section = re.compile(genre()["inner_office"])
    kept = {n for n, generic in playing if not generic and (not inner or section.search(n) or n in named)}
    meant = kept & named if owners and named else kept
    return () if len(meant) == len(playing) else tuple(sorted(meant)) or ("",)


def _with_others(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Node]:
    """That a matter is done together with offices outside the one that issues the plan."""
    if not _said("with_others", text, spoken, free):
        return []
    # *In which the education bureau joins hands with …*: whose plan it is narrows nothing.
    for own in pattern("reference", spoken, "issuer").finditer(text):
        take(own, free)
    outside = _supporting(corpus, inside=False)
    beside = tuple(sorted(_beside_the_issuer(corpus)))
    nodes: list[Node] = [HasBody(("support",), outside)] if outside else []
    nodes += [HasBody(("lead", "responsible", "participant"), beside)] if beside else []
    return [any_of(nodes)] if nodes else []


def _beside_the_issuer(corpus: Corpus) -> frozenset[str]:
    """Offices outside that act: in a clause together with another one (市教育局、市财政局联合开展), or as owners.

    Owners count where a plan names mostly sections of its own office: then another office is one from outside.
    """
    joined = re.compile(genre()["together"])
    education = pattern("class", "zh", "education_office")
    section = re.compile(genre()["inner_office"])
    found: set[str] = set()
    owners: list[str] = []
    for row in corpus.rows:
        acting = {b.canonical: b for b in row.bodies if b.role in {"lead", "responsible", "participant"}}
        official = {n for n, b in acting.items() if b.kind in _OFFICIAL and not education.search(n)}
        owners += [n for n, b in acting.items() if "owner" in b.method and b.kind != "party"]
        if len(acting) > 1 and joined.search(row.view):
            found |= official
    inside = [n for n in owners if section.search(n)]
    if len(inside) > len(owners) / 2:
        outside = pattern("class", "zh", "outside_office")
        found |= {n for n in owners if outside.search(n) and not education.search(n)}
    return frozenset(n for n in found if not section.search(n))


_OFFICIAL = frozenset({"bureau", "government", "party"})


def _said(name: str, text: str, spoken: Language, free: bytearray) -> bool:
    """Whether the question says what a pattern of roles stands for, in words still to be read; they are taken out."""
    match = pattern("role", spoken, name).search(text)
    if match is None or not all(free[match.start() : match.end()]):
        return False
    take(match, free)
    return True


def _supporting(corpus: Corpus, *, inside: bool) -> tuple[str, ...]:
    """The bodies that help others: the sections of an office, or all that are none."""
    section = re.compile(genre()["inner_office"])
    education = pattern("class", "zh", "education_office")
    names = {b.canonical for row in corpus.rows for b in row.bodies if b.role == "support"}
    known = {name for name in names if (section.search(name) is not None) == inside}
    committee = pattern("class", "zh", "committee")
    outside = {n for n in known if not education.search(n) and not committee.search(n)}
    return tuple(sorted(known if inside else outside))


def _known(roles: tuple[Role, ...], corpus: Corpus) -> tuple[Role, ...]:
    """The roles as the plans tell them: who answers for a matter leads it where nobody is said to lead.

    Where owners are labelled, 责任科室：, it is the labels that tell: that others lead something is said in passing.
    """
    told = {b.role for row in corpus.rows for b in row.bodies}
    labelled = {b.role for row in corpus.rows for b in row.bodies if "owner" in b.method}
    out: dict[Role, None] = {}
    for role in roles:
        if role == "lead" and labelled and role not in labelled:
            out |= {"lead": None, "responsible": None}
        elif role == "lead" and role not in told:
            out["responsible"] = None
        elif role == "support" and role not in told:
            # Where a plan knows no supporters, those who do not lead.
            out |= {"responsible": None, "participant": None}
        else:
            out[role] = None
    return tuple(out)


def _alone(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Node]:
    """That one body does it by itself, without a section of the office beside it; the words are taken out."""
    if not _said("alone", text, spoken, free):
        return []
    helping = _supporting(corpus, inside=True)
    alone: list[Node] = [SharedBy(_ROLES["responsible"], 1, 1)]
    return [*alone, Not(HasBody(("support",), helping))] if helping else alone


def shared_of(text: str, spoken: Language, free: bytearray) -> SharedBy | None:
    """That several bodies hold one role together, where the question asks for it; its characters are taken out."""
    match = pattern("role", spoken, "shared").search(text)
    if match is None:
        return None
    take(match, free)
    said = next((g for name, g in match.groupdict().items() if g and name.startswith("n")), "")
    number = number_said(said)
    role = next((r for r in ("support", "lead") if pattern("role", spoken, r).search(match.group())), "responsible")
    return SharedBy(_ROLES[role], number or 2, number if number and "以上" not in match.group() else 99)


_GLOSS = re.compile(r"\(([^()]{2,60})\)")
_PHRASE = re.compile(r"(?:.*(?:\b(?:the|an?|does|do|is|are|of|by|for|with|has|have)\s|[,，。？?:：;；、的由]))?", re.S)
"""What stands before the words that a bracket explains."""


def without_explained(text: str, tokens: list[Token], corpus: Corpus, *, strict: bool) -> list[Token]:
    """The tokens without the words that a bracket says in another language: *the health bureau (卫生局)*.

    What the bracket says, or the words before it, must be the name of a body, or the plan's very words in Chinese
    beside English ones; that reading is kept.  A matter that the thesaurus knows keeps both, unless its very words are
    asked for.
    """
    for match in _GLOSS.finditer(text):
        within = [t for t in tokens if match.start() <= t.start and t.end <= match.end()]
        phrase = _PHRASE.match(text, 0, match.start())
        start = phrase.end() if phrase else 0
        before = _run_before(text, [t for t in tokens if start <= t.start and t.end <= match.start()], match.start())
        if not within or not before or bool(HAN.search(match.group())) == bool(HAN.search(text[start : match.start()])):
            continue
        known = {*corpus.body_spellings, *(_stems_of(name) for name in corpus.body_spellings)}
        kept, dropped = within, before
        if _very_words(within) and (strict or any(t.term.kind != "concept" for t in before)):
            pass
        elif _very_words(before):
            kept, dropped = before, within
        elif not _body_said(match.group(1), within, known):
            kept, dropped = before, within
            if not _body_said(text[start : match.start()], before, known):
                continue
        # What is kept stands for both, so that words for a part are looked for around both.
        wide = {kept[0]: replace(kept[0], start=min(t.start for t in before))}
        wide[kept[-1]] = replace(wide.get(kept[-1], kept[-1]), end=match.end())
        tokens = [wide.get(t, t) for t in tokens if t not in dropped]
    return tokens


def _run_before(text: str, tokens: Sequence[Token], end: int) -> list[Token]:
    """The tokens that stand side by side right before a place of the text."""
    run: list[Token] = []
    for token in reversed(tokens):
        if text[token.end : end].strip():
            break
        run.append(token)
        end = token.start
    return run[::-1]


def _very_words(tokens: Sequence[Token]) -> bool:
    """Whether tokens are Chinese strings that stand in the plans."""
    return all(t.term.kind == "text" and HAN.search(t.term.surface) is not None for t in tokens)


def _stems_of(name: str) -> str:
    return " ".join(stem(w) for w in re.findall(r"[a-z]+", name))


def _body_said(words: str, tokens: Sequence[Token], known: set[str]) -> bool:
    """Whether words are the name of a body of the plans, or part of one."""
    if not all(t.node is not None for t in tokens):
        return False
    bare = words.strip()
    return bare in known if HAN.search(bare) else any(_stems_of(bare) in name for name in known if name)


def without_own_names(
    tokens: list[Token], spoken: Language, corpus: Corpus, *, strict: bool, listing: bool
) -> list[Token]:
    """The tokens without the names of the one plan's own place and issuer: all of it is about them.

    They stay where the very words are asked for, and where nothing else is; what sort of office it is narrows no list.
    """
    if strict or len(corpus.plans) != 1:
        return tokens
    names = [pattern("reference", spoken, "own")]
    if listing and any(
        re.search(genre()["issuers"], issuer) for plan in corpus.plans for issuer in plan.document.issuers
    ):
        names.append(pattern("reference", spoken, "own_office"))

    def own(surface: str) -> bool:
        return corpus.names_a_document(surface) or any(name.fullmatch(surface) for name in names)

    kept = [t for t in tokens if t.term.reason == "quoted" or not own(t.term.surface)]
    return kept if any(t.node is not None for t in kept) else tokens


def in_role(text: str, spoken: Language, tokens: list[Token], corpus: Corpus, *, any_role: bool = False) -> list[Token]:
    """A body's name beside the words for a role asks for the units in which that body holds that role."""
    out: dict[int, Token] = dict(enumerate(tokens))
    read: list[tuple[int, int]] = []
    runs = _runs(text, spoken, tokens)
    beside: tuple[tuple[Role, ...], list[tuple[int, int]]] = ((), [])
    own = _own_role(text, spoken)
    for k in reversed(range(len(runs))):
        run = runs[k]
        start, end = tokens[run[0]].start, tokens[run[-1]].end
        found, spans = _roles_of(text, start, end, spoken)
        if not found and k + 1 < len(runs) and _AND.fullmatch(text, end, tokens[runs[k + 1][0]].start):
            found, spans = beside  # "A and B lead": what the last one does, all do.
        beside = found, spans
        if not found and own[0] and _is_office([tokens[i] for i in run], corpus):
            found, spans = own
        named = [tokens[i] for i in run if tokens[i].node is not None]
        if found == _ACTING and not all(isinstance(t.node, HasText) for t in named):
            continue  # Who takes part may be a group of people, which is no body.
        found = _ACTING if any_role else found
        if not found or not named:
            continue
        made = _as_body(text, spoken, run, tokens, found, corpus, any_role=any_role)
        if made:
            out |= made
            read += spans
    kept = (out[i] for i in sorted(out))
    return [t for t in kept if not (t.node is None or t.term.kind == "text") or not _within(t, read)]


def _own_role(text: str, spoken: Language) -> tuple[tuple[Role, ...], list[tuple[int, int]]]:
    """The roles that the question gives the office of the person who asks, and the characters that say so."""
    for role in _ROLES:
        own = pattern("role", spoken, "own").pattern.replace("ROLE", pattern("role", spoken, role).pattern)
        if match := re.search(own, text):
            return _ROLES[role], [match.span()]
    return (), []


def _is_office(run: Sequence[Token], corpus: Corpus) -> bool:
    """Whether words name an office by the form of its name, or one that a plan names."""
    if not all(isinstance(t.node, HasText) for t in run if t.node is not None):
        return False
    said = "".join(t.term.surface for t in run)
    return bool(pattern("role", "zh", "office").search(said)) or said in corpus.body_spellings


def _within(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= token.start and token.end <= b for a, b in spans)


def _runs(text: str, spoken: Language, tokens: Sequence[Token]) -> list[list[int]]:
    """Words that stand side by side and may make one name."""
    runs: list[list[int]] = []
    every = re.compile(_every_role(spoken))
    for i, token in enumerate(tokens):
        between = text[tokens[i - 1].end : token.start] if runs else ""
        role = every.fullmatch(token.term.surface)
        latin = not role and spoken == "en" or (token.term.surface.isascii() and tokens[i - 1].term.surface.isascii())
        if runs and latin and re.fullmatch(r"[\s-]*(?:(?:the|of|and|for)\s)*", between):
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _as_body(
    text: str,
    spoken: Language,
    run: Sequence[int],
    tokens: Sequence[Token],
    asked: tuple[Role, ...],
    corpus: Corpus,
    *,
    any_role: bool,
) -> dict[int, Token]:
    """The tokens of a name, read as a body in some roles; empty where the plans name no such body."""
    named = [tokens[i] for i in run if tokens[i].node is not None]
    roles = asked if any_role else _known(asked, corpus)
    names = _bodies_named(named, roles, corpus)
    start, end = tokens[run[0]].start, tokens[run[-1]].end
    unread = _unread(named, {*asked, *roles}, corpus)
    if names or unread:
        first = replace(tokens[run[0]], node=any_of([*([HasBody(roles, names)] if names else []), *unread]))
        return {i: replace(tokens[i], node=None) for i in run} | {run[0]: first}
    office = pattern("role", spoken, "office")
    named_office = office.search(text[:end]) if spoken == "zh" else office.match(text[end:])
    if not named_office:
        return {}
    # An office that no plan names in that role: what its name is made of is not what is asked about.
    end += named_office.end() if spoken == "en" else 0
    return {i: replace(tokens[i], node=None) for i in run} | {run[0]: nothing(start, end, text[start:end])}


def _unread(named: Sequence[Token], roles: Collection[Role], corpus: Corpus) -> list[Node]:
    """The units that name a body right beside the word for a role although no rule has read the name there."""
    node = named[0].node
    if len(named) > 1 or not isinstance(node, HasText):
        return []
    written: Language = "zh" if HAN.search(corpus.text) else "en"
    words = "|".join(pattern("role", written, r).pattern for r in _ROLES if set(_ROLES[r]).issubset(roles))
    name = "|".join(re.escape(text) for text in node.texts)
    gap = f"(?:(?!{_every_role(written)})[^,。;])"
    beside = re.compile(rf"(?:{words}){gap}{{0,30}}(?:{name})|(?:{name}){gap}{{0,6}}(?:{words})")
    labels = [
        row.unit.label
        for row in corpus.rows
        if beside.search(row.view)
        and not any(b.role in roles and _names_body(node, b.canonical, corpus) for b in row.bodies)
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
    said = [n for n in found if len(named) == 1 and matching(n) == matching(named[0].term.surface)]
    if said:
        return _with_offices(said, found, corpus)  # 教研室, and no other office for research.
    if len(named) == 1 and isinstance(node, HasText):
        # 市教育局, and not 市教育局直属各学校; 县公安局 for 公安局.
        exact = [n for n in found if matching(n) in node.texts]
        within = [n for n in found if matching(n).endswith(node.texts)]
        found = list(_with_offices(exact, found, corpus)) if exact else within or found
    if len(named) == 1 and isinstance(node, HasConcept):
        # 基础教育科, and not 学前教育科, whose matter is a part of it.
        found = [n for n in found if _names_body(replace(node, exactly=True), n, corpus)] or found
    return tuple(sorted(found))


def _with_offices(names: Sequence[str], found: Sequence[str], corpus: Corpus) -> tuple[str, ...]:
    """Bodies and, of those named, the offices within them: 市公安局交警大队 for 市公安局.

    What an office of the issuer does is no work of the issuer as a whole.
    """
    own = {matching(i) for plan in corpus.plans for i in plan.document.issuers}
    whole = "|".join(re.escape(matching(n)) for n in names if not any(i.endswith(matching(n)) for i in own))
    inner = re.compile(f"(?:{whole}){genre()['office_within']}")
    return tuple(sorted({*names, *(n for n in found if whole and inner.fullmatch(matching(n)))}))


def _roles_of(text: str, start: int, end: int, spoken: Language) -> tuple[tuple[Role, ...], list[tuple[int, int]]]:
    """The roles that the words right around a name give it, and the characters of those words."""
    found: dict[Role, None] = {}
    spans: list[tuple[int, int]] = []
    every = f"(?:{_every_role(spoken)})"
    ahead, behind = text[:start], text[end:]
    for role in _ROLES:
        word = pattern("role", spoken, role).pattern
        for place, test, beside, shift in (("after", re.match, behind, end), ("before", re.search, ahead, 0)):
            around = pattern("role", spoken, place).pattern.replace("ROLE", word).replace("ANY", every)
            match = test(around, beside)
            if match:
                found |= dict.fromkeys(_ROLES[role])
                spans.append((shift + match.start(), shift + match.end()))
    _with_further(text, spoken, every, found, spans, end)
    return tuple(found), spans


def _with_further(
    text: str, spoken: Language, every: str, found: dict[Role, None], spans: list[tuple[int, int]], end: int
) -> None:
    """Further parts of the same body behind the first: 牵头的和只是配合的, *leads or supports*."""
    also = re.compile(pattern("role", spoken, "also").pattern + f"(?P<further>{every})")
    at = max((b for a, b in spans if a >= end), default=-1)
    while at >= 0 and (match := also.match(text, at)):
        said = match.group("further")
        role = next((r for r in ("support", "lead") if pattern("role", spoken, r).fullmatch(said)), "responsible")
        found |= dict.fromkeys(_ROLES[role])
        spans.append(match.span())
        at = match.end()


def _names_body(node: Node | None, name: str, corpus: Corpus) -> bool:
    """Whether a body's name holds what a token stands for."""
    shown = matching(name)
    return node is not None and is_in(corpus, node, shown, "zh" if HAN.search(shown) else "en")
