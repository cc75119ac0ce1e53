"""Forms of asking: phases and years of plans beside each other, documents by the level of government that issued them,
examples that narrow nothing, things told in two steps, and what is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.settings import Settings
from qa import Assistant

PLAN = """\
南浦市教育局2029年工作要点

一、规划与管理

1. 发展学前教育。实施《南浦市第四期学前教育行动计划（2028—2030年）》，普惠率达到92%。
2. 办好特殊教育。实施第二期特殊教育提升计划（2029—2032年），石桥县特殊教育学校9月开工。
3. 规范用地。严格执行《南浦市学校规划建设办法》，落实《东江省校园绿化规定》。
4. 管好经费。执行《东江省学校财务制度》，增加公用经费。

二、学校与教师

5. 改善条件。投入3000万元扩建普通高中2所，市第十二中学新校区概算1.2亿元。
6. 关爱教师。为乡村教师免费体检，乡村学校食堂完成改造。公开招聘教师60名。（牵头单位：人事科；配合单位：规划科）
7. 推进集团化。深化幼儿园集团化办园，由人事科牵头。（牵头单位：人事科）
8. 开展试点。在石桥县、柳湖区试行教师“县管校聘”，启动家庭教育试点。
9. 办好赛事。全市中学生运动会由柳湖区承办。举办推广普通话周活动，由石桥县承办。
10. 深化改革。义务教育学校开展集团化办学，集团化覆盖率达到80%。建成游泳馆并于5月底前开放。
"""


@pytest.fixture(scope="module")
def nanpu(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    from qa.build import ingest

    path = tmp_path_factory.mktemp("nanpu") / "nanpu-2029.txt"
    path.write_text(PLAN, encoding="utf-8")
    where = warm(path.parent / "workspace")
    ingest([path], replace(Settings(), workspace=where))
    return Assistant.load(where)


@pytest.mark.parametrize(
    ("question", "labels", "words"),
    [
        # Phases and years of plans, one by itself and two beside each other.
        ("Which phase of the special education plan is being carried out?", ["2"], ["第二期"]),
        ("学前教育行动计划跟特殊教育提升计划分别是第几期，谁的期数大？", ["1", "2"], ["第四期", "第二期"]),
        (
            "Until when do the preschool action plan and the special education plan run, and which one ends later?",
            ["1", "2"],
            ["2030", "2032"],
        ),
        # Documents by the level of government whose name their titles bear.
        ("哪些条目引用了省里的文件？", ["3", "4"], ["《东江省学校财务制度》"]),
        ("Which items cite provincial documents?", ["3", "4"], ["《东江省校园绿化规定》"]),
        ("Which city regulation on the planning of schools is to be kept?", ["3"], ["《南浦市学校规划建设办法》"]),
        # What only gives examples, or says the same more widely, narrows and widens nothing.
        ("In which items do rural teachers appear, be it as patients, as recruits or as guests?", ["6"], ["免费体检"]),
        ("跟农村、乡村的老师有关系的条目有哪些？", ["6"], ["免费体检"]),
        ("哪些条目涉及试点工程？", ["8"], []),
        # Two bodies, each in a part of its own.
        ("人事科领头、规划科给打配合的是哪几条？", ["6"], []),
        # Schools by their numbers, and rates by their English names.
        ("When is No. 12 Middle School mentioned, and in which item?", ["5"], ["第十二中学"]),
        (
            "What costs more: enlarging the two senior high schools or the new campus of No. 12 Middle School?",
            ["5"],
            ["3000万元", "1.2亿元"],
        ),
        # Two things told in two places.
        ("全市中学生运动会由哪个区承办？推广普通话周呢？", ["9"], ["柳湖区", "石桥县"]),
        ("幼儿园搞集团化，义务教育也搞集团化，这两个写在一条里还是分开的？", ["10", "7"], ["不同"]),
        ("The item on public recruitment of teachers also has teachers examined. What is free?", ["6"], ["免费体检"]),
        # Pinyin before the word that asks.
        ("you yong guan when open?", ["10"], ["5月底前"]),
        # What is told before asking is named again by what it is.
        ("Liuhu district (柳湖区) is next on my round. In which items is the district named?", ["8", "9"], []),
        ("正文把哪些县、区点了名？", ["2", "8", "9"], ["石桥县", "柳湖区"]),
        ("How often does Liuhu district (柳湖区) turn up, counted by items?", ["8", "9"], ["2"]),
        ("I would like the numbers of all items that launch or continue a pilot.", ["8"], []),
        ("Where does the plan take up canteens?", ["6"], ["食堂"]),
        ("两样都讲到的条目：乡村教师和食堂，有哪些？", ["6"], []),
        # A name told before asking, in quotes or pointed at; grades; numbers of items; whom something is done for.
        ("刚分到柳湖区挂职，请把点到这个区的条目都找出来。", ["8", "9"], []),
        ('my friend swims at "you yong guan", before which day must it open', ["10"], ["5月底前"]),
        ("会上提了“食堂”，请把写到公用经费的条目找出来。", ["4"], []),
        ('The one with "县管校聘" sits under what number?', ["8"], []),
        ("What is number 4 all about?", ["4"], ["公用经费"]),
        ("写明“第几期”的计划有几条？", ["1", "2"], ["2"]),
        ("哪几条讲到食堂，食堂要怎么改？", ["6"], []),
        ("年内要办赛事、体检这类活动的，请列一下涉及哪些条。", ["6", "9"], []),
        ("运动会放在哪个区？", ["9"], ["柳湖区"]),
        ("免费体检是给谁的？", ["6"], ["乡村教师"]),
    ],
)
def test_each_way_of_asking_finds_its_items(
    nanpu: Assistant, question: str, labels: list[str], words: list[str]
) -> None:
    answer = nanpu.ask(question)
    assert answer.status == "answered", answer.answer
    assert sorted(i.label for i in answer.items) == sorted(labels), answer.answer
    assert all(word in answer.answer for word in words), answer.answer


@pytest.mark.parametrize(
    "question",
    [
        # A sum, a number, who pays, a group, a thing: none of them is stated.
        "The new gymnasium of the special school - total cost?",
        "Please state the number of accidents with school buses in the preceding year.",
        "What monthly allowance do the teachers receive?",
        "公开招聘的教师，分给海岛学校的名额是几个？",
        "教师体检，是学校出钱还是个人出钱？那家医院叫什么？",
        "What does the document lay down about school uniforms?",
        "中小学生校服由谁统一采购？",
        "石桥县特殊教育学校的学生是从哪些学校选派的？",
    ],
)
def test_what_is_not_stated_is_said_not_to_be(nanpu: Assistant, question: str) -> None:
    assert nanpu.ask(question).status in {"not_stated", "partial"}
