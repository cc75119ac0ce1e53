"""Targets: one row a phrasing, with what can be checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.extract import extract
from kg.extract.targets import number_of, target_facts
from kg.extract.words import windows
from kg.model import Clause, Span, TargetFact
from kg.source import read_bytes
from kg.structure import parse
from kg.thesaurus import Thesaurus
from tests.test_extract import one_clause

NUMBERS = [
    ("达标率达到90%以上。", 90, None, "%", ">="),
    ("课时不低于40%。", 40, None, "%", ">="),
    ("办理时限压缩至8天以内。", 8, None, "天", "<="),
    ("培训超3万人次。", 3, None, "万人次", ">"),
    ("新建幼儿园5所。", 5, None, "所", "="),
    ("经费增长3%左右。", 3, None, "%", "~"),
    ("辍学率下降0.2到0.4个百分点。", 0.2, 0.4, "个百分点", "decrease"),
    ("每校配备4—6名教练。", 4, 6, "名/校", "="),
    ("新建两所中学。", 2, None, "所", "="),
    ("每个街道至少建好一所老年学校。", 1, None, "所/街道", ">="),
    ("师生比控制在12:1以内。", 12, None, ":1", "<="),
    ("配备比例不低于百分之三。", 3, None, "%", ">="),
    ("新增学位1,200个。", 1200, None, "个", "increase"),
    ("实现资助全覆盖。", 100, None, "%", "coverage"),
    ("三年内规模翻一番。", 2, None, "倍", "increase"),
    ("安全隐患动态清零。", 0, None, "", "="),
    ("每半年通报一次进展。", 1, None, "次", "="),
    ("新增学位3.5万座。", 3.5, None, "万座", "increase"),
    ("参与率稳定在七成以上。", 70, None, "%", ">="),
    ("师生比不低于1:15。", 15, None, "1:", ">="),
    ("校际差异系数控制在0.4以内。", 0.4, None, "", "<="),
    ("名额增至3万5 000个。", 35000, None, "个", "="),
    ("每百户不低于三十平方米。", 30, None, "平方米", ">="),
    ("自受理之日起十个工作日内办结。", 10, None, "个工作日", "<="),
]
LOOK_ALIKES = [
    "举办第3届艺术节。",
    "落实某教发〔2031〕9号文件。",
    "纪念建校120周年。",
    "推进信息化2.0建设。",
    "落实“三个80%”要求。",
    "联系电话：12345678。",
    "聘请70岁以上老教师。",
    "形成四位一体格局。",
    "实施三年行动计划。",
    "学习贯彻二十届三中全会精神。",
    "过去一年，新建学校5所。",
    "落实《十条规定》。",
    "推进“十七五”规划编制。",
    "加强三级网络建设。",
    "实施网络全覆盖工程。",
    "开展千名教师访万家活动。",
    "建设甲校二期、乙校三期工程。",
    "加快5G网络建设。",
    "2030年，新建学校5所。",
]
DATES = [
    ("在3月9日前完成选址。", "2031-03-09", "by_date"),
    ("2032年6月底前完成改造。", "2032-06-30", "by_date"),
    ("年底前主体封顶。", "2031-12-31", "by_date"),
    ("上半年启动新校区建设。", "2031-06-30", "in_period"),
    ("第二季度召开大会。", "2031-06-30", "in_period"),
    ("确保2031年秋季投入使用。", "2031-09-01/2031-11-30", "in_period"),
    ("秋季开学前投入使用。", "2031-09-01", "by_date"),
    ("完成时限：2031年11月。", "2031-11-30", "by_date"),
    ("力争明年建成新校区。", "2032", "in_period"),
    ("2032年5月完成招标。", "2032-05-01/2032-05-31", "in_period"),
    ("9月中旬前开工。", "2031-09-20", "by_date"),
    ("首季度完成招标。", "2031-03-31", "in_period"),
    ("到2032/33学年建成新校。", "2032/2033", "in_period"),
    ("120年6月底前完成招标。", "2031-06-30", "by_date"),
]


def found(text: str) -> list[TargetFact]:
    return [f for w in windows(one_clause(text)) for f in target_facts(w)]


@pytest.mark.parametrize(("text", "value", "highest", "unit", "comparator"), NUMBERS)
def test_a_number_is_read_with_unit_and_comparator(
    text: str, value: float, highest: float | None, unit: str, comparator: str
) -> None:
    (fact,) = found(text)
    assert (fact.value, fact.value_max, fact.unit_text, fact.comparator) == (value, highest, unit, comparator)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_number_that_promises_nothing_is_no_target(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("text", "deadline", "comparator"), DATES)
def test_a_date_is_read_in_the_plans_year(text: str, deadline: str, comparator: str) -> None:
    (fact,) = found(text)
    assert (fact.deadline, fact.comparator, fact.value) == (deadline, comparator, None)


def test_a_month_inherits_the_year_said_before_it_in_its_unit() -> None:
    (fact,) = found("2033年工作：5月底前完成招标。")
    assert fact.deadline == "2033-05-31"


def test_a_date_right_behind_another_is_a_target_of_its_own() -> None:
    assert [f.text for f in found("第三季度开工，明年6月底前竣工。")] == ["第三季度开工", "明年6月底前竣工"]


def test_a_share_that_says_which_ones_are_meant_is_not_their_target() -> None:
    assert [f.value for f in found("年收入50万元以上的村占比达到45%。")] == [45]


@pytest.mark.parametrize(
    "named",
    [
        "落实《健身计划（2029—2033年）》，新建广场5处。",
        "落实《2033年规划》。",
        "实施提升计划（2029—2033年），新建广场5处。",
    ],
)
def test_a_month_does_not_inherit_the_years_of_a_plan_that_is_named_before_it(named: str) -> None:
    document = one_clause(f"{named}全民健身中心10月1日前开放。")
    deadlines = {f.deadline for w in windows(document) for f in target_facts(w) if f.deadline}
    assert deadlines == {f"{document.year}-10-01"}


def test_a_row_of_an_indicator_box_with_one_cell_a_line_has_its_last_year_as_target() -> None:
    cells = ["专栏1 主要指标", "序号", "指标", "2030年", "2035年", "属性"]
    cells += ["1", "毛入园率（%）", "96.3", "98以上", "预期性"]
    cells += ["2", "巩固率（%）", "98.2", "≥99", "约束性"]
    lines = ["某市发展规划", "第一章 目标", "提升教育质量。", *cells]
    document = parse(read_bytes("plan.txt", "\n".join(lines).encode()), "plan")
    facts = [f for f in extract(document, Thesaurus.load()) if isinstance(f, TargetFact)]
    assert [(f.measure, f.value, f.comparator, f.baseline, f.deadline) for f in facts] == [
        ("毛入园率", 98, ">=", 96.3, "2035"),
        ("巩固率", 99, ">=", 98.2, "2035"),
    ]


def test_without_any_year_a_month_is_no_date() -> None:
    document = replace(one_clause("5月底前完成招标。"), year=None)
    assert [f for w in windows(document) for f in target_facts(w)] == []


def test_a_baseline_is_kept_apart_from_the_target() -> None:
    (fact,) = found("补助标准由1000元提高到1250元。")
    assert (fact.value, fact.baseline) == (1250, 1000)


def test_paired_values_go_to_their_own_baselines() -> None:
    facts = found("标准分别从2元、3元提高到4元、5元。")
    assert [(f.value, f.baseline) for f in facts] == [(4, 2), (5, 3)]


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("确保入学率达到99%。", "ensure"),
        ("新建学校3所。", "complete"),
        ("推进3所学校改造。", "advance"),
        ("探索5所学校联办。", "explore"),
    ],
)
def test_the_verb_tells_the_strength_of_the_promise(text: str, strength: str) -> None:
    assert [f.commitment for f in found(text)] == [strength]


@pytest.mark.parametrize(
    ("text", "value"), [("三十", 30), ("一百零五", 105), ("两", 2), ("1,200", 1200), ("甲", None), ("两万", 20000)]
)
def test_numbers_in_words_have_a_value(text: str, value: float | None) -> None:
    assert number_of(text) == value


def test_a_row_of_a_table_gives_its_date_to_its_numbers() -> None:
    text = "组建教育集团3个\n9月底前"
    clauses = (Clause(1, Span(0, 8), text[:8]), Clause(2, Span(9, 13), text[9:]))
    document = one_clause(text)
    unit = replace(document.units[0], clauses=clauses)
    facts = [f for w in windows(replace(document, units=(unit,))) for f in target_facts(w)]
    assert [(f.value, f.deadline) for f in facts] == [(3, "2031-09-30"), (None, "2031-09-30")]


def test_the_year_that_opens_a_list_is_the_deadline_of_its_dashes() -> None:
    text = "到2035年，主要目标如下：\n——入园率由2030年的90%提高到95%；\n——巩固率达到98%。\n"
    document = parse(read_bytes("a.txt", text.encode()), "a")
    facts = [f for w in windows(document) for f in target_facts(w)]
    assert [(f.value, f.baseline, f.deadline) for f in facts] == [(95, 90, "2035"), (98, None, "2035")]


def test_a_row_of_an_indicator_box_has_baseline_and_target_by_its_columns() -> None:
    text = "| 指标 | 2030年 | 2035年 | 属性 |\n| 入园率（%） | 90 | ≥95 | 预期性 |\n"
    document = parse(read_bytes("a.txt", text.encode()), "a")
    (fact,) = [f for w in windows(document) for f in target_facts(w)]
    assert (fact.measure, fact.value, fact.unit_text, fact.baseline) == ("入园率", 95, "%", 90)
    assert (fact.comparator, fact.deadline) == (">=", "2035")


def test_the_year_of_a_share_is_no_deadline() -> None:
    (fact,) = found("本年度财政投入占比不低于5%。")
    assert fact.deadline is None


@pytest.mark.parametrize(
    ("title", "told"), [("巩固提升“双减”工作成效", True), ("放大课后服务工作成效", True), ("2030年工作成效", False)]
)
def test_achievements_that_are_aims_are_no_past(title: str, told: bool) -> None:
    text = f"某县教育局2031年工作要点\n\n一、任务\n\n1.{title}。参与率达到90%以上。\n\n2.加强管理。健全制度。\n"
    facts = extract(parse(read_bytes("made.txt", text.encode()), "made"), Thesaurus.load())
    assert any(isinstance(f, TargetFact) and f.value == 90 for f in facts) == told
