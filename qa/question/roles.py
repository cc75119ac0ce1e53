"""Bodies that a question names beside the word for what they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.model import Language, Role

from ..corpus import HAN, Corpus, matching, stem
from ..model import (
    And,
    HasBody,
    HasConcept,
    HasText,
    InUnit,
    Node,
    Or,
    SharedBy,
    any_of,
)
from .cues import pattern
from .parts import number_said, take
from .words import Token, nothing

_ROLES: dict[str, tuple[Role, ...]] = {
    "lead": ("lead",),
    "support": ("support",),
    "responsible": ("lead", "responsible"),
}


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


def without_own_names(tokens: list[Token], spoken: Language, corpus: Corpus, *, strict: bool) -> list[Token]:
    """The tokens without the names of the one plan's own place and issuer: all of it is about them.

    They stay where the very words are asked for, and where nothing else is.
    """
    if strict or len(corpus.plans) != 1:
        return tokens
    own = pattern("reference", spoken, "own")
    kept = [
        t
        for t in tokens
        if t.term.reason == "quoted" or not (t.term.surface in corpus.document_names or own.fullmatch(t.term.surface))
    ]
    return kept if any(t.node is not None for t in kept) else tokens


def in_role(text: str, spoken: Language, tokens: list[Token], corpus: Corpus) -> list[Token]:
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
        office = pattern("role", spoken, "office")
        after = text[tokens[run[-1]].end :]
        named_office = office.search(text[: tokens[run[-1]].end]) if spoken == "zh" else office.match(after)
        if not names and named_office:
            # An office that no plan names in that role: what its name is made of is not what is asked about.
            start, end = tokens[run[0]].start, tokens[run[-1]].end + (named_office.end() if spoken == "en" else 0)
            out[run[0]] = nothing(start, end, text[start:end])
            for i in run[1:]:
                out[i] = replace(tokens[i], node=None)
        if names:
            for i in run:
                out[i] = replace(tokens[i], node=None)
            out[run[0]] = replace(tokens[run[0]], node=any_of([HasBody(found, names), *_unread(named, spoken, corpus)]))
    return out


def _unread(named: Sequence[Token], spoken: Language, corpus: Corpus) -> list[Node]:
    """The units that name a body beside the word for a role although no rule has read the name there."""
    node = named[0].node
    if len(named) > 1 or not isinstance(node, HasText):
        return []
    word = re.compile("|".join(pattern("role", spoken, role).pattern for role in ("support", "lead", "responsible")))
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
    words = {role: pattern("role", spoken, role).pattern for role in ("support", "lead", "responsible")}
    every = f"(?:{'|'.join(words.values())})"
    for role, word in words.items():
        for place, test, text in (("after", re.match, after), ("before", re.search, before)):
            around = pattern("role", spoken, place).pattern.replace("ROLE", word).replace("ANY", every)
            if test(around, text):
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
