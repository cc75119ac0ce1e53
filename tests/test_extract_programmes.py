"""Programmes: one row a rule's case, the sentence and the names found."""

from __future__ import annotations

import pytest

from kg.extract.programmes import bare_name, head_kind, programme_facts
from kg.extract.words import windows
from tests.test_extract import one_clause

CASES = [
    ("落实《某市校车管理办法》。", [("《某市校车管理办法》", "落实")]),
    ("制定《某市〈学校卫生条例〉实施细则》。", [("《某市〈学校卫生条例〉实施细则》", "制定")]),
    ("深入实施“青蓝结对”工程。", [("“青蓝结对”工程", "深入实施")]),
    ("开展“清风伴读”“乡音童谣”等主题活动。", [("“清风伴读”", "开展"), ("“乡音童谣”", "开展")]),
    ("落实班主任“三评”。", [("班主任“三评”", "落实")]),
    ("组织实施乡村校长领航工程。", [("乡村校长领航工程", "组织实施")]),
    ("建立健全校外基地准入机制。", [("校外基地准入机制", "建立健全")]),
    ("举办童谣展演、足球联赛等活动。", [("童谣展演", "举办"), ("足球联赛", "举办")]),
    ("开展规范食堂采购行为专项行动。", [("规范食堂采购行为专项行动", "开展")]),
    ("加强学生阅读中心建设。", [("学生阅读中心建设", "加强")]),
    ("出台加强校园绿化的意见。", [("加强校园绿化的意见", "出台")]),
    ("落实党组织领导的校长负责制。", [("党组织领导的校长负责制", "落实")]),
    ("打造学区共同体12个。", [("学区共同体", "打造")]),
    ("遴选建设30个左右乡土课程基地。", [("乡土课程基地", "遴选")]),
    ("建立公安、民政等部门协作机制。", [("部门协作机制", "建立")]),
    ("健全帮扶结对机制。", [("帮扶结对机制", "健全")]),
    ("制定《某市方案》配套责任清单。", [("《某市方案》", "制定"), ("配套责任清单", "制定")]),
    ("做好为新教师发放入职礼包的工作。", [("为新教师发放入职礼包", "做好")]),
    ("落实河湖长制。", [("河湖长制", "落实")]),
    ("滨河校区二期8月底前建成投用。", [("滨河校区二期", "")]),
    ("培育全市阅读推广先锋院系20个。", [("阅读推广先锋院系", "培育")]),
    ("开展无证园清理“回头看”。", [("无证园清理“回头看”", "开展")]),
    ("开展“减负”专项治理行动。", [("“减负”专项治理行动", "开展")]),
    ("在6个乡镇设立少年宫工作站。", [("少年宫工作站", "设立")]),
    ("会同民政部门编制养老设施专项规划。", [("养老设施专项规划", "编制")]),
    ("实施““晨光””救助项目。", [("““晨光””救助项目", "实施")]),
]
NO_NAMES = [
    "确保经费“只增不减”。",
    "招引“双优”高校毕业生。",
    "坚持“一校一品”的原则。",
    "以“三个满意”为目标。",
    "开展活动。",
    "提高工作水平。",
    "营造良好氛围。",
    "办好老年大学。",
    "发展学前教育和特殊教育。",
    "依托市教育科学研究院开展工作。",
]


def found(text: str) -> list[tuple[str, str]]:
    return [(f.name, f.action) for w in windows(one_clause(text)) for f in programme_facts(w, {})]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_programme_is_found_with_its_verb(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NO_NAMES)
def test_slogans_and_vague_words_are_no_programmes(text: str) -> None:
    assert found(text) == []


def test_a_short_form_of_a_document_stands_for_its_title() -> None:
    short: dict[str, str] = {}
    first, second = "制定《云岭市劳动教育实施方案》（以下简称《方案》）。", "落实《方案》。"
    assert [f.canonical for w in windows(one_clause(first)) for f in programme_facts(w, short)][
        0
    ] == "云岭市劳动教育实施方案"
    assert [f.canonical for w in windows(one_clause(second)) for f in programme_facts(w, short)] == [
        "云岭市劳动教育实施方案"
    ]


def test_the_head_noun_tells_the_kind() -> None:
    kinds = {
        name: head_kind(name)
        for name in ("甲乙工程", "甲乙行动", "甲乙计划", "甲乙制度", "甲乙试点", "甲乙大赛", "甲乙")
    }
    assert list(kinds.values()) == ["project", "campaign", "plan", "system", "pilot", "activity", ""]


def test_a_bare_name_has_no_marks() -> None:
    assert bare_name("“甲”工程") == "甲工程"
