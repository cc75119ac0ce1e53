"""Who does it, with whom, to whom and where: the rules for bodies.

Owner notations come first (brackets, label lines, table cells, prose with 牵头 or 负责); the characters they explain
are not read again by the rule for those who are acted on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, pairwise
from typing import cast

from ..model import BodyFact, Role
from ..source import view as source_view
from ..tables import owner_heads
from .tables import Cell
from .words import ADVERB, COMMITMENTS, NOMINAL, VERB, Window, any_of, words

_LABEL = any_of([*owner_heads(), *words("bodies", "roles", "persons")])
_ENDING = re.compile(rf"(?:{any_of(words('bodies', 'owners', 'endings'))})$")
_LONG_LABEL = any_of(label for label in (*owner_heads(), *words("bodies", "roles", "persons")) if len(label) >= 4)
_LABELLED = re.compile(rf"(?:^|(?<=[（【〔|。；，、\s]))({_LABEL})[：:]|(?<!^)({_LONG_LABEL})：")
_BRACKET = re.compile(r"[（【〔]((?:[^（）【】〔〕]|[（【][^（）【】〔〕]{0,40}[）】]){1,400})[）】〕]")
_JOIN = re.compile(
    r"[、，,/；;|]|〈br ?/?〉"
    r"|(?<=[局委厅部办院室处科会府校心署联])(?<!党委)(?:和|及|与|以及)(?=[^、，；]{2,20})|(?<=党委)和(?!政府|人民政府)|联同|会同"
)
_HAN = r"\u4e00-\u9fff"

_PEOPLE, _SCHOOLS = words("bodies", "people", "heads"), words("bodies", "schools", "heads")
_PARTY, _OFFICIAL = words("bodies", "party", "heads"), words("bodies", "official", "heads")
_WEAK = frozenset((*words("bodies", "schools", "weak"), *words("bodies", "official", "weak")))
_STRICT = frozenset(words("bodies", "schools", "strict"))
_LAST = frozenset(words("bodies", "schools", "last"))
_GENERIC = frozenset(words("bodies", "generic", "names"))


@cache
def kind_of(name: str) -> str:
    """The kind of a body, told by how its name ends."""
    bare = re.sub(r"（[^）]*）", "", name)
    if name in _GENERIC or re.match(r"(各|有关|相关|局?直属各)", name):
        return "generic"
    for kind, pattern in _KINDS:
        if pattern.search(bare):
            return kind
    return "body"


_KINDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("people", rf"(?:{any_of(_PEOPLE)})$"),
        ("school", rf"(?:{any_of(_SCHOOLS)}|园|校|学院|大学|中学|小学)$"),
        ("party", rf"(?:{any_of(_PARTY)}|工委|委组织部|委宣传部|委统战部|委政法委|委办|妇联|残联)$"),
        ("government", r"(?:政府|管委会|街道办|街道办事处|省委|市委|县委|区委|国务院|[市区县省]级|两级|三级)$"),
        ("office", r"(?:科|股|处|室|组|办公室|中心|站|所)$"),
        ("bureau", r"(?:局|委|厅|部|署|办|司|院|会|行政部门|部门)$"),
        ("company", r"(?:公司|集团|银行|企业)$"),
        ("place", r"(?:区|县|市|州|盟|旗|镇|乡|省|街道)$"),
    )
)


def _fact(window: Window, start: int, end: int, role: Role, method: str, confidence: float, kind: str = "") -> BodyFact:
    name = window.text[start:end]
    return BodyFact(
        unit=window.unit.id,
        clause=window.clause.number,
        span=window.span(start, end),
        method=method,
        confidence=confidence,
        name=window.readable(start, end),
        canonical=name,
        role=role,
        kind=kind or kind_of(name),
    )


# -- owners ---------------------------------------------------------------------------------------------------------

_STRIP_RIGHT = re.compile(
    r"(?:等(?:有关|相关)?(?:(?:部门|单位)(?:和|、)(?:单位|部门)|单位|部门|区政府)?|按(?:照)?(?:各自)?职责(?:分工)?(?:负责|落实)?|分工负责|分别负责|负责|牵头|配合|参与|组织实施|共同负责|落实|承办|协助|具体负责)+[。；，]?$"
)


def _names(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The names of a list of bodies, its separators and tails taken off; brackets inside a name are kept."""
    depth, begin = 0, start
    cuts = []
    joins = {m.start(): m.end() for m in _JOIN.finditer(text, start, end)}
    i = start
    while i < end:
        c = text[i]
        if c in "（【“《":
            depth += 1
        elif c in "）】”》":
            depth = max(0, depth - 1)
        elif depth == 0 and i in joins and not (i - begin == 1 and text[begin] in "省市县区镇乡校"):
            # (a lone level is no name: "市、县两级机构")
            cuts.append((begin, i))
            begin = joins[i]
        i += 1
    cuts.append((begin, end))
    for a, b in cuts:
        while a < b and text[a] in " 　。；，、|〔【●•○◆■□▪·‧※":
            a += 1
        while a < b and text[b - 1] in " 　。；，、|〕】":
            b -= 1
        tail = _STRIP_RIGHT.search(text, a, b)
        if tail and tail.end() == b and tail.start() > a:
            b = tail.start()
        if b - a >= 2:
            yield a, b


# An office named after its task: "县“双减”办".
_TASK_FORCE = re.compile(r"“([^“”]{1,12})”(?=[\u4e00-\u9fff]{0,6}(?:办|专班|小组|指挥部)$)")


def _is_body(name: str) -> bool:
    bare = re.sub(r"（[^）]{0,40}）", "", name)
    bare = _TASK_FORCE.sub(r"\1", bare)
    return 2 <= len(bare) <= 30 and bool(_ENDING.search(bare)) and not re.search(r"\d{2}|[《》“”]", bare)


def owner_labels(window: Window) -> Iterator[BodyFact]:
    """Case 1, ``责任单位：甲局、乙委`` in a bracket, on a line or in a cell; several labels one after the other.

    The list ends at the bracket, at the sentence or at the next label.  Names after a label for persons are no bodies.
    """
    found = list(_LABELLED.finditer(window.text))
    for i, m in enumerate(found):
        role = owner_heads().get(m.group(1) or m.group(2))
        if role is None:
            continue
        end = found[i + 1].start() if i + 1 < len(found) else len(window.text)
        end = _list_end(window, m.end(), end)
        for a, b in chain.from_iterable(_spaced(window, a, b) for a, b in _names(window.text, m.end(), end)):
            if _is_body(window.text[a:b]) or i + 1 == len(found):
                yield _fact(window, a, b, role, "body.owner-label@1", 0.97 if _is_body(window.text[a:b]) else 0.8)


def _spaced(window: Window, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a name that blanks divide in the document, where each of them is a body's name."""
    cuts = [start]
    for i in range(start + 1, end):
        gap = window.document.text[window.span(i - 1, i).end : window.span(i, i + 1).start]
        if gap and not gap.strip() and "\n" not in gap:
            cuts.append(i)
    parts = list(pairwise([*cuts, end]))
    return parts if all(_is_body(window.text[a:b]) for a, b in parts) else [(start, end)]


def _list_end(window: Window, start: int, end: int) -> int:
    depth = 0
    for i in range(start, end):
        c = window.text[i]
        if c in "（【〔":
            depth += 1
        elif c in "）】〕":
            if depth == 0:
                return i
            depth -= 1
        elif c == "。" and depth == 0:
            return i
    return end


def _could_be(name: str) -> bool:
    """Whether a name that stands among owners may be one itself, whatever it ends in: ``少年宫``, ``书城``."""
    plain = _PLAIN_NAME.fullmatch(name) is not None and _VERB_IN.search(name) is None
    return _is_body(name) or (plain and name[0] != "不")


_PLAIN_NAME = re.compile(rf"[{_HAN}]{{2,12}}(?:（[{_HAN}]{{1,8}}）)?")
_SAID: dict[str, Role] = {
    "牵头": "lead",
    "配合": "support",
    "协助": "support",
    "参与": "support",
    "负责": "responsible",
}
_SAID_ROLE = re.compile(rf"[^，；]{{0,80}}?({any_of(_SAID)})")
_NOT_OWNERS = re.compile(r"^(?:含|不含|下同|以下|下称|简称|试行|草案|暂行|修订|按照|截至|包括|例如|如|即|见|附)")


def owner_brackets(window: Window) -> Iterator[BodyFact]:
    """Case 2, bare brackets that close a sentence: ``正文。（甲委、乙局）`` where each part ends like a body's name."""
    for m in _BRACKET.finditer(window.text):
        inner = m.group(1)
        closes = re.match(r"[。；]?$|[。；]", window.text[m.end() :]) is not None
        if not closes or _NOT_OWNERS.match(inner) or _LABELLED.search(inner + "：") or "：" in inner:
            continue
        spans = list(_names(window.text, m.start(1), m.end(1)))
        known = sum(_is_body(window.text[a:b]) for a, b in spans)
        if not known or known * 3 < len(spans) * 2 or not all(_could_be(window.text[a:b]) for a, b in spans):
            continue
        alone = m.start() == 0 or window.text[m.start() - 1] in "。；"
        if (
            len(spans) == 1
            and not alone
            and not re.search(r"[局委厅部办处科股]$", window.text[spans[0][0] : spans[0][1]])
        ):
            continue
        for a, b in spans:
            said = _SAID_ROLE.match(window.text, b, m.end())
            role: Role = "responsible" if said is None else _SAID[said.group(1)]
            yield _fact(window, a, b, role, "body.owner-bracket@1", 0.9)


_BY = re.compile(
    r"由((?:[^，。；：（）由]|（[^（）]{1,8}）){2,60}?)(?:共同|联合|具体|统一|分别|各自)?(牵头|负责|组织实施|承办|主办|承担|落实|实施|会同"
    r"|(?:统筹|协调|组织|指导|审核|审批|提供|制定|开展|确定|依法|根据|按照|对|向|为|给予|另行|成立|设立|建立|推行|合办|自|于|在|通过|采取|组成|抽调|派|选派|委派|安排|编制|编印|发布|出具|验收|托管|代管|检查|巡查|评估|考核|审批|核数|转介|统一|资助|主持))"
)
_SUPPORT = re.compile(
    r"(?:^|[，；（、。]|牵头)由?((?:[^，。；：（）“”]{2,60}?))(?:按照?(?:各自)?职责(?:分工)?)?(?:积极|协同|密切)?(配合|协助|参与)(?=[，。；）]|$|做好|落实|开展|实施)"
)
_JOINED = any_of(words("bodies", "official", "joined"))
_ONE = rf"(?:[^，。；：、和与及（）“”]{{0,6}}(?:{_JOINED}))?[^，。；：、和与及（）“”]{{0,14}}?"
_ONE += r"(?:局|委(?!员会|会)|委员会|[管常]委会|联合会|协会|厅|署|(?<![东西南北中内外全干])部(?!门)"
_ONE += r"|办公室|办(?![公好理成妥齐])|院|单位|部门|机构|高校|政府|公司"
_ONE += r"|团委|妇联|工会|学校|企业"
_ONE += r"|科协|残联|机关|中心|馆"
_ONE += r"|[大支总]队|监察组|工作组)"
_ONE += (
    r"(?!监委|机关|[^，。；、和与及（）]{0,12}办公室|组织部|宣传部|统战部|政法委|编办|网信办|外办|教育工委|党校|纪检)"
)
_WITH = re.compile(rf"(?<!协)(会同|配合|联合|协同|商)({_ONE}(?:[、和与及]{_ONE}){{0,12}})(?:等)?")
_JOINT = "合办|合作|共同|联合|携手|协作(?!地)|合力|共建|共享|建立|完善|开通|开展|组建|签[订署约]|结对|对接|会商"
_TOGETHER = re.compile(rf"[与和跟]({_ONE}(?:[、和与及]{_ONE}){{0,6}})(?:{_JOINT})")
_WITH_FIELDS = re.compile(rf"(?:会同|配合|联合|协同|商)((?:[{_HAN}]{{2,8}}、){{1,6}}[{_HAN}]{{2,10}}?(?:部门|单位))")
_LEADS = re.compile(
    r"(?:^|[，。；：（【〔])([^，。；：（）【〔“”由]{2,60}?)(?:（[^（）]{1,24}）)?(牵头|会同|联合|(?:具体|分别|共同|各自)?负责)(?![单部主责处科股人：]|会同)"
)


def prose_owners(window: Window) -> Iterator[BodyFact]:
    """Case 3, ``由甲局牵头，乙局配合``; ``甲局负责…``; ``会同甲局``; ``配合相关部门和学校``."""
    if not re.search(r"牵头|负责|配合|会同|协助|联合|协同|由|[与和跟]", window.text):
        return
    for m in _BY.finditer(window.text):
        role: Role = "lead" if m.group(2) in ("牵头", "会同") else "responsible"
        yield from _listed(window, m.start(1), m.end(1), role, 0.9)
    for m in _LEADS.finditer(window.text):
        if not window.text.startswith("由", max(0, m.start(1))):
            yield from _listed(
                window, m.start(1), m.end(1), "lead" if m.group(2) in ("牵头", "会同", "联合") else "responsible", 0.85
            )
    for m in _SUPPORT.finditer(window.text):
        yield from _listed(window, m.start(1), m.end(1), "support", 0.85)
    yield from _partners(window)


def _partners(window: Window) -> Iterator[BodyFact]:
    """Those with whom it is done: ``会同甲局``, ``与乙局合办``, ``会同教育、财政部门``."""
    for m in _WITH.finditer(window.text):
        # 联合举办: what is done together, whose word ends as names of offices do.
        if not window.text.startswith("：", m.end()) and not re.fullmatch(f"{_MODAL}|{VERB}", m.group(2)):
            yield from _listed(window, m.start(2), m.end(2), "support", 0.85)
    for m in _TOGETHER.finditer(window.text):
        if m.start() == window.segment_at(m.start()).start or window.text[m.start() - 1] in "●•，。；":
            yield from _listed(window, m.start(1), m.end(1), "support", 0.8)
    for m in _WITH_FIELDS.finditer(window.text):
        if _of_fields(window, m.start(1), m.end(1)):
            yield from _by_field(window, m.start(1), m.end(1), "support")


_SHARED = re.compile(
    r"等?(?:(?:[二两三四五六七八九十]|\d+)个?|[几多]个)?(?:有关|相关|行政|主管){0,2}(部门|单位|机构)"
    r"(?:和(?:单位|机构|组织))?$"
)


def _by_field(window: Window, start: int, end: int, role: Role) -> Iterator[BodyFact]:
    """Each office of a list that says ``部门`` once for all: ``教育、财政等部门`` names 教育部门 and 财政部门."""
    shared = _SHARED.search(window.text, start, end)
    stop = shared.start() if shared else end
    for a, b in _names(window.text, start, stop):
        fact = _fact(window, a, b, role, "body.fields@2", 0.75)
        whole = shared is None or fact.canonical.endswith(("部门", "单位", "机构"))
        yield (
            fact
            if whole or shared is None
            else replace(fact, canonical=fact.canonical + shared.group(1), kind="bureau")
        )


def _of_fields(window: Window, start: int, end: int) -> bool:
    """Whether a list names fields and one word for the offices of all: ``教育、财政部门``."""
    parts = [window.text[a:b] for a, b in _names(window.text, start, end)]
    return not any(_is_body(part) for part in parts[:-1]) and _VERB_IN.search(window.text, start, end) is None


_FIRM = any_of(
    [
        *(v for c in COMMITMENTS for v in words("words", "verbs", c) if v not in NOMINAL),
        *words("bodies", "subjects", "verbs"),
    ]
)
_MODAL = any_of(words("bodies", "subjects", "modals"))
_ACTING = re.compile(
    rf"(?=要(?!求|点|素|件)|(?:亦|并|明年|今年|将)?会(?![议计员长场费晤馆所同])|{_MODAL}|(?:{ADVERB}){{1,2}}(?:{VERB})|(?:{_FIRM}))"
)
_NO_OFFICE = "".join(f"(?<!{word[:-1]})" for word in words("bodies", "subjects", "no_offices"))
_OFFICE_END = rf"(?<=[{_HAN}]{{2}}){_NO_OFFICE}(?:{any_of(words('bodies', 'subjects', 'offices'))})"
_SUBJECT_END = re.compile(
    rf"(?:{any_of(words('bodies', 'subjects', 'endings'))}|(?<![东西南北中内外全干])部(?!门|分|署)|{_OFFICE_END})"
    r"(?:等(?:有关|相关)?(?:部门|单位))?"
)
_OPENS = re.compile(
    r"[\s—\-–·•|]{0,4}(?:(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?(?:底|初|末|[上中下]旬)?(?:之?前|起)?|年底前|年内|每年)?(?:由|其中|同时|并由)?"
)
_URGES = re.compile(
    "[对向为将把并且]|促进|提高|提升|增强|巩固|扩大|减轻|防范|化解|改善|优化|督促|指导|鼓励|引导|要求|支持|帮助|动员|争取|配合|协同|联合|会同|推动|形成|组织(?!部)"
)
_THROUGH = re.compile(any_of(words("bodies", "subjects", "through")))
_FIELDS = re.compile(
    r"(?:由|会同|协调|配合)?([^，。；：“”《》（）\d]{2,40}?等?(?:有关|相关|行政|主管){0,2}(?:部门|单位)(?:和(?:单位|机构|组织))?)"
    r"(应|要|须|按|依|根据|在|负责|各|(?:积极|密切|协同)?(?:配合|协助|参与)|做好|共同|联合)"
)


def subjects(window: Window) -> Iterator[BodyFact]:
    """Case 4, the subject of a sentence: ``甲局督促…``, ``乙部、丙中心要…``, ``甲、乙、丙等部门按照职责…``."""
    yield from _headed(window)
    for m in _ANSWERS.finditer(window.text):
        for a, b in _names(window.text, m.start(1), m.end(1)):
            if _HEAD_AT_END.search(window.text[a:b]) or _is_body(window.text[a:b]):
                yield _fact(window, a, b, "responsible", "body.answers@1", 0.75)
    for segment in window.segments:
        opens = _OPENS.match(window.text, segment.start, segment.end)
        start = opens.end() if opens else segment.start
        # "依托甲院建立…": another one acts through it.
        through = _THROUGH.match(window.text, start, segment.end)
        start = through.end() if through else start
        governed = any(v.start == start and v.word not in NOMINAL for v in segment.verbs)
        if governed or _URGES.match(window.text, start, segment.end):
            continue
        fields = _FIELDS.match(window.text, start, segment.end)
        if fields and re.search("[、等]", fields.group(1)) and _of_fields(window, fields.start(1), fields.end(1)):
            role: Role = "support" if fields.group(2).endswith(("配合", "协助", "参与")) else "responsible"
            yield from _by_field(window, fields.start(1), fields.end(1), role)
            continue
        for m in _SUBJECT_END.finditer(window.text, start, min(segment.end, start + MAX_SUBJECT)):
            if _ACTING.match(window.text, m.end(), segment.end) is None:
                continue
            by = window.text.rfind("由", start, m.start())  # "会议由甲局主持"
            part: Role = "support" if through else "responsible"
            found = list(_listed(window, max(start, by + 1), m.end(), part, 0.75))
            if found:
                yield from (replace(fact, method="body.subject@2") for fact in found)
                break


_HEADED = re.compile(r"[\s—\-–·•]{0,4}([^，。；：“”《》（【][^，。；：“”《》]{1,39}?)：(?=[^：]{6})")
_ANSWERS = re.compile(
    r"(?:^|[，。；])([^，。；：“”《》的]{2,16}?)(?:是|为|作为)[^，。；：]{0,24}?(?:责任(?:人|主体|单位|部门)|主管(?:部门|机关)|牵头(?:单位|部门))(?=[，。；]|$)"
)
_HEADED_KINDS = frozenset(("bureau", "government", "office", "party", "generic", "school", "company"))


_ENDS_AS_SUBJECT = re.compile(rf"(?:{any_of(words('bodies', 'subjects', 'endings'))}|部|组|学校|科|股)$")


def _headed(window: Window) -> Iterator[BodyFact]:
    """A division of duties, body by body: ``县甲局：负责…``."""
    m = _HEADED.match(window.text)
    if m is None or _LABELLED.match(window.text, m.start(1)):
        return
    spans = list(_names(window.text, m.start(1), m.end(1)))
    names = [window.text[a:b] for a, b in spans]
    if all(_ENDS_AS_SUBJECT.search(n) and kind_of(n) in _HEADED_KINDS and not _VERB_IN.search(n) for n in names):
        for a, b in spans:
            yield _fact(window, a, b, "responsible", "body.headed@1", 0.8)


_COUNTED = re.compile(r"(?:\d+|[一二两三四五六七八九十]|多|几)余?[家所个名]")
MAX_SUBJECT = 80
"""Characters from the beginning of a stretch within which its subject ends."""


def _listed(window: Window, start: int, end: int, role: Role, confidence: float) -> Iterator[BodyFact]:
    if window.text[start : start + 1] == "在":
        return  # where it is done
    if window.text[start : start + 1] in ("与", "跟", "请"):
        role = role if window.text[start] == "请" else "support"
        start += 1
    if _COUNTED.match(window.text, start, end):
        return  # 与5家企业: nobody is named
    spans = []
    for a, b in _names(window.text, start, end):
        while window.text[b - 1 : b] in ("等", "和", "与", "及"):
            b -= 1
        if window.depth[a] in "“《" or not _is_body(window.text[a:b]) or _VERB_IN.search(window.text, a, b):
            return
        spans.append((a, b))
    for a, b in spans:
        yield _fact(window, a, b, role, "body.prose@1", confidence)


# -- those who are acted on -----------------------------------------------------------------------------------------

_HEADS = (*_PEOPLE, *_SCHOOLS, *_PARTY, *_OFFICIAL)
_HEAD = re.compile(any_of(_HEADS))
_HEAD_AT_END = re.compile(rf"(?:{any_of(_HEADS)})$")
_MODIFIER_SET = frozenset((*words("bodies", "modifiers", "words"), *_HEADS))
_LONGEST = max(map(len, _MODIFIER_SET))
# Marks, and measure words after a number ("120名…", "第三届…"): a name does not reach over them.
_STOP = re.compile(r"[^\u4e00-\u9fffA-Za-z·+]|[第届名所个期批位次]")
_STOP_WORDS = frozenset((*words("words", "particles", "words"), *words("bodies", "affected", "governs")))
_GENERIC_NAME = re.compile(any_of(_GENERIC))
_GENERIC_END = re.compile(rf"(?:{any_of(g for g in _GENERIC if g.startswith('各') or '县' in g)})$")
_AFTER_WEAK = re.compile(r"[，。；、：！）”]|的|和|与|及|等|在|中|开|建|办|全|创|$")
MAX_UNKNOWN = 4
"""Characters that no modifier explains and that yet belong to a name, as in a school named after a place."""


def affected(window: Window) -> Iterator[BodyFact]:
    """Case 4, a head noun with its modifiers: ``农村寄宿制学校``, ``全县小学教师``, ``公办幼儿园党支部``.

    Heads that follow each other directly are one name.  To the left the name takes the words of the lexicon, then at
    most four unknown characters if these reach back to a verb, a particle or a mark.  Inside 《》 and quotation marks
    nothing is read.
    """
    text, taken, last_end = window.text, 0, -1
    for m in _HEAD.finditer(text):
        if m.start() < taken or window.depth[m.start()] in "《“〈":
            continue
        if any(v.start < m.start() < v.end for v in window.segment_at(m.start()).verbs):
            continue  # "扩大学位": no 大学
        end = _chain(text, m.end())
        head = text[m.start() : end]
        start = _left(window, m.start(), taken)
        ended = _AFTER_WEAK.match(text, end) is not None or any(
            v.start == end for v in window.segment_at(m.start()).verbs
        )
        last = _HEAD_AT_END.search(head)
        strict = last is not None and last.group() in _STRICT
        if last is not None and last.group() in _LAST and not ended:
            continue
        if strict and not ended and (start == m.start() or _FIELD.match(text, end)):
            continue
        urged = head in _SCHOOLS and _URGED.search(text, max(0, m.start() - 3), m.start()) is not None
        if start == m.start() and (window.is_title or (head in _WEAK and not ended and not urged)):
            continue
        if _no_body(window, start, end, head):
            taken = end
            continue
        name = text[start:end]
        taken = end
        counted = re.search(r"[所个名位]$", text[:start]) is not None
        joined = window.text[start - 1 : start] in ("和", "与", "及", "、") and last_end == start - 1
        last_end = end
        if start == m.start() and (head in _WEAK or strict) and head != "学校" and not (counted or urged or joined):
            continue
        if name in _GENERIC:
            continue
        known = 0.85 if start < m.start() else 0.7
        acts = start == window.segment_at(start).start and _MUST.match(text, end) is not None
        role: Role = "responsible" if acts else "affected"
        yield _fact(window, start, end, role, "body.subject@1" if acts else "body.affected@1", known)


_OFFICE = re.compile(r"(?:（(?:党组|党委|总支|支部|党总支)）)书记")
_URGED = re.compile(r"(?:确保|督促|指导|鼓励|支持|引导|要求)\Z")
_THINGS = re.compile(rf"(?:{any_of(words('bodies', 'affected', 'things'))})\Z")


def _no_body(window: Window, start: int, end: int, head: str) -> bool:
    """Whether what follows, or the verb before, or the whole name makes it no body: ``教研社区``, ``新建一批学校``."""
    built = kind_of(head) != "people" and _built(window, start)
    return built or _VOID.match(window.text, end) is not None or _THINGS.search(window.text, start, end) is not None


# Behind a subject: "学校应当…", "教育局会在…".
_MUST = re.compile(r"(?:落实。|落实$|应当|必须|要(?!求|素)|应(?![急用对届试])|须|不得|会(?![议同计])|将(?!来))")
_NUMBERED = re.compile(r"(?:[\u4e00-\u9fff]{0,2}[省市县区镇乡])?第[一二三四五六七八九十百\d]{1,3}$")
_FIELD = re.compile(any_of(words("bodies", "schools", "fields")))


def _built(window: Window, start: int) -> bool:
    """Whether the name is what a verb of building makes anew (``新建一批…``): a project then, not a body."""
    verb = window.segment_at(start).verb_before(start)
    if verb is None or verb.word not in _BUILD:
        return False
    between = window.text[verb.end : start]
    return _QUANTITY.fullmatch(between) is not None or (verb.word in _ANEW and not re.search("[的、，]", between))


_BUILD = frozenset(words("bodies", "affected", "build"))
_ANEW = frozenset(("创建", "打造", "争创", "培育", "新建", "评选", "认定"))
_QUANTITY = re.compile(r"[^，、]{0,6}(?:一批|若干|\d+余?[所个家]|[一二两三四五六七八九十百]+[所个家])[^，、的]{0,6}")
_VOID = re.compile(any_of(words("bodies", "affected", "voids")))


def _chain(text: str, end: int) -> int:
    while following := _HEAD.match(text, end):
        if following.group() in _STRICT and _PERSON.search(text, max(0, end - 6), end):
            break  # "学生高中阶段": two words, not one name
        end = following.end()
    office = _OFFICE.match(text, end)  # "党委（党组）书记"
    return office.end() if office else end


_PERSON = re.compile(rf"(?:{any_of(_PEOPLE)})\Z")


def _left(window: Window, start: int, floor: int) -> int:
    """How far the name reaches to the left of its head."""
    text = window.text
    segment = window.segment_at(start)
    verb = segment.verb_before(start)
    bound = max(floor, segment.start, verb.end if verb else 0)
    at = start
    while at > bound:
        for size in range(min(_LONGEST, at - bound), 0, -1):
            if text[at - size : at] in _MODIFIER_SET and window.depth[at - size] == window.depth[start]:
                at -= size
                break
        else:
            break
    if at < start and text.startswith("年度", at):
        at += 2  # "2031年度乡镇人民政府"
    if (numbered := _NUMBERED.search(text, max(bound, at - 8), at)) and numbered.end() == at:
        at = numbered.start()
    whole = _GENERIC_END.search(text, max(bound, at - 14), at)
    if whole:
        return whole.start()
    # What is left up to the next boundary, if it is short, is the name's own: a place, a founder.
    edge = at
    while edge > bound and not _STOP.match(text[edge - 1]) and not _particle_ends(text, edge, bound):
        edge -= 1
    if _ANY_VERB.search(text, edge, at) or _MANNER.search(text, max(bound, edge - 2), at):
        return at
    if 1 < at - edge <= MAX_UNKNOWN and (
        edge == bound or _STOP.match(text[edge - 1]) or _particle_ends(text, edge, bound)
    ):
        at = edge
    return at


def _particle_ends(text: str, at: int, bound: int) -> bool:
    return any(at - size >= bound and text[at - size : at] in _STOP_WORDS for size in (1, 2, 3))


_RELATIVE = re.compile(rf"(?:[向对给为])([^，。；：、（）“”《》向对给为]{{3,24}}的(?:{any_of(_PEOPLE)}))")


def relative(window: Window) -> Iterator[BodyFact]:
    """Case 5, people told by a clause of their own: ``向从教满三十年的教师颁发…``."""
    for m in _RELATIVE.finditer(window.text):
        yield _fact(window, m.start(1), m.end(1), "affected", "body.relative@1", 0.7)


_ANY_VERB = re.compile(VERB)
_MANNER = re.compile(any_of(words("bodies", "affected", "manner")))
_VERB_IN = re.compile(
    any_of(
        v
        for v in (
            "推进",
            "加强",
            "实施",
            "落实",
            "开展",
            "做好",
            "建立",
            "完善",
            "建成",
            "完成",
            "确保",
            "的",
            "是",
            "要",
        )
    )
)
_SUBJECT = re.compile(r"^(?:要|应|应当|须|必须|负责|结合|根据|可|按照|参照|对照|抓好|做好)")


def generic_groups(window: Window) -> Iterator[BodyFact]:
    """Case 6, groups that stand for all of a kind: ``各区县（市）``, ``各地各校``, ``每个乡镇``, ``市、区两级``.

    Where they are told or urged to act (督促, 指导, 鼓励 …, or followed by 要) they are responsible.
    """
    for m in _GENERIC_NAME.finditer(window.text):
        if window.depth[m.start()] in "《“" or (m.group()[0] not in "各每" and _HEAD.match(window.text, m.end())):
            continue
        before = window.segment_at(m.start()).verb_before(m.start())
        near = before is not None and m.start() - before.end <= 2
        told = near and before is not None and before.word in _URGE
        told = told or _SUBJECT.match(window.text[m.end() :]) is not None
        opens = m.start() == window.segment_at(m.start()).start
        told = told or (opens and _ACTING.match(window.text, m.end()) is not None)
        told = told and m.group().startswith(("各", "有关", "相关"))
        role: Role = "responsible" if told else "affected"
        yield _fact(window, m.start(), m.end(), role, "body.generic@1", 0.85 if told else 0.75)
    for m in _LEVELS.finditer(window.text):
        yield _fact(window, m.start(), m.end(), "participant", "body.levels@1", 0.8, "government")


_URGE = frozenset(("督促", "指导", "鼓励", "引导", "组织", "要求"))
_LEVELS = re.compile(r"(?:[省市县区校乡镇]、){1,3}[省市县区校乡镇](?:两|三|四)级")

_PLACE_SUFFIX = any_of(words("bodies", "places", "suffixes"))
_NOT_PLACES = frozenset(words("bodies", "places", "not_places"))
_PLACE = re.compile(
    rf"(?:^|(?<=[在、和与及赴到，。由]))([{_HAN}]{{1,6}}?(?:{_PLACE_SUFFIX}))(?=[、，。；和与及等]|先行|试点|率先|深入|开展|推进|实施|启动|建设|$)"
)


def places(window: Window) -> Iterator[BodyFact]:
    """Case 7, a named place: ``在甲区、乙县开展…``, ``推进丙区试点``; known by its suffix and its left boundary."""
    for segment in window.segments:
        verb_ends, verb_starts = {v.end for v in segment.verbs}, {v.start for v in segment.verbs}
        for m in re.finditer(rf"[{_HAN}]{{1,6}}?(?:{_PLACE_SUFFIX})", window.text[segment.start : segment.end]):
            a, b = segment.start + m.start(), segment.start + m.end()
            yield from _place(window, a, b, verb_ends, verb_starts)


_PROVINCE = re.compile(
    rf"(?:(?<=[赴援与和、在到])|(?<=对口支援))(?:{any_of(words('bodies', 'places', 'provinces'))})"
    r"(?=[、，。；和与等支开进对省市自教学])(?:省|市|自治区)?"
)


def provinces(window: Window) -> Iterator[BodyFact]:
    """Case 8, a province by its short name: ``赴青海支教``."""
    for m in _PROVINCE.finditer(window.text):
        if window.depth[m.start()] not in "《“":
            yield _fact(window, m.start(), m.end(), "location", "body.province@1", 0.8, "place")


def _place(window: Window, start: int, end: int, verb_ends: set[int], verb_starts: set[int]) -> Iterator[BodyFact]:
    text = window.text
    begin = start
    for at in range(end - 1, start - 1, -1):
        if at in verb_ends or (at > 0 and text[at - 1] in "在、和与及赴到，由为是各对向"):
            begin = at
            break
    name = text[begin:end]
    left_ok = (
        begin == 0
        or begin in verb_ends
        or not re.match(rf"[{_HAN}]", text[begin - 1])
        or text[begin - 1] in "在、和与及赴到由"
    )
    right_ok = (
        re.match(r"[、，。；和与及等）]|先行|试点|率先|深入|开展|推进|实施|启动|两地|三地|$", text[end:]) is not None
    )
    right_ok = right_ok or end in verb_starts
    if not left_ok or not right_ok or not 2 <= len(name) <= 7 or _common(name):
        return
    if window.depth[begin] in "《“" or re.search(r"[0-9各每全我本的了前月]", name):
        return
    yield _fact(window, begin, end, "location", "body.place@1", 0.7, "place")


def _common(name: str) -> bool:
    """Whether the name is a common noun that ends like a place: ``偏远山区``, ``示范区``."""
    return name in _NOT_PLACES or any(
        name.endswith(n) and (len(name) - len(n) != 1) for n in _NOT_PLACES if len(n) >= 2
    )


ShortForms = dict[str, str]
"""Short form of a body → its full name."""
_SHORT = re.compile(r"([^，。；：、（）“”]{4,30})（(?:以下|下称|下文)(?:统?简称|称)?为?[：]?“([^“”]{2,12})”）")


def _note_short_forms(window: Window, short_forms: ShortForms) -> None:
    for m in _SHORT.finditer(window.text):
        verb = window.segment_at(m.start(1)).verb_before(m.end(1))
        name = window.text[max(m.start(1), verb.end if verb else 0) : m.end(1)]
        name = re.sub(r"^(?:由|在|对|向|经|与|和)", "", name)
        if _is_body(name):
            short_forms[m.group(2)] = name


_POST = re.compile(rf"(?:{any_of(words('bodies', 'owners', 'posts'))})$")


def notice_bodies(window: Window) -> Iterator[BodyFact]:
    """Case 0a, who sends the covering notice and to whom: names that the document's own data hold."""
    if window.unit.kind != "notice":
        return
    document = window.document
    addressed = [(name, "affected") for name in document.addressees]
    for name, role in [*addressed, *((name, "participant") for name in document.issuers)]:
        seen = source_view(name).text.translate(_WIDE_BRACKETS)
        at = window.text.find(seen)
        if at >= 0 and len(seen) >= 3:
            yield _fact(window, at, at + len(seen), cast(Role, role), "body.notice@1", 0.9)


_WIDE_BRACKETS = str.maketrans("()", "（）")


def cell_owners(window: Window, cells: Sequence[Cell]) -> Iterator[BodyFact]:
    """Case 0, a cell of a table under 牵头单位, 责任单位, 配合单位 …"""
    for cell in cells:
        start, end = window.view.index(cell.span.start), window.view.index(cell.span.end)
        names = _names(window.text, start, min(end, len(window.text)))
        for a, b in chain.from_iterable(_spaced(window, a, b) for a, b in names):
            name = window.text[a:b]
            if _is_body(name) or (cell.posted and _POST.search(name) and len(name) <= 16):
                yield _fact(window, a, b, cell.role, "body.table-cell@1", 0.95)


RULES = (owner_labels, owner_brackets, prose_owners, subjects, relative, affected, generic_groups, places, provinces)
"""In order: characters that an earlier rule explained are not read by a later one."""


def body_facts(window: Window, short_forms: ShortForms, cells: Sequence[Cell] = ()) -> Iterator[BodyFact]:
    """All rules in order; a mention that overlaps one found before is left out."""
    _note_short_forms(window, short_forms)
    taken: list[tuple[int, int]] = []
    found = [cell_owners(window, cells), notice_bodies(window), *(rule(window) for rule in RULES)]
    for fact in (fact for rule in found for fact in rule):
        here = (fact.span.start, fact.span.end)
        if any(a < here[1] and here[0] < b for a, b in taken):
            continue
        taken.append(here)
        yield replace(fact, canonical=short_forms[fact.canonical]) if fact.canonical in short_forms else fact
