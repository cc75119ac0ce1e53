"""Rules for English plans: who is responsible or affected, and named programmes.

The patterns are those of plans of schools, districts and ministries: ``Lead: A; B``, ``[A; B, with C]``, ``The A will
…``, ``led by A``; ``the Bright Pages reading program``, ``launch Present and Counted``.  Targets are read in
``english_targets.py``, the head that a clause stands under in ``english_context.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import english as shape
from ..model import BodyFact, ProgrammeFact, Role
from .words import Window, any_of, lexicon, words

__all__ = ["english_bodies", "english_programmes", "verb_before", "words_kind"]

# Bodies --------------------------------------------------------------------------------------------------------------

_ROLE_OF: dict[str, Role] = {"owner": "responsible", "lead": "lead", "support": "support"}
_OFFICE = any_of(words("english", "bodies", "offices"))
_POST = any_of(words("english", "bodies", "posts"))
_NOUN = re.compile(rf"(?<!\w)(?:{_OFFICE}|{_POST})(?!\w)", re.I)
_ENDS = re.compile(rf"(?<!\w)(?:{_OFFICE}|{_POST})(?:\s?\([^()]{{1,40}}\))?$", re.I)
_OF = re.compile(rf"^(?:the )?(?:[A-Z][\w'’.-]*[ ]){{0,4}}?(?:{_OFFICE}|{_POST}) (?:of|for)(?: the)? [A-Z]", re.I)
_HEAD_OF = re.compile(
    rf"^(?:the )?(?:{_OFFICE}|heads?|directors?|deans?|leaders?) (?:of|for)(?: the)? [^,;]{{1,60}}$", re.I
)
_LABELS = {head: kind for head, kind in shape.columns().items() if kind in (*_ROLE_OF, "time", "measure", "resource")}
_LABEL = re.compile(rf"(?<![\w'’])({any_of(_LABELS)})\s?[:|]\s?", re.I)
_PROSE: dict[str, Role] = {
    label: role for role in ("lead", "responsible", "support") for label in words("english", "prose", role)
}
_CAP = r"[A-Z][\w&'’./-]{0,40}"
_NAME = rf"(?:the |an? )?{_CAP}(?: (?:of|for|and|the|&|{_CAP})){{0,9}}"
_BY = re.compile(rf"(?<!\w)(?i:({any_of(_PROSE)})) ({_NAME})")
_NP = (
    r"(?:(?:The|the|Each|Every|All|all|An?|Two|Three|Our)[ ])?"
    r"(?:(?!(?:what|that|which|who|to|will|is|are|sets?)\b)[A-Za-z][\w'’&-]*[ ]|\([^()]{1,30}\)[ ]){0,6}?"
)
_WILL = re.compile(
    r"(?:^|(?<=[.;:,] )|(?<=\band ))"
    rf"((?:[Tt]he |[Ee]ach |[Ee]very )?{_CAP}(?:,? (?:of|for|and|the|in|&|{_CAP}|[a-z]+(?= will))){{0,9}})"
    r" (?:will|shall|must|is to|are to|is responsible|are responsible|leads?|oversees?|co-?ordinates?)(?!\w)"
)
_ACTS = re.compile(
    rf"^({_NP}(?:{_OFFICE}|{_POST})) (?:will|shall|must|{any_of(words('english', 'bodies', 'acts'))})(?!\w)", re.I
)
_BY_POST = re.compile(
    r"\b(?:by|with) (?:an? |the |our |their )"
    rf"((?:[A-Za-z'’-]+[ ]){{0,4}}?(?i:{_OFFICE}|{_POST}))(?!\w)(?! (?:of|for)\b)"
)
_WITH_NAMES = re.compile(rf"\bwith (?:the )?({_CAP}(?: (?:of|and|the|{_CAP})){{1,9}})")
_GROUPS = any_of(words("english", "affected", "heads"))
_MODIFIER = re.compile(r"[A-Za-z][\w'-]*")
_GROUP = re.compile(
    rf"(?<![\w-])({_GROUPS})(?!\w)(?!-)"
    r"(?P<where> (?:in|at|of) (?:Key Stages?|Years?|Grades?|Forms?|Reception|Nursery|S\d|P\d)"
    r"(?:[ ]?\d{1,2}(?:[ ]?(?:and|to|-|–|,|&)[ ]?\d{1,2}){0,3})?)?",
    re.I,
)
_VERBS = frozenset(words("english", "verbs", "all"))
_MODIFIERS = frozenset(words("english", "affected", "modifiers"))
_NOT_NAMES = frozenset(words("english", "bodies", "not_names"))
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATED = re.compile(
    rf"(?:{_MONTHS}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Spring|Summer|Autumn|Fall|Winter|Term|Semester)\.?(?!\w)|(?:19|20)\d\d|^\d",
    re.I,
)
_NUMBERS = tuple(f"{w} " for w in words("english", "targets", "numbers")[1:])
_PERSON_NAME = re.compile(
    r"\s?\((?:Mrs?|Ms|Miss|Dr|Prof)\b[^()]{0,40}\)|\s?\([A-Z]\.? ?[A-Z][\w'-]*\)|\s?\([A-Z]{2,3}\)$"
)
_SENTENCE = re.compile(r"(?<!\bMs)(?<!\bMr)(?<!\bDr)(?<!\bMrs)\. (?=[A-Z])")
_BROAD = re.compile(
    r"(?:Superintendent|Director|Specialist|Officer|Manager|Dean|Coordinator|President|Chancellor|Commissioner|Secretary)$"
)


def _body(window: Window, start: int, end: int, role: Role, method: str, confidence: float) -> BodyFact | None:
    text = window.text
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and text[end - 1] in " .,;:[]|*_–-":
        end -= 1
    for opening in ("the ", *_NUMBERS, "both ", "an ", "a ", "and ", "our ", "all ", "each ", "every "):
        if text[start : start + 10].lower().startswith(opening) and role != "affected":
            start += len(opening)
    if text[start:end].count("(") < text[start:end].count(")") and text[end - 1] == ")":
        end -= 1
    person = _PERSON_NAME.search(text, start, end)
    if person and person.end() == end and person.start() > start:
        end = person.start()
    if not 2 <= end - start <= 90 or not text[start:end].strip():
        return None
    name = window.readable(start, end)
    if name.lower() in _NOT_NAMES or not any(c.isalpha() for c in name):
        return None
    return BodyFact(
        unit=window.unit.id,
        clause=window.clause.number,
        span=window.span(start, end),
        method=method,
        confidence=confidence,
        name=name,
        canonical=name,
        role=role,
        kind="people" if role == "affected" else "body",
    )


def english_bodies(window: Window, head: str = "") -> Iterator[BodyFact]:
    """Case 1, ``Lead: A, B``; a cell or line below such a head; ``[A; B]``; ``The A will …``; people acted on.

    Args:
        window: the clause.
        head: the kind of head that it stands under (:func:`.english_context.context`).
    """
    text = window.text
    taken: list[tuple[int, int]] = []
    for a, b, role, method, confidence in _found(window, head):
        fact = _body(window, a, b, role, method, confidence)
        if fact is not None and not any(fact.span.start < y and x < fact.span.end for x, y in taken):
            taken.append((fact.span.start, fact.span.end))
            yield fact
    if head not in _ROLE_OF and not shape.is_head(text):
        for start, end in _groups(text):
            fact = _body(window, start, end, "affected", "body.en-group@2", 0.7)
            if fact is not None and not any(fact.span.start < y and x < fact.span.end for x, y in taken):
                taken.append((fact.span.start, fact.span.end))
                yield fact


_Found = tuple[int, int, Role, str, float]


def _found(window: Window, head: str) -> Iterator[_Found]:
    """Ranges that name a body, with role, rule and confidence."""
    text = window.text
    labels = [m for m in _LABEL.finditer(text) if m.start() <= 6 or _opens(text, m)]
    for m, end in zip(labels, [*(n.start() for n in labels[1:]), len(text)], strict=False):
        kind = _LABELS[m.group(1).lower()]
        if kind in _ROLE_OF:
            stop = next((s.start() for s in _SENTENCE.finditer(text, m.end(), end)), end)
            yield from _owners(text, m.end(), stop, _ROLE_OF[kind], "body.en-label@2", 0.95)
    if not labels and head in _ROLE_OF and not shape.is_head(text):
        yield from _owners(text, shape.label_end(text), len(text), _ROLE_OF[head], "body.en-head@1", 0.9)
        return
    yield from _bracket(text)
    if head not in ("time", "resource", "number"):
        yield from _prose(text)


def _prose(text: str) -> Iterator[_Found]:
    """Bodies in running text: ``led by the A``, ``The A will …``, ``by`` or ``with an A``."""
    for m in _BY.finditer(text):
        role = _PROSE[m.group(1).lower()]
        if m.group(2).split(" ")[0].lower() in _ORDERED:
            continue
        yield from ((a, b, role, "body.en-by@1", 0.85) for a, b in _pieces(text, m.start(2), m.end(2)))
    for m in _WILL.finditer(text):
        start = m.start(1)
        if behind := _BEHIND.match(m.group(1)):
            start += behind.end()
        said = text[start : m.end(1)]
        if _ADVERBIAL.match(said) or _ENDED.search(said) and not _ENDS.search(said):
            continue
        if (
            _ENDS.search(said)
            or _WITHIN.search(said)
            or said[:4] in ("The ", "the ")
            and said.split(" ")[-1][:1].isupper()
        ):
            yield from _subject(text, start, m.end(1))
    acts = _ACTS.match(text)
    if acts is not None and acts.group(1).split(" ")[0].lower() not in _VERBS:
        yield acts.start(1), acts.end(1), "responsible", "body.en-subject@2", 0.7
    yield from _beside(text)


def _beside(text: str) -> Iterator[_Found]:
    """With whom or by whom something is done, who is not made responsible for it."""
    for m in _WITH_NAMES.finditer(text):
        for a, b in _pieces(text, m.start(1), m.end(1)):
            if text[a:b].rstrip(" .").split(" ")[-1].lower() in _PLACES:
                yield a, b, "participant", "body.en-with@1", 0.6
    for m in _BY_POST.finditer(text):
        yield m.start(1), m.end(1), "participant", "body.en-with@1", 0.6


_WITHIN = re.compile(rf"(?<!\w)(?:{_OFFICE}|{_POST}) (?:of|for) ", re.I)
_ADVERBIAL = re.compile(r"(?:Under|In|Through|With|By|At|Following|From|For|After|On)\b")
_BEHIND = re.compile(rf"{_ADVERBIAL.pattern}[^.;]* (?=the )")


def _subject(text: str, start: int, end: int) -> Iterator[_Found]:
    for a, b in _pieces(text, start, end):
        if not _DATED.search(text[a:b]):
            yield a, b, "responsible", "body.en-subject@2", 0.7


def _opens(text: str, m: re.Match[str]) -> bool:
    """Whether a label in mid-clause begins one: behind a stop, a gap or a sign, with a capital."""
    before = text[max(0, m.start() - 2) : m.start()]
    return m.group(1)[:1].isupper() and (
        before.rstrip()[-1:] in (".", ";", "|", ")", ",", "") or len(before.rstrip()) < len(before)
    )


def _owners(text: str, start: int, end: int, role: Role, method: str, confidence: float) -> Iterator[_Found]:
    """Names in a list of owners; who stands behind ``with``, and after that up to a semicolon, supports."""
    pieces = list(_pieces(text, start, end))
    k, at, supports = 0, start, False
    while k < len(pieces):
        a, b = pieces[k]
        if (
            k + 1 < len(pieces)
            and text[b : pieces[k + 1][0]].strip() == ","
            and _one_post(text, pieces[k], pieces[k + 1])
        ):
            k += 1
            b = pieces[k][1]
        k += 1
        core = _WITH.match(text, a, b)
        supports = supports and ";" not in text[at:a] or core is not None or bool(_WITH_BEFORE.search(text, at, a))
        at = b
        plain = text[a:b].strip(" .;,")
        if plain and len(plain.split()) <= 12 and not _DATED.match(plain):
            yield core.end() if core else a, b, "support" if supports else role, method, confidence


_WITH = re.compile(r"\W{0,3}(?:with|supported by|in (?:partnership|co-?operation|collaboration) with)\s", re.I)
_WITH_BEFORE = re.compile(r"\b(?:with|supported by) (?:the )?$", re.I)


def _one_post(text: str, post: tuple[int, int], field: tuple[int, int]) -> bool:
    """Whether behind the comma stands the field of the post before it: ``Deputy Director, Student Services``."""
    said = text[slice(*field)].strip(" .;,")
    named = _STRONG.search(said) or _POSTED.search(said)
    return bool(_BROAD.search(text[slice(*post)].strip(" .;,"))) and said[:1].isupper() and not named


_POSTED = re.compile(rf"(?<!\w)(?:{_POST})(?!\w)", re.I)
_FIRM_OFFICES = set(words("english", "bodies", "offices")) - set(words("english", "bodies", "soft_offices"))
_STRONG = re.compile(rf"(?<!\w)(?:{any_of(_FIRM_OFFICES)})(?: of\b|$)", re.I)
_BRACKETED = re.compile(r"[\[(]((?:[^\[\]()]|\([^()]{1,60}\)){3,260})[\])]\.?\s{0,2}$")


def _bracket(text: str) -> Iterator[_Found]:
    """Owners in a bracket that closes the clause: most of what it lists ends in an office or a post."""
    tail = max(0, len(text) - 300)
    for opening in re.finditer(r"[\[(]", text[tail:]):
        m = _BRACKETED.match(text, tail + opening.start())
        if m is None:
            continue
        square = text[m.start()] == "["
        pieces = list(_pieces(text, m.start(1), m.end(1)))
        names = [_WITH.sub("", text[a:b], count=1).strip(" .").removeprefix("the ") for a, b in pieces]
        fitting = sum(bool(_NOUN.search(n)) and n[:1].isupper() and not re.search(r"\d{2}", n) for n in names)
        behind = text[: m.start()].rstrip()
        alone = not behind or behind[-1] in ".;!?"
        if square and 2 * fitting >= len(names) or not square and fitting == len(names) and (alone or _strong(names)):
            yield from _owners(text, m.start(1), m.end(1), "responsible", "body.en-bracket@1", 0.9)
        return


def _strong(names: list[str]) -> bool:
    """Whether each name ends in an office or a post: then a bracket in the sentence itself names who does it."""
    return all(_ENDS.search(name) or _HEAD_OF.match(name) for name in names)


_CUT = re.compile(
    r"\s?[,;|]\s?(?:and |with |supported by |in (?:partnership|collaboration|co-?operation) with )?(?:the )?"
    r"|\s?/\s?(?=[A-Z])|\s&\s|\s{2,}"
    r"|(?<=[\w)]) (?:and|with|supported by|in partnership with|in collaboration with) "
)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The names of a list: cut at commas, semicolons, strokes and ``with``, at ``and`` where both sides are names."""
    at, depth = start, 0
    marks = list(_CUT.finditer(text, start, end))
    opened = [0]
    for c in text[start:end]:
        opened.append(opened[-1] + (c in "([") - (c in ")]"))
    for i, m in enumerate(marks):
        depth = opened[m.start() - start]
        if depth > 0:
            continue
        if m.group().startswith(" and") or m.group().strip() == "&":
            stop = next(
                (n.start() for n in marks[i + 1 :] if not n.group().startswith(" and") and n.group().strip() != "&"),
                end,
            )
            if not _two(text[at : m.start()].strip(), text[m.end() : stop].strip()):
                continue
        yield at, m.start()
        at = m.end()
    yield at, end


def _two(left: str, right: str) -> bool:
    """Whether ``and`` stands between two names, not inside one: ``Office of Reading and Writing``."""
    right = right.rstrip(".")
    if not left or not right:
        return True
    whole = bool(_ENDS.search(left)) or bool(_HEAD_OF.match(left)) and bool(_STRONG.search(right))
    if right[:4].lower() == "the ":
        return True
    if not whole:
        return False
    if re.fullmatch(r"[a-z]+", left) and re.fullmatch(r"[a-z]+", right):
        return False
    bare = re.fullmatch(rf"(?:the )?(?:{_OFFICE})", left, re.I)
    return bool(_NOUN.search(right) or _GROUP.search(right)) and (bare is None or len(right.split()) > 1)


def _groups(text: str) -> Iterator[tuple[int, int]]:
    """People acted on, with the words that limit them: ``disadvantaged boys in Key Stage 2``."""
    for m in _GROUP.finditer(text):
        if (
            m.start()
            and m.group()[:1].isupper()
            and re.match(r" (?!Key|Year|Grade|Form|S\d)[A-Z]", text[m.end(1) : m.end(1) + 8])
        ):
            continue  # part of a name
        start, end = m.start(), m.end()
        before = list(_MODIFIER.finditer(text, max(0, start - 50), start))
        for k, word in enumerate(reversed(before)):
            gap = text[word.end() : start]
            if gap not in (" ", " (") and not (gap == "" or gap == " "):
                break
            said = word.group().lower()
            opens = word.start() == 0 or text[word.start() - 2 : word.start()] in (". ", "; ", "• ")
            if said not in _MODIFIERS or opens and said in _VERBS or said == "and" and k == 0:
                break
            start = word.start()
        while text[start : start + 4].lower() == "and ":
            start += 4
        yield start, end


# Programmes ----------------------------------------------------------------------------------------------------------

_HEADS = any_of(words("english", "programmes", "heads"))
_WEAK = frozenset(words("english", "programmes", "weak"))
_PLAIN = frozenset(words("english", "programmes", "plain"))
_PLACES = frozenset(words("english", "programmes", "places"))
_WORD = r"[A-Z0-9][\w'’&.-]{0,40}"
_SMALL = r"(?:of|for|and|the|in|to|as|with|at|a|on|&|from|our)"
_CAPS = rf"[A-Z0-9][\w'’&-]{{0,40}}(?:(?: {_SMALL}){{0,2}} (?:{_WORD}|\([A-Z][A-Za-z]{{1,7}}\))){{0,8}}"
_COUNT = any_of((*words("english", "targets", "numbers"), "twice", "once"))
_PROGRAMME = re.compile(
    rf"(?<![\w-])(?P<caps>{_CAPS})"
    rf"(?P<low>(?: \([A-Z][A-Za-z]{{1,7}}\))?(?: (?!(?:{_COUNT})(?!\w))[a-z][\w'-]*){{0,2}}?)"
    rf" (?P<head>(?i:{_HEADS}))(?![\w-])"
)
_SUBJECTS = frozenset(words("english", "programmes", "subjects"))
_EVENTS = frozenset(words("english", "programmes", "events"))
_ENDED = re.compile(rf"(?i:(?<!\w)(?:{_HEADS}))$")
_REST = re.compile(rf" (?:of|for|on) (?:the )?{_CAPS}(?!\w)")
_HEADED = re.compile(
    rf"(?<![\w-])(?P<head>{any_of(words('english', 'programmes', 'headed'))})"
    rf" (?:of|for|on) (?:the )?{_CAPS}(?!\w)"
)
_OFFICES = frozenset(words("english", "bodies", "offices"))
_QUOTED = re.compile(r"[“\"]([A-Z][^“”\"]{3,60})[”\"]")
_LEADS = any_of(words("english", "programmes", "leads"))
_LED = re.compile(
    rf"(?<!\w)(?i:{_LEADS})"
    rf"(?i: the| an?| our| its| this| new| revised| national| school's| of| with){{0,3}} (?P<caps>{_CAPS})(?!\w)"
)
_OPENING = re.compile(
    rf"^(?P<caps>{_CAPS})(?= \([A-Z]| (?:starts?|begins?|runs?|meets?|opens?|continues?|letters|sessions|workshops)\b)"
)
_SORTS = any_of(
    [w for w in words("english", "programmes", "heads") if w not in ("day", "room", "act", "mark", "bond", "plus")]
)
_CALLED = re.compile(
    rf"(?<![\w-])(?P<before>{_CAPS}), (?:an?|the|our|its) (?:[a-z][\w-]* ){{0,4}}?(?P<noun>{_SORTS})(?!\w)"
    rf"|(?<!\w)(?P<noun2>{_SORTS}),? (?:called |named |known as )?(?P<behind>{_CAPS})"
    r"(?=[,.;)]| (?:to|for|in|with|at|by)\b|$)"
)
_YEARS = re.compile(r" (?:19|20)\d\d(?:[–/-]\d{2,4})?(?!\w)")


def english_programmes(window: Window, head: str = "") -> Iterator[ProgrammeFact]:
    """Case 2, a capitalised name with a head noun in any case; one behind launch, use, under …; one in quotation marks.

    Args:
        window: the clause.
        head: the kind of head that it stands under; none is read among owners, dates and methods.
    """
    if head in (*_ROLE_OF, "time", "method", "number"):
        return
    text = window.text
    closing = _closing(text)
    taken: list[tuple[int, int]] = []
    for start, end, kind, method, confidence in _names(text):
        end -= text[end - 1 : end] == "."
        if end > closing or end - start < 6 or any(start < y and x < end for x, y in taken):
            continue
        taken.append((start, end))
        name = window.readable(start, end)
        yield ProgrammeFact(
            unit=window.unit.id,
            clause=window.clause.number,
            span=window.span(start, end),
            method=method,
            confidence=confidence,
            name=name,
            canonical=name,
            kind=kind,
            action=verb_before(text, start),
        )


def _closing(text: str) -> int:
    """Where the bracket of owners at the end begins; the end where there is none."""
    first = next(_bracket(text), None)
    return len(text) if first is None else max(text.rfind("[", 0, first[0] + 1), text.rfind("(", 0, first[0] + 1), 0)


_Named = tuple[int, int, str, str, float]


def _names(text: str) -> Iterator[_Named]:
    """Ranges that name a programme, with kind, rule and confidence."""
    for m in _PROGRAMME.finditer(text):
        start = _begin(text, m.start("caps"), m.end("caps"))
        if _is_headed(text, start, m):
            end = m.end()
            for more in (_REST, _YEARS) if m["head"][:1].isupper() else (_YEARS,):
                rest = more.match(text, end)
                end = rest.end() if rest else end
            yield start, end, words_kind(m["head"].lower()), "programme.en-name@2", 0.85
    for m in _HEADED.finditer(text):
        yield m.start(), m.end(), words_kind(m["head"].lower()), "programme.en-headed@1", 0.75
    for m in _QUOTED.finditer(text):
        yield m.start(1), m.end(1), "slogan", "programme.en-quoted@1", 0.6
    for m in _LED.finditer(text):
        start = _begin(text, m.start("caps"), m.end("caps"))
        end = _end(text, start, m.end("caps"))
        if _is_name(text, start, end, _DOING.match(m.group()) is not None):
            yield start, end, "project", "programme.en-led@1", 0.7
    for m in _CALLED.finditer(text):
        caps = "before" if m["before"] else "behind"
        start = _begin(text, m.start(caps), m.end(caps))
        if _is_name(text, start, m.end(caps), True):
            yield start, m.end(caps), words_kind(m["noun"] or m["noun2"]), "programme.en-called@1", 0.75
    yield from _opening(text)


def _opening(text: str) -> Iterator[_Named]:
    """A name that opens the clause and is its subject: ``Playground Pals (Year 5) start …``."""
    opening = _OPENING.match(text)
    if opening and _is_name(text, opening.start("caps"), opening.end("caps")) and text.split(" ")[1][:1].isupper():
        yield opening.start("caps"), opening.end("caps"), "project", "programme.en-opening@1", 0.6


_DOING = re.compile(r"(?:launch|start|run|deliver|introduc|us|pilot|adopt)(?:e|ing|ed)?\b", re.I)
_CLAUSAL = re.compile(r"\b(?:who|that|which|will|is|are|has|for|of|in|to|by|and|with|a|the|use|each|every)\b")
_BY_OR_WITH = re.compile(r"\b(?:by|with) (?:the |our )?$")


def _is_headed(text: str, start: int, m: re.Match[str]) -> bool:
    """Whether capital words before a head noun make a name with it."""
    noun, upper = m["head"].lower(), m["head"][:1].isupper()
    said = text[start : m.end("caps")]
    caps = [w for w in re.findall(r"[\w'’&-]+", said) if w[:1].isupper() or w[:1].isdigit()]
    named = [w for w in caps if not _plain(w)]
    if not caps or _CLAUSAL.search(m["low"]):
        return False
    if noun in _OFFICES and _BY_OR_WITH.search(text[max(0, start - 12) : start]):
        return False
    if upper:
        event = len(caps) == 1 and caps[0].lower() in _SUBJECTS and noun in _EVENTS
        return bool(named or len(caps) > 1 or event) and not re.search(r" at (?:the )?(?=[A-Z])", said)
    if len(caps) < 2 and (start == 0 or noun in _WEAK and not _adopted(text, start)):
        return False  # a capital only because the clause begins there, or too little for a name
    return bool(named)


def _plain(word: str) -> bool:
    """Whether a capital word names nothing by itself: a subject, a month, a class, a numeral, a verb."""
    low = word.lower()
    return low in _PLAIN or low in _VERBS or bool(_DATED.match(word) or re.fullmatch(r"[IVX]+|[A-Z]{0,3}\d+", word))


def _adopted(text: str, at: int) -> bool:
    """Whether a word of adopting or using stands before the position."""
    return bool(_ADOPTING.search(text[max(0, at - 24) : at]))


_ADOPTING = re.compile(
    r"\b(?:adopt|use|using|pilot|introduce|launch|roll out|implement|with) (?:the |a |an |our )?$", re.I
)


def _begin(text: str, start: int, end: int) -> int:
    """Without what has a capital only because the clause begins there: a verb, an article."""
    for _ in range(4):
        word = re.match(r"[\w'’&.-]+ ?", text[start:end])
        if word is None:
            break
        said = word.group().strip().lower()
        following = text[start + word.end() : end]
        opens = start == 0 or text[max(0, start - 2) : start] in (". ", "; ", ": ", "• ", "? ")
        rest = len(re.findall(r"(?<![\w'’-])[A-Z0-9]", following))
        verb = said in _VERBS or said.endswith(("ing", "ed"))
        governs = bool(_DETERMINED.match(following)) and word.group()[:1].isupper()
        governs = governs or verb and bool(following) and (rest > 1 or following[:1].islower() or said in _LEAD_VERBS)
        dated = _MONTHED.match(text[start:end]) and not re.match(r"\d[A-Z]", text[start:])
        if not (said in _UNNAMED or opens and governs or dated):
            break
        start += word.end()
    return start


_UNNAMED = frozenset(words("english", "programmes", "articles"))
_DETERMINED = re.compile(r"(?:the|an?|our|its|their|all|each|every)\b")
_MONTHED = re.compile(rf"(?:{_MONTHS})\b|(?:19|20)\d\d|\d+\b")
_LEAD_VERBS = frozenset(w for w in words("english", "programmes", "leads") if " " not in w)


def _end(text: str, start: int, end: int) -> int:
    """Without months, years and grades at the end."""
    end -= text[end - 1 : end] == "."
    while end > start:
        last = re.search(r"(?: (?:in|at|of|for|and|the|to|on|by|with|from|a))? ([\w'’&().-]+)$", text[start:end])
        if last is None or not (_DATED.match(last[1]) or last[1].lower() in _ORDERED or last[1].isdigit()):
            break
        end = start + last.start()
    return end


_ORDERED = frozenset(words("english", "targets", "ordered"))


_SOFT = re.compile(r"(?:Group|Groups|Club|Hub|Network|Centre|Center|Partnership|Panel)$")


def _is_name(text: str, start: int, end: int, doing: bool = False) -> bool:
    """Whether a capitalised stretch names a thing: two capital words, no office, place, person, month or class."""
    said = text[start:end].strip(" .")
    parts = re.findall(r"[\w'’&-]+", said)
    caps = [w for w in parts if w[:1].isupper()]
    if len(caps) < 2 or parts[0].lower() in _ORDERED or parts[0].lower() in _PLAIN and len(caps) < 3:
        return False
    if parts[-1].lower() in _PLACES or any(w.lower() in _PLACES for w in parts[-2:]) or _ENDS.search(said):
        return False
    if _NOUN.search(said) and not _ENDED.search(said) and len(caps) < 3 and not (doing and _SOFT.search(said)):
        return False
    if (
        re.match(r"(?:Mr|Mrs|Ms|Dr|St|Level|Good)\b", said)
        or _DATED.match(said)
        or re.search(r"\b(?:Ministry|Department|Division|Office|Board|Council) of\b", said)
    ):
        return False
    if _OF.match(said):
        return False
    return not re.fullmatch(r"(?:[A-Z]{1,4}\d{0,2}|\d+)(?: (?:to|and|-) (?:[A-Z]{1,4}\d{0,2}|\d+))*", said)


def words_kind(head: str) -> str:
    """The kind that an English head noun gives a name."""
    table = lexicon("english")["programmes"]["kinds"]
    return str(table.get(head.lower(), "project"))


_VERB = re.compile(rf"(?<!\w)({any_of(words('english', 'verbs', 'all'))})(?!\w)", re.I)


def verb_before(text: str, at: int) -> str:
    """The last verb before the position, in lower case; empty where there is none near."""
    found = [m.group(1) for m in _VERB.finditer(text, max(0, at - 60), at)]
    return found[-1].lower() if found else ""
