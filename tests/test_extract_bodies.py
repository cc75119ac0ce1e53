"""Bodies: one row a rule's case, the sentence and who is found in which role."""

from __future__ import annotations

import pytest

from kg.extract.bodies import body_facts, kind_of
from kg.extract.words import windows
from tests.test_extract import one_clause

CASES = [
    ("完成选址。（责任单位：市教育局、市财政局）", "市教育局:responsible 市财政局:responsible"),
    ("完成选址。（牵头单位：甲区教育局；配合单位：区财政局）", "甲区教育局:lead 区财政局:support"),
    ("落实经费。（财务处、基建科）", "财务处:responsible 基建科:responsible"),
    ("落实经费。(人事科牵头，各学校落实)", "人事科:lead 各学校:responsible"),
    ("完成选址。〔县教育局牵头，县公安局配合〕", "县教育局:lead 县公安局:support"),
    ("牵头单位：县财政局 配合单位：县教育局", "县财政局:lead 县教育局:support"),
    ("责任单位：市教育局；责任人：李明", "市教育局:responsible"),
    ("由市公安局牵头，市教育局配合。", "市公安局:lead 市教育局:support"),
    ("县教育局会同县公安局开展检查。", "县教育局:lead 县公安局:support"),
    ("市教育行政部门应当定期公布名单。", "市教育行政部门:responsible"),
    ("加强农村寄宿制学校管理。", "农村寄宿制学校:affected"),
    ("提升民办幼儿园教师待遇。", "民办幼儿园教师:affected"),
    ("在柳湾区、石桥县开展试点。", "柳湾区:location 石桥县:location"),
    ("督促各县（市、区）制定方案。", "各县（市、区）:responsible"),
    ("选派教师赴青海支教。", "教师:affected 青海:location"),
    ("市财政部门要增加投入。", "市财政部门:responsible"),
    ("市委宣传部、市融媒体中心要加大宣传。", "市委宣传部:responsible 市融媒体中心:responsible"),
    ("石桥市教育局将督促落实。", "石桥市教育局:responsible"),
    ("民政、卫生健康等部门按照职责做好保障。", "卫生健康:responsible 民政:responsible"),
    ("县教育局会同公安、民政部门开展排查。", "公安:support 县教育局:lead 民政:support"),
    ("教育局会增撥資源。", "教育局:responsible"),
    ("與勞工事務局合辦實習計劃。", "勞工事務局:support"),
    ("与县人民医院共建转介通道。", "县人民医院:support"),
    ("会同省委组织部开展检查。", "省委组织部:support"),
    ("联合市民政局、市妇女联合会办好活动周。", "市妇女联合会:support 市民政局:support"),
    ("会同市委机构编制委员会办公室建立“周转池”。", "市委机构编制委员会办公室:support"),
    ("配合市人大常委会开展执法检查。", "市人大常委会:support"),
    ("联合县交警大队整治校车超员。", "县交警大队:support"),
    ("会同省工业和信息化厅、省商务厅发布目录。", "省商务厅:support 省工业和信息化厅:support"),
    ("配合驻厅纪检监察组开展整治。", "驻厅纪检监察组:support"),
    ("9月底前市、县两级疾控机构完成整合。", "市、县两级疾控机构:responsible"),
    ("各牵头单位要制定方案。", "各牵头单位:responsible"),
    ("县财政局：落实专项经费，加强监管。", "县财政局:responsible"),
    ("会议由县教育局主持。", "县教育局:responsible"),
    ("落实经费。（团县委、县少年宫、县妇联）", "团县委:responsible 县少年宫:responsible 县妇联:responsible"),
    ("责任单位：县教育局 县财政局 县公安局", "县教育局:responsible 县财政局:responsible 县公安局:responsible"),
    ("督促有关高校和部门整改。", "有关高校:affected"),
    ("为从教满三十年的教师颁奖。", "从教满三十年的教师:affected"),
    ("县教育局、县财政局联合举办招聘会。", "县教育局:lead 县财政局:lead"),
    ("联合市人民政府外事办公室举办论坛。", "市人民政府外事办公室:support"),
    ("高等教育处开展专业优化调整。", "高等教育处:responsible"),
    ("计财科统筹资金。", "计财科:responsible"),
    ("市城管局、市公安局组成联合执法队。", "市公安局:responsible 市城管局:responsible"),
    ("由县财政局、县审计局抽调人员组成专班。", "县审计局:responsible 县财政局:responsible"),
    ("公安、消防、疾控三部门联合开展检查。", "公安:responsible 消防:responsible 疾控:responsible"),
]
NOT_BODIES = [
    "到2031年，覆盖率（含民办）达到90%。",
    "新建一批示范性幼儿园。",
    "落实《某市教师守则》。",
    "开展“小学生看家乡”活动。",
    "加强校企合作，扩大学位供给。",
    "推进示范区建设。",
    "加强部门协同，完善机制。",
    "形成政府统筹、部门联动的格局。",
    "建设网上教研社区。",
    "实行预科统一结业考核。",
    "开展师德集中学习。",
    "与东部开展教育协作。",
]


def found(text: str) -> list[str]:
    return [f"{f.name}:{f.role}" for w in windows(one_clause(text)) for f in body_facts(w, {})]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_body_is_found_with_its_role(text: str, expected: str) -> None:
    assert sorted(found(text)) == sorted(expected.split(" "))


@pytest.mark.parametrize("text", NOT_BODIES)
def test_what_is_made_named_or_counted_is_no_body(text: str) -> None:
    assert found(text) == []


def test_a_short_form_leads_to_the_full_name() -> None:
    text = "成立云岭市阅读推广工作专班（以下简称“专班办”），专班办负责统筹。"
    (window,) = windows(one_clause(text))
    assert "云岭市阅读推广工作专班" in {f.canonical for f in body_facts(window, {}) if f.name == "专班办"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("市教育局", "bureau"),
        ("职成科", "office"),
        ("乡村教师", "people"),
        ("学校党支部", "party"),
        ("各区政府", "generic"),
        ("柳湾区", "place"),
        ("公办幼儿园", "school"),
        ("县人民政府", "government"),
    ],
)
def test_the_end_of_a_name_tells_its_kind(name: str, kind: str) -> None:
    assert kind_of(name) == kind
