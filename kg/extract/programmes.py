"""Programmes, campaigns, systems and documents that a clause names, and what it does with them.

Names in 《》 come first, then names in quotation marks (apart from slogans), then names that only their head noun
shows.  What an earlier rule explained is not read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ..model import ProgrammeFact
from .words import Segment, Window, action_of, any_of, commitment_of, lexicon, words

_KINDS = tuple(lexicon("programmes")["heads"])


@cache
def _kind_of_head() -> dict[str, str]:
    found = {head: "school" for head in words("bodies", "schools", "heads") if len(head) > 1}
    found |= {term: "activity" for term in words("programmes", "verbs", "terms")}
    return found | {head: kind for kind in reversed(_KINDS) for head in words("programmes", "heads", kind)}


_HEADS = any_of(_kind_of_head())
_ENDS_WITH_HEAD = re.compile(rf"({_HEADS})$")
_EVENTS = frozenset(words("programmes", "verbs", "events"))
_BUILDS = frozenset(words("programmes", "verbs", "builds"))
_DOCUMENT_VERBS = frozenset(words("programmes", "verbs", "documents"))
_TAIL = re.compile(rf"(?:{any_of(words('programmes', 'verbs', 'tails'))})$")
_HAN = r"\u4e00-\u9fff"


def head_kind(name: str) -> str:
    """The kind that the last word of a name gives it; empty where that is no head noun."""
    group = head_group(name)
    return _PUBLIC.get(group, group)


def _fact(
    window: Window, start: int, end: int, kind: str, method: str, confidence: float, canonical: str = ""
) -> ProgrammeFact:
    name = window.readable(start, end)
    return ProgrammeFact(
        unit=window.unit.id,
        clause=window.clause.number,
        span=window.span(start, end),
        method=method,
        confidence=confidence,
        name=name,
        canonical=canonical or bare_name(window.text[start:end]),
        kind=kind,
        action=action_of(window.segment_at(start), start),
    )


def bare_name(name: str) -> str:
    """A name without the marks around all of it, and without those around its first part.

    >>> bare_name("“甲乙”行动"), bare_name("《某办法》")
    ('甲乙行动', '某办法')
    """
    return re.sub(r"[“”《》]", "", name)


# -- documents ------------------------------------------------------------------------------------------------------

_SHORT = re.compile(r"（(?:以下|下称|下文)?(?:统?简称|称)为?[:：]?([《“][^《》“”]{1,40}[》”])）")


def title_spans(window: Window) -> Iterator[tuple[int, int]]:
    """The outermost 《…》 of the clause, marks included."""
    depth, start = 0, 0
    for i, c in enumerate(window.text):
        if c == "《":
            start = i if depth == 0 else start
            depth += 1
        elif c == "》" and depth:
            depth -= 1
            if depth == 0 and i - start > 2:
                yield start, i + 1


def documents(window: Window, short_forms: dict[str, str]) -> Iterator[ProgrammeFact]:
    """Case 1, ``落实《某办法》（以下简称《办法》）``: a document, known by its short form from there on."""
    before = ""
    for start, end in title_spans(window):
        name = window.text[start + 1 : end - 1]
        short = _SHORT.match(window.text, end)
        if short:
            short_forms[bare_name(short.group(1))] = name
        if before and re.search(r"(?:简称|下称)[^，。；]{0,3}$", window.text[:start]):
            continue  # the short form itself, in its own notice
        before = name
        kind = head_kind(re.sub(r"（[^）]*）|\d{4}[^\u4e00-\u9fff]*年?$", "", name)) or "policy_document"
        kind = kind if kind in ("plan", "campaign", "project") else "policy_document"
        yield _fact(window, start, end, kind, "programme.title@1", 0.97, short_forms.get(name, name))


# -- quotations -----------------------------------------------------------------------------------------------------

_QUOTE_RUN = re.compile(r"“[^“”]{1,40}”(?:[、和与及]{0,1}“[^“”]{1,40}”){0,9}")
_ONE_QUOTE = re.compile(r"“([^“”]{1,40})”")
_SLOGAN_BEFORE = re.compile(rf"(?:{any_of(words('programmes', 'quotes', 'slogan_before'))})$")
_SLOGAN_AFTER = re.compile(rf"(?:{any_of(words('programmes', 'quotes', 'slogan_after'))})")


def _after_head(window: Window, end: int) -> tuple[int, str]:
    """Where the head noun that follows a run of quotations ends, and its kind; ``end`` itself where there is none."""
    segment = window.segment_at(max(0, end - 1))
    best, kind = end, ""
    for stop in range(end + 1, min(segment.end, end + 14) + 1):
        if window.depth[stop - 1] != window.depth[min(end, len(window.depth) - 1)] or not _NAME_CHAR.match(
            window.text[stop - 1]
        ):
            break
        found = _ENDS_WITH_HEAD.search(window.text[end:stop])
        if found and found.start() <= 6:
            this = _kind_of_head()[found.group(1)]
            if not kind or (this in _STRONG or (this == "activity" and found.group(1) not in _SOFT_HEADS)):
                best, kind = stop, this
    return best, _PUBLIC.get(kind, kind)


_BUILDING = words("programmes", "heads", "building")
_PUBLIC = {"platform": "project", "building": "project", "school": "project"}
_NAME_CHAR = re.compile(r"[\u4e00-\u9fffA-Za-z\d.](?<![的和与及并将以为由在对等])")
_STRONG = frozenset(("project", "campaign", "plan", "pilot", "system", "school"))
_SOFT_HEADS = frozenset(
    ("教育", "服务", "交流", "考核", "培训", "检查", "登记", "招生", "考试", "引进", "测试", "展示")
)


def quotations(window: Window) -> Iterator[ProgrammeFact]:
    """Case 2, ``“甲乙”行动``; ``“甲”“乙”等活动``; ``“甲乙工程”``; ``班主任“三评”``.

    A quotation is a name where a head noun ends it or follows it, or where a verb takes it as its object; a slogan
    where the words around say so (坚持“…”, “…”的原则).
    """
    for run in _QUOTE_RUN.finditer(window.text):
        if run.start() > 0 and window.depth[run.start() - 1] in "《〈":
            continue
        end, kind = _after_head(window, run.end())
        if window.text.startswith("等", run.end()):
            stop, shared = _after_head(window, run.end() + 1)
            if stop > run.end() + 1 and not window.text[run.end() : stop].endswith(_BUILDING):
                kind, end = shared, run.end()
        if end > run.end() and _of_school(window, run.start(), run.end(), end):
            continue
        quotes = list(_ONE_QUOTE.finditer(window.text, run.start(), run.end()))
        for q in quotes:
            if not _speaks_of_others(window.text, q):
                yield from _quoted(window, q, end if q is quotes[-1] else q.end(), kind, q is quotes[0])


def _of_school(window: Window, start: int, quoted: int, end: int) -> bool:
    """Whether the quotation only tells which schools are meant, and nothing makes or selects them."""
    verb = window.segment_at(start).verb_before(start)
    return head_group(window.text[quoted:end]) == "school" and (verb is None or verb.word not in _MAKES)


def _speaks_of_others(text: str, q: re.Match[str]) -> bool:
    """A period of time (``“…”时期``), or a number of things that are named elsewhere (``以“七大工程”为抓手``)."""
    if text.startswith(("规划内", "规划期", "时期", "期间"), q.end()):
        return True
    counted = _COUNT_SLOGAN.match(q.group(1)) is not None
    return counted and _SLOGAN_BEFORE.search(text[max(0, q.start() - 8) : q.start()]) is not None


def _quoted(window: Window, q: re.Match[str], end: int, kind: str, first: bool) -> Iterator[ProgrammeFact]:
    """One quotation of a run; ``end`` is where the head noun behind it ends, ``kind`` what that head noun says."""
    if own := head_kind(q.group(1)):
        # "“双减”专项治理行动": the scheme's own campaign; "“名校+新校”办学模式", "“村村到”大走访".
        acts = kind in ("campaign", "plan", "project", "system") and own in ("system", "school", "activity")
        acts = acts or (own == "activity" == kind and end - q.end() <= 4)
        followed = end > q.end() and (acts or head_group(window.text[q.end() : q.end() + 2]))
        # "无证园清理“回头看”": the words before say what is looked at again.
        begin = _attached(window, q.start()) if first and q.group(1) in _kind_of_head() else q.start()
        yield _fact(window, begin, end if followed else q.end(), kind if followed else own, "programme.quoted@1", 0.93)
    elif kind:
        begin = _attached(window, q.start()) if first else q.start()
        yield _fact(window, begin, end, kind, "programme.quoted-head@1", 0.9)
    else:
        yield from _bare_quote(window, q)


def _attached(window: Window, start: int) -> int:
    """Where the name begins when a short noun stands right before the quotation: ``党建工作“…”``."""
    segment = window.segment_at(start)
    verb = segment.verb_before(start)
    begin = verb.end if verb else segment.start
    if quantity := _QUANTITY.match(window.text[begin:start]):
        begin += quantity.end()
    before = window.text[begin:start]
    short = 10 if verb is not None and verb.word in _EVENTS and not _FIRM.search(before) else 6
    if 2 <= len(before) <= short and _PLAIN.fullmatch(before) and verb is not None:
        return begin
    return start


# Verbs that open a new object: what stands before them is no part of the name behind them.
_FIRM = re.compile(any_of(v for v in (*_EVENTS, *_BUILDS) if len(v) > 1))
# "落实“…”的各项要求": what is carried out is a scheme of that name, not a motto.
_CARRIED = re.compile(r"(?:落实|推行|执行)$")
_DEMANDS = re.compile(r"的?(?:各项)?(?:工作)?要求")
_COUNT_SLOGAN = re.compile(r"[一二两三四五六七八九十百\d]{1,3}[大个项+]")
_PLAIN = re.compile(r"[\u4e00-\u9fff](?:(?![的和与及以为将把对向在等各])[\u4e00-\u9fff])*")


def _bare_quote(window: Window, q: re.Match[str]) -> Iterator[ProgrammeFact]:
    segment = window.segment_at(q.start())
    before, after = window.text[segment.start : q.start()], window.text[q.end() :]
    carried = _CARRIED.search(before) is not None and _DEMANDS.match(after) is not None
    if _SLOGAN_BEFORE.search(before) or (_SLOGAN_AFTER.match(after) and not carried) or "，" in q.group(1):
        return
    verb = segment.verb_before(q.start())
    if verb is None or window.depth[max(0, q.start() - 1)] in "（":
        return
    if commitment_of(verb.word) == "ensure" and not carried and verb.word not in _DOCUMENT_VERBS:
        return  # what is ensured is an aim
    quantity = _QUANTITY.match(window.text[verb.end : q.start()])
    begin = verb.end + (quantity.end() if quantity else 0)
    between = window.text[begin : q.start()]
    if len(between) > 8 or re.search(r"[的、]", between):
        return
    if carried or re.match(r"[，。；、（]|建设|工作|和|与|并|$", after):
        yield _fact(window, begin, q.end(), "slogan", "programme.slogan@1", 0.6, q.group(1))


# -- unquoted names -------------------------------------------------------------------------------------------------

_QUANTITY = re.compile(
    r"^(?:好|了|一批|一系列|系列|若干|一个|一所|一项|一次|一场|各项|各类|多个|多种|首个|首批|新一轮|(?:不少于|不低于|至少|约|近|超过?)?\d+(?:[—–~-]{1,2}\d+)?[余多]?(?:人次|[个所项场次名家门套批])(?:左右|以上)?|[一二两三四五六七八九十百]+[个所项场次名家门套批]|至少\d*|全市|全省|全县|全区|我市|我省|我县|市级|本市)+"
)
# An amount behind the name: "阅读示范校20所", "作家进校园不少于40场".
_AMOUNT = re.compile(
    r"(?:不少于|不低于|至少|达到|达|超过|超|约|近)?[\d.]{1,9}余?[\u4e00-\u9fff]{1,3}(?:以上|以内|左右)?$"
)
_SPLIT = re.compile(r"[、]|(?:和|与|及|以及)")
_ETC = re.compile(rf"(?<![高中初平均同优上下对])等(?:\d{{1,3}}余?[个项所场次])?([{_HAN}]{{0,10}})$")
_VAGUE = re.compile(
    r"^期|这一|为宗旨|满意的教育|^(?:(?:学前|特殊|民族|继续|职业|高等|基础|融合|终身|义务|高中|普通高中)(?:教育)?[和与、]?){1,3}教育$"
    r"|最少|至少|不少于|不超过|不低于|每[人生年]|^(?:各类|各项|有关|相关|系列|专项|主题|特色|品牌|一系列|多种形式|形式多样|丰富多彩)?(?:活动|工作|制度|机制|体系|平台|计划|方案|行动|工程|项目|改革|政策|试点|培训|教育|服务|规定|意见|规划|标准|规范|考试|评估|模式|基地|校园|中心|队伍|建设)$|^.{0,4}化建设$"
)


def head_nouns(window: Window) -> Iterator[ProgrammeFact]:
    """Case 3, an unquoted name behind its verb: ``实施甲乙工程``, ``举办甲赛、乙展演等活动``, ``建立健全某机制``."""
    for segment in window.segments:
        stop = _CLOSING.search(window.text, segment.start, segment.end)
        last = stop.start() if stop else segment.end
        skip = 0
        for i, verb in enumerate(segment.verbs):
            if verb.start < skip:
                continue
            end = segment.verbs[i + 1].start if i + 1 < len(segment.verbs) else last
            if verb.word in _EVENTS and end < last and not head_group(window.text[verb.end : end]):
                # "开展规范…专项行动", "开展落实…专项督导": the second verb belongs to the name.
                end = skip = last
            if (
                i + 1 < len(segment.verbs)
                and verb.word in _SETS_UP
                and _BARE_HEAD.fullmatch(window.text, segment.verbs[-1].end, last)
            ):
                end = skip = last  # "探索市域整体推进模式": a verb before a bare head noun belongs to the name
            chained = i + 1 < len(segment.verbs) and segment.verbs[i + 1].start == verb.end
            if chained and verb.word in _SETS_UP and head_group(window.text[verb.end : last]) == "system":
                end = skip = last  # "建立协同推进机制": the second verb is the name's first word
            if verb.word in _DOCUMENT_VERBS and _TITLE_END.search(window.text, verb.end, last):
                # "出台加强某事的意见": the title of a document that stands in no marks.
                skip = last
                yield from _one(window, verb.word, verb.end, last, "policy_document")
                continue
            if min(end, last) - verb.end >= 3:
                yield from _objects(window, segment, verb.word, verb.end, min(end, last), skip == last)


_BARE_HEAD = re.compile(r"(?:新|长效|工作)?(?:机制|模式|体系|平台|制度|格局|体制|行动|计划|工程|清单|方案)")
_SETS_UP = frozenset(words("programmes", "verbs", "sets_up"))
_TITLE_END = re.compile(
    r"的(?:[实指]施?导?意见|意见|通知|方案|办法|规定|决定|实施方案|实施细则|规划|行动计划|若干措施|措施|工作方案|管理办法)$"
)
_CLOSING = re.compile(any_of(words("programmes", "verbs", "closing")))


def _objects(
    window: Window, segment: Segment, verb: str, start: int, end: int, whole: bool = False
) -> Iterator[ProgrammeFact]:
    text = window.text
    start = _behind_title(text, start, end) if verb in _DOCUMENT_VERBS else start
    if quantity := _QUANTITY.match(text[start:end]):
        start += quantity.end()
    end = _before_bracket(text, start, end)
    shared = ""
    if etc := _ETC.search(text[start:end]):
        shared = head_group(_TAIL.sub("", etc.group(1)) or etc.group(1))
        if whole:
            yield from _one(window, verb, start, end, shared)
            return
        if shared and (named := _OF_MANY.match(etc.group(1))) and len(etc.group(1)) > named.end() + 1:
            yield from _one(window, verb, start + etc.start(1), end, shared)  # "甲、乙等部门联动机制"
            return
        end = start + etc.start()
    else:
        while (tail := _TAIL.search(text[start:end])) and tail.start() >= 2:
            end = start + tail.start()
    end = _before_amount(text, start, end)
    start = _after_de(text, start, end)
    parts = _parts(text, start, end)
    if not shared and not _splits(text, parts):
        parts = [(start, end)]
    for a, b in parts:
        b = _before_amount(text, a, b)
        yield from _one(window, verb, a, b, head_group(text[a:b]) or shared, shared)


_NOTE = re.compile("（[^（）]{0,60}）")
_DOUBLED = re.compile(r"(?:建设|认定|打造|培育|创建|建成|评选|命名|培养)(?=\d|一批|若干)")  # "遴选建设20个…"
_OF_MANY = re.compile("多?(?:部门|单位|方面|领域|主体|学科|环节)")


def _behind_title(text: str, start: int, end: int) -> int:
    """Where ``制定《甲》（以下简称《乙》）工作安排、负面清单`` goes on behind the title; ``start`` if it holds none."""
    titled = text.rfind("》", start, end)
    if titled < 0:
        return start
    noted = _NOTE.match(text, titled + 1, end)
    start = noted.end() if noted else titled + 1
    while start < end and text[start] in "、和及与）":
        start += 1
    return start


def _before_bracket(text: str, start: int, end: int) -> int:
    """Where the object ends when a bracket closes it, or explains a name that is complete before it."""
    for bracket in (text.find("（", start, end), text.rfind("（", start, end)):
        if bracket > start and (text[end - 1] == "）" or head_group(text[start:bracket])):
            return bracket
    return end


def _before_amount(text: str, start: int, end: int) -> int:
    amount = _AMOUNT.search(text[start:end])
    return start + amount.start() if amount else end


def _splits(text: str, parts: list[tuple[int, int]]) -> bool:
    """Whether each part of a list is a name of its own: four characters or more, ended by a head noun."""
    return all(b - a >= 4 and head_group(_AMOUNT.sub("", text[a:b])) for a, b in parts)


def _one(window: Window, verb: str, start: int, end: int, group: str, shared: str = "") -> Iterator[ProgrammeFact]:
    if doubled := _DOUBLED.match(window.text, start, end):
        start, verb = doubled.end(), doubled.group()
    if quantity := _QUANTITY.match(window.text[start:end]):
        start += quantity.end()
    if counted := _COUNTED.match(window.text, start, end):
        start = counted.end()  # "甲、乙2个产业联合体": the number belongs to what stands before it
    name = window.text[start:end]
    event = verb in _EVENTS
    group = group or ("system" if name in _TERMS else "")
    short = 3 if name.endswith("制") else 4
    if (
        not (group or (event and end in _stops(window)))
        or not short <= len(name) <= 32
        or _VAGUE.match(name)
        or _MARK.search(name)
    ):
        return
    if _accepted(window, verb, name, shared or group):
        yield _fact(
            window, start, end, _PUBLIC.get(group, group) or "activity", "programme.head-noun@1", 0.75 if group else 0.6
        )


def _stops(window: Window) -> set[int]:
    """Where a name without a head noun may end: at the end of a stretch, its tail (工作, 等) taken off."""
    return {s.end - k for s in window.segments for k in (0, 2)}


_COUNTED = re.compile(r"[^，。；“”《》]{2,16}\d{1,3}余?[个所家项条支处](?=[\u4e00-\u9fff]{4})")
_MARK = re.compile(r"[，。；：“”《》%]|[达超]\d|\d[所个家名条处]|[于於]年内")


def head_group(name: str) -> str:
    """The list of the lexicon that the last word of a name stands in; empty where it is no head noun."""
    bare = re.sub(r"[\d.]+$|（[^）]*）$", "", name)
    found = _ENDS_WITH_HEAD.search(bare)
    if found is not None:
        return _kind_of_head()[found.group(1)]
    return next((kind for kind, shape in _SHAPES if shape.search(bare)), "")


_SHAPES = tuple(
    (kind, re.compile(rf"[{_HAN}]{{1,12}}{shape}$"))
    for kind, shapes in lexicon("programmes")["patterns"].items()
    for shape in shapes
)
"""Ends of names that are told by their shape, with their kind."""


def _after_de(text: str, start: int, end: int) -> int:
    """Where the name begins when a clause with 的 stands before it; a short name keeps it (``某组织领导的某制``)."""
    at = text.rfind("的", start, end)
    if at < 0 or end - at - 1 < 3:
        return start
    if end - at - 1 <= 5 and end - start <= 18 and not re.search("[、“]", text[start:at]):
        return start
    return at + 1


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a list; 和 and its like divide only where the same kind of name stands on both sides."""
    cuts = [start]
    for m in _SPLIT.finditer(text, start, end):
        left, right = head_group(text[cuts[-1] : m.start()]), head_group(text[m.end() : end])
        if m.group() != "、" and (not left or _CLASS.get(left, left) != _CLASS.get(right, right)):
            continue
        cuts += [m.start(), m.end()]
    cuts.append(end)
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if b > a]


_CLASS = {"campaign": "activity", "pilot": "activity"}
_CONSTRUCTS = frozenset(words("programmes", "verbs", "constructs"))
_TERMS = frozenset(words("programmes", "verbs", "terms"))
_ABSTRACT = words("programmes", "verbs", "abstract")
_MAKES = frozenset(words("bodies", "affected", "build"))
_RELIED = words("programmes", "verbs", "relied")
_CARES = frozenset(
    (
        "加强",
        "做好",
        "推进",
        "抓好",
        "组织",
        "推动",
        "深化",
        "完善",
        "规范",
        "加快",
        "强化",
        "统筹推进",
        "持续推进",
        "深入推进",
        "积极组织",
    )
)


def _accepted(window: Window, verb: str, name: str, group: str) -> bool:
    """Whether verb and head noun together make a name of the words between them."""
    if verb == "依托":
        return name.endswith(_RELIED)
    if group == "school" and verb in _EVENTS and verb not in _MAKES:
        return False  # "办好老年大学": a school that is there
    if verb in _EVENTS or name in _TERMS:
        return True
    if group == "building":
        inner = head_group(_BUILT.sub("", name))
        if window.is_title:
            return inner in ("system", "platform", "school") and verb in _CONSTRUCTS
        return verb in _CONSTRUCTS
    if window.is_title and (group in ("activity", "policy_document") or name.endswith((*_ABSTRACT, "改革"))):
        return False
    if group in ("project", "campaign", "plan", "pilot", "system"):
        return verb not in ("提高", "提升", "提供", "依托", "利用")
    return verb in _VERBS_OF.get(group, _CARES)


_VERBS_OF = {"platform": _BUILDS, "school": _MAKES, "policy_document": _DOCUMENT_VERBS}
"""The verbs that make names of the heads of a group."""
_BUILT = re.compile(rf"(?:{any_of(_BUILDING)})$")
_DOING = re.compile(r"(?:做好|开展|抓好)((?:向|为|对)[^，。；：“”《》]{4,30}?)的?工作(?=[，。；]|$)")


_STRONG_TITLE = ("project", "campaign", "plan")


def titles(window: Window) -> Iterator[ProgrammeFact]:
    """Case 8, a title that is the name itself: ``2.学位扩容工程。``, ``“护苗”行动：…``."""
    if not window.segments:
        return
    segment = window.segments[0]
    headed = window.text[segment.end : segment.end + 1] == "："
    alone = window.clause.number == 1 and window.unit.title and len(window.segments) == 1
    if not (headed or alone):
        return
    name = window.text[segment.start : segment.end].strip("—-–· ")
    group = head_group(name)
    plain = not segment.verbs and not _MARK.search(_QUOTES.sub("", name))
    if group in _STRONG_TITLE and plain and 5 <= len(name) <= 24:
        start = window.text.index(name, segment.start)
        yield _fact(window, start, start + len(name), _PUBLIC.get(group, group), "programme.title-name@1", 0.7)


_QUOTES = re.compile("[“”]")


def doings(window: Window) -> Iterator[ProgrammeFact]:
    """Case 4, an activity told by a clause: ``做好向某人颁发某证书的工作``."""
    for m in _DOING.finditer(window.text):
        yield _fact(window, m.start(1), m.end(1), "activity", "programme.doing@1", 0.6)


_NAMED = re.compile(any_of(words("programmes", "verbs", "schemes")))


def schemes(window: Window) -> Iterator[ProgrammeFact]:
    """Case 5, schemes that every plan calls by one name (``控辍保学``), where some verb stands before them."""
    if window.is_title:
        return
    for m in _NAMED.finditer(window.text):
        segment = window.segment_at(m.start())
        before = segment.verb_before(m.start())
        if window.depth[m.start()] == "." and before is not None and _SCHEME_END.match(window.text, m.end()):
            yield _fact(window, m.start(), m.end(), "system", "programme.scheme@1", 0.65)


_SCHEME_END = re.compile("工作|服务|任务|要求|水平|力度|行动|[，。；、和与及等]|$")


_STATE = any_of(words("programmes", "states", "words"))
_WHEN = (
    r"(?:力争|确保|预计|计划|如期|尽快|早日|基本|全面|年内|全年|今年|于|在|\d{4}年|\d{1,2}月(?:\d{1,2}日)?(?:份|底|初|末|中旬|上旬|下旬)?|上半年|下半年"
    r"|[春秋]季(?:学期)?|第?[一二三四]季度|年底|前|之前|以前|内|全部|顺利|正式|实现|达到){0,6}"
)
_READY = re.compile(
    rf"(?:(?:力争|确保|推动|推进|加快|支持|促进|争取)?)([{_HAN}A-Za-z\d.—·“”-]{{4,24}}?)({_WHEN})(?:{_STATE})(?=[，。；、并）]|$)"
)


def states(window: Window) -> Iterator[ProgrammeFact]:
    """Case 6, what is to be ready by a date: ``甲校区8月底前建成投用``, ``推动某项目开工``."""
    for segment in window.segments:
        m = _READY.match(window.text, _subject_start(window, segment), segment.end)
        if m is None or "的" in m.group(1):
            continue
        start, end = m.span(1)
        if quantity := _QUANTITY.match(window.text[start:end]):
            start += quantity.end()
        group = head_group(window.text[start:end])
        if (
            group in ("project", "platform", "system", "activity")
            and end - start >= 4
            and window.text[start] not in "各每"
        ):
            yield _fact(window, start, end, _PUBLIC.get(group, group), "programme.state@1", 0.7)


def _subject_start(window: Window, segment: Segment) -> int:
    """Where the subject of a stretch begins: behind the bullet and a verb of urging that opens it."""
    first = segment.verbs[0] if segment.verbs else None
    if first is not None and first.start - segment.start <= 3 and commitment_of(first.word) in ("ensure", "advance"):
        return first.end
    return segment.start


_MADE = re.compile(
    rf"(?:{any_of(words('programmes', 'verbs', 'makes'))})(?:一批|[{_HAN}]{{0,4}}\d+[个所家处座条片支间])?"
    rf"([{_HAN}A-Za-z“”·×]{{5,18}}?)(?:\d[\d.]{{0,6}}万?余?[个所家处座条片支间批门]|[一二两三四五六七八九十百]{{1,3}}[个所家处座条片支间批门])"
)


def made(window: Window) -> Iterator[ProgrammeFact]:
    """Case 7, what is made anew and counted, whatever its head noun: ``培育全省党建工作标杆院系20个``."""
    for segment in window.segments:
        for m in _MADE.finditer(window.text, segment.start, segment.end):
            name = m.group(1)
            if window.depth[m.start()] == "." and not _NO_THING.search(name) and not _VAGUE.match(name):
                start = m.start(1)
                if quantity := _QUANTITY.match(name):
                    start += quantity.end()
                if m.end(1) - start >= 5:
                    yield _fact(window, start, m.end(1), "project", "programme.made@1", 0.6)


_NO_THING = re.compile(any_of(words("programmes", "verbs", "no_things")))


def programme_facts(window: Window, short_forms: dict[str, str]) -> Iterator[ProgrammeFact]:
    """All rules in order; a name that overlaps one found before is left out."""
    taken: list[tuple[int, int]] = []
    for rule in (lambda w: documents(w, short_forms), quotations, titles, doings, head_nouns, states, made, schemes):
        for fact in rule(window):
            here = (fact.span.start, fact.span.end)
            if any(a < here[1] and here[0] < b for a, b in taken):
                continue
            taken.append(here)
            yield fact
