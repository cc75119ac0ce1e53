"""Names meet where place, level and office agree, and nowhere else; each suggestion tells its reason."""

from __future__ import annotations

from itertools import permutations
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import extract
from kg.model import BodyFact, Clause, Document, Plan, Span, Unit
from kg.names import SURE, Reason, SameBody, suggestions, why
from kg.source import read_bytes
from kg.structure import parse
from kg.thesaurus import Thesaurus


def plan(
    document: str, bodies: str = "", issuers: str = "", title: str = "", addressees: str = "", year: int = 2031
) -> Plan:
    """A plan whose one clause names bodies, each responsible."""
    text = bodies or "无"
    unit = Unit("i1", "1", "item", "", None, Span(0, len(text)), (Clause(1, Span(0, len(text)), text),))
    head = Document(
        document, f"{document}.txt", "0" * 64, "txt", text, "zh", title, None, tuple(issuers.split()),
        tuple(addressees.split()), year, None, (), (unit,),
    )  # fmt: skip
    facts, at = [], 0
    for name in bodies.split():
        start = text.index(name, at)
        at = start + len(name)
        span = Span(start, at)
        facts.append(
            BodyFact(
                unit="i1", clause=1, span=span, method="made", name=name, canonical=name, role="lead", kind="bureau"
            )
        )
    return Plan(head, tuple(facts))


def pairs(*plans: Plan) -> dict[tuple[str, str], SameBody]:
    return {(s.name, s.other): s for s in suggestions(plans)}


@pytest.mark.parametrize(
    ("issuer", "name", "other", "reason"),
    [
        ("甲洲市教育局", "市教育局", "甲洲市教育局", "place_prefix"),
        ("甲洲市教育局", "教育局", "甲洲市教育局", "place_prefix"),
        ("甲洲市教育局", "甲洲教育局", "甲洲市教育局", "place_prefix"),
        ("甲洲市教育局", "我市教育局", "甲洲市教育局", "place_prefix"),
        ("甲洲市教育局", "我局", "甲洲市教育局", "self_reference"),
        ("甲洲市教育局", "本局", "甲洲市教育局", "self_reference"),
        ("甲洲区教育委员会", "我委", "甲洲区教育委员会", "self_reference"),
        ("甲洲区教育委员会", "区教委", "甲洲区教育委员会", "abbreviation"),
        ("柳甲镇中心小学", "我校", "柳甲镇中心小学", "self_reference"),
        ("柳甲镇中心小学", "本校", "柳甲镇中心小学", "self_reference"),
        ("甲洲省教育厅", "省教育厅", "甲洲省教育厅", "place_prefix"),
        ("甲洲省教育厅", "教育厅", "甲洲省教育厅", "place_prefix"),
        ("甲洲县教育体育局", "县教体局", "甲洲县教育体育局", "abbreviation"),
        ("甲洲县教育体育局", "教育和体育局", "甲洲县教育体育局", "place_prefix"),
        ("甲洲市人民政府", "市政府", "甲洲市人民政府", "place_prefix"),
        ("中共甲洲市委教育工作委员会", "市委教育工委", "中共甲洲市委教育工作委员会", "abbreviation"),
        ("甲洲縣政府教育處", "甲洲县政府教育处", "甲洲縣政府教育處", "spelling"),
        ("香港特別行政區政府教育局", "教育局", "香港特別行政區政府教育局", "place_prefix"),
        ("澳門特別行政區政府教育及青年發展局", "教青局", "澳門特別行政區政府教育及青年發展局", "abbreviation"),
        ("中华人民共和国教育部", "教育部", "中华人民共和国教育部", "place_prefix"),
    ],
)  # fmt: skip
def test_what_a_name_leaves_out_is_taken_from_the_issuer(issuer: str, name: str, other: str, reason: Reason) -> None:
    found = pairs(plan("a", name, issuer))
    assert set(found) == {(name, other)}
    assert found[name, other].reason == reason
    assert found[name, other].documents == ("a",)
    assert 0.5 < found[name, other].confidence <= SURE[reason]


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("市发改委", "市发展和改革委员会"), ("市人社局", "市人力资源和社会保障局"), ("市卫健委", "市卫生健康委员会"),
        ("市工信局", "市工业和信息化局"), ("市经信局", "市经济和信息化局"), ("市住建局", "市住房和城乡建设局"),
        ("市市场监管局", "市市场监督管理局"), ("市委网信办", "市委网络安全和信息化委员会办公室"),
        ("市委编办", "市委机构编制委员会办公室"), ("市编办", "市委机构编制委员会办公室"), ("团市委", "共青团市委员会"),
        ("市妇联", "市妇女联合会"), ("市文旅局", "市文化和旅游局"), ("市文广旅局", "市文化广电旅游局"),
        ("市文广旅体局", "市文化广电旅游和体育局"), ("市民宗局", "市民族宗教事务局"),
        ("市退役军人局", "市退役军人事务局"), ("市政数局", "市政务服务和数据管理局"),
        ("市资规局", "市自然资源和规划局"), ("市城管局", "市城市管理局"), ("市医保局", "市医疗保障局"),
        ("市教科院", "市教育科学研究院"), ("市残联", "市残疾人联合会"), ("市关工委", "市关心下一代工作委员会"),
        ("市交通局", "市交通运输局"), ("市应急局", "市应急管理局"), ("市政府办", "市人民政府办公室"),
        ("教青局", "教育及青年发展局"), ("国家发改委", "国家发展和改革委员会"), ("人社部", "人力资源和社会保障部"),
        ("市一中", "市第一中学"),
        ("基教科", "基础教育科"), ("职成股", "职业教育与成人教育股"), ("计财科", "计划财务科"),
    ],
)  # fmt: skip
def test_usual_abbreviations_are_known_with_and_without_a_place_of_the_plan(short: str, full: str) -> None:
    for issuer in ("甲洲市教育局", ""):
        found = pairs(plan("a", f"{short} {full}", issuer))
        assert set(found) == {(short, full)}
        assert found[short, full].reason == "abbreviation"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("市教育和体育局", "市教育体育局"),
        ("市教育与体育局", "市教育及体育局"),
        ("市教育局（体育局）", "市教育局(体育局)"),
        ("市教育發展中心", "市教育发展中心"),
    ],
)
def test_conjunctions_brackets_and_width_make_no_other_body(one: str, two: str) -> None:
    found = pairs(plan("a", f"{one} {two}", "甲洲市财政局"))
    assert all(s.reason == "spelling" for s in found.values())
    assert len(found) == 1


def test_the_text_s_own_short_form_is_certain() -> None:
    text = (
        "甲洲市2031年工作方案\n1. 建设学校。由甲洲市学生资助管理中心（以下简称“市助学中心”）牵头。\n"
        "2. 发放补助。由市助学中心牵头，市财政局配合。\n"
    )
    document = parse(read_bytes("a.txt", text.encode()), "a")
    found = pairs(Plan(document, extract(document, Thesaurus.load())))
    one = found["市助学中心", "甲洲市学生资助管理中心"]
    assert (one.reason, one.confidence) == ("short_form", 1.0)


def test_one_spelling_is_another_body_in_the_plan_of_another_city() -> None:
    found = suggestions(
        [plan("a", "市教育局", "甲洲市教育局"), plan("b", "市教育局", "乙洲市教育局"), plan("c", "", "甲洲市教育局")]
    )
    assert {(s.other, s.documents) for s in found} == {("甲洲市教育局", ("a", "c")), ("乙洲市教育局", ("b",))}


def test_an_office_renamed_or_merged_in_another_year_is_offered_with_low_confidence() -> None:
    old, new = plan("a", "", "甲洲县教育局", year=2029), plan("b", "", "甲洲县教育体育局")
    (one,) = suggestions([old, new])
    assert (one.name, one.other, one.reason) == ("甲洲县教育局", "甲洲县教育体育局", "merged_office")
    assert one.confidence < 0.5
    assert one.documents == ("a", "b")
    side_by_side = plan("c", "县教育局 县教育体育局", "甲洲县教育局")
    assert all(s.reason != "merged_office" for s in suggestions([side_by_side]))
    assert not suggestions([old, plan("d", "", "乙洲县教育体育局")])
    assert not suggestions([new, plan("e", "", "甲洲县教育局")]), "both stand in the same year"


def test_two_issuers_of_the_same_kind_leave_a_self_reference_open() -> None:
    assert not pairs(plan("a", "我局", "甲洲市教育局 甲洲市财政局"))


def test_offices_addressed_behind_those_of_each_county_are_no_offices_of_the_city() -> None:
    assert not pairs(plan("a", "", "甲洲市教育局 甲洲市财政局", addressees="各县（市、区）教育局 财政局"))


def test_the_title_tells_the_place_where_no_issuer_does() -> None:
    found = pairs(plan("a", "县教体局 甲洲县教育体育局", title="甲洲县2031年教育工作要点"))
    assert set(found) == {("县教体局", "甲洲县教育体育局")}


def test_groups_and_kinds_of_bodies_stand_for_no_single_one() -> None:
    kinds = "各学校 学校 普通高中 教育部门 有关部门 市直学校 县级人民政府 成员单位 中心小学"
    assert not pairs(plan("a", kinds, "甲洲市教育局", addressees="各县（市、区）教育局"))


def test_the_same_name_of_two_places_in_different_cities_stays_two() -> None:
    a = plan("a", "朝阳区教育局", "甲洲市朝阳区教育局")
    b = plan("b", "朝阳区教育局 朝阳区教委", "乙洲市朝阳区教育局")
    found = pairs(a, b)
    assert {(s.name, s.other) for s in found.values()} >= {("朝阳区教育局", "甲洲市朝阳区教育局")}
    assert all("甲洲市" not in s.name for s in found.values() if "乙洲市" in s.other)
    assert all("乙洲市" not in s.name for s in found.values() if "甲洲市" in s.other)


PLACES = ("甲洲省", "甲洲市", "乙洲市", "甲洲县", "乙洲县", "丙和县", "市中区", "海州区", "丁林镇", "甲乙自治州")
OFFICES = ("教育局", "教体局", "教育厅", "教委", "财政局", "卫健委", "市场监管局", "委编办", "政府", "妇联", "第一中学")
LEVELS = ("省", "市", "县", "区", "镇")

placed = st.tuples(st.sampled_from(PLACES), st.sampled_from(OFFICES))
levelled = st.tuples(st.sampled_from(LEVELS), st.sampled_from(OFFICES))


@given(st.lists(placed, min_size=1, max_size=12), st.lists(levelled, max_size=12), placed)
def test_bodies_of_different_places_or_levels_never_meet(
    full: list[tuple[str, str]], short: list[tuple[str, str]], issuer: tuple[str, str]
) -> None:
    bodies = " ".join(dict.fromkeys(place + office for place, office in (*full, *short)))
    made = [plan("a", bodies, "".join(issuer)), plan("b", bodies, "乙洲县教育局")]
    place_of = {place + office: place for place in PLACES for office in OFFICES}
    level_of = {level + office: level for level in LEVELS for office in OFFICES}
    for one in suggestions(made):
        places = {place_of[n] for n in (one.name, one.other) if n in place_of}
        assert len(places) <= 1, one
        levels = {level_of[n] for n in (one.name, one.other) if n in level_of}
        ends = {place[-1] for place in places}
        assert len(levels | ends) <= 1, one


@given(st.lists(placed | levelled | st.tuples(st.just(""), st.sampled_from(OFFICES)), max_size=16), placed | st.none())
def test_what_is_linked_in_one_plan_by_any_chain_has_one_place_and_one_level(
    names: list[tuple[str, str]], issuer: tuple[str, str] | None
) -> None:
    whole = {first + office: first for first, office in names}
    chains: list[set[str]] = []
    for one in suggestions([plan("a", " ".join(whole), "".join(issuer or ()))]):
        met = [chain for chain in chains if chain & {one.name, one.other}]
        chains = [chain for chain in chains if chain not in met] + [{one.name, one.other}.union(*met)]
    for chain in chains:
        firsts = {whole.get(name, issuer[0] if issuer else "") for name in chain}
        assert len({first for first in firsts if len(first) > 1}) <= 1, chain
        assert len({first[-1] for first in firsts if first}) <= 1, chain


@given(st.permutations(["市教育局", "教育局", "甲洲市教育局", "市教体局", "县教育局", "省教育厅"]))
def test_the_order_of_names_and_plans_changes_nothing(names: list[str]) -> None:
    one, two = plan("a", " ".join(names), "甲洲市教育局"), plan("b", " ".join(reversed(names)), "甲洲市教育局")
    assert suggestions([one, two]) == suggestions([two, one])
    found = pairs(one)
    assert set(found) == {("市教育局", "甲洲市教育局"), ("教育局", "甲洲市教育局")}


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_may_be_a_name(name: str, issuer: str) -> None:
    found = suggestions([plan("a", name, issuer, title=name)])
    assert all(0 < s.confidence <= 1 and s.name != s.other for s in found)


def test_every_reason_is_told_in_both_languages() -> None:
    for reason in SURE:
        one = SameBody(("a",), "市教育局", "甲洲市教育局", reason, 0.5)
        zh, en = why(one, "zh"), why(one, "en")
        assert "市教育局" in zh and "甲洲市教育局" in en
        assert zh != en


def test_a_thousand_plans_take_seconds() -> None:
    offices = "教育局 教体局 财政局 人社局 人力资源和社会保障局 卫健委 编办 住建局 公安局 残联 团委 发改委".split()
    stems = ["".join(two) for two in permutations("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥江河湖海山川林木", 2)]
    made = [
        plan(f"d{i}", " ".join([*(f"市{o}" for o in offices), *(f"{stem}市{o}" for o in offices)]), f"{stem}市教育局")
        for i, stem in enumerate(stems[:1000])
    ]
    start = process_time()
    found = suggestions(made)
    assert process_time() - start < 20
    assert len(found) > 10_000
