"""What facts explain is counted once, and every proposal lies in its clause and beside what is explained."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.coverage import FACTS, Proposal, coverage, coverage_json, proposals
from kg.extract import extract
from kg.model import Plan, ThemeFact, readable
from kg.source import read, read_bytes
from kg.structure import parse
from kg.thesaurus import Thesaurus
from tests.made_plans import made_plan

THESAURUS = Thesaurus.load()


def plan_of(text: str) -> Plan:
    document = parse(read_bytes("a.txt", text.encode()), "a")
    return Plan(document, extract(document, THESAURUS))


@pytest.fixture(scope="module")
def sample(plan_path: Path) -> Plan:
    document = parse(read(plan_path), "sample")
    return Plan(document, extract(document, THESAURUS))


def letter(c: str) -> bool:
    return re.match(r"[^\W_]", c) is not None


def holds(plan: Plan) -> None:
    """Each clause is cut into explained and unexplained stretches without a gap, and the counts agree with them."""
    text = plan.document.text
    for one in coverage(plan):
        stretches = sorted([*(e.span for e in one.explained), *one.unexplained])
        at = one.span.start
        for span in stretches:
            assert span.start == at and span.end > span.start
            at = span.end
        assert at == one.span.end
        letters = sum(letter(c) for c in one.span.of(text))
        by = {kind: sum(letter(c) for e in one.explained if e.by == kind for c in e.span.of(text)) for kind in FACTS}
        assert one.characters == letters
        assert one.by_facts == sum(by.values())
        assert one.by_facts + one.by_words <= letters
        assert 0.0 <= one.share <= 1.0


def beside(plan: Plan, found: tuple[Proposal, ...]) -> None:
    """Each proposal lies in its clause, outside the facts that name things, and apart from the others."""
    clauses = {(u.id, c.number): c for u, c in plan.document.clauses()}
    for one in found:
        assert clauses[one.unit, one.clause].span.holds(one.span)
        assert one.text == readable(one.span.of(plan.document.text)) != ""
        here = (f for f in plan.facts if (f.unit, f.clause) == (one.unit, one.clause) and not isinstance(f, ThemeFact))
        assert not any(one.span.meets(fact.span) for fact in here)
        assert one.reason
    assert not any(a.span.meets(b.span) for a in found for b in found if a is not b and a.unit == b.unit)


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=40), max_size=6))
def test_the_stretches_of_any_text_are_a_partition_of_its_clauses(lines: list[str]) -> None:
    plan = plan_of("甲市2031年工作要点\n" + "\n".join(f"{n}. {line}。" for n, line in enumerate(lines, 1)))
    holds(plan)
    beside(plan, proposals(plan, tagger=False))


PIECES = st.lists(
    st.sampled_from(
        "由 甲市教育局 牵头 ，财政局 、 乙研究院 和 建设 推进 学校 的 （责任单位： ） 人力资源和社会保障局 中心 2031年 "
        "配合 全市 “丁工程” 等 50% 《戊办法》 丙大学 以 发挥 工作专班 作用".split()
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60)
@given(st.lists(PIECES, min_size=1, max_size=4))
def test_every_proposal_lies_in_its_clause_and_outside_all_that_facts_name(items: list[list[str]]) -> None:
    lines = "\n".join(f"{n}. 办好学校。{''.join(pieces)}。" for n, pieces in enumerate(items, 1))
    plan = plan_of(f"甲市2031年工作要点\n一、工作任务\n{lines}\n")
    holds(plan)
    beside(plan, proposals(plan))


def test_the_sample_plan_is_explained_for_the_most_part_and_its_proposals_are_apart(sample: Plan) -> None:
    holds(sample)
    found = coverage(sample)
    assert sum(c.by_facts for c in found) > 0.5 * sum(c.characters for c in found)
    beside(sample, proposals(sample))


def test_without_facts_nothing_is_explained_but_the_words_that_hold_a_sentence() -> None:
    plan = Plan(made_plan().document)
    assert all(one.by_facts == 0 for one in coverage(plan))
    assert {e.by for one in coverage(plan) for e in one.explained} <= {"verb", "label", "particle", "mark"}
    assert any(e.by == "verb" for one in coverage(plan) for e in one.explained)


@pytest.mark.parametrize(
    ("clause", "names"),
    [
        ("收费标准经由甲市发展和改革委员会核定。", ["甲市发展和改革委员会"]),
        ("名单已送，甲市人力资源和社会保障局、乙县财政局留存。", ["甲市人力资源和社会保障局", "乙县财政局"]),
        ("形成新的工作格局，服务发展大局。", []),
        ("围绕中心工作办好学校。", []),
    ],
)
def test_names_that_no_rule_reads_are_proposed_and_look_alikes_are_not(clause: str, names: list[str]) -> None:
    whole = plan_of(f"甲市2031年工作要点\n一、工作任务\n1. 做好工作。{clause}\n2. 加强管理。抓好落实。\n")
    plan = Plan(whole.document)  # as if no rule had read anything
    assert [p.text for p in proposals(plan, tagger=False)] == names


def test_the_tagger_finds_what_no_ending_tells() -> None:
    plan = plan_of(
        "甲市2031年工作要点\n一、工作任务\n1. 做好工作。收费标准由市发展改革委核定。\n2. 加强管理。抓好落实。\n"
    )
    found = proposals(Plan(plan.document))
    assert [(p.text, p.source, p.reason) for p in found] == [("市发展改革委", "tagger", "ORG")]
    assert not proposals(Plan(plan.document), tagger=False)


def test_an_english_plan_has_a_report_and_no_proposals() -> None:
    plan = plan_of(
        "Greenbank School Improvement Plan 2031\n\nGoal 1: Reading\nThe school will train all teachers by June 2031.\n"
        "Goal 2: Writing\nThe school will open two libraries for the pupils.\n"
    )
    holds(plan)
    assert proposals(plan) == ()


def test_the_report_as_json_adds_up(sample: Plan) -> None:
    report = json.loads(json.dumps(coverage_json(sample)))
    assert [u["unit"] for u in report["units"]] == [u.id for u in sample.document.units]
    for name in ("characters", "by_facts", "by_words"):
        assert report[name] == sum(u[name] for u in report["units"])
        assert all(u[name] == sum(c[name] for c in u["clauses"]) for u in report["units"])
    text = sample.document.text
    for unit in report["units"]:
        for part in [s for c in unit["clauses"] for s in c["unexplained"]] + unit["proposals"]:
            assert readable(text[part["start"] : part["end"]]) == part["text"]
