"""The thesaurus: what its data must hold to, and which concepts a clause of the genre names; made-up clauses."""

from __future__ import annotations

import hashlib
from collections import defaultdict

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Language
from kg.thesaurus import DATA, DATA_BASE, NAMESPACE, Thesaurus

LANGUAGES: tuple[Language, Language] = ("zh", "en")
THESAURUS = Thesaurus.load()


def implied(text: str, language: Language, *, question: bool = False) -> set[str]:
    """The concepts found, and those that they imply."""
    found = THESAURUS.match(text, language, question=question)
    return {above for match in found for above in THESAURUS.broader(match.concept)}


# ---- the data


def test_the_thesaurus_covers_the_genre():
    assert len(THESAURUS.concepts) >= 450
    assert {c.scheme for c in THESAURUS.concepts.values()} == {
        "populations",
        "institutions",
        "places",
        "themes",
        "instruments",
    }


def test_ids_are_plain_ascii_steps_of_an_iri():
    assert all(i.isascii() and i.replace("-", "").isalnum() and i == i.lower() for i in THESAURUS.concepts)


def test_every_preferred_label_is_in_its_language():
    for concept in THESAURUS.concepts.values():
        assert any("\u4e00" <= c <= "\u9fff" for c in concept.pref["zh"]), concept.id
        assert not any("\u4e00" <= c <= "\u9fff" for c in concept.pref["en"]), concept.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_preferred_labels_are_unique(language):
    labels = [c.pref[language] for c in THESAURUS.concepts.values()]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_declared_labels_are_shared(language):
    declared = {
        THESAURUS.key(quad.object.value, language)
        for quad in ox.parse(DATA.read_bytes(), format=ox.RdfFormat.TURTLE)
        if quad.predicate.value == f"{NAMESPACE}sharedLabel" and quad.object.language == language
    }
    owners = defaultdict(set)
    for concept in THESAURUS.concepts.values():
        for label, _ in concept.labels(language, question=True):
            owners[THESAURUS.key(label, language)].add(concept.id)
    shared = {key for key, ids in owners.items() if len(ids) > 1}
    assert shared == declared


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shared_label_never_joins_a_concept_and_one_above_it(language):
    owners = defaultdict(set)
    for concept in THESAURUS.concepts.values():
        for label, _ in concept.labels(language, question=True):
            owners[THESAURUS.key(label, language)].add(concept.id)
    for key, ids in owners.items():
        for one in ids:
            assert not (THESAURUS.broader(one) - {one}) & ids, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_concept_repeats_a_label(language):
    for concept in THESAURUS.concepts.values():
        keys = [THESAURUS.key(label, language) for label, _ in concept.labels(language, question=True)]
        assert len(keys) == len(set(keys)), concept.id


def test_the_hierarchy_has_no_circle():
    for concept in THESAURUS.concepts.values():
        for above in concept.broader:
            assert concept.id not in THESAURUS.broader(above), concept.id


def test_broader_and_narrower_are_two_views_of_one_relation():
    for concept in THESAURUS.concepts.values():
        assert all(concept.id in THESAURUS.narrower(above) for above in THESAURUS.broader(concept.id))
        assert all(concept.id in THESAURUS.concepts[above].narrower for above in concept.broader)


def test_a_composed_concept_lies_below_each_of_its_parts():
    for concept in THESAURUS.concepts.values():
        assert len(concept.parts) != 1, concept.id
        assert set(concept.parts) <= THESAURUS.broader(concept.id), concept.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_negative_label_holds_a_label_and_is_none(language):
    for concept in THESAURUS.concepts.values():
        labels = {THESAURUS.key(label, language) for label, _ in concept.labels(language, question=True)}
        for negative in concept.negative[language]:
            key = THESAURUS.key(negative, language)
            assert key not in labels, (concept.id, negative)
            assert any(label in key for label in labels), (concept.id, negative)


TOO_GENERAL = """
工作 建设 发展 教育 管理 改革 加强 推进 落实 提升 完善 健全 全面 重点 体系 水平 能力 制度 活动 机制 计划 工程 行动
标准 规范 服务 实施 组织 开展 问题 保障 质量 条件 情况 内容 目标 任务 措施 单位 部门 政策 方案 精神 我市 全市
"""


@pytest.mark.parametrize("word", TOO_GENERAL.split())
def test_a_word_that_stands_for_anything_is_no_label(word):
    assert THESAURUS.match(word, "zh", question=True) == ()


FUNCTION_WORDS = """
which what who when where why how many much items plan document mention concern involve touch deal with about say state
list give tell find contain refer include section notice year number name deadline target percentage goal date before
after end start begin run new first second third most least more less and or not any all every same different compare
between responsible person people body lead support local level work make take put set get come will should must can do
is are have their it they this that here in on at to from by of into over under with build builds opening city publicly
"""


@pytest.mark.parametrize("word", FUNCTION_WORDS.split())
def test_the_words_of_any_question_name_no_concept(word):
    assert THESAURUS.match(word, "en", question=True) == ()


QUESTION_FRAMES = [
    "哪几条提到了",
    "涉及的有哪些条目",
    "全文哪些地方出现了",
    "由哪个单位负责",
    "什么时候完成",
    "要达到多少",
    "一共有几条",
    "分别讲什么",
    "是哪份文件的简称",
    "标题是什么",
    "有何具体措施",
    "哪一部分最多",
    "请概括第九条",
    "主送机关有哪些",
]


@pytest.mark.parametrize("frame", QUESTION_FRAMES)
def test_the_frame_of_a_chinese_question_names_no_concept(frame):
    assert THESAURUS.match(frame, "zh", question=True) == ()


# ---- clauses: what they name, and what they do not

ZH = [
    # populations
    ("改善农村偏远学校教师的住宿条件。", "rural-teachers teachers rural remote schools", "urban"),
    ("引导优秀教师到乡村任教。", "rural-teachers teachers rural", ""),
    ("新建乡镇学校教师周转房二百套。", "rural-teachers teacher-housing teachers rural", ""),
    ("特岗教师招聘向山区学校倾斜。", "special-posts rural-teachers teachers remote", "retired-teachers"),
    ("评选一批从事特殊教育的优秀教师。", "special-ed-teachers special-education teachers", ""),
    ("补齐幼儿园教师缺口。", "preschool-teachers preschool-education teachers", "preschool-children"),
    ("健全留守儿童关爱服务机制。", "left-behind-children students", "disabled-children"),
    ("保障进城务工人员随迁子女平等入学。", "migrant-children enrolment", "left-behind-children"),
    ("对家庭经济困难学生实行应助尽助。", "poor-students student-aid", ""),
    ("适龄残疾儿童入学率达到规定要求。", "disabled-children special-education", ""),
    ("组织师生开展清明祭扫。", "teachers students", ""),
    ("做好高校毕业生就业工作。", "graduates employment higher-education", "senior-secondary"),
    ("表扬一批优秀班主任。", "class-teachers teachers", ""),
    ("选聘一批责任督学。", "inspectors inspection", ""),
    ("关工委组织“五老”进校园宣讲。", "next-generation-care retired-staff", ""),
    ("发展党员向一线教师倾斜。", "party-members teachers", ""),
    ("召开教职工代表大会。", "trade-union teachers", ""),
    ("配齐专职保安员。", "security-guards campus-security", ""),
    ("推广银龄讲学。", "silver-age retired-teachers support-teaching", ""),
    ("加强少先队辅导员队伍建设。", "young-pioneers", "youth-league"),
    # institutions
    ("扩大普惠性幼儿园覆盖面。", "affordable-kindergartens preschool-education", "private-education"),
    ("规范民办普通高中办学。", "private-education general-high-schools", "vocational-education"),
    ("办好乡镇寄宿制学校和乡村小规模学校。", "boarding-schools small-schools rural", ""),
    ("推进中职与高职贯通培养。", "vocational-secondary higher-vocational vocational-education", ""),
    ("支持在地高校发展。", "universities higher-education", ""),
    ("中小学校全部开设心理课。", "primary-schools secondary-schools mental-health", "universities"),
    ("探索学区制管理和教育集团办学。", "school-groups", ""),
    ("建成一批示范性幼儿园。", "preschool-education", ""),
    ("落实公民同招。", "private-education public-education enrolment", ""),
    ("办好开放大学和社区学院。", "lifelong community-education", ""),
    ("提高送教上门质量。", "inclusive-education special-education", "support-teaching"),
    ("改扩建初中三所。", "junior-secondary secondary-schools", "primary-schools"),
    ("老城区学校优化布局。", "urban schools", "rural"),
    ("国民小学推动双语教学。", "primary-schools foreign-languages", ""),
    ("国民小學推動雙語教學。", "primary-schools foreign-languages", ""),
    # themes: the Party
    ("以高质量党建引领教育发展。", "party-building", ""),
    ("压实意识形态工作责任制。", "ideology", ""),
    ("纠治形式主义、官僚主义。", "four-winds party-governance", ""),
    ("持续整治“四风”。", "four-winds", ""),
    ("开展党纪学习教育。", "party-discipline party-building", ""),
    ("建设清廉学校。", "integrity", ""),
    ("加强民办学校党组织建设。", "private-party-building private-education party-building", ""),
    ("用好学习强国平台。", "study-platform", ""),
    # themes: pupils
    ("深化大中小学思政课一体化。", "ideology-courses", ""),
    ("每天开设一节体育课。", "sports", "arts-education"),
    ("推进美育浸润行动。", "arts-education", "sports"),
    ("建设劳动教育实践基地。", "labour-education", ""),
    ("总体近视率每年降低半个百分点。", "myopia health-education", "mental-health"),
    ("建立学生心理危机预警机制。", "mental-health", "myopia"),
    ("预防学生溺水。", "drowning safety", ""),
    ("开展防范学生欺凌专项行动。", "bullying safety", ""),
    ("规范接送学生车辆管理。", "school-bus traffic-safety safety", ""),
    ("校园消防设施全部达标。", "fire-safety safety", ""),
    ("推行学校食堂明厨亮灶。", "canteens school-food food-safety", ""),
    ("实施农村义务教育学生营养改善计划。", "nutrition school-food compulsory-education rural", ""),
    ("清查校园周边网吧。", "school-surroundings", ""),
    ("加强手机和作业管理。", "phone-management homework", ""),
    ("保证学生充足睡眠。", "sleep", ""),
    ("课后服务实现全覆盖。", "after-school", "tutoring"),
    ("整治学科类隐形变异培训。", "tutoring", "teacher-training"),
    ("落实“双减”政策。", "double-reduction burden-reduction", "teacher-workload"),
    ("为中小学教师减负。", "teacher-workload teachers", "burden-reduction"),
    ("开展研学旅行。", "study-travel", ""),
    ("建设书香校园。", "reading", ""),
    ("规范学生校服采购。", "uniforms", ""),
    ("做好新冠肺炎疫情防控。", "epidemic-control infectious-diseases", ""),
    ("防范肺结核等传染病。", "infectious-diseases", "epidemic-control"),
    # themes: access and money
    ("严禁跨区域掐尖招生。", "illegal-admission enrolment", ""),
    ("增加公办学位一千个。", "school-places public-education", "universities"),
    ("化解超大班额。", "large-classes", ""),
    ("落实控辍保学责任。", "dropout-control compulsory-education", ""),
    ("推进义务教育优质均衡发展县创建。", "balanced-development compulsory-education", ""),
    ("落实教育投入“两个只增不减”。", "two-increases funding", "fees"),
    ("清理违规收费。", "fee-violations fees", "funding"),
    ("办理生源地信用助学贷款。", "loans student-aid", ""),
    ("免费提供国家规定课程教科书。", "textbooks", ""),
    ("落实免费教科书政策。", "free-textbooks student-aid textbooks", ""),
    ("提高生均公用经费标准。", "per-student-funding funding", ""),
    ("加强内部审计。", "audit financial-management", ""),
    ("消除D级危房。", "building-safety infrastructure safety", ""),
    ("实施厕所革命。", "toilets-renovation", ""),
    # themes: teachers
    ("推进“县管校聘”管理改革。", "county-managed teacher-management", ""),
    ("义务教育教师平均工资收入水平不低于当地公务员。", "teacher-pay teachers compulsory-education", ""),
    ("建设教师周转宿舍。", "teacher-housing teachers", "dorms"),
    ("校长教师定期交流轮岗。", "rotation principals teachers", ""),
    ("统筹核定中小学教职工编制。", "staffing-quota teachers", ""),
    ("深化职称制度改革。", "professional-titles", ""),
    ("严查在职教师有偿补课。", "paid-tutoring teacher-ethics teachers", ""),
    ("招收公费师范生二百名。", "publicly-funded-teachers teacher-education", ""),
    ("组织“国培”计划项目县实施。", "guopei teacher-training", ""),
    ("分层开展幼儿园园长和教师的全员培训。", "teacher-training principals", ""),
    ("建立名师工作室十个。", "famous-teachers teachers", ""),
    ("选派教师赴边疆支教。", "support-teaching teachers", ""),
    ("引进高层次人才。", "talents", ""),
    # themes: governing
    ("推进放管服改革，优化营商环境。", "fangguanfu", ""),
    ("做好信访和舆情处置。", "petitions public-opinion", ""),
    ("办理人大代表建议和政协提案。", "proposals", ""),
    ("规范教育行政执法。", "admin-enforcement rule-of-law", ""),
    ("各校配备法治副校长。", "law-vice-principals law-education", "principals"),
    ("开展宪法宣传周活动。", "law-education", ""),
    ("完善学校章程。", "school-charter school-governance", ""),
    ("编纂教育年鉴。", "archives", ""),
    ("加强保密教育。", "confidentiality", ""),
    ("开展国家义务教育质量监测。", "quality-monitoring compulsory-education", ""),
    ("对县级政府履行教育职责开展督导评价。", "inspection government-duty-evaluation counties", ""),
    ("深化教育评价改革，破除“五唯”。", "evaluation-reform", ""),
    ("推动高考综合改革落地。", "gaokao-reform gaokao examinations", "zhongkao"),
    ("严肃考风考纪。", "examinations", ""),
    ("建设智慧校园和教育大数据中心。", "digital-campus smart-education big-data informatisation", ""),
    ("开设人工智能课程。", "ai-education", ""),
    ("落实网络安全等级保护。", "cybersecurity", "safety"),
    ("推广普通话，规范使用汉字。", "putonghua language-work", ""),
    ("办好老年大学。", "older-education lifelong elderly", "universities"),
    ("深化产教融合、校企合作。", "industry-education", ""),
    ("推动乡村振兴与教育帮扶衔接。", "rural-revitalisation rural", ""),
    ("创建全国文明城市。", "national-civilised-city civilised-creation", "urban"),
    ("开展学生军训。", "military-training national-defence students", ""),
    ("加强中外合作办学管理。", "sino-foreign foreign-exchange", "school-groups"),
    ("制止餐饮浪费。", "grain-saving green-education", ""),
    ("加强家庭教育指导服务。", "family-education home-school", ""),
    ("建立家校社协同育人机制。", "home-school", ""),
    ("在三个县先行试点。", "pilots", ""),
    ("开展专项整治。", "special-rectification", ""),
    # look-alikes that are not the concept
    ("提高校园管理水平。", "schools", "universities higher-education"),
    ("以提高教学质量为核心。", "quality", "higher-education universities"),
    ("扩大学位供给。", "school-places", "universities"),
    ("扩大学生参与面。", "students", "universities university-students"),
    ("坚持以人民为中心，办好人民满意的教育。", "", "private-education civilised-creation residents-private"),
    ("推进村民办事便利化。", "", "private-education"),
    ("落实具体育人要求。", "", "sports"),
    ("其中考核结果占三成。", "assessment", "zhongkao examinations"),
    ("加强集中学习。", "", "secondary-schools"),
    ("全国中小学生参加。", "students primary-schools", "junior-secondary"),
    ("提高职工素质。", "", "higher-vocational vocational-education"),
    ("编制实施方案。", "", "staffing-quota"),
    ("深入学校一线调研。", "schools", "enrolment"),
    ("统筹发展和安全。", "", "safety"),
    ("增强国家安全意识。", "national-security", "safety safety-education"),
    ("确保安全稳定。", "safety", "security-guards"),
    ("领导干部述职评议结果公开。", "assessment", "professional-titles"),
    ("改善周边环境。", "school-surroundings", "green-education"),
    ("净化政治生态。", "party-governance", "green-education"),
    ("放学前清点人数。", "", "preschool-education"),
    ("各县市区教育局。", "counties education-bureaus", "urban"),
    ("开大会动员部署。", "", "lifelong open-universities"),
    ("加强教学工作。", "", "labour-education"),
    ("教师发展与学生心理，教师与特殊教育。", "teachers students mental-health", "special-ed-teachers"),
    ("教师待遇、心理健康教育等专项督导。", "teacher-pay mental-health inspection", "mental-health-teachers"),
]


@pytest.mark.parametrize(("clause", "named", "not_named"), ZH, ids=[row[0] for row in ZH])
def test_a_chinese_clause_names_its_concepts_and_no_look_alike(clause, named, not_named):
    found = implied(clause, "zh")
    assert set(named.split()) <= found
    assert not set(not_named.split()) & found


EN = [
    ("Improve the pay and housing of teachers in rural areas.", "rural-teachers teachers", "urban"),
    ("Every pre-school class has two qualified teachers.", "preschool-education teachers", ""),
    ("Every preschool class has a nurse.", "preschool-education", ""),
    ("Enrollment in senior high schools reaches 95%.", "enrolment general-high-schools", ""),
    ("Enrolment in kindergartens rises.", "enrolment preschool-education", ""),
    ("Short-sightedness among pupils falls by 0.5 points.", "myopia students", "mental-health"),
    ("Left-behind children receive regular home visits.", "left-behind-children home-school", ""),
    ("Crack down on unauthorised charges.", "fee-violations fees", "funding"),
    ("Crack down on unauthorized charges.", "fee-violations fees", "funding"),
    ("Programmes for students with disabilities are widened.", "disabled-children", ""),
    ("School buses are inspected every term.", "school-bus safety", ""),
    ("Vocational schools work with local firms.", "vocational-education", "universities"),
    ("Build a modern apprenticeship system.", "apprenticeship industry-education", ""),
    ("Strengthen information and communications technology and cyber security.", "cybersecurity", "safety"),
    ("Prevent bullying and drowning.", "bullying drowning safety", ""),
    ("Promote Putonghua and standard written Chinese.", "putonghua language-work", ""),
    ("Teacher rotation between town and village schools.", "rotation rural", ""),
    ("Lifelong learning for older people.", "lifelong elderly", ""),
    ("The Party's organisations in private schools are strengthened.", "private-education", ""),
    ("Civilised campuses are created.", "civilised-creation", ""),
]


@pytest.mark.parametrize(("clause", "named", "not_named"), EN, ids=[row[0] for row in EN])
def test_an_english_clause_names_its_concepts(clause, named, not_named):
    found = implied(clause, "en")
    assert set(named.split()) <= found
    assert not set(not_named.split()) & found


QUESTIONS: list[tuple[str, Language, str]] = [
    ("Which items involve rural teachers?", "en", "rural-teachers"),
    ("Which items are about teachers who work in the countryside?", "en", "rural-teachers"),
    ("Where does it mention free lunches?", "en", "nutrition"),
    ("How is red tape to be cut?", "en", "fangguanfu"),
    ("What about the children's eyes?", "en", "myopia"),
    ("Is there anything on keeping intruders out?", "en", "campus-security"),
    ("Which items mention publicly-funded student teachers?", "en", "publicly-funded-teachers"),
    ("Where do teachers live?", "en", "teachers"),
    ("Who checks on special-needs schools?", "en", "special-education"),
    ("How will five-year-olds settle into first grade?", "en", "early-transition preschool-children"),
    ("Is the journey to school safe?", "en", "traffic-safety"),
    ("What about staff who take presents?", "en", "teacher-ethics"),
    ("How do they keep kids from quitting school?", "en", "dropout-control students"),
    ("Can old people get lessons?", "en", "elderly"),
    ("Are there courses for pensioners?", "en", "older-education"),
    ("Any work with foreign partners?", "en", "foreign-exchange"),
    ("Anything about overseas links?", "en", "foreign-exchange"),
    ("My son is bullied and the teachers do nothing", "en", "bullying"),
    ("Who is at the school gate when strangers come?", "en", "campus-security"),
    ("Will the loos be fixed?", "en", "toilets-renovation"),
    ("Is there enough PE?", "en", "sports"),
    ("Kids whose mum and dad work far away", "en", "left-behind-children"),
    ("家里困难的孩子念到一半不念了怎么办？", "zh", "poor-students dropout-control"),
    ("书不读了跑去打工怎么办？", "zh", "dropout-control"),
    ("上了年纪的人能学点什么？", "zh", "older-education elderly"),
    ("孩子天天刷手机怎么办？", "zh", "internet-use"),
    ("老师逢年过节收红包怎么管？", "zh", "teacher-ethics"),
    ("路上接送孩子的车安不安全？", "zh", "school-bus safety"),
    ("爸妈在外打工的娃谁来管？", "zh", "left-behind-children"),
    ("吃坏肚子谁管？", "zh", "food-safety"),
    ("没编制的老师怎么办？", "zh", "supply-teachers"),
    ("跟国外有什么往来？", "zh", "foreign-exchange"),
    ("哪些条目和娃们的视力有关？", "zh", "students myopia"),
    ("老师的工资怎么说？", "zh", "teachers teacher-pay"),
    ("没钱读书怎么办？", "zh", "student-aid"),
    ("放学没人接怎么办？", "zh", "after-school"),
    ("作业太多有人管吗？", "zh", "burden-reduction"),
    ("打架的事管不管？", "zh", "bullying"),
    ("办证要跑几趟？", "zh", "fangguanfu"),
    ("乡下老师有什么安排？", "zh", "rural-teachers"),
    ("哪幾條提到鄉村教師？", "zh", "rural-teachers"),
]


@pytest.mark.parametrize(("question", "language", "named"), QUESTIONS, ids=[row[0] for row in QUESTIONS])
def test_a_question_finds_concepts_by_plain_words(question, language, named):
    assert set(named.split()) <= implied(question, language, question=True)


HIJACKS: list[tuple[str, Language, str]] = [
    ("Who is in charge of drawing up the rules?", "en", "fees"),
    ("Where is the experience to be tried?", "en", "lab-teaching"),
    ("What is the official title?", "en", "cadres"),
    ("Which internal rules are set up?", "en", "internships"),
    ("Is there universal access?", "en", "universities"),
    ("Are phones allowed?", "en", "student-aid"),
    ("Does each of them plan to recruit talent?", "en", "conscription"),
    ("What do the publicly funded ones get?", "en", "residents"),
    ("Please answer in English", "en", "foreign-languages"),
    ("What sets the integrated plan apart?", "en", "integrity"),
    ("可以扩大学位吗？", "zh", "universities"),
    ("他今年十三岁", "zh", "preschool-children"),
    ("上了年纪的人大概有多少？", "zh", "proposals"),
    ("文件打算怎么办？", "zh", "planning"),
    ("戏曲进校园在哪一条？", "zh", "campus-security"),
    ("优于上当地的标准吗？", "zh", "financial-fraud"),
]


@pytest.mark.parametrize(("question", "language", "not_named"), HIJACKS, ids=[row[0] for row in HIJACKS])
def test_an_everyday_word_does_not_lead_a_question_astray(question, language, not_named):
    assert not set(not_named.split()) & implied(question, language, question=True)


# ---- how labels match


def test_a_hidden_label_is_not_looked_for_in_a_plan():
    assert "myopia" in implied("眼睛", "zh", question=True)
    assert "myopia" not in implied("眼睛", "zh")


def test_in_a_question_the_longest_meaning_stands_alone():
    found = {m.concept for m in THESAURUS.match("哪些条目涉及农村教师", "zh", question=True)}
    assert found == {"rural-teachers"}
    found = {m.concept for m in THESAURUS.match("农村边远学校的教师", "zh", question=True)}
    assert "rural-teachers" in found
    assert not found & {"teachers", "rural"}


def test_two_things_named_side_by_side_are_no_composition():
    found = {m.concept for m in THESAURUS.match("universities or their students", "en", question=True)}
    assert found == {"universities", "students"}


@pytest.mark.parametrize(
    "text",
    ["“特岗”计划", "特岗计划", "特 岗\n计划", "特崗計劃", "《特岗计划》", "特岗\u200b计划"],
)
def test_marks_blanks_and_script_do_not_hinder(text):
    assert "special-posts" in implied(text, "zh")


def test_a_latin_label_stands_as_a_word_of_its_own():
    assert "ai-education" in implied("普及AI课程", "zh")
    assert "ai-education" not in implied("MAIL 系统", "zh")
    assert "ai-education" not in implied("maintain the email list", "en")


def test_full_width_letters_are_letters():
    assert "ai-education" in implied("普及ＡＩ课程", "zh")


def test_a_composition_needs_its_parts_in_one_short_stretch():
    assert "rural-teachers" in implied("农村薄弱学校的教师", "zh")
    assert "rural-teachers" not in implied("振兴农村。表扬教师", "zh")
    assert "rural-teachers" not in implied("办好农村幼儿园，健全安全防范体系，加强教师培训", "zh")


def test_the_span_of_a_composition_runs_from_part_to_part():
    text = "为农村寄宿学校的教师建房"
    match = next(m for m in THESAURUS.match(text, "zh") if m.concept == "rural-teachers")
    assert match.kind == "composed"
    assert text[match.start : match.end].startswith("农村")
    assert text[match.start : match.end].endswith("教师")


def test_compositions_of_given_concepts():
    assert "rural-teachers" in THESAURUS.compositions({"rural", "teachers"})
    assert "rural-teachers" in THESAURUS.compositions({"townships", "class-teachers"})
    assert "rural-teachers" not in THESAURUS.compositions({"rural"})
    assert THESAURUS.compositions(()) == ()


@pytest.mark.parametrize(
    ("word", "language", "concept", "reason"),
    [
        ("kindergardens", "en", "preschool-education", "spelling"),
        ("techers", "en", "teachers", "spelling"),
        ("left behind childern", "en", "left-behind-children", "spelling"),
        ("xian guan xiao pin", "zh", "county-managed", "pinyin"),
        ("liushouertong", "zh", "left-behind-children", "pinyin"),
        ("留守而童", "zh", "left-behind-children", "pinyin"),
        ("控辍宝学", "zh", "dropout-control", "pinyin"),
        ("义务教肓", "zh", "compulsory-education", "spelling"),
    ],
)
def test_a_misspelt_word_has_its_concept_among_the_likeliest(word, language, concept, reason):
    found = THESAURUS.fuzzy(word, language)
    assert (concept, reason) in {(c.concept, c.reason) for c in found}
    assert list(found) == sorted(found, key=lambda c: -c.score)
    assert all(0 < c.score <= 1 for c in found)


@pytest.mark.parametrize("word", ["zxqvkj", "甲乙丙丁戊", "", "a"])
def test_a_word_like_no_label_has_no_candidates(word):
    assert THESAURUS.fuzzy(word, "en") == ()
    assert THESAURUS.fuzzy(word, "zh") == ()


SOME_ZH = sorted({label for c in THESAURUS.concepts.values() for label, _ in c.labels("zh")})
SOME_EN = sorted({label for c in THESAURUS.concepts.values() for label, _ in c.labels("en")})


@given(
    st.lists(st.one_of(st.sampled_from(SOME_ZH), st.sampled_from(["，", "、", "\n", "“", "的", "加强"])), max_size=12),
    st.booleans(),
)
def test_chinese_matches_are_spans_of_the_text(pieces, question):
    text = "".join(pieces)
    for match in THESAURUS.match(text, "zh", question=question):
        assert 0 <= match.start < match.end <= len(text)
        if match.kind != "composed":
            assert THESAURUS.key(text[match.start : match.end], "zh") == THESAURUS.key(match.label, "zh")


@given(st.lists(st.sampled_from([*SOME_EN[:400], ",", "and", "the", "-", ". "]), max_size=12), st.booleans())
def test_english_matches_are_spans_of_the_text(pieces, question):
    text = " ".join(pieces)
    for match in THESAURUS.match(text, "en", question=question):
        assert 0 <= match.start < match.end <= len(text)
        if match.kind != "composed":
            assert THESAURUS.key(text[match.start : match.end], "en") == THESAURUS.key(match.label, "en")


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_can_be_matched(text, language):
    for match in THESAURUS.match(text, language, question=True):
        assert 0 <= match.start < match.end <= len(text)


@pytest.mark.parametrize("label", SOME_ZH[::7])
def test_a_label_alone_names_its_concept(label):
    assert THESAURUS.match(label, "zh"), label


def test_a_long_line_is_matched_whole():
    text = "乡村教师培训、为人民办事、" * 3000
    found = THESAURUS.match(text, "zh")
    assert sum(m.concept == "rural-teachers" for m in found) == 3000
    assert not any(m.concept == "private-education" for m in found)
    asked = THESAURUS.match("农村、教师" * 5000, "zh", question=True)
    assert {m.concept for m in asked} == {"rural-teachers", "teachers", "rural"}


# ---- the file and the graph


def test_the_hash_is_that_of_the_file():
    assert THESAURUS.sha256 == hashlib.sha256(DATA.read_bytes()).hexdigest()


def test_the_quads_stand_in_the_vocab_graph_under_the_given_base():
    quads = list(THESAURUS.quads("https://example.org/x/"))
    assert {str(q.graph_name) for q in quads} == {"<https://example.org/x/vocab>"}
    assert not any(DATA_BASE in str(q) for q in quads)
    labelled = {str(q.subject) for q in quads if q.predicate.value.endswith("#prefLabel")}
    assert labelled == {f"<https://example.org/x/concept/{i}>" for i in THESAURUS.concepts}


MINIMAL = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix c: <https://w3id.org/yaodian/id/concept/> .
@prefix scheme: <https://w3id.org/yaodian/id/scheme/> .
"""


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('c:a skos:inScheme scheme:themes ; skos:prefLabel "甲"@zh .', "prefLabel"),
        ('c:a skos:prefLabel "甲"@zh , "a"@en .', "inScheme"),
        ('c:a skos:inScheme scheme:other ; skos:prefLabel "甲"@zh , "a"@en .', "other"),
        ('c:a skos:inScheme scheme:themes ; skos:prefLabel "甲"@zh , "a"@en ; skos:broader c:b .', "'b'"),
        ("c:a skos:inScheme", "Turtle"),
    ],
)
def test_a_broken_thesaurus_is_refused_with_the_reason(tmp_path, body, complaint):
    path = tmp_path / "t.ttl"
    path.write_text(MINIMAL + body, encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        Thesaurus.load(path)


def test_a_thesaurus_of_ones_own_can_be_loaded(tmp_path):
    path = tmp_path / "t.ttl"
    path.write_text(
        MINIMAL + 'c:a skos:inScheme scheme:themes ; skos:prefLabel "甲事"@zh , "matter"@en .', encoding="utf-8"
    )
    own = Thesaurus.load(path)
    assert [m.concept for m in own.match("办好甲事", "zh")] == ["a"]
    assert own.sha256 != THESAURUS.sha256
