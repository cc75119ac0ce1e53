"""Answers are complete, quoted to the letter, and honest about what is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.settings import Settings
from qa import Assistant
from qa.answer import explains, squeeze

WORDS = "哪些 条目 涉及 教师 食堂 多少 谁 负责 第3条 “四个一” 安全 没有 和 或 幼儿园 when who 88% ？".split(" ")


@pytest.mark.parametrize(
    ("question", "labels", "words"),
    [
        ("哪些条目涉及乡村教师？", ["1"], ["乡村教师不少于80名"]),
        ("School canteens come up where?", ["7"], ["明厨亮灶"]),
        ("Which items name the logistics office?", ["7"], ["后勤服务中心"]),
        ("倒数第二部分叫什么，有哪几条？", ["3", "4", "5"], ["促进各类教育发展"]),
        ("“青蓝结对”有没有？", ["2"], ["青蓝结对"]),
        # Words that no item has beside the rest are said to be left out.
        ("哪些条目写到搬迁食堂？", ["7"], ["没有一条把所问的都写到", "搬迁"]),
        ("第四部分哪些条目写到搬迁食堂？", ["7"], ["没有一条把所问的都写到", "搬迁"]),
        ("Which numbered items concern the arrangements for safety?", ["6", "7"], []),
        ("食堂的条目有几条？", ["7"], ["1"]),
        ("新建公办幼儿园多少所？", ["3"], ["3所"]),
        ("普惠性幼儿园覆盖率要达到多少？", ["3"], ["88%"]),
        ("特殊教育学校什么时候前完成搬迁？", ["4"], ["9月1日前"]),
        ("送培训下乡在哪些乡镇试点？", ["5"], ["石岭镇", "清溪镇"]),
        ("“青蓝结对”工程由谁负责？", ["2"], ["教师发展中心"]),
        ("扩大学前教育资源的牵头单位是谁？", ["3"], ["基教股"]),
        ("第四部分有哪些条目？", ["6", "7"], ["守牢安全底线"]),
        ("第三部分和第四部分哪个条目更多？", ["3", "4", "5", "6", "7"], ["更多", "3条", "2条"]),
        ("文号是多少？", ["通知"], ["东教发〔2031〕12号"]),
        ("安全股负责的有哪几条？", ["6", "7"], []),
        ("计财股配合的是哪几条？", ["3"], []),
        ("县特殊教育学校啥时候搬完，哪个股室负责？", ["4"], ["9月1日前", "基教股"]),
        ("普惠园覆盖率和食堂覆盖率分别是多少？", ["3", "7"], ["88%", "100%"]),
        ("新建的公办幼儿园和研修批次哪个更多？", ["2", "3"], ["3所", "2批次"]),
        ("Which items are due in September?", ["4"], ["9月1日前"]),
        ("What is done every quarter?", ["6"], ["消防演练"]),
        ("wot hapens every quarter", ["6"], ["消防演练"]),
        ("“100%”写在哪一条？", ["7"], ["100%"]),
        ("Which items concern school canteens?", ["7"], ["明厨亮灶"]),
        ("By what date must the special education school move?", ["4"], ["9月1日前"]),
        ("How many public kindergartens will be built?", ["3"], ["3所"]),
        ("What is the document number?", ["通知"], ["东教发〔2031〕12号"]),
        ("文号是多少，特殊教育学校哪天前搬完？", ["通知", "4"], ["东教发〔2031〕12号", "9月1日前"]),
        ("补助乡村教师的那份文件全称叫什么？", ["1"], ["《东桥县乡村教师生活补助办法》"]),
        ("守牢安全底线那部分有哪几条？", ["6", "7"], []),
        ("哪几条没有写明责任单位？", ["5"], []),
        ("除了第7条，安全股还负责哪几条？", ["6"], []),
        ("Summarise item 6.", ["6"], ["校车", "消防演练"]),
        ("标题里带“补助”的文件有哪几份？", ["1"], ["1（《东桥县乡村教师生活补助办法》）"]),
        ('How many documents have "补助" in the title?', ["1"], ["1 (《东桥县乡村教师生活补助办法》)"]),
        ("全文带书名号的文件一共几个？", ["1"], ["《东桥县乡村教师生活补助办法》"]),
        # The neighbours of an item, figures that must not be passed, what is set aside behind, an unplayed part.
        ("Open the item right before the one on special education. What is it called?", ["3"], ["扩大学前教育资源"]),
        ("讲职业教育那条的下一条讲什么？", ["6"], ["抓好校园安全"]),
        ("What comes straight after item 6?", ["7"], ["保障食堂食品安全"]),
        ("哪几条带下限要求？", ["1", "3"], ["不少于80名", "88%以上"]),
        ("哪几条涉及安全？食品安全不算", ["6"], []),
        ('Which items cite a document with "Dongqiao" in its title?', ["1"], ["《东桥县乡村教师生活补助办法》"]),
        ("计财股不牵头、只当“配合”的是哪几条？", ["3"], []),
        ("di san tiao 讲的什么", ["3"], ["扩大学前教育资源"]),
        # Two steps: an office found by one fact is asked for by another; the rest of an item that one thing names.
        ("抓好校园安全的是哪个股？顺便把这个股负责的条目号全部报给我。", ["6", "7"], ["安全股"]),
        ("One item has principals train elsewhere. It also names a scheme. Which?", ["2"], ["青蓝结对"]),
        ("招聘乡村教师的那条，还要落实什么？", ["1"], ["《东桥县乡村教师生活补助办法》"]),
        # What only says why somebody asks, and months that any item may name.
        ("刚调到石岭镇上班，跟我们镇直接挂钩的是哪几条？", ["5"], ["石岭镇"]),
        ("Show me everything that has to be finished by the end of a named month.", ["4", "5"], ["8月底前"]),
        ("For our reporting sheet: in how many items does a percentage appear?", ["3", "7"], ["2"]),
        ("领导让我念一下第6条，能不能先概括成两三句话", ["6"], ["消防演练"]),
        ("正文（不含附件）里写到石岭的一共几条？", ["5"], ["石岭镇"]),
        ("Leaving section four aside, in which items do offices (股) come up as 计财股?", ["1", "3"], []),
        ("Schools cannot do it alone, so which items concern safety?", ["6", "7"], []),
        ("在哪个镇试点送培训下乡？", ["5"], ["石岭镇", "清溪镇"]),
        ("年内要完成的任务有哪些？", ["4", "5"], ["9月1日前", "8月底前"]),
        ("石岭小学操场什么时候完工？", ["5"], ["8月底前"]),
        ('Which item carries the "技能东桥2.0" plan?', ["5"], ["技能东桥2.0"]),
        ("I need the items about safety.", ["6", "7"], []),
        ("Where does the plan bring up canteens?", ["7"], []),
        ("I run a small charity for villages. Which items concern rural teachers?", ["1"], []),
        ('Which items use the words "public kindergartens" (公办幼儿园)?', ["3"], []),
        ("In the item on canteens, what rate is asked for?", ["7"], ["100%"]),
        ("xiang cun jiao shi zai na yi tiao", ["1"], []),
        ("Which school is to be moved?", ["4"], ["县特殊教育学校"]),
        ("What is planned under the heading about safety?", ["6", "7"], []),
        ("第2条里加引号的工程叫什么？", ["2"], ["“青蓝结对”"]),
        # Where a word stands, whose item is next, asides of the asker, a Chinese name in English.
        ("“青蓝结对”一词在哪里用过？", ["2"], []),
        ("School canteens come up under which items?", ["7"], []),
        ("第4条后面那条是什么？", ["5"], ["发展职业教育"]),
        (
            "Look at the item straight after the one on special education: which towns try it out?",
            ["5"],
            ["石岭镇", "清溪镇"],
        ),
        ("哪些条目涉及乡村教师（招聘、研修都算）？", ["1"], []),
        ("I collect items about canteens. Which should I copy?", ["7"], []),
        ("Which items does 安全股 lead?", ["6", "7"], []),
    ],
)
def test_the_answer_lists_exactly_these_units_and_says_the_fact(
    dongqiao: Assistant, question: str, labels: list[str], words: list[str]
) -> None:
    answer = dongqiao.ask(question)
    assert answer.status == "answered", answer.answer
    assert [item.label for item in answer.items] == labels, answer.answer
    for word in words:
        assert word in answer.answer
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "哪些条目提到机器人？",
        "“紫藤计划”是什么？",
        "安全股的电话是多少？",
        "人事股股长叫什么名字？",
        "2035年的预算是多少？",
        "“四个一”指哪四个一？",
        "第20条讲什么？",
        "新建的3所幼儿园具体是哪些学校？",
        "哪几条要求在年底前完成？",
        "招聘的教师里有多少名博士？",
        "食堂由哪家公司承包？",
        "清溪中学体育馆什么时候完工？",
        "标题里带年份的文件有哪几份？",
        "What comes straight after item 40?",
        "What comes straight after item 7?",
        "Open the item right after the one on robots.",
        "Which cited documents have a year in their title?",
        "托管县职教中心的学校叫什么？",
        "县职教中心今年准备招多少新生？",
        "食堂覆盖率去年是多少？",
        "送培训下乡的报名费收多少？",
        "第7条什么时候完成？",
        "幼儿园里语文、数学、英语老师各招几人？",
        "新建的公办幼儿园最后定的是哪家公司来办？",
        "我是校车司机，想了解每个月能拿到多少岗位津贴。",
        "What has been budgeted for the fire drills?",
        "Could you name all three new kindergartens?",
        "How much does the training of principals cost?",
        "Which items mention robots?",
        "What is the phone number of the safety office?",
        "What is the name of the director?",
        "Which deputy director is in charge of item 3?",
        "What does the “四个一” requirement consist of?",
        "What is the budget for 2035?",
        "Summarise item 20.",
    ],
)
def test_what_the_plan_does_not_say_is_said_not_to_be_there(dongqiao: Assistant, question: str) -> None:
    answer = dongqiao.ask(question)
    assert answer.status == "not_stated", answer.answer
    assert answer.items == ()
    assert answer.answer


def test_a_list_says_over_how_many_units_it_was_decided(dongqiao: Assistant) -> None:
    answer = dongqiao.ask("哪些条目涉及安全？")
    assert answer.checked == len(dongqiao.corpus.units)
    assert str(answer.checked) in answer.answer


def test_the_opening_paragraph_is_offered_apart(dongqiao: Assistant) -> None:
    answer = dongqiao.ask("哪些条目涉及学生资助？")
    listed = {i.label for i in answer.items}
    dongqiao_teachers = dongqiao.ask("哪些条目涉及教师？")
    assert "一" not in {i.label for i in dongqiao_teachers.items}
    assert "一" in {b.label for b in dongqiao_teachers.borderline} | listed


def test_the_query_shown_with_a_list_gives_its_units(dongqiao: Assistant) -> None:
    answer = dongqiao.ask("哪些条目涉及校园安全？")
    rows = {str(row[0]) for row in dongqiao.sparql(answer.explanation.sparql).rows}
    assert {i.iri for i in answer.items} | {b.iri for b in answer.borderline} >= rows


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=8,
    )
)
def test_every_quote_stands_at_its_offsets(dongqiao: Assistant, words: list[str]) -> None:
    answer = dongqiao.ask("".join(words))
    texts = {p.document.id: p.document.text for p in dongqiao.plans()}
    for n, citation in enumerate(answer.citations, 1):
        assert citation.n == n
        assert squeeze(texts[citation.document][citation.start : citation.end]) == squeeze(citation.quote)
        assert f"[{n}]" in answer.answer


@pytest.mark.parametrize(
    ("text", "name", "explained"),
    [
        ("推进“三融”（课程、活动、管理）。", "三融", True),
        ("落实《甲乙实施方案》(以下简称《方案》)要求。", "方案", True),
        ("“甲亮身份、乙亮承诺”“双亮工程”全面推行。", "双亮工程", True),
        ("落实“四个一”要求。", "四个一", False),
        ("“四个一”即一图一表一册一账。", "四个一", True),
    ],
)
def test_a_name_is_explained_only_where_the_clause_says_what_it_stands_for(
    text: str, name: str, explained: bool
) -> None:
    assert explains(text, name) is explained


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("第5条由谁负责？", ["没有为第5条写明由谁负责", "东桥县教育局"]),
        ("Who is responsible for item 5?", ["names nobody", "东桥县教育局"]),
    ],
)
def test_an_item_that_names_nobody_is_said_to_be_its_issuer_s_and_not_to_state_it(
    dongqiao: Assistant, question: str, words: list[str]
) -> None:
    answer = dongqiao.ask(question)
    assert answer.status == "not_stated"
    assert answer.items == ()
    assert all(word in answer.answer for word in words)


@pytest.mark.parametrize("question", ["一共有几个部分、多少条？", "How many sections and items are there in all?"])
def test_all_parts_and_items_are_counted_together(dongqiao: Assistant, question: str) -> None:
    answer = dongqiao.ask(question)
    assert answer.status == "answered" and answer.items == ()
    assert "4" in answer.answer and "7" in answer.answer


def test_an_item_that_names_its_owners_is_answered_with_them(dongqiao: Assistant) -> None:
    answer = dongqiao.ask("第3条由谁负责？")
    assert answer.status == "answered"
    assert "基教股" in answer.answer and "印发" not in answer.answer


def over(file: Path, text: str, warm: Callable[[Path], Path]) -> Assistant:
    """An assistant over one small plan, written to ``file`` and ingested beside it."""
    from qa.build import ingest

    file.write_text(text, encoding="utf-8")
    here = replace(Settings.load({}), workspace=warm(file.parent / "workspace"))
    ingest([file], here)
    return Assistant.load(here.workspace, settings=here)


TWO_SPELLINGS = """东湖市教育局2031年工作要点
一、工作任务
1. 办好学校食堂。改造食堂20所。（责任单位：市教育体育局、市财政局）
2. 招聘教师。招聘教师80名。（责任单位：市教体局、市人社局）
3. 建设学校。新建学校3所。由东湖市学生资助管理中心（以下简称“市助学中心”）牵头。
4. 发放补助。（责任单位：市助学中心，市人力资源和社会保障局）
5. 开展培训。举办培训2次。（责任单位：东湖市学生资助管理中心）
"""


@pytest.fixture(scope="module")
def two_spellings(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return over(tmp_path_factory.mktemp("spellings") / "donghu-2031.txt", TWO_SPELLINGS, warm)


@pytest.mark.parametrize(
    ("question", "listed", "offered", "reason"),
    [
        ("哪些条目由市教体局负责？", ["2"], ["1"], "常用缩写"),
        ("哪些条目由市教育体育局负责？", ["1"], ["2"], "常用缩写"),
        ("Which items is 市人社局 responsible for?", ["2"], ["4"], "abbreviation"),
    ],
)
def test_a_suggested_other_spelling_is_offered_apart_with_its_reason(
    two_spellings: Assistant, question: str, listed: list[str], offered: list[str], reason: str
) -> None:
    answer = two_spellings.ask(question)
    assert [item.label for item in answer.items] == listed
    assert [border.label for border in answer.borderline] == offered
    assert all(reason in border.why for border in answer.borderline)


@pytest.mark.parametrize("name", ["市助学中心", "东湖市学生资助管理中心"])
def test_a_short_form_that_the_plan_gives_is_the_same_body(two_spellings: Assistant, name: str) -> None:
    answer = two_spellings.ask(f"{name}负责哪些条目？")
    assert [item.label for item in answer.items] == ["3", "4", "5"]
    assert answer.borderline == ()


@pytest.mark.parametrize("question", ["校车要配广播吗？", "食堂要办研修吗？", "Do the canteens get school buses?"])
def test_a_clause_on_one_of_two_things_is_no_yes(dongqiao: Assistant, question: str) -> None:
    answer = dongqiao.ask(question)
    assert answer.status == "not_stated", answer.answer
    assert not answer.answer.startswith(("有", "是", "Yes"))


@pytest.mark.parametrize(
    ("question", "labels", "status", "words"),
    [
        ("新建公办幼儿园多少所？谁牵头、谁配合？", ["3"], "answered", ["3所", "牵头：基教股", "配合：计财股"]),
        ("扩大学前教育资源由谁牵头，谁来协助？", ["3"], "answered", ["牵头：基教股", "配合：计财股"]),
        ("特殊教育学校什么时候搬完，谁来配合？", ["4"], "partial", ["9月1日前", "没有给出所问的配合单位"]),
        ("校长外出研修几批次，要花多少钱？", ["2"], "partial", ["2批次", "没有给出所问的金额"]),
        ("招聘多少名教师，由哪个股室负责？", ["1"], "answered", ["120名", "人事股"]),
        ("How many public kindergartens will be built, and who leads?", ["3"], "answered", ["3所", "lead: 基教股"]),
        ("By when must the special school move, and who is responsible?", ["4"], "answered", ["9月1日前", "基教股"]),
        ("Who leads on kindergartens and who supports it?", ["3"], "answered", ["lead: 基教股", "support: 计财股"]),
    ],
)  # fmt: skip
def test_each_part_of_a_question_is_answered_or_said_not_to_be_stated(
    dongqiao: Assistant, question: str, labels: list[str], status: str, words: list[str]
) -> None:
    answer = dongqiao.ask(question)
    assert [item.label for item in answer.items] == labels
    assert answer.status == status, answer.answer
    for word in words:
        assert word in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "为什么要搬迁特殊教育学校？",
        "去年招聘了多少名教师？",
        "普惠性幼儿园覆盖率目前是多少？",
        "新建幼儿园的造价是多少？",
        "谁出任特殊教育学校校长？",
        "食堂跟哪几家企业合作？",
        "Why is the special education school moved?",
        "How many teachers were hired last year?",
        "Who has been appointed head of the special education school?",
        "Of the 120 teachers to be hired, how many are for music?",
        "标题里带“食堂”的文件有哪些？",
        "2029年工作要点对食堂怎么要求？",
        "清溪镇以外，红旗镇有试点吗？",
        "在哪个村试点送培训下乡？",
        "食堂不达标怎么处罚？",
        "What did the 2029 plan say about canteens?",
        "What is the penalty for unsafe canteens?",
        "What did the safety inspection find?",
        "How much is the prize for good canteens?",
    ],
)
def test_a_clause_on_the_matter_is_no_answer_where_it_lacks_what_was_asked(dongqiao: Assistant, question: str) -> None:
    answer = dongqiao.ask(question)
    assert answer.status == "not_stated", answer.answer
    assert answer.items == ()


def test_a_short_form_is_no_second_document(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    from qa.build import ingest

    text = (
        "石岭县教育局2031年工作要点\n\n1.改进评价。落实《学校评价改革方案》（以下简称《方案》）。\n\n"
        "2.清理文件。修订不合《方案》的文件。\n"
    )
    (tmp_path / "shiling-2031.txt").write_text(text, encoding="utf-8")
    here = replace(Settings.load({}), workspace=warm(tmp_path / "workspace"))
    ingest([tmp_path / "shiling-2031.txt"], here)
    answer = Assistant.load(tmp_path / "workspace", settings=here).ask("全文带书名号的文件一共几个？")
    assert answer.answer.startswith("1（《学校评价改革方案》）"), answer.answer
    assert [item.label for item in answer.items] == ["1", "2"]


TABLES = """# 西岭市教育发展任务清单

## 一、主要指标

| 序号 | 指标 | 2030年 | 2035年 | 属性 |
|---|---|---|---|---|
| 1 | 学前教育毛入园率（%） | 92.5 | 96 | 预期性 |
| 2 | 劳动年龄人口平均受教育年限（年） | 10.8 | 11.9 | 约束性 |

## 二、重点任务

| 序号 | 任务名称 | 工作内容 | 牵头单位 | 配合单位 | 完成时限 |
|---|---|---|---|---|---|
| 3 | 改造学校照明 | 为86间教室更换护眼灯，水质合格率由91%提高到97%。 | 市教育局 | 市卫生健康委 | 9月底 |
| 4 | 建设社区学习中心 | 新建学习中心12个。 | 市民政局 | 市财政局 | 11月底 |
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return over(tmp_path_factory.mktemp("tables") / "xiling-2031.md", TABLES, warm)


@pytest.mark.parametrize(
    ("question", "label", "words"),
    [
        ("毛入园率2035年的目标是多少？", "1", ["96"]),
        ("毛入园率这个指标是约束性的吗，2030年定多少？", "1", ["92.5", "预期性"]),
        ("改造学校照明什么时候完成？", "3", ["9月底"]),
        ("改造学校照明谁牵头、谁配合？", "3", ["牵头：市教育局", "配合：市卫生健康委"]),
        ("社区学习中心建多少个，谁牵头，何时完成？", "4", ["12个", "市民政局", "11月底"]),
        ("Who supports the community learning centres?", "4", ["市财政局"]),
    ],
)
def test_a_row_of_a_table_is_one_statement(tables: Assistant, question: str, label: str, words: list[str]) -> None:
    answer = tables.ask(question)
    assert answer.status == "answered", answer.answer
    assert [item.label.rpartition("/")[2] for item in answer.items] == [label], answer.answer
    for word in words:
        assert word in answer.answer


def test_what_is_said_first_is_shared_by_the_sides_of_a_comparison(dongqiao: Assistant) -> None:
    sides = dongqiao.ask("对覆盖率，普惠性幼儿园和食堂的要求有何不同？")
    assert [item.label for item in sides.items] == ["3", "7"], sides.answer
    assert "88%" in sides.answer
    assert "100%" in sides.answer


CITED = """东湖市教育局文件

东教发〔2031〕3号

东湖市教育局2031年工作要点

一、主要任务

1. 推广普通话。落实《东湖市语言文字三年行动方案（2031—2033年）》（东政办发〔2031〕18号）。（责任科室：语委办）
2. 关爱学生心理。全市中小学建立心理辅导室。（牵头科室：德育科；配合科室：语委办）
3. 开展专项督导。对教师待遇、心理健康教育开展督导。（责任科室：督导室）
4. 建设学校。第六中学8月底前竣工，提供学位900个。第八小学9月投入使用，提供学位360个。（责任科室：规划科）
"""


@pytest.fixture(scope="module")
def cited(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return over(tmp_path_factory.mktemp("cited") / "donghu-2031.txt", CITED, warm)


@pytest.mark.parametrize(
    ("question", "told", "items"),
    [
        ("推广普通话的那份行动方案，文号是多少？", ["东政办发〔2031〕18号"], ["1"]),
        ("推广普通话的那份行动方案，文号是什么，管到哪年？", ["东政办发〔2031〕18号", "2031—2033年"], ["1"]),
        ("What is the reference number of the action plan on Mandarin?", ["东政办发〔2031〕18号"], ["1"]),
        ("这份要点的文号是什么？", ["东教发〔2031〕3号"], []),
    ],
)
def test_the_number_of_a_cited_document_is_not_the_plans_own(
    cited: Assistant, question: str, told: list[str], items: list[str]
) -> None:
    answer = cited.ask(question)
    assert answer.status == "answered"
    assert all(words in answer.answer for words in told)
    assert [i.label for i in answer.items if i.label != "通知"] == items


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("我是语委办的，我们负责的是哪几条？", ["1"]),
        ("我是语委办的，我们配合的是哪几条？", ["2"]),
        ("I work in the language office (语委办). Which items are we responsible for?", ["1"]),
        ("德育科一家牵头的有几条？", ["2"]),
        ("德育科打头、语委办又在配合名单里的工作，都是第几条？", ["2"]),
        ("督导室要负责的事当中，哪些写到了教师待遇？", ["3"]),
        ("既写到心理健康或者普通话、又写到待遇的，是哪几条？", ["3"]),
        ("哪些条目涉及学生心理健康？", ["2", "3"]),
        ("How many items concern pupils' mental health?", ["2", "3"]),
        ("Which items are to be done by the end of July or the end of August?", ["4"]),
        ("被限定在某月某日前或者年内办成的有哪几条？", ["4"]),
        ("Which items give a particular month as the date by which a job has to be done?", ["4"]),
    ],
)
def test_whose_items_on_what_and_by_when(cited: Assistant, question: str, items: list[str]) -> None:
    assert [i.label for i in cited.ask(question).items] == items


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("第六中学跟第八小学比，谁提供的学位多？", "compare"),
        ("普通话普及率同去年相比要提高多少？", "fact"),
        ("What are the results of the inspection used for?", "fact"),
    ],
)
def test_what_is_set_beside_each_other(cited: Assistant, question: str, intent: str) -> None:
    assert cited.ask(question).explanation.intent == intent


def test_a_misspelt_matter_is_the_matter_and_not_only_its_letters(cited: Assistant) -> None:
    answer = cited.ask("哪几条写到普通画？")
    assert [(t.surface, t.concept, t.reason) for t in answer.explanation.terms] == [("普通画", "putonghua", "spelling")]
    assert [i.label for i in answer.items] == ["1"]


def test_another_bureaus_plan_is_missed_only_by_its_own_name(cited: Assistant) -> None:
    assert "没有载入" not in cited.ask("需要市教育局跟其他单位联手的工作，要点里有几条？").answer
    assert "没有载入" in cited.ask("西山县教育局的工作要点里有几条？").answer
