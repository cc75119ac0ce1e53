"""Forms of asking: phases and years of plans beside each other, documents by the level of government that issued them,
examples that narrow nothing, things told in two steps, places in the plan however they are said, and what is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.settings import Settings
from qa import Answer, Assistant

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


LED = """\
岭北县教育体育局2030年工作要点

2030年，全县教育工作以建设“学在岭北”品牌为主线，重视安全和体育，办好人民满意的教育。

一、学校管理

（一）严防学生溺水。每周开展1次警示教育。（牵头领导：王大明；责任股室：安全股）

（二）办好学校食堂。每学期检查食堂2次。（牵头领导：王大明；责任股室：安全股、计财股）

（三）控制班额。小学一年级不超过45人，初中一年级不超过50人。（牵头领导：副局长 李小雨；责任股室：基教股）

二、体育与教学

（四）开展群众体育。端午节在河东镇举办龙舟赛，10月举办登山节。

（五）办好普通高中。落实《县域高中发展提升计划》，县二中完成智慧教室改造24间，12月底前交付。

（六）办好成人教育。10月举办学习活动周，在河东镇增设老年学习点，教师教学竞赛由教研室组织。

（七）规范招生。县二中与县体校共建举重基地，普通高中年内完成招生系统升级，违规的取消两年内评优资格。

（八）修订制度。制定《岭北县校服采购细则》，落实《岭东省校车管理规定》。
"""


SHARING = """\
西林县教育局2031年工作要点

一、队伍

1. 建强队伍。招聘教师60名，对教师开展全员培训。

2. 关爱教师。表彰优秀教师20名。开展食堂从业人员培训。

3. 办好比赛。举办教师教学比武，5月举办学生演讲比赛。表彰优秀学生干部。

4. 规范办学。指导各地开展检查，法治副校长配备率保持100%。

二、学校

5. 加强帮扶。安排白石乡、青河乡学校结对。县第三人民医院开通学生心理就诊绿色通道。

6. 抓好落实。每季通报一次，在白石乡试点，县一中参加。6月底前建成平台，落实家访制度。县职教中心秋季招生900人。
足额发放乡镇补贴，体检费每人400元。
"""

FORMED = """\
云桥市教育局2033年工作要点

一、学校

1. 扩充学位。实施《云桥市学位建设行动计划（2031—2033年）》，新建校舍1.2万平方米，宿舍扩建4000平方米。
（责任科室：规划科、基建科）

2. 办好高中。落实《云桥市普通高中提升方案》（云教发〔2032〕18号），学科班额控制在45人以内。
（责任科室：机关党委）

3. 减轻负担。进校园事项比上年减少30%，教师节前开展走访慰问，由党组书记讲授廉政党课。

二、学生

4. 关爱学生。儿童青少年近视率下降0.8个百分点，对困难新生每人资助4000元，安全隐患逐月排查。守护学生心理健康。

5. 抓好培训。培训骨干教师120名，新任教师培训不少于16学时。规范民办教育管理，聘请班主任导师。

6. 治理培训机构。实施《云桥市校外培训治理行动（2033—2035年）》，每季度公布1次机构名单。（责任科室：校外培训监管科）

7. 修订制度。修订《云桥市校长交流办法》，印发《云桥市档案管理办法》，12条校车线路年内开通，购置校车9辆。
"""


NAMED = """\
丰源市教育局2034年工作要点

一、招生

1. 规范招生。录取通知书8月12日前送达，体育分值由50分提高到60分，从七年级起执行。推进柳林县先行试点。

2. 减轻负担。小学一、二年级不布置书面作业，四至六年级每天不超过60分钟。

二、队伍

3. 建设名师工作室。启动第三批“名师领航工程”，设立工作室15个，每个工作室每年给予经费3万元。

4. 配齐教师。学校外出活动提前15个工作日备案，选派教师到省外跟岗。残疾学生落实“一人一案”，特殊教育学校9月招生。

三、保障

5. 开展普法。组织“12.4”国家宪法日活动，举办普法培训班4期，由机关干部授课。

6. 改善条件。实施信息技术应用能力提升工程，10月15日前完成供暖改造。

7. 办好实事。建成教师公寓60套（民生实事），在2所幼儿园试点托育。

（责任科室：后勤科、人事科）

8. 扩充学位。公办幼儿园增加学位2430个。组建义务教育共同体26个，新增学位6500个。

9. 招聘教师。公开招聘教师86名，其中小学30名、初中41名、高中15名。

10. 培养新人。实施“青蓝相继”新教师三年培养计划，每校师徒结对期不少于2年。11月举办研修周。

11. 攻关创新。实施“登峰计划”，围绕深海装备、现代种业、新型储能三个方向布局项目。
实验室数量由86个压减到60个，与龙头企业共建基地5个。

12. 压实责任。集中开展“百日攻坚”，建立隐患、责任、销号三张清单，按时上报总结。
印发《丰源市托育行动方案（2034—2036年）》。
"""

TOGETHER = """\
云岭州教育局2035年工作要点

一、学位

各县只增不减教育支出，把学校办到家门口。

1. 扩充学位。新建公办幼儿园12所，新增学位3600个。续建云岭实验学校，新增小学学位900个、初中学位450个。

2. 办好高中。新增普通高中学位2100个，由云岭师范学院附属中学托管古桥县第一中学。

二、队伍

3. 招聘教师。招聘特岗教师260名，委托云岭师范学院培养公费师范生140名，8月底前完成招聘。

4. 培训教师。组织教师全员培训6000人次，选送校长20名参加研修，12月底前结束。教师节表彰先进教师。

5. 关爱教师。年底前建成教师公寓80套。

三、安全

6. 守护平安。由州公安局交警支队牵头，在校门口设护学岗60个。校车每月检查一次，不合格的一律停运。

7. 净化周边。州市场监管局、州公安局组成联合检查组，年内巡查12次。会同卫健、疾控两部门开展食堂检查，结果10月底前公布。

8. 发展老年教育。在社区办好老年学校30所。新建乡镇学校9所。
"""


@pytest.fixture(scope="module")
def yunling(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return loaded(tmp_path_factory.mktemp("yunling") / "yunling-2035.txt", TOGETHER, warm)


@pytest.fixture(scope="module")
def nanpu(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return loaded(tmp_path_factory.mktemp("nanpu") / "nanpu-2029.txt", PLAN, warm)


@pytest.fixture(scope="module")
def lingbei(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return loaded(tmp_path_factory.mktemp("lingbei") / "lingbei-2030.txt", LED, warm)


@pytest.fixture(scope="module")
def xilin(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return loaded(tmp_path_factory.mktemp("xilin") / "xilin-2031.txt", SHARING, warm)


@pytest.fixture(scope="module")
def yunqiao(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return loaded(tmp_path_factory.mktemp("yunqiao") / "yunqiao-2033.txt", FORMED, warm)


@pytest.fixture(scope="module")
def fengyuan(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    return loaded(tmp_path_factory.mktemp("fengyuan") / "fengyuan-2034.txt", NAMED, warm)


def loaded(path: Path, text: str, warm: Callable[[Path], Path]) -> Assistant:
    from qa.build import ingest

    path.write_text(text, encoding="utf-8")
    where = warm(path.parent / "workspace")
    ingest([path], replace(Settings(), workspace=where))
    return Assistant.load(where)


def finds(answer: Answer, labels: list[str], words: list[str]) -> None:
    assert answer.status == "answered", answer.answer
    assert sorted(i.label for i in answer.items) == sorted(labels), answer.answer
    assert all(word in answer.answer for word in words), answer.answer


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
        # Where in the plan something stands, however it is said.
        ("从后往前数，第二部分的第二条写的是哪方面工作？", ["9"], ["办好赛事"]),
        ("第一部分收尾的是哪一条，管什么的？", ["4"], ["管好经费"]),
        ("压轴的那条是哪条？", ["10"], ["深化改革"]),
        ("排在第六的是哪项工作", ["6"], ["关爱教师"]),
        ("学校与教师那部分的第三条是什么", ["7"], ["推进集团化"]),
        ("讲赛事的那条我读完了，紧接着它的下一条是什么内容", ["10"], ["深化改革"]),
        ("我记得特殊教育有单独一条，它前面挨着的那条叫啥", ["1"], ["发展学前教育"]),
        ("第8条的上一条、下一条各讲什么", ["7", "9"], ["推进集团化", "办好赛事"]),
        ("我们科要对照“办好特殊教育”这一条自查，里面都写了哪些任务", ["2"], ["9月开工"]),
        ("第8条讲了几件事", ["8"], ["县管校聘", "家庭教育"]),
        ("试点归在哪一大块下面，条号是几？", ["8"], ["学校与教师"]),
        ("What subject does the very last item cover?", ["10"], ["集团化办学"]),
        ("Which topic opens section two?", ["5"], ["3000万元"]),
        ("In section two, what is the third item?", ["7"], ["集团化办园"]),
        ("Section two, third item down: what is the subject?", ["7"], ["集团化办园"]),
        ("How does section one end?", ["4"], ["公用经费"]),
        ("There is an item on special education. I want the one printed directly above it.", ["1"], ["发展学前教育"]),
        ("What is the title of the item after 3?", ["4"], ["管好经费"]),
        ("Which two items stand on either side of the one about special education?", ["1", "3"], ["规范用地"]),
        ("I have to brief my director on item 8. What is the gist?", ["8"], ["县管校聘", "家庭教育"]),
        ('A colleague pointed me to "管好经费"; what is in there?', ["4"], ["公用经费"]),
        ("Where in the plan does item 8 belong? I mean the name of its section.", ["8"], ["学校与教师"]),
        # Counts within a part, and with an item set aside.
        ("How many items in section one carry a percentage?", ["1"], ["1"]),
        ("第一部分的名字以及下面管着的几条，给我列一下", ["1", "2", "3", "4"], ["规划与管理", "4条"]),
        ("Could you pull out every item that has a line on kindergartens?", ["1", "7"], []),
        ("公用经费 - what number is the item that carries it?", ["4"], []),
        ("Which items are at once about rural teachers and about canteens?", ["6"], []),
        ("Of the four items in section one, how many have a percentage?", ["1"], []),
        ("Leaving item 7 aside, where else does the plan talk about kindergartens?", ["1"], []),
        ("点了区县名字的是哪几条？", ["2", "8", "9"], []),
        # Two things beside each other by what is asked of them, and added up.
        ("Is it the same district that hosts the games and the Putonghua week?", ["9"], ["柳湖区", "石桥县"]),
        ("第6条和第7条，牵头单位完全一样吗？", ["6", "7"], ["相同", "人事科"]),
        ("How many more items does section two have than section one?", list("123456789") + ["10"], ["2"]),
        # Sentences inside an item, by their place and by the one beside them.
        ("第9条的第二句写的是什么？", ["9"], ["推广普通话周"]),
        ("第10条最后一句讲什么", ["10"], ["游泳馆"]),
        ("第6条的倒数第二句讲什么", ["6"], ["免费体检"]),
        ("连标题一起数，第9条的第二句是什么？", ["9"], ["柳湖区承办"]),
        ("第10条里讲集团化的那句，后面一句是什么？", ["10"], ["游泳馆"]),
        ("第9条的第二项任务是什么？", ["9"], ["推广普通话周"]),
        ("In item 9, what comes right before the sentence on the Putonghua week?", ["9"], ["运动会"]),
        ("After its title, what does item 6 open with?", ["6"], ["免费体检"]),
        ("How does item 10 end?", ["10"], ["游泳馆"]),
        ("What is the last sentence of the item on sports events?", ["9"], ["推广普通话周"]),
        # Things told by their form, listed and counted.
        ("第二部分哪几条带引号？", ["8"], ["县管校聘"]),
        ("Which items in section two contain a quoted name?", ["8"], ["县管校聘"]),
        ("How many names stand in quotation marks in item 8?", ["8"], ["1", "县管校聘"]),
        ("第3条一共提到几份文件？", ["3"], ["2"]),
        ("How many documents are named in section one?", ["1", "3", "4"], ["4"]),
        ("全文点了几个区县的名字？", ["2", "8", "9"], ["2", "石桥县", "柳湖区"]),
        ("How many counties and districts are named in section two?", ["8", "9"], ["2"]),
        ("文中点到的办法有哪几部？", ["3"], ["《南浦市学校规划建设办法》"]),
        ("有哪些条目写到100%或者不低于90%的指标？", ["1"], ["92%"]),
        # What comes first or last in an order.
        ("Which item has the earliest deadline?", ["10"], ["5月底前"]),
        ("Of the plans with years, which one lasts the longest?", ["2"], ["特殊教育提升计划"]),
        ("游泳馆最晚完成时间是哪天？", ["10"], ["5月底前"]),
        ("哪份计划最先到期？", ["1"], ["2028—2030年"]),
        ("Which percentage is the highest?", ["1"], ["92%"]),
        ("百分比定得最低的是哪一条？", ["10"], ["80%"]),
        ("What is the largest sum of money in the plan?", ["5"], ["1.2亿元"]),
        ("Which item names the most documents?", ["3"], ["2"]),
        ("In section two, which item has the highest percentage?", ["10"], ["80%"]),
        # Short forms that a plan does not have, and what is typed short.
        ("全市中运在哪办？", ["9"], ["柳湖区"]),
        ("the item w/ canteens in it, which one is it", ["6"], []),
        ("留守儿童、乡村教师这些特殊群体，哪几条管到了？", ["6"], []),
    ],
)
def test_each_way_of_asking_finds_its_items(
    nanpu: Assistant, question: str, labels: list[str], words: list[str]
) -> None:
    finds(nanpu.ask(question), labels, words)


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
        # Why, of what sort of place, and a figure that is of something else.
        "是出于什么考虑才在石桥县试行县管校聘的？",
        "What made the bureau pick Liuhu district for the pilot?",
        "In which town will the swimming pool be built?",
        "How many pupils does the special school have in total?",
        # A punishment, a part of those who are counted, another year, a sentence that is not there.
        "违反学校规划建设办法的，会受什么处分？",
        "公开招聘的60名教师里，语文和数学各招几个？",
        "明年公开招聘教师多少名？",
        "第9条的第七句是什么？",
        "第3条里最早的期限是哪天？",
    ],
)
def test_what_is_not_stated_is_said_not_to_be(nanpu: Assistant, question: str) -> None:
    assert nanpu.ask(question).status in {"not_stated", "partial"}


@pytest.mark.parametrize(
    "part", ["第一部分", "第3条", "最后一条", "section two", "item 3", "规划与管理那部分", "第9部分"]
)
@pytest.mark.parametrize(
    "asked",
    [
        "{}提到食堂了吗？",
        "{}的下一条是什么？",
        "{}由谁牵头？",
        "{}有几项任务？",
        "Is the school canteen in {}?",
        "What comes before {}?",
        "Which is longer, {} or section one?",
        "{}和第二部分，哪个条目多？",
        "What is the link between {} and teachers?",
        "Other than {}, where are teachers mentioned?",
    ],
)
def test_a_part_of_the_plan_may_be_asked_about_in_any_way(nanpu: Assistant, asked: str, part: str) -> None:
    answer = nanpu.ask(asked.format(part))
    assert answer.answer and answer.status in {"answered", "partial", "not_stated", "ambiguous", "unclear"}


def test_the_nearest_word_is_the_same_in_every_run(nanpu: Assistant) -> None:
    corpus = nanpu.corpus
    assert [corpus.nearest_word(word) for word in ("persent", "kindergarden")] == ["percent", "kindergarten"]


def test_there_is_points_at_nothing(nanpu: Assistant) -> None:
    before = nanpu.ask("What is item 8 about?")
    answer = nanpu.ask("There is an item on special education. I want the one printed directly above it.", after=before)
    assert [i.label for i in answer.items] == ["1"], answer.answer


@pytest.mark.parametrize(
    ("questions", "labels", "words"),
    [
        # Persons who lead: by a matter, by their names, and by way of each other.
        (["防溺水由哪位局领导牵头？"], ["（一）"], ["王大明"]),
        (["Which bureau leader is in charge of class sizes?"], ["（三）"], ["李小雨"]),
        (["王大明牵头哪几项？"], ["（一）", "（二）"], []),
        (["Which items does Wang Daming lead?"], ["（一）", "（二）"], []),
        (["抓防溺水的那位局领导，还牵头另外哪项工作？"], ["（一）", "（二）"], ["王大明"]),
        (["防溺水由哪位局领导牵头？", "他还牵头哪些工作？"], ["（一）", "（二）"], ["王大明"]),
        (
            ["Who leads the work on drowning prevention?", "What else is that person in charge of?"],
            ["（一）", "（二）"],
            [],
        ),
        # A thing that is told of first, and asked about then.
        (
            ["One high school shares a weightlifting base. How many smart classrooms is that school getting?"],
            ["（五）", "（七）"],
            ["24间"],
        ),
        (
            ["The town that hosts the dragon boat race is also getting something for older people. What is it?"],
            ["（四）", "（六）"],
            ["老年学习点"],
        ),
        # Two sides of which one clause tells.
        (
            ["Is the class size limit the same in first grade and in the first year of junior high?"],
            ["（三）"],
            ["differ", "45人", "50人"],
        ),
        (["一年级和初一的班额上限一样吗？"], ["（三）"], ["不同", "45人", "50人"]),
        # By when, and what is drawn up.
        (["What do we have scheduled or due in October?"], ["（四）", "（六）"], []),
        (["What has an end-of-December deadline?"], ["（五）"], []),
        (["今年要制定出台哪些文件？"], ["（八）"], ["《岭北县校服采购细则》"]),
        (
            ["Which rules or guidelines will the bureau itself write or issue this year?"],
            ["（八）"],
            ["《岭北县校服采购细则》"],
        ),
        # An item by what its title is on; the opening paragraph under the label of what stands in front.
        (["普通高中那一条引用了哪几份文件？"], ["（五）"], ["《县域高中发展提升计划》"]),
        (["Give me a quick rundown of item 2."], ["（二）"], ["每学期检查食堂2次"]),
        (["What brand does the opening paragraph name?"], ["通知"], ["学在岭北"]),
        (["哪些条目涉及体育？"], ["（四）", "（七）"], []),
        # Lists in few words: everything, anything, what is due, how often; and what is asked of them then.
        (["Everything assigned to the safety section (安全股), please."], ["（一）", "（二）"], []),
        (["What has to be done every week?"], ["（一）"], []),
        (["What has to be done every week?", "and every school term?"], ["（二）"], []),
        (["Anything on class sizes?"], ["（三）"], []),
        (["What is planned in Hedong town? List every item."], ["（四）", "（六）"], []),
        (
            ["What is planned in Hedong town? List every item.", "Which of those are in section two?"],
            ["（四）", "（六）"],
            [],
        ),
        (["10月份有哪些工作安排？"], ["（四）", "（六）"], []),
        (["What is due or taking place in December?", "And in October?"], ["（四）", "（六）"], []),
        (["What must be finished by the end of December?"], ["（五）"], []),
        (["How many items name a lead official?"], ["（一）", "（二）", "（三）"], ["3"]),
        (["Which items does Wang Daming lead?", "And Li Xiaoyu?"], ["（三）"], []),
        (["Which items in section one are shared by two responsible offices?"], ["（二）"], []),
        (["For which items is no responsible leader named?"], ["（四）", "（五）", "（六）", "（七）", "（八）"], []),
        (["Which items are assigned to both Wang Daming and the safety section (安全股)?"], ["（一）", "（二）"], []),
        (["智慧教室哪天之前交付？", "那登山节呢？"], ["（四）"], ["10月"]),
        # What is told before the asking compares nothing.
        (["I've been at the same school for ages. When is the mountain climbing festival?"], ["（四）"], ["10月"]),
    ],
)
def test_leaders_and_what_is_told_first(
    lingbei: Assistant, questions: list[str], labels: list[str], words: list[str]
) -> None:
    answer = lingbei.ask(questions[0])
    for question in questions[1:]:
        answer = lingbei.ask(question, after=answer)
    finds(answer, labels, words)


@pytest.mark.parametrize(
    "question",
    [
        "How much is the new dormitory costing us?",
        "Which publisher is supplying the textbooks?",
        "今年要撤并的是哪几个教学点？",
        "举重基地由哪位局领导分管？",
        "Who is the principal of the primary school?",
        "What are the names of the teachers of the safety section?",
        "Anything on school bullying?",
        "Which items involve the county finance bureau (财政局)?",
        "第一部分里哪几条没写责任股室？",
    ],
)
def test_sums_names_and_leaders_that_are_not_stated(lingbei: Assistant, question: str) -> None:
    assert lingbei.ask(question).status in {"not_stated", "partial"}


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        # What is done to the last is done to all of them.
        ("表彰或奖励教师的条目有哪些？", ["2"]),
        ("Which items train or recruit teachers?", ["1"]),
        # A thing beside another is no verb: each is enough.
        ("Which items relate to canteens or rural teachers?", ["2"]),
        ("Canteens or boarding schools: which items?", ["2"]),
        # Those for whom the last is are those for whom all is.
        ("Which items announce contests for pupils or teachers?", ["3"]),
        # Chinese in brackets behind a name says the name again.
        ("Items naming both Baishi (白石乡) and Qinghe (青河乡)?", ["5"]),
        ("Where does Baishi (白石乡) appear without No. 1 High School (县一中)?", ["5"]),
        ("Anything due by the end of June (6月底)?", ["6"]),
        ("Which items have something every quarter?", ["6"]),
        ("要做到100%的有哪些条？", ["4"]),
        ("Which hospital opens a fast track for students with psychological problems?", ["5"]),
        # Those whom a plan always means need not be named.
        ("How many students will be enrolled this autumn?", ["6"]),
    ],
)
def test_what_the_words_of_a_list_share(xilin: Assistant, question: str, labels: list[str]) -> None:
    finds(xilin.ask(question), labels, [])


@pytest.mark.parametrize(
    "question",
    ["哪些条目标了牵头科室？", "哪几条涉及家长委员会？", "哪些条目安排了教师体检？", "Any check-ups for teachers?"],
)
def test_a_wider_matter_is_none_of_what_a_list_is_asked_for(xilin: Assistant, question: str) -> None:
    assert xilin.ask(question).status == "not_stated"


@pytest.mark.parametrize(
    ("question", "labels", "words"),
    [
        # What a clause holds by its form: a stretch of years, a number of a document, a figure of a kind.
        ("Which programmes run out in 2033?", ["1"], ["2031—2033"]),
        ("Which plans end this year?", ["1"], ["2031—2033"]),
        ("到2035年结束的行动、计划有哪些？", ["6"], ["2033—2035"]),
        ("Which schemes start in 2031?", ["1"], ["2031—2033"]),
        ("Which items cite documents with their official numbers?", ["2"], ["18号"]),
        ("哪些条目引用了带文号的文件？", ["2"], ["18号"]),
        ("Which items state a floor area in square metres?", ["1"], ["1.2万平方米"]),
        ("哪些条写明了建筑面积？", ["1"], ["4000平方米"]),
        ("Which items say how many people will be trained (培训)?", ["5"], ["120名"]),
        ("哪些指标要求比上年降低或减少？", ["3"], ["30%"]),
        ("有哪些要求下降的指标？", ["3", "4"], ["0.8个百分点"]),
        # Labels for those who answer, as the plan prints them.
        ("哪几条没有写责任科室？", ["3", "4", "5", "7"], []),
        ("How many items name two or more responsible offices (责任科室)?", ["1"], ["规划科"]),
        ("Which items are under the Off-campus Training Supervision Office?", ["6"], []),
        # Times that are no dates, and how often, in other words than each.
        ("什么时候走访慰问教师？", ["3"], ["教师节前"]),
        ("安全隐患多久排查一次？", ["4"], ["逐月"]),
        ("廉政党课由谁来讲？", ["3"], ["党组书记"]),
        # What is done to a document stands right before its title; lines of buses are no items.
        ("Which documents will be revised?", ["7"], ["校长交流办法"]),
        ("今年买多少辆校车，开几条线？", ["7"], ["9辆"]),
        # Characters of one word are no other word: 守护学生, 民办教育管理科.
        ("哪些条目涉及护学岗？", [], []),
        ("哪些条涉及理科教学？", [], []),
    ],
)
def test_what_is_told_by_its_form(yunqiao: Assistant, question: str, labels: list[str], words: list[str]) -> None:
    answer = yunqiao.ask(question)
    if labels:
        finds(answer, labels, words)
    else:
        assert answer.status == "not_stated", answer.answer


@pytest.mark.parametrize(
    "question", ["困难新生一共要资助多少钱？", "How much will the aid for new students come to in total?"]
)
def test_a_sum_for_each_does_not_tell_the_sum_of_all(yunqiao: Assistant, question: str) -> None:
    assert yunqiao.ask(question).status == "not_stated"


@pytest.mark.parametrize(
    ("question", "labels", "words"),
    [
        # A figure, a grade or a place for which the plan has another: what was taken for granted is put right.
        ("为什么体育分值要降到40分？", ["1"], ["“40”", "60分"]),
        ("Why is the PE score being cut to 40 points?", ["1"], ["“40”", "60分"]),
        ("Why does the new PE score already apply to grade nine?", ["1"], ["grade nine", "七年级"]),
        # A letter of admission is no notice, and years of schooling may be listed.
        ("录取通知书最晚哪天送达？", ["1"], ["8月12日"]),
        ("二年级可以布置书面作业吗？", ["2"], ["不布置书面作业"]),
        ("How long may homework for grade five take?", ["2"], ["60分钟"]),
        # Names in other characters that can be read alike, which in a row, how many sessions and how long.
        ("“名师领行工呈”今年是第几批？", ["3"], ["第三批"]),
        ("名师工作室总共要设多少个？", ["3"], ["15个"]),
        ("普法培训班要办几次？", ["5"], ["4期"]),
        ("How far ahead must school outings be reported?", ["4"], ["15个工作日"]),
        ("国家宪法日是几月几号？", ["5"], ["12.4"]),
        ("What is done about the IT project?", ["6"], ["信息技术"]),
        ("What's the deadline for heating?", ["6"], ["10月15日"]),
        ("人事科单独或共同负责哪些条？", ["7"], ["人事科"]),
        ("Which items are livelihood projects?", ["7"], ["民生实事"]),
        # What figures of several things come to, and by how much they differ; other figures beside them do not count.
        ("幼儿园和义务教育今年合计增加多少个学位？", ["8"], ["8930个"]),
        ("今年公开招聘教师，小学和高中合计多少名？", ["9"], ["45名"]),
        ("今年公开招聘教师，初中比小学多招几名？", ["9"], ["相差11名"]),
        # A verb that the asking words part from its object; a name with what sort of thing it is; things of a sort.
        ("今年打算招多少名老师？", ["9"], ["86名"]),
        ("“青蓝相继”是什么计划？", ["10"], ["新教师三年培养计划"]),
        ("“登峰计划”主攻哪几个方向？", ["11"], ["现代种业"]),
        ("Which three lists are drawn up in the “百日攻坚” campaign?", ["12"], ["隐患"]),
        ("Why is the number of laboratories going up to 86?", ["11"], ["“going up”", "压减到60个"]),
        ("Which document covers 2034 to 2036?", ["12"], ["《丰源市托育行动方案（2034—2036年）》"]),
        ("师徒结对期多长？", ["10"], ["2年"]),
        # What is left aside ends with the comma.
        ("除了幼儿园，义务教育还新增学位吗？", ["8"], ["6500个"]),
    ],
)
def test_what_is_taken_for_granted_named_otherwise_or_counted_in_other_words(
    fengyuan: Assistant, question: str, labels: list[str], words: list[str]
) -> None:
    finds(fengyuan.ask(question), labels, words)


@pytest.mark.parametrize(
    "question",
    [
        "How many pupils will the special education school admit in September?",  # 一人一案 counts nobody.
        "In which street are the flats for teachers?",
        "Which kindergartens take part in the trial?",
        "What number can teachers ring about the flats?",
        # How long a thing lasts is not when it begins, a month no day, a room no hectares.
        "“青蓝相继”计划是哪一年开始的？",
        "研修周在11月几号开始？",
        "How large are the flats in hectares?",
        "“登峰计划”的实施方案文号是多少？",
        "总结逾期不报怎么办？",
        "What are the names of the firms that share the bases?",
        "What is the slogan of the training week?",
        "为什么体育分值要提高到60分？",
        "What does a place in a nursery cost a year?",  # Some other thing costs so much a year.
    ],
)
def test_a_number_of_none_a_street_and_names_that_are_not_given(fengyuan: Assistant, question: str) -> None:
    assert fengyuan.ask(question).status == "not_stated"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Does the first section or the third hold more items?", "“三、保障”"),
        ("Which main section contains the most items?", "“三、保障”"),
        ("How many main sections is the plan divided into?", "3 sections"),
    ],
)
def test_sections_by_how_many_items_they_hold(fengyuan: Assistant, question: str, words: str) -> None:
    assert words in fengyuan.ask(question).answer


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        # What is done for the last people of a list is done for all of them.
        ("哪些条目涉及教师或校长培训？", ["4"]),
        ("Which items involve elderly people or schools for them?", ["8"]),
        # An office within a body is that body; those who make up a party act.
        ("州公安局参与的工作有哪几条？", ["6", "7"]),
        ("哪几条由疾控部门配合？", ["7"]),
        # The end of the year is a time by which things are due.
        ("哪些条要求年底前完成？", ["4", "5"]),
        ("What has to be finished by year-end?", ["4", "5"]),
        ("10月底前要完成哪些工作？", ["7"]),
        ("Which items arrange something with the market regulator or the police?", ["6", "7"]),
    ],
)
def test_lists_of_things_done_together_and_in_time(yunling: Assistant, question: str, labels: list[str]) -> None:
    assert [item.label for item in yunling.ask(question).items] == labels


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("特岗教师招聘数加上公费师范生培养数，合计多少人？", "400"),
        ("云岭实验学校小学、初中加起来新增多少学位？", "1350"),
        ("Adding kindergartens and senior high schools together, how many new places will be created?", "5700"),
        ("幼儿园和普通高中一共新增多少学位？", "5700"),
        ("第一部分开头那段话对教育支出怎么要求？", "只增不减"),
        ("What does the opening paragraph of section one require?", "只增不减"),
        ("What happens to a school bus that fails its check?", "停运"),
        ("哪所学校由云岭师范学院附属中学托管？", "古桥县第一中学"),
    ],
)
def test_things_added_up_openings_and_what_follows(yunling: Assistant, question: str, words: str) -> None:
    assert words in yunling.ask(question).answer


@pytest.mark.parametrize("question", ["教师公寓几号交钥匙？", "Which doctor checks the canteens?"])
def test_no_day_and_no_person_that_is_not_given(yunling: Assistant, question: str) -> None:
    assert yunling.ask(question).status == "not_stated"


def test_the_figure_of_one_of_two_things_is_not_that_of_both(yunling: Assistant) -> None:
    assert "合计" not in yunling.ask("招聘教师和校长一共多少名？").answer


def test_what_is_not_said_by_itself_may_be_said_of_what_was_spoken_of(yunling: Assistant) -> None:
    before = yunling.ask("Who inspects the canteens together with the bureau?")
    assert [item.label for item in before.items] == ["7"]
    answer = yunling.ask("By when do the results have to be made public?", after=before)
    assert "10月底" in answer.answer and [item.label for item in answer.items] == ["7"]
    assert yunling.ask("How much do the results cost?", after=before).status == "not_stated"
