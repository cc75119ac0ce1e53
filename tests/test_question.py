"""How questions are understood: a table of shapes, over an invented plan and the thesaurus of the genre."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import extract
from kg.model import Plan
from kg.source import read_bytes
from kg.structure import parse
from qa import Assistant
from qa.corpus import Corpus
from qa.model import (
    And,
    HasBody,
    HasConcept,
    HasTarget,
    HasText,
    InSection,
    InUnit,
    Node,
    Not,
    Or,
    SharedBy,
    YearAfter,
    terms_of,
)
from qa.question import detect, understand
from qa.retrieve import decide


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("哪些条目涉及乡村教师？", "zh"),
        ("Which items mention rural teachers?", "en"),
        ("What are the contents of the “四个一” requirement?", "en"),
        ("“AI+教育”在哪一条？", "zh"),
        ("xiang cun jiao shi", "en"),
        ("“明厨亮灶”", "zh"),
        ("", "en"),
    ],
)
def test_the_language_is_that_of_the_words_outside_quotes(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("question", "intent", "wants"),
    [
        ("哪些条目涉及乡村教师？", "list_items", "item"),
        ("一共有几条提到食堂？", "count", "item"),
        ("补充乡村教师由谁负责？", "fact", "owner"),
        ("新建幼儿园多少所？", "fact", "how_much"),
        ("特殊教育学校什么时候搬迁？", "fact", "when"),
        ("在哪些乡镇开展送培训下乡？", "fact", "where"),
        ("文号是什么？", "metadata", "number"),
        ("主送哪些单位？", "metadata", "parts"),
        ("概括第3条", "summary", ""),
        ("有没有提到校车？", "yes_no", ""),
        ("第二部分和第三部分哪个条目更多？", "compare", ""),
        ("安全股的电话是多少？", "fact", "contact"),
        ("Which items concern school canteens?", "list_items", "item"),
        ("How many items are about safety?", "count", "item"),
        ("Who is responsible for special education?", "fact", "owner"),
        ("How many kindergartens will be built?", "fact", "how_much"),
        ("By what date is the special school to move?", "fact", "when"),
        ("What is the document number?", "metadata", "number"),
        ("Who is the notice addressed to?", "metadata", "parts"),
        ("Summarise item 3.", "summary", ""),
        ("Does the plan mention school buses?", "yes_no", ""),
        ("School canteens come up where?", "list_items", "item"),
        ("Every place in the plan that speaks of safety, please.", "list_items", "item"),
        ("食堂多久检查一次？", "fact", "frequency"),
        ("How often are canteens inspected?", "fact", "frequency"),
        ("消防演练归哪个股室管？", "fact", "owner"),
        ("Who chairs the safety committee?", "fact", "person_name"),
        ("哪位校长带队外出研修？", "fact", "person_name"),
        ("Who is eligible for the allowance?", "fact", "criteria"),
        ("申请补助要什么条件？", "fact", "criteria"),
        ("What will the new teachers be paid?", "fact", "money"),
        ("Number of children who get lessons at home?", "fact", "how_much"),
        ("Who gets the allowance?", "fact", "who"),
        ("How much per child is the grant?", "fact", "money"),
        ("What is the highest tuition a kindergarten may charge?", "fact", "money"),
        ("Who will be head of the new kindergarten?", "fact", "person_name"),
        ("Who heads the special education centre?", "fact", "person_name"),
        ("各校的方案最晚哪天报？", "fact", "when"),
        ("“教师”和“校长”在同一条里都出现的有哪几条？", "count", "item"),
        ("What part of those should be rural teachers?", "fact", "percent"),
        ("In the names of which bodies does this plan come out?", "metadata", "who"),
    ],
)
def test_what_is_asked_for_is_told_from_cues(dongqiao: Assistant, question: str, intent: str, wants: str) -> None:
    query = understand(question, dongqiao.corpus)
    assert query.intent == intent
    if wants:
        assert query.wants == wants


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("第3条讲什么？", ("3",)),
        ("第三条讲什么？", ("3",)),
        ("Summarise item 3.", ("3",)),
        ("Compare items 3 and 4.", ("3", "4")),
        ("哪一条提到食堂？", ()),
        ("有几条提到食堂？", ()),
        ("共有15条吗？", ()),
    ],
)
def test_units_are_named_by_number_and_interrogatives_are_not_numbers(
    dongqiao: Assistant, question: str, labels: tuple[str, ...]
) -> None:
    found = [n.labels for n in terms_of(understand(question, dongqiao.corpus).condition) if isinstance(n, InUnit)]
    assert tuple(label for group in found for label in group) == labels


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("石岭镇的学校都叫什么？", "@name:school"),
        ("首批入选的有哪几所幼儿园？", "@name:kindergarten"),
        ("Which kindergartens are first in line?", "@name:kindergarten"),
        ("搬迁是几月几日？", "@day"),
        ("在哪个镇试点送培训下乡？", "@镇"),
        ("招聘多少名教师？", "名"),
    ],
)
def test_the_measure_is_the_sort_of_thing_asked_for(dongqiao: Assistant, question: str, measure: str) -> None:
    assert understand(question, dongqiao.corpus).measure == measure


def test_an_office_is_known_by_its_english_name(dongqiao: Assistant) -> None:
    logistics = understand("Which items name the logistics office?", dongqiao.corpus)
    assert HasText(("后勤",)) in terms_of(logistics.condition)
    justice = understand("Which items name the bureau of justice?", dongqiao.corpus)
    assert not any(isinstance(n, HasText) and "司法" in n.texts for n in terms_of(justice.condition))


@pytest.mark.parametrize("question", ["倒数第二部分有哪几条？", "Which items are in the penultimate section?"])
def test_a_part_may_be_counted_from_the_end(dongqiao: Assistant, question: str) -> None:
    condition = understand(question, dongqiao.corpus).condition
    assert InSection(3) in terms_of(condition)


def test_choices_that_are_offered_narrow_nothing(dongqiao: Assistant) -> None:
    query = understand("带书名号的文件分别要修订、制订还是落实？", dongqiao.corpus)
    assert not any("修订" in t.surface for t in query.terms)


def test_a_section_is_named_by_its_number(dongqiao: Assistant) -> None:
    for question in ("第四部分有哪些条目？", "Which items are in section four?"):
        assert InSection(4) in terms_of(understand(question, dongqiao.corpus).condition)


def test_a_quoted_name_is_taken_to_the_letter(dongqiao: Assistant) -> None:
    query = understand("“青蓝结对”在哪一条？", dongqiao.corpus)
    assert HasText(("青蓝结对",)) in terms_of(query.condition)


def test_a_name_that_stands_nowhere_links_to_nothing(dongqiao: Assistant) -> None:
    assert understand("“紫藤计划”是什么？", dongqiao.corpus).unlinked == ("紫藤计划",)


def test_wrong_characters_of_the_same_sound_find_the_name(dongqiao: Assistant) -> None:
    assert HasText(("青蓝结对",)) in terms_of(understand("“清兰结对”在第几条", dongqiao.corpus).condition)


def test_toneless_pinyin_finds_the_name(dongqiao: Assistant) -> None:
    assert HasText(("青蓝结对",)) in terms_of(understand("qing lan jie dui - which item", dongqiao.corpus).condition)


def test_a_shortened_name_finds_the_long_one(dongqiao: Assistant) -> None:
    query = understand("县特校啥时候搬完", dongqiao.corpus)
    assert any("特殊教育" in t.label_zh for t in query.terms), query.terms


def test_or_widens_and_both_asks_for_one_unit(dongqiao: Assistant) -> None:
    either = understand("涉及校车或者食堂的条目有哪些？", dongqiao.corpus).condition
    both = understand("哪些条目同时提到校车和消防？", dongqiao.corpus).condition
    assert isinstance(either, Or)
    assert isinstance(both, And) and both.within == "unit"


def test_not_refuses_what_follows_it(dongqiao: Assistant) -> None:
    condition = understand("哪些条目提到安全但没有提到食堂？", dongqiao.corpus).condition
    assert isinstance(condition, And)
    assert any(isinstance(part, Not) for part in condition.parts)


def test_whether_something_is_mentioned_is_not_a_negation(dongqiao: Assistant) -> None:
    condition = understand("有没有提到校车？", dongqiao.corpus).condition
    assert condition is not None and not isinstance(condition, Not)


def test_a_kind_of_target_limits_a_list(dongqiao: Assistant) -> None:
    assert HasTarget("percent") in terms_of(understand("哪些条目给出了百分比指标？", dongqiao.corpus).condition)
    assert YearAfter(2031) in terms_of(understand("Which plans run past 2031?", dongqiao.corpus).condition)


@pytest.mark.parametrize(
    ("question", "node"),
    [
        ("基教股牵头的有哪几条？", HasBody(("lead",), ("基教股",))),
        ("哪几条由计财股配合？", HasBody(("support",), ("计财股",))),
        ("哪几条由两个股室共同负责？", SharedBy(("lead", "responsible"), 2, 2)),
        ("9月要完成的有哪几条？", HasText(("9月",))),
        ("Which items are due in September?", HasText(("9月",))),
        ("Which items name something done quarterly?", HasText(("季度", "每季"))),
    ],
)
def test_roles_dates_and_periods_become_conditions(dongqiao: Assistant, question: str, node: Node) -> None:
    assert node in terms_of(understand(question, dongqiao.corpus).condition)


def test_what_is_set_side_by_side_becomes_sides(dongqiao: Assistant) -> None:
    sides = understand("Which is to grow more, the kindergartens or the canteens?", dongqiao.corpus).sides
    assert len(sides) == 2
    assert not understand("食堂由谁负责？", dongqiao.corpus).sides


def test_a_date_that_stands_nowhere_is_named_in_a_list_and_let_go_elsewhere(dongqiao: Assistant) -> None:
    assert understand("哪几条要在6月底前完成？", dongqiao.corpus).unlinked == ("6月底",)
    assert not understand("6月底前新建幼儿园几所？", dongqiao.corpus).unlinked


def test_a_follow_up_about_something_else_keeps_the_question(dongqiao: Assistant) -> None:
    first = understand("哪些条目涉及乡村教师？", dongqiao.corpus)
    second = understand("那特殊教育呢？", dongqiao.corpus, after=first)
    assert second.intent == "list_items"
    assert any(isinstance(n, HasConcept) for n in terms_of(second.condition))


def test_a_follow_up_about_the_same_thing_points_back(dongqiao: Assistant) -> None:
    first = understand("“青蓝结对”在哪一条？", dongqiao.corpus)
    assert understand("它由谁负责？", dongqiao.corpus, after=first).points_back
    assert not understand("它由谁负责？", dongqiao.corpus).points_back


def test_a_term_switched_off_is_kept_and_not_used(dongqiao: Assistant) -> None:
    query = understand("哪些条目提到校车和食堂？", dongqiao.corpus, switched_off=("食堂",))
    off = [t for t in query.terms if not t.active]
    assert [t.surface for t in off] == ["食堂"]


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from("第条哪些谁多少“”《》（）()、，。？?0123456789一二三不没有和或的 "),
            st.characters(codec="utf-8"),
        ),
        max_size=80,
    )
)
def test_any_text_is_understood_somehow(dongqiao: Assistant, question: str) -> None:
    query = understand(question, dongqiao.corpus)
    assert query.question == question


def test_a_long_hostile_question_ends(dongqiao: Assistant) -> None:
    for piece in ("哪些", "（", "“", "第1条", "which item ", "a", "、和"):
        understand(piece * (2000 // len(piece)), dongqiao.corpus)


NESTED = """柳湾区教育局2032年工作计划

一、总体要求

坚持立德树人。

二、重点工作

（一）建强基础教育

1.扩大学位供给。10月底前新建小学2所，新增学位900个。（牵头单位：基教科；配合单位：规划科）

2.办好学前教育。普惠性幼儿园覆盖率达到95%以上。（牵头单位：学前科；配合单位：基教科）

（二）深化队伍改革

3.补充教师。6月底前招聘教师60名。（牵头单位：人事科）

4.推进交流轮岗。交流教师比例不低于10%。

三、保障措施

加强督查。
"""


JOINT = """石涧县教育局2033年工作要点

一、重点工作

1.整治校园周边。会同县公安局开展巡查。

2.配齐校医。与县人民医院共建卫生室，在清溪镇先行。

3.办好食堂。清溪镇中心小学食堂改造6月底前完成。（责任股室：后勤股）

4.规范收费。11月开展收费检查，严禁违规收费，不得收取家长礼金，按照“三个严格”的思路从严处理。新增普惠托位200个。（责任人：田茂才）

附件

食堂改造清单

1.改造食堂8所。
"""


def corpus_of(text: str, dongqiao: Assistant) -> Corpus:
    """A plan read without a workspace."""
    document = parse(read_bytes("made.txt", text.encode()), "made")
    plan = Plan(document, extract(document, dongqiao.corpus.thesaurus))
    return Corpus([plan], dongqiao.corpus.thesaurus, dongqiao.corpus.base)


@pytest.fixture(scope="module")
def nested(dongqiao: Assistant) -> Corpus:
    """A plan with parts in parts."""
    return corpus_of(NESTED, dongqiao)


@pytest.fixture(scope="module")
def joint(dongqiao: Assistant) -> Corpus:
    """A plan whose work is partly done with others, with an annex."""
    return corpus_of(JOINT, dongqiao)


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("哪几条要会同别的部门一起办？", ["1", "2"]),
        ("Which items work together with outside agencies?", ["1", "2"]),
        ("Which items involve the police?", ["1"]),
        ("附件不算，正文里哪些条目提到食堂？", ["3"]),
        ("清溪镇今年有哪些任务？", ["2", "3"]),
        ("写明会同某部门或某单位一道做的有哪几条？", ["1", "2"]),
        ("时间节点落在6月或者11月的都有哪几条？", ["3", "4"]),
        ("派出所的人来问：哪几条要公安局一起办？", ["1"]),
        ("我在清溪镇教育局上班，点到我们镇的是哪几条？", ["2", "3"]),
        ("哪几条写了“不得”“严禁”？", ["4"]),
        ("后勤股管哪几条？单独管的、跟别的股一起管的都算。", ["3"]),
        ("The canteen manager has no time for all of it. Which items concern fees?", ["4"]),
    ],
)
def test_partners_annexes_and_all_that_one_place_has_to_do(joint: Corpus, question: str, labels: list[str]) -> None:
    assert understand(question, joint).intent == "list_items"
    assert meets(question, joint) == labels


@pytest.mark.parametrize(
    ("question", "intent", "wants"),
    [
        ("How many childcare places are to be created?", "fact", "how_much"),
        ("How many places mention canteens?", "count", "item"),
        ("In how many places does the plan mention canteens?", "count", "item"),
        ("“食堂”一词在多少个编号条目里出现？", "count", "item"),
        ("“收费检查”和食堂改造，哪项工作晚？", "compare", ""),
        ("Show me wherever a canteen is named.", "list_items", "item"),
        ("一次检查能加几分？", "fact", "how_much"),
        ("What is the new clinic school going to be called?", "fact", "who"),
    ],
)
def test_what_is_asked_for(joint: Corpus, question: str, intent: str, wants: str) -> None:
    query = understand(question, joint)
    assert (query.intent, query.wants) == (intent, wants)


@pytest.mark.parametrize(
    ("question", "strange"),
    [
        ("田茂才是什么职务？", ("职务",)),
        ("Which builder renovates the canteen?", ("builder",)),
        ("Which canteen does the builder renovate?", ()),
        ("Which prefecture has a canteen?", ()),
    ],
)
def test_what_stands_behind_the_word_that_asks(joint: Corpus, question: str, strange: tuple[str, ...]) -> None:
    assert understand(question, joint).asked_strange == strange


def test_a_word_of_manner_that_stands_alone_is_the_matter(joint: Corpus) -> None:
    """A list of what nothing narrows would be one of anything."""
    query = understand("Which items forbid something?", joint)
    assert query.condition is None
    assert query.unlinked == ("forbid",)


def meets(question: str, corpus: Corpus) -> list[str]:
    """Labels of the units that meet the question's condition."""
    condition = understand(question, corpus).condition
    assert condition is not None, question
    return [corpus.units[u].unit.label for u in decide(corpus, condition)]


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("第二部分的第二个小标题下有哪几条？", ["3", "4"]),
        ("第二部分（一）有几条？", ["1", "2"]),
        ("二、（二）下面有什么？", ["3", "4"]),
        ("What comes under the second heading of Part Two?", ["3", "4"]),
        ("Which items stand under section two, subsection one?", ["1", "2"]),
        ("“深化队伍改革”底下有哪些工作？", ["3", "4"]),
        ("基础教育那一块有哪几条？", ["1", "2"]),
        ("深化队伍改革部分包括哪些内容？", ["3", "4"]),
        ("第二部分第3条讲什么？", ["3"]),
        ("Part two, (二): what comes under it?", ["3", "4"]),
        ("第二部分（二）的第一条讲什么？", ["3"]),
        ("第2条到第4条分别叫什么？", ["2", "3", "4"]),
        ("items 2 to 4", ["2", "3", "4"]),
        ("最后一条讲什么？", ["4"]),
        ("What is item number three about?", ["3"]),
        ("夹在第2条和第4条中间的是哪一条？", ["3"]),
        ("What is the item between 1 and 3 about?", ["2"]),
        ("讲老师的是第几大块？", ["3", "4"]),
        ("Which numbers are in the part on teaching staff?", ["3", "4"]),
        ("条目标题里有“教师”二字的是哪几条？", ["3"]),
        ("Which items' titles mention kindergartens?", ["2"]),
    ],
)
def test_parts_are_named_by_path_by_title_and_by_place(nested: Corpus, question: str, labels: list[str]) -> None:
    assert meets(question, nested) == labels


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("除了第3条，还有哪些条目提到教师？", ["4"]),
        ("除第二部分外，还有哪几条提到督查？", ["三"]),
        ("Apart from item 3, which items mention teachers?", ["4"]),
        ("哪些条目写到“教师”？教师比例这类不算", ["3", "4"]),
        ("用了“教师”这个词的是哪几条？只写“学位”的先别算", ["3", "4"]),
        ("请把写着“学位”“轮岗”字样的条目找出来。", ["1", "4"]),
    ],
)
def test_a_part_that_is_set_aside_is_left_out(nested: Corpus, question: str, labels: list[str]) -> None:
    assert meets(question, nested) == labels


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("基教科挑头的和打下手的，各是哪几条？", ["1", "2"]),
        ("基教科牵头的和只是配合的加在一起有哪几条？", ["1", "2"]),
        ("哪几条要基教科搭把手？", ["2"]),
        ("Which items does the basic education section (基教科) back up?", ["2"]),
        ("哪几条标了配合单位？", ["1", "2"]),
        ("哪些工作没有写明责任单位？", ["4"]),
        ("哪些任务由一个科室单独负责？", ["3"]),
        ("人事科自己牵头的小项是哪些？只当配合的不要。", ["3"]),
        ("Which items name no responsible body?", ["4"]),
        ("哪些条目没有时间要求？", ["2", "4"]),
        ("Which items have no deadline?", ["2", "4"]),
        ("哪些条目有截止日期？", ["1", "3"]),
    ],
)
def test_parts_that_bodies_play_and_gaps_become_conditions(nested: Corpus, question: str, labels: list[str]) -> None:
    assert meets(question, nested) == labels


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("上半年要完成的任务有哪些？", ["3"]),
        ("哪些任务要在10月底前完成？", ["1"]),
        ("哪些任务最迟10月底完成？", ["1", "3"]),
        ("哪几条要在7月以后才完成？", ["1"]),
        ("Which items are due by the end of June?", ["3"]),
        ("Which items are due between May and November?", ["1", "3"]),
        ("哪些条目的比例指标超过90%？", ["2"]),
        ("Which items set a target of at least 100?", ["1"]),
    ],
)
def test_limits_are_held_against_targets_and_not_their_words(nested: Corpus, question: str, labels: list[str]) -> None:
    assert meets(question, nested) == labels


def test_the_issuers_own_place_narrows_nothing(dongqiao: Assistant) -> None:
    own = understand("我县哪些条目提到了食堂？", dongqiao.corpus).condition
    assert own == understand("哪些条目提到了食堂？", dongqiao.corpus).condition


RESTARTING = """某县教育局2031年工作要点

一、育人
（一）办好劳动教育。建设基地4处，达标率达到100%，9月底前完成。（牵头科室：德育科）
（二）办好美育。组建合唱团100个，覆盖率达到90%。（牵头科室：艺术科；配合科室：德育科）
二、保障
（一）管好食堂。投入200万元改造食堂。（牵头科室：后勤科）
（二）培训乡村教师。县公安局配合。
（三）改造教学点。7月底前改造乡村学校，资助留守儿童。
"""


@pytest.fixture(scope="module")
def restarting(dongqiao: Assistant) -> Corpus:
    return corpus_of(RESTARTING, dongqiao)


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("第二部分（一）讲什么？", ["二/（一）"]),
        ("二（二）讲什么？", ["二/（二）"]),
        ("Give me the gist of point (一) in part two.", ["二/（一）"]),
        ("Part one, （二）: what is it about?", ["一/（二）"]),
        ("德育科今年一共牵头哪几条？", ["一/（一）"]),
        ("Which items set a target of 100 percent?", ["一/（一）"]),
        ("哪些条既有百分比又有完成时限？", ["一/（一）"]),
        ("Which items have both a deadline and a percentage?", ["一/（一）"]),
        ("带百分比或者金额的条目有哪些？", ["一/（一）", "一/（二）", "二/（一）"]),
        ("I only need the tasks where the police are involved.", ["二/（二）"]),
        ("Where do village (乡村) schools, teaching points or teachers come up?", ["二/（二）", "二/（三）"]),
        ("Which items concern vulnerable pupils, such as left-behind children?", ["二/（三）"]),
    ],
)
def test_items_whose_numbers_begin_anew_and_conditions_side_by_side(
    restarting: Corpus, question: str, labels: list[str]
) -> None:
    assert meets(question, restarting) == labels


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        # Alternatives share what stands behind them: 校车 alone, or 食堂 alone, is not enough.
        ("哪些条目涉及校车、食堂的检查？", ["6"]),
        ("Which items concern the pay or housing of rural teachers?", ["1"]),
        ("Which items name a day or a season by which something must be done?", ["4", "5"]),
        ("For which items is the safety section (安全股) in charge?", ["6", "7"]),
        ("特殊教育前面那一条叫什么？", ["3"]),
        ("What comes right after the item on special education?", ["5"]),
        ("第三部分头一条主要讲什么？", ["3"]),
    ],
)
def test_what_a_list_is_of_is_composed_as_it_is_said(dongqiao: Assistant, question: str, labels: list[str]) -> None:
    assert [item.label for item in dongqiao.ask(question).items] == labels


@pytest.mark.parametrize(
    "question",
    [
        "全县运动会由哪个县（区）承办？",
        "石岭小学由哪个镇承办运动会？",
        "Which schools will host the training at the vocational centre?",
        "Who heads the special education school?",
        "How much per child is the allowance for kindergartens?",
        "In which countries do principals study outside the county?",
    ],
)
def test_what_no_clause_gives_is_not_guessed(dongqiao: Assistant, question: str) -> None:
    answer = dongqiao.ask(question)
    assert answer.status == "not_stated", answer.answer


OFFICES = """云坪县教育局2034年工作要点

一、抓学校

1.消除大班额。为每班不超过45人努力。（责任科室：基础教育科、计财科）

2.办好食堂。每季度检查食堂1次，8月底前公布结果。（责任科室：后勤科）

3.减轻教师负担。清理社会事务进校园事项。（责任科室：人事科、基础教育科）

二、抓体育和关爱

4.开展冰雪运动。县教育局、县财政局联合在岭南镇建冰场3块。（责任科室：体卫艺科）

5.关爱学生。落实留守儿童、残疾儿童和家庭经济困难学生关爱措施，9月15日前建档。（责任科室：基础教育科）

6.巩固提升“双减”工作成效。校外培训机构压减率达到90%。（责任科室：基础教育科）
"""


@pytest.fixture(scope="module")
def offices(dongqiao: Assistant) -> Corpus:
    """A plan whose items are given to sections of the office, by names that stand in brackets."""
    return corpus_of(OFFICES, dongqiao)


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        # Sections by what English calls them; the county's own finance bureau is none of them.
        ("Which items does the basic education office have a hand in?", ["1", "3", "5", "6"]),
        ("Which items fall to the office for PE, health and arts?", ["4"]),
        ("What is the personnel section responsible for?", ["3"]),
        ("Which items name the county finance bureau?", ["4"]),
        ("Where does the bureau join hands with some other office, the police or finance for example?", ["4"]),
        # Labels in other words, turned about.
        ("Which items deal with classes that are too large?", ["1"]),
        ("Where is the load of the schoolteachers lightened?", ["3"]),
        # Idioms are no matter.
        ("Which items give the canteen any part to play?", ["2"]),
        # An adjective beside a word for all pupils; one of several that nothing knows.
        ("Which items look after pupils, such as those who are left behind, disabled or poor?", ["5"]),
        ("Which items concern canteens, zeppelins or large classes?", ["1", "2"]),
        # What is refused may be a list.
        ("Which items led by the basic education office are not about teachers, large classes or tutoring?", ["5"]),
        # Deadlines in any words.
        ("Which items lay down a date or a month by which something has to be done?", ["2", "5"]),
        ("写明“某月底前”要做完的事在哪几条？", ["2", "5"]),
        # A part set aside, and one that is only an example.
        ("Outside the second section, which items involve the basic education office?", ["1", "3"]),
        ("大班额不光在第二部分写了吧，哪几条写到它？", ["1"]),
        # Achievements that are aims are no past.
        ("Which items state a percentage?", ["6"]),
    ],
)
def test_what_is_said_in_other_words(offices: Corpus, question: str, labels: list[str]) -> None:
    assert meets(question, offices) == labels


def test_a_pronoun_in_the_name_of_a_part_points_at_nothing(dongqiao: Assistant) -> None:
    corpus = corpus_of(f"{OFFICES}\n三、做好其他工作\n\n认真做好信访、工会、老干部等各项工作。\n", dongqiao)
    before = understand("哪些条目涉及食堂？", corpus)
    assert not understand("收尾的那一部分讲了什么？", corpus, after=before).points_back
    assert understand("那一条由谁负责？", corpus, after=before).points_back
