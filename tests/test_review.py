"""Decisions of people: they survive, they are never overwritten, and what they undo comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ReviewError, UnknownDocument, UnknownTerm, YaodianError
from kg.graph import read_plan
from kg.model import BodyFact, Fact, Plan, TargetFact, ThemeFact
from kg.review import (
    Decision,
    Place,
    Stated,
    Verdict,
    apply,
    decision_quads,
    fact_id,
    in_force,
    locate,
    orphans,
    place_of,
    read_decisions,
    same_names,
    stated,
    threads,
    wanted,
)
from kg.settings import Settings
from kg.store import GraphStore
from kg.vocab import DEFAULT_BASE, PREFIXES, body_iri, decision_iri
from kg.workspace import Workspace
from qa import Assistant
from qa.build import decide, ingest, remove
from qa.check import check
from qa.cli import main
from qa.review import Reviews
from tests.made_plans import made_plan, plans
from ui.desk import Desk
from ui.review import decide_view

DOC = "ding-2031"
LABELS = {"canteen": ("食堂", "canteens"), "safety": ("安全", "safety")}


def decided(verdict: Verdict, second: int = 0, **parts: object) -> Decision:
    return Decision(
        document=DOC,
        verdict=verdict,
        reviewer=str(parts.pop("by", "张三")),
        time=f"2031-03-01T08:00:{second:02d}Z",
        **parts,  # type: ignore[arg-type]
    )


def about(plan: Plan, fact: Fact, verdict: Verdict, second: int = 0) -> Decision:
    return decided(verdict, second, about=stated(plan.document, fact))


def edited(plan: Plan, fact: Fact, second: int = 0, words: str = "", **values: object) -> Decision:
    unit = plan.document.unit(fact.unit)
    clause = unit.clauses[fact.clause - 1]
    made = wanted(
        plan.document, unit, clause, "body", words or fact.span.of(plan.document.text), values, LABELS, fact.span.start
    )
    return decided("edit", second, about=stated(plan.document, fact), wanted=made)


# ---- what decisions make of a plan ---------------------------------------------------------------------------------


def test_a_rejected_fact_is_out_and_an_approved_one_names_its_reviewer() -> None:
    plan = made_plan()
    reject, approve = about(plan, plan.facts[0], "reject"), about(plan, plan.facts[1], "approve", 1)
    after = apply(plan, [reject, approve])
    assert [f for f in plan.facts if f not in after.facts] == [plan.facts[0], plan.facts[1]]
    (kept,) = [f for f in after.facts if f.status == "approved"]
    assert replace(kept, status="extracted", review=None) == plan.facts[1]
    assert kept.review is not None
    assert (kept.review.reviewer, kept.review.time, kept.review.decision) == ("张三", approve.time, approve.id)


def test_an_edited_fact_takes_the_place_of_the_one_it_was() -> None:
    plan = made_plan()
    change = edited(plan, plan.facts[0], role="support", canonical="丁市乙局", kind="bureau")
    after = apply(plan, [change])
    assert len(after.facts) == len(plan.facts)
    made = after.facts[0]
    assert isinstance(made, BodyFact)
    assert (made.role, made.status, made.canonical, made.name) == ("support", "edited", "丁市乙局", "乙局")


def test_a_later_decision_wins_and_an_earlier_one_stays_in_the_history() -> None:
    plan = made_plan()
    fact = plan.facts[0]
    change = edited(plan, fact, 1, role="support")
    again = apply(plan, [change]).facts[0]
    history = [about(plan, fact, "reject"), change, about(plan, again, "reject", 2), about(plan, fact, "approve", 3)]
    states = [
        [f.status for f in apply(plan, history[:n]).facts if f.unit == "i1" and f.clause == 2][:1] for n in range(5)
    ]
    assert states == [["extracted"], ["extracted"], ["edited"], ["extracted"], ["approved"]]
    assert apply(plan, history[:1]).facts == plan.facts[1:]
    assert apply(plan, history[:3]).facts == plan.facts[1:]
    assert [len(t) for t in threads(history)] == [4]
    assert in_force(history) == (history[3],)


def test_an_added_fact_stands_in_its_clause() -> None:
    plan = made_plan()
    unit = plan.document.unit("i1")
    made = wanted(plan.document, unit, unit.clauses[1], "target", "年底前", {"deadline": "2031-12-31"}, LABELS)
    after = apply(plan, [decided("add", wanted=made)])
    (new,) = [f for f in after.facts if f not in plan.facts]
    assert isinstance(new, TargetFact)
    assert new.span.of(plan.document.text) == "年底前"
    assert (new.status, new.method, new.deadline) == ("edited", "review@1", "2031-12-31")
    gone = apply(plan, [decided("add", wanted=made), about(plan, new, "reject", 1)])
    assert gone == plan


@pytest.mark.parametrize(
    ("kind", "words", "values", "said"),
    [
        ("body", "丁局", {"role": "lead"}, "do not stand in the clause"),
        ("body", " ", {"role": "lead"}, "do not stand in the clause"),
        ("body", "乙局", {}, "needs a role"),
        ("body", "乙局", {"role": "boss"}, "role is none of"),
        ("body", "乙局", {"nosuch": "x"}, "has no field"),
        ("body", "乙局", {"role": "lead", "kind": "a\nb"}, "one line"),
        ("theme", "食堂", {"concept": "nosuch"}, "no concept"),
        ("target", "90%", {"value": "many"}, "takes a number"),
        ("target", "90%", {"value": "inf"}, "takes a number"),
        ("target", "90%", {}, "a target has a value"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(kind: str, words: str, values: dict[str, object], said: str) -> None:
    plan = made_plan()
    unit = plan.document.unit("i1")
    with pytest.raises(ReviewError, match=said):
        wanted(plan.document, unit, unit.clauses[1], kind, words, values, LABELS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"reviewer": " "}, "reviewer"),
        ({"reviewer": "a\nb"}, "reviewer"),
        ({"time": "yesterday"}, "no time"),
        ({"time": "2031-02-30T00:00:00Z"}, "no time"),
        ({"note": "x" * 1001}, "note"),
        ({"verdict": "approve"}, "does not go with"),
        ({"names": ("甲", "甲")}, "not twice the same"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(parts: dict[str, object], said: str) -> None:
    whole = {
        "document": DOC,
        "verdict": "same",
        "reviewer": "李",
        "time": "2031-03-01T08:00:00Z",
        "names": ("甲", "乙"),
    }
    with pytest.raises(ReviewError, match=said):
        Decision(**{**whole, **parts})  # type: ignore[arg-type]


def test_one_body_of_two_names_keeps_both_spellings_and_can_be_parted_again() -> None:
    plan = made_plan()
    same = decided("same", names=("丁市乙局", "丁市教育局"))
    after = apply(plan, [same])
    fact = after.facts[0]
    assert isinstance(fact, BodyFact)
    assert (fact.name, fact.canonical, fact.status) == ("乙局", "丁市教育局", "extracted")
    assert apply(plan, [same, decided("different", 1, names=("丁市乙局", "丁市教育局"))]) == plan


def test_names_are_followed_to_the_fullest_and_a_circle_has_no_effect() -> None:
    pairs = [("a", "b"), ("b", "c"), ("x", "y"), ("y", "x"), ("w", "x")]
    assert same_names([decided("same", names=pair) for pair in pairs]) == {"a": "c", "b": "c"}


def test_decisions_on_another_document_have_no_effect() -> None:
    plan = made_plan()
    other = replace(about(plan, plan.facts[0], "reject"), document="another")
    assert apply(plan, [other]) == plan
    assert orphans(plan, [other]) == ()


# ---- recognised again ----------------------------------------------------------------------------------------------


@given(plans())
def test_no_decision_changes_no_plan(plan: Plan) -> None:
    assert apply(plan, []) == plan


def sensible() -> list[tuple[str, Plan]]:
    """The plan, and what editors make of it elsewhere."""
    from kg.extract import extract
    from kg.source import read_bytes
    from kg.structure import parse
    from kg.thesaurus import Thesaurus

    thesaurus = Thesaurus.load()

    def plan(text: str) -> Plan:
        document = parse(read_bytes("ding.txt", text.encode()), DOC)
        return Plan(document, extract(document, thesaurus))

    return [
        ("as it was", plan(TEXT)),
        (
            "an item before",
            plan(TEXT.replace("1.抓好", "1.开好班会。组织主题班会。\n\n2.抓好").replace("2.办好", "3.办好")),
        ),
        ("another title", plan(TEXT.replace("甲县", "新甲县"))),
        ("an item after", plan(TEXT + "\n3.加强家校联系。召开家长会。\n")),
        ("wrapped anew", plan(TEXT.replace("由县公安局牵头", "由县\n公安局牵头"))),
        ("the clause before edited", plan(TEXT.replace("开展校车检查。", "每周检查校车。"))),
    ]


TEXT = (
    "甲县教育局2031年工作要点\n\n一、安全\n\n1.抓好校园安全。开展校车检查。由县公安局牵头，县交通局配合。\n\n"
    "2.办好食堂。食堂达标率达到90%。由县公安局牵头，县市场监管局配合。\n"
)


def test_a_decision_survives_every_edit_elsewhere() -> None:
    (_, first), *others = sensible()
    bodies = [f for f in first.facts if isinstance(f, BodyFact)]
    assert bodies
    for fact in first.facts:
        decision = about(first, fact, "reject")
        for how, plan in others:
            if how == "the clause before edited" and (fact.unit, fact.clause) == ("i1", 2):
                continue  # its own clause
            after = apply(plan, [decision])
            assert len(after.facts) == len(plan.facts) - 1, (how, fact)
            assert orphans(plan, [decision]) == (), how


def test_the_same_sentence_in_two_items_is_told_apart_though_they_are_numbered_anew() -> None:
    (_, first), (_, moved), *_ = sensible()
    (second,) = [f for f in first.facts if isinstance(f, BodyFact) and f.name == "县公安局" and f.unit == "i2"]
    after = apply(moved, [about(first, second, "reject")])
    gone = [f for f in moved.facts if f not in after.facts]
    assert [f.unit for f in gone] == ["i3"]


def test_a_decision_whose_clause_is_gone_is_an_orphan_and_not_lost() -> None:
    plan = made_plan()
    decision = about(plan, plan.facts[-1], "reject")
    shorter = replace(plan.document, units=plan.document.units[:2])
    after = Plan(shorter, plan.facts[:5])
    assert orphans(after, [decision]) == (decision,)
    assert apply(after, [decision]) == after
    assert orphans(plan, [decision]) == ()


@given(plans(), st.data())
def test_words_are_found_where_they_stand_or_not_at_all(plan: Plan, data: st.DataObject) -> None:
    found = [(u, c) for u, c in plan.document.clauses()]
    if not found:
        return
    unit, clause = data.draw(st.sampled_from(found))
    place = place_of(plan.document, unit, clause, clause.span)
    where = locate(plan.document, place)
    if where is not None:
        assert "".join(where.clause.text.split()) == "".join(clause.text.split()) or where.unit.label == unit.label


def test_every_fact_of_a_real_plan_is_found_where_it_stands(workspace: Path) -> None:
    plan = read_plan(Workspace(workspace).current().store(), "yiyang-2021")
    for fact in plan.facts:
        where = locate(plan.document, stated(plan.document, fact).place)
        assert where is not None
        assert (where.unit.id, where.clause.number, where.span) == (fact.unit, fact.clause, fact.span)


# ---- in the graph --------------------------------------------------------------------------------------------------

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_PLACES = st.builds(Place, _WORDS, _WORDS, _WORDS, _WORDS, _WORDS)
_REVIEWERS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
_TIMES = st.datetimes().filter(lambda t: t.year >= 1000).map(lambda t: f"{t:%Y-%m-%dT%H:%M:%SZ}")


@st.composite
def decisions(draw: st.DrawFn) -> tuple[Decision, ...]:
    """Any decisions that can be taken."""
    made = []
    plan = draw(plans().filter(lambda p: bool(p.facts)))
    for _ in range(draw(st.integers(0, 4))):
        verdict: Verdict = draw(st.sampled_from(["approve", "reject", "edit", "add", "same", "different", "dismiss"]))

        def one() -> Stated:
            return Stated(replace(draw(st.sampled_from(plan.facts)), review=None), draw(_PLACES))

        names = draw(st.tuples(_REVIEWERS, _REVIEWERS).filter(lambda pair: pair[0] != pair[1]))
        made.append(
            Decision(
                document=plan.document.id,
                verdict=verdict,
                reviewer=draw(_REVIEWERS),
                time=draw(_TIMES),
                note=draw(_WORDS),
                about=one() if verdict in ("approve", "reject", "edit") else None,
                wanted=one() if verdict in ("edit", "add") else None,
                words=draw(_PLACES) if verdict == "dismiss" else None,
                names=names if verdict in ("same", "different") else None,
            )
        )
    return tuple({d.id: d for d in made}.values())


@given(decisions())
def test_what_is_read_of_decisions_is_what_was_written(made: tuple[Decision, ...]) -> None:
    store = GraphStore.memory()
    store.extend(decision_quads(made, DEFAULT_BASE))
    assert read_decisions(store) == made


def test_a_decision_says_what_it_revises() -> None:
    plan = made_plan()
    first, later = about(plan, plan.facts[0], "reject"), about(plan, plan.facts[0], "approve", 1)
    store = GraphStore.memory()
    store.extend(decision_quads([first, later], DEFAULT_BASE))
    revises = {s: o.value for s, _, o in store.triples(None, PREFIXES["prov"] + "wasRevisionOf")}
    one, two = (decision_iri(DEFAULT_BASE, DOC, d.id) for d in (first, later))
    assert revises[two] == one
    assert "/assertion/" in revises[one]


def test_the_other_spelling_of_a_body_stays_findable() -> None:
    store = GraphStore.memory()
    store.extend(decision_quads([decided("same", names=("乙局", "丁市乙局"))], DEFAULT_BASE))
    ((_, _, label),) = store.triples(body_iri(DEFAULT_BASE, "丁市乙局"), PREFIXES["skos"] + "altLabel")
    assert label.value == "乙局"


# ---- in a workspace ------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path, warm: Callable[[Path], Path]) -> Settings:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / f"{DOC}.txt").write_text(TEXT, encoding="utf-8")
    made = replace(Settings.load({}), workspace=warm(tmp_path / "workspace"))
    ingest([folder], made)
    return made


def now_of(settings: Settings) -> Plan:
    return read_plan(Workspace(settings.workspace).current().store(), DOC)


def test_a_decision_survives_reingest_an_edit_and_the_removal_of_its_document(
    settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "plans" / f"{DOC}.txt"
    before = now_of(settings)
    fact = next(f for f in before.facts if isinstance(f, BodyFact) and f.role == "lead")
    theme = next(f for f in before.facts if isinstance(f, ThemeFact))
    decide([about(before, fact, "reject"), about(before, theme, "approve", 1)], settings)

    def holds() -> None:
        plan = now_of(settings)
        assert not [f for f in plan.facts if f.unit == fact.unit and isinstance(f, BodyFact) and f.role == "lead"]
        assert [f.status for f in plan.facts].count("approved") == 1
        assert len(Workspace(settings.workspace).current().manifest.documents) == 1
        assert check(settings) == ()

    holds()
    assert Workspace(settings.workspace).current().documents()[0].facts == len(before.facts) - 1
    path.write_text(TEXT.replace("90%", "95%"), encoding="utf-8")
    ingest([path], settings)
    holds()
    remove(DOC, settings)
    ingest([path], settings)
    holds()
    decide([about(before, fact, "approve", 2)], settings)
    assert (
        next(f for f in now_of(settings).facts if f.status == "approved" and isinstance(f, BodyFact)).unit == fact.unit
    )
    assert check(settings) == ()


def test_a_decision_leaves_the_text_indexes_as_they_are_and_is_answered_from(settings: Settings) -> None:
    before = Workspace(settings.workspace).current()
    plan = now_of(settings)
    (fact,) = [f for f in plan.facts if isinstance(f, BodyFact) and f.name == "县交通局"]
    decide([decided("same", names=(fact.canonical, "甲县交通运输局"))], settings)
    after = Workspace(settings.workspace).current()
    assert after.name != before.name
    for name, entry in before.manifest.files.items():
        if name.startswith(("dense/", "lexical/")):
            assert after.manifest.files[name] == entry
    assistant = Assistant.load(settings.workspace, settings=settings)
    assert "县交通局" in assistant.ask("甲县交通运输局配合哪些工作？").answer
    assert check(settings) == ()


def test_what_an_older_program_made_is_made_anew_before_it_is_decided_on(settings: Settings) -> None:
    workspace = Workspace(settings.workspace)
    with workspace.writing() as draft:
        draft.keep("dense")
        draft.keep("lexical")
        draft.notes["made"] = {DOC: f"older:{draft.notes['made'][DOC].split(':')[-1]}"}
    plan = now_of(settings)
    decide([about(plan, plan.facts[0], "reject")], settings)
    assert not workspace.current().manifest.notes["made"][DOC].startswith("older")
    assert len(now_of(settings).facts) == len(plan.facts) - 1
    assert check(settings) == ()


def test_the_queue_begins_with_what_is_least_sure_and_never_asks_twice(settings: Settings) -> None:
    reviews = Reviews.load(settings)
    tasks = reviews.queue
    assert [t.confidence for t in tasks] == sorted(t.confidence for t in tasks)
    assert {t.id for t in tasks} <= set(reviews.subjects)
    answers = {"fact": "approve", "name": "different", "span": "dismiss"}
    assert tasks
    decide([reviews.decide(t.id, answers[t.kind], "张三") for t in tasks], settings)
    assert Reviews.load(settings).queue == ()
    assert len(Reviews.load(settings).history(DOC)) == len(tasks)
    assert check(settings) == ()


def test_a_name_of_the_queue_is_confirmed_and_the_plan_has_one_body(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "names.txt"
    path.write_text(
        TEXT.replace("由县公安局牵头，县交通局配合", "由县教育局牵头，我局负责，甲县教育局配合"), encoding="utf-8"
    )
    ingest([path], settings)
    reviews = Reviews.load(settings)
    names = [t for t in reviews.queue if t.same and t.document == "names"]
    assert names
    decide([reviews.decide(t.id, "same", "李四") for t in names], settings)
    plan = Reviews.load(settings).plan("names")
    bodies = [f for f in plan.facts if isinstance(f, BodyFact) and (f.unit, f.clause) == ("i1", 3)]
    assert {f.canonical for f in bodies} == {"甲县教育局"}
    assert {f.name for f in bodies} >= {"县教育局", "我局"}
    assert not [t for t in Reviews.load(settings).queue if t.same]
    assert check(settings) == ()


def test_what_was_rejected_is_still_found_by_its_id_and_comes_back(settings: Settings) -> None:
    reviews = Reviews.load(settings)
    fact = reviews.plan(DOC).facts[0]
    id = fact_id(DOC, fact)
    decide([reviews.decide(id, "reject", "张三", note="<b>x</b>")], settings)
    later = Reviews.load(settings)
    assert later.tell_subject(id)["status"] == "out"
    assert len(later.plan(DOC).facts) == len(reviews.plan(DOC).facts) - 1
    decide([later.decide(id, "approve", "李四")], settings)
    again = Reviews.load(settings)
    assert again.tell_subject(id)["status"] == "approved"
    assert [d.reviewer for d in again.history(DOC, fact.unit, fact.clause)] == ["张三", "李四"]
    assert again.tell(again.decisions[0])["note"] == "<b>x</b>"


@pytest.mark.parametrize(
    ("verdict", "values", "error"),
    [("same", {}, ReviewError), ("maybe", {}, ReviewError), ("edit", {"nosuch": "1"}, ReviewError)],
)
def test_a_verdict_that_does_not_fit_is_refused(
    workspace: Path, verdict: str, values: dict[str, object], error: type[Exception]
) -> None:
    reviews = Reviews.load(replace(Settings.load({}), workspace=workspace))
    fact = reviews.plan("yiyang-2021").facts[0]
    with pytest.raises(error):
        reviews.decide(fact_id("yiyang-2021", fact), verdict, "张三", values=values)
    with pytest.raises(UnknownTerm):
        reviews.decide("nosuch", verdict, "张三")


def test_a_fact_is_edited_to_other_words_of_its_clause(workspace: Path) -> None:
    reviews = Reviews.load(replace(Settings.load({}), workspace=workspace))
    plan = reviews.plan("yiyang-2021")
    fact = next(f for f in plan.facts if isinstance(f, BodyFact) and len(f.name) > 3 and f.name == f.canonical)
    decision = reviews.decide(fact_id("yiyang-2021", fact), "edit", "张三", words=fact.name[1:])
    assert decision.wanted is not None
    made = decision.wanted.fact
    assert isinstance(made, BodyFact)
    assert (made.name, made.canonical, made.role) == (fact.name[1:], fact.name[1:], fact.role)
    assert made.span.of(plan.document.text).replace("\n", "") == fact.name[1:]


# ---- the page, without a browser -----------------------------------------------------------------------------------


def test_every_card_of_the_page_has_its_clause_with_the_words_marked(workspace: Path) -> None:
    desk = Desk(Assistant.load(workspace))
    view = desk.review({})
    assert view["total"] == sum(view["counts"].values()) > len(view["cards"]) > 0
    for card in [*view["cards"], *desk.review({"kind": "fact", "from": 20})["cards"]]:
        assert "".join(text for text, mark in card["segments"] if mark)
        iri = card["clause"]["iri"]
        assert "".join(text for text, _ in card["segments"]) == desk.library.thing(iri).label
        assert card["id"] in {one["id"] for one in desk.review({"clause": iri})["cards"]}
        assert desk.review({"id": card["id"]})["cards"][0]["id"] == card["id"]
    assert len(desk.concepts({})["concepts"]) > 100


@pytest.mark.parametrize(
    "request_",
    [{"kind": "x"}, {"document": "x"}, {"from": -1}, {"from": "1"}, {"id": "x"}, {"clause": "x"}, {"id": 3}],
)
def test_a_request_for_cards_that_is_not_as_agreed_is_refused(workspace: Path, request_: dict[str, object]) -> None:
    with pytest.raises(YaodianError):
        Desk(Assistant.load(workspace)).review(request_)


def test_the_page_decides_and_the_next_view_is_of_the_new_state(settings: Settings) -> None:
    desk = Desk(Assistant.load(settings.workspace, settings=settings))
    iri = desk.review({"kind": "fact"})["cards"][0]["clause"]["iri"]
    before = len(desk.review({"clause": iri})["cards"])
    one = desk.review({"clause": iri})["cards"][0]
    made = decide_view(desk, {"id": one["id"], "verdict": "reject", "by": "<img src=x>"})
    assert made["id"] == one["id"]
    (card,) = desk.review({"id": one["id"]})["cards"]
    assert card["status"] == "out"
    assert card["history"][0]["by"] == "<img src=x>"
    words = "".join(text for text, _ in card["segments"])[:2]
    decide_view(
        desk,
        {"clause": iri, "verdict": "add", "by": "李", "words": words, "values": {"fact": "body", "role": "lead"}},
    )
    assert len(desk.review({"clause": iri})["cards"]) == before + 1
    assert check(settings) == ()


# ---- the command ---------------------------------------------------------------------------------------------------


def said_by(capsys: pytest.CaptureFixture[str], settings: Settings, *words: str, code: int = 0) -> str:
    assert main(["review", *words, "--workspace", str(settings.workspace)]) == code
    shown = capsys.readouterr()
    return shown.err if code else shown.out


def test_the_command_lists_shows_decides_and_tells_the_history(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    first = json.loads(said_by(capsys, settings, "--json", "-n", "1"))
    assert "reject" in said_by(capsys, settings, "reject", first["id"], "--by", "张三", "--note", "不对")
    assert "[out]" in said_by(capsys, settings, "show", first["id"])
    given = ("--document", DOC, "--unit", "1", "--words", "校车", "--set", "fact=theme", "--set", "concept=canteens")
    assert "add" in said_by(capsys, settings, "add", *given, "--by", "李四")
    history = [json.loads(line) for line in said_by(capsys, settings, "history", "--json").splitlines()]
    assert [(d["verdict"], d["by"]) for d in history] == [("reject", "张三"), ("add", "李四")]
    assert check(settings) == ()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["approve", "x"], 2, "--by"),
        (["approve"], 2, "ID"),
        (["approve", "x", "--by", "张三"], 1, "names nothing"),
        (["show", "x"], 1, "names nothing"),
        (["list", "--document", "nosuch"], 1, "nosuch"),
        (["edit", "x", "--by", "a", "--set", "role"], 2, "FIELD=VALUE"),
        (
            ["add", "--document", "yiyang-2021", "--unit", "99", "--by", "a", "--words", "x", "--set", "fact=body"],
            1,
            "99",
        ),
        (["add", "--document", "yiyang-2021", "--unit", "1", "--by", "a", "--words", "x"], 1, "one of the kinds"),
    ],
)
def test_a_problem_is_one_clear_line(
    workspace: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    said = said_by(capsys, replace(Settings.load({}), workspace=workspace), *words, code=code).strip()
    assert said.startswith("yaodian: ") and "\n" not in said and says in said


def test_a_decision_on_nothing_is_refused_and_changes_nothing(settings: Settings) -> None:
    name = Workspace(settings.workspace).current().name
    plan = now_of(settings)
    with pytest.raises(UnknownDocument):
        decide([replace(about(plan, plan.facts[0], "reject"), document="nosuch")], settings)
    assert Workspace(settings.workspace).current().name == name
