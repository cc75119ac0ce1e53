"""The interface without a browser: its texts, its assets, and the views that the pages draw."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SourceError, UnknownDocument, UnknownTerm, UnsupportedFormat, WorkspaceError
from kg.extract import extract
from kg.model import (
    BodyFact,
    Clause,
    Commitment,
    Document,
    Fact,
    Plan,
    ProgrammeFact,
    Role,
    Span,
    TargetFact,
    ThemeFact,
    Unit,
    readable,
)
from kg.source import read_bytes
from kg.structure import parse
from kg.thesaurus import Thesaurus
from kg.vocab import DEFAULT_BASE, clause_iri, target_iri, unit_iri
from qa import Assistant, feedback
from qa.evaluate import evaluate
from qa.model import Intent, Status, Term
from ui.board import board_view
from ui.compare import compare_view
from ui.desk import BadRequest, Desk, limit_of, text_of, texts_of
from ui.downloads import DOWNLOADS, download, last_day
from ui.feedback import KINDS as WRONGS
from ui.feedback import MOST_BYTES, keep
from ui.graphs import neighbours_view
from ui.intake import AlreadyLoaded, Intake, Limits, safe_name
from ui.pages import ASSETS, assets_version, texts
from ui.refusals import OF_FILES, OF_REQUESTS, reason_of
from ui.start import quiz_view, start_view
from ui.views import Library, markdown, segments

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted(ASSETS.glob("*.js"))
VENDOR = ASSETS / "vendor"
DYNAMIC = {
    "role",
    "comparator",
    "commitment",
    "intent",
    "programme_kind",
    "body_kind",
    "term_kind",
    "reason",
    "status",
    "kind",
    "kind_one",
    "nav",
    "tab",
    "suggest",
    "relation",
}
"""Groups of texts whose names are codes of the model, put together while the page runs."""


@cache
def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)


# ---- texts ---------------------------------------------------------------------------------------------------------


def test_every_text_is_there_in_chinese_and_english() -> None:
    both = texts()
    assert both["zh"].keys() == both["en"].keys()
    empty = [f"{language} {key}" for language, all_ in both.items() for key, text in all_.items() if not text.strip()]
    assert not empty


def test_the_blanks_of_a_text_are_the_same_in_both_languages() -> None:
    zh, en = texts()["zh"], texts()["en"]
    blanks = re.compile(r"\{\w+\}")
    # A suggestion may leave its name out where only one language asks it.
    wrong = [key for key in zh if set(blanks.findall(zh[key])) != set(blanks.findall(en[key]))]
    assert not wrong


def test_chinese_texts_are_chinese_and_english_texts_are_not() -> None:
    han = re.compile(r"[\u3400-\u9fff]")
    assert not [key for key, text in texts()["en"].items() if han.search(text)]
    plain = {"about.key_slash", "about.key_tab", "about.key_escape", "about.key_jk"}
    assert {key for key, text in texts()["zh"].items() if not han.search(text)} - plain == {"common.comma"}


def test_every_text_that_a_page_names_exists_and_every_text_is_named() -> None:
    named = set(re.findall(r"""\bt\(["'`]([a-z_]+\.[a-z_0-9]+)["'`]""", source()))
    named |= {f"about.{name}" for name in re.findall(r'"about\.(\w+)"', source())}
    # Those of the page to sign in, which is no script's.
    door = (ROOT / "ui" / "door.py").read_text(encoding="utf-8")
    named |= set(re.findall(r'text\["(door\.[a-z]+)"\]', door))
    named |= {f"door.{problem}" for problem in re.findall(r'\d{3}, "([a-z]+)"\)', door)}
    assert not named - texts()["zh"].keys()
    patterns = [
        re.compile(re.escape(prefix) + r"[a-z_0-9]+")
        for prefix in re.findall(r"""\bt\(`([a-z_]+\.[a-z_]*)\$\{""", source())
    ]
    unnamed = {
        key
        for key in (one.removesuffix("_one") for one in texts()["zh"])
        if key not in named and key.split(".")[0] not in DYNAMIC and not any(p.fullmatch(key) for p in patterns)
    }
    assert not unnamed


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("role", get_args(Role)),
        ("intent", get_args(Intent)),
        ("commitment", [code for code in get_args(Commitment) if code]),
        ("status", [code for code in get_args(Status) if code != "answered"]),
        ("term_kind", get_args(get_type_hints(Term)["kind"])),
    ],
)
def test_every_code_of_the_model_has_a_name_in_both_languages(group: str, codes: tuple[str, ...]) -> None:
    assert codes
    assert not [code for code in codes if f"{group}.{code}" not in texts()["zh"]]


# ---- assets --------------------------------------------------------------------------------------------------------


def test_the_graph_engine_is_what_its_packages_hold_and_its_licences_are_there() -> None:
    listed = json.loads((VENDOR / "versions.json").read_text(encoding="utf-8"))["files"]
    assert {entry["file"] for entry in listed} == {path.name for path in VENDOR.glob("*.js")}
    for entry in listed:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        licence = (VENDOR / f"LICENSE.{entry['package']}.txt").read_text(encoding="utf-8")
        assert "Permission is hereby granted, free of charge" in licence


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_of_ours_parses_markup_or_runs_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|"
        r"\beval\(|new Function|DOMParser|srcdoc|setTimeout\(['\"]"
    )
    assert not re.findall(forbidden, text)
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_name_that_a_script_imports_is_used_and_offered(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for names, module in re.findall(r'import \{([^}]+)\} from "\./([\w.]+)"', text):
        offered = (ASSETS / module).read_text(encoding="utf-8")
        for name in (name.strip() for name in names.split(",")):
            assert re.search(rf"export (?:async )?(?:function|const|let|class) {name}\b", offered), name
            assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is imported and not used"


def test_the_address_of_the_assets_changes_with_their_content() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", assets_version())


def test_the_style_sheet_asks_for_nothing() -> None:
    assert not re.findall(r"@import|url\(", (ASSETS / "app.css").read_text(encoding="utf-8"))


# ---- views ---------------------------------------------------------------------------------------------------------

KINDS = (BodyFact, ProgrammeFact, TargetFact, ThemeFact)


@st.composite
def clauses_with_facts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, int]]]:
    raw = draw(st.text("甲乙丙丁 \n\u3000ab1。😀", min_size=1, max_size=40).filter(lambda t: bool(t.strip())))
    spans = draw(st.lists(st.tuples(st.integers(0, len(raw)), st.integers(0, len(raw)), st.integers(0, 3)), max_size=6))
    return raw, [(min(a, b), max(a, b), kind) for a, b, kind in spans]


def made(raw: str, spans: list[tuple[int, int, int]]) -> tuple[Document, Clause, list[Fact]]:
    text = f"前言{raw}后语"
    clause = Clause(1, Span(2, 2 + len(raw)), readable(raw))
    unit = Unit("i1", "1", "item", "", None, clause.span, (clause,))
    document = Document(
        id="a", source="a.txt", sha256="0", format="txt", text=text, language="zh", title="甲", number=None, issuers=(),
        addressees=(), year=None, issued=None, sections=(), units=(unit,),
    )  # fmt: skip
    facts: list[Fact] = []
    for start, end, kind in spans:
        span = Span(2 + start, 2 + end)
        match kind:
            case 0:
                facts.append(
                    BodyFact(unit="i1", clause=1, span=span, method="m", name="x", canonical="x", role="lead", kind="b")
                )
            case 1:
                facts.append(
                    ProgrammeFact(
                        unit="i1", clause=1, span=span, method="m", name="x", canonical="x", kind="p", action=""
                    )
                )
            case 2:
                facts.append(TargetFact(unit="i1", clause=1, span=span, method="m", text="x", measure="x"))
            case _:
                facts.append(
                    ThemeFact(unit="i1", clause=1, span=span, method="m", concept="c", label_zh="x", label_en="x")
                )
    return document, clause, facts


@given(clauses_with_facts())
def test_the_pieces_of_a_clause_joined_are_the_clause(example: tuple[str, list[tuple[int, int, int]]]) -> None:
    document, clause, facts = made(*example)
    pieces = segments(document, clause, facts)
    assert "".join(text for text, _ in pieces) == clause.text
    assert all(kinds == " ".join(sorted(kinds.split())) for _, kinds in pieces)


@given(clauses_with_facts())
def test_the_characters_of_a_fact_are_marked_and_no_others(example: tuple[str, list[tuple[int, int, int]]]) -> None:
    document, clause, facts = made(*example)
    marked = "".join(text for text, kinds in segments(document, clause, facts) if "body" in kinds.split())
    spans = [f.span for f in facts if isinstance(f, BodyFact)]
    stated = "".join(c for i, c in enumerate(document.text) if any(s.start <= i < s.end for s in spans))
    assert "".join(marked.split()) == "".join(stated.split())


@pytest.fixture(scope="module")
def assistant(workspace: Path) -> Assistant:
    return Assistant.load(workspace)


@pytest.fixture(scope="module")
def desk(assistant: Assistant) -> Desk:
    return Desk(assistant)


@pytest.fixture(scope="module")
def library(desk: Desk) -> Library:
    return desk.library


def documents(library: Library) -> Iterator[str]:
    return (plan.document.id for plan in library.plans)


def test_the_reader_shows_every_clause_of_the_document_word_for_word(library: Library) -> None:
    for name in documents(library):
        shown = {
            clause["iri"]: "".join(text for text, _ in clause["segments"])
            for block in library.reading(name)["blocks"]
            if block["type"] == "unit"
            for clause in block["clauses"]
        }
        document = library.plan(name).document
        assert shown == {clause_iri(library.base, name, u.id, c.number): c.text for u, c in document.clauses()}


def test_every_thing_that_the_pages_name_is_in_the_graph(library: Library, assistant: Assistant) -> None:
    assert [iri for iri in library.things if not assistant.store.holds(iri)] == []


def test_every_target_of_the_pages_is_the_graphs_target_of_that_number(library: Library, assistant: Assistant) -> None:
    for stated in library.facts:
        if isinstance(stated.fact, TargetFact):
            own = {row.object.iri: row.quote for row in assistant.facts_of(stated.subject)}
            assert "".join(own[stated.object].split()) == "".join(stated.fact.span.of(stated.document.text).split())


def test_a_node_has_its_facts_each_with_the_clause_that_states_it(library: Library) -> None:
    for iri in list(library.about)[::25]:
        node = library.node(iri)
        assert node["facts_total"] == len(library.about[iri]) > 0
        assert all(row["clause"]["iri"] in library.places for row in node["facts"])


def test_a_node_says_how_many_neighbours_of_each_kind_it_has_and_each_kind_can_be_had(library: Library) -> None:
    for iri in [*list(library.about)[:40], library.documents()[0]["iri"]]:
        told = library.node(iri)["neighbours"]
        for kind, n in told.items():
            found = neighbours_view(library, iri, kind, (iri,), 1000)
            ends = {end for edge in found["edges"] for end in (edge["source"], edge["target"])} - {iri}
            assert ends == {node["iri"] for node in found["nodes"]} == set(library.ring(iri)[kind])
            assert (len(ends), found["more"]) == (n, 0)
            assert {node["kind"] for node in found["nodes"]} == {kind}


def test_neighbours_for_which_there_is_no_room_are_counted(library: Library) -> None:
    iri = library.documents()[0]["iri"]
    units = list(library.ring(iri)["item"])
    found = neighbours_view(library, iri, "item", (iri, units[0]), 3)
    assert [node["iri"] for node in found["nodes"]] == units[1:4]
    assert len(found["edges"]) == 4
    assert found["more"] == len(units) - 4


def test_what_is_not_loaded_is_refused(library: Library) -> None:
    for ask in (library.node, library.locate, library.reading):
        with pytest.raises(UnknownTerm):
            ask("https://example.org/nothing")


def test_the_board_has_a_row_for_every_unit_but_the_notice_and_says_what_each_lacks(library: Library) -> None:
    for name in documents(library):
        board = board_view(library, name)
        units = [u for u in library.plan(name).document.units if u.kind != "notice"]
        assert [row["iri"] for row in board["rows"]] == [unit_iri(library.base, name, u.id) for u in units]
        for row in board["rows"]:
            assert ("no_target" in row["gaps"]) == (row["targets"] == 0)
        dated = [target["deadline"] is not None for target in board["targets"]]
        assert dated == sorted(dated, reverse=True)


def test_every_theme_and_body_of_a_row_is_one_that_the_board_can_be_filtered_by(library: Library) -> None:
    for name in documents(library):
        board = board_view(library, name)
        for kind in ("themes", "bodies"):
            offered = {entry["iri"]: entry["units"] for entry in board[kind]}
            of_rows = [one["iri"] if kind == "bodies" else one for row in board["rows"] for one in row[kind]]
            assert set(of_rows) == set(offered)
        for theme in board["themes"]:
            assert theme["units"] == sum(theme["iri"] in row["themes"] for row in board["rows"]) > 0


def plans_of_words(*texts: str) -> Library:
    """Plans read from texts, named ``p0``, ``p1`` …"""
    thesaurus = Thesaurus.load()
    found = []
    for number, text in enumerate(texts):
        document = parse(read_bytes(f"p{number}.txt", text.encode()), f"p{number}")
        found.append(Plan(document, extract(document, thesaurus)))
    return Library(found, "https://example.org/")


def test_plans_side_by_side_have_a_cell_for_each_plan_and_an_empty_one_where_it_says_nothing() -> None:
    head = "某县教育局{}年工作要点\n\n一、重点工作\n\n"
    both = plans_of_words(
        head.format(2031) + "1. 加强乡村教师队伍建设。年内培训乡村教师120名。由人事股牵头。\n2. 推进学校食堂管理。\n",
        head.format(2032) + "1. 加强乡村教师队伍建设。年内培训乡村教师200名。（责任单位：人事股）\n",
    )
    view = compare_view(both, ("p0", "p1"), "theme")
    assert [column["id"] for column in view["documents"]] == ["p0", "p1"]
    assert [column["units"] for column in view["documents"]] == [2, 1]
    for row in view["rows"]:
        assert row["plans"] == sum(bool(cell["units"]) for cell in row["cells"]) >= 1
        for cell, name in zip(row["cells"], ("p0", "p1"), strict=True):
            assert all(unit["clause"]["document"] == name for unit in cell["units"])
    assert [row["plans"] for row in view["rows"]] == sorted((row["plans"] for row in view["rows"]), reverse=True)
    teachers = next(row for row in view["rows"] if row["label"] == "乡村教师")
    assert [[target["value"] for target in cell["targets"]] for cell in teachers["cells"]] == [[120], [200]]
    bodies = {row["label"]: row for row in compare_view(both, ("p0", "p1"), "body")["rows"]}
    assert [cell["units"][0]["roles"] for cell in bodies["人事股"]["cells"]] == [["lead"], ["responsible"]]


@pytest.mark.parametrize("wanted", [{"documents": ["p0"]}, {"documents": ["p0", "p0"]}, {"by": "year"}])
def test_plans_are_set_side_by_side_only_as_agreed(desk: Desk, wanted: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        desk.compare({"documents": ["p0", "p1"], "by": "theme", **wanted})


def test_the_glossary_gives_the_clause_that_names_the_term(library: Library) -> None:
    for name in documents(library):
        for entry in start_view(library, name)["glossary"]:
            stated = library.about[entry["iri"]]
            assert entry["clause"]["iri"] in {
                clause_iri(library.base, name, one.unit.id, one.clause.number) for one in stated
            }


def test_a_round_of_the_quiz_is_always_the_same_and_its_answers_stand_in_their_clauses(library: Library) -> None:
    for name in documents(library):
        for number in range(4):
            quiz = quiz_view(library, name, number)
            assert quiz == quiz_view(library, name, number)
            for question in quiz["questions"]:
                assert len(set(question["options"])) == len(question["options"]) == 4
                right = question["options"][question["answer"]]
                unit = library.places[question["clause"]["iri"]][1]
                if question["kind"] == "number":
                    assert right in question["clause"]["text"]
                else:
                    assert right == f"{unit.label} {unit.title}"
        assert quiz_view(library, name, 0) != quiz_view(library, name, 1)


def test_every_example_question_is_answered(desk: Desk, assistant: Assistant) -> None:
    for language, questions in desk.suggestions(texts()).items():
        assert len(questions) >= 3, language
        assert {assistant.ask(question).status for question in questions} == {"answered"}


# ---- the desk ------------------------------------------------------------------------------------------------------


def asked(desk: Desk, question: str, **more: str) -> dict[str, Any]:
    """The whole answer, which is the last step of it."""
    *_, whole = desk.ask({"question": question, **more})
    return whole


def test_an_answer_comes_in_steps_that_joined_are_the_answer(desk: Desk) -> None:
    checking, read, understood, *lines, whole = desk.ask({"question": "哪些条目涉及乡村教师？"})
    steps = [step["step"] for step in (checking, read, understood, whole)]
    assert steps == ["checking", "read", "understood", "answer"]
    assert (read["intent"], read["terms"]) == (whole["intent"], whole["terms"])
    assert checking["units"] == whole["checked"]
    assert {name: understood[name] for name in ("terms", "citations", "status")} == {
        name: whole[name] for name in ("terms", "citations", "status")
    }
    assert "\n".join(line["text"] for line in lines) == whole["answer"]
    assert len(lines) == understood["lines"]


def test_an_answer_is_asked_for_by_a_key_that_nobody_else_has(desk: Desk) -> None:
    one, two = (asked(desk, "哪些条目涉及教师？") for _ in range(2))
    assert one["key"] != two["key"]
    graph = desk.answer_graph({"answer": one["key"]})
    shown = {node["iri"] for node in graph["nodes"]}
    assert all(edge["source"] in shown and edge["target"] in shown and edge["clause"] for edge in graph["edges"])
    with pytest.raises(UnknownTerm):
        desk.answer_graph({"answer": "guess"})


@pytest.mark.parametrize("request_", [{}, {"iri": 3}, {"iri": ""}, {"iri": "x" * 2000}, {"iri": ["a"]}])
def test_a_request_that_is_not_as_agreed_is_refused(request_: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        text_of(request_, "iri")


@pytest.mark.parametrize("value", [3, ["a", 3], ["x" * 2000], ["a"] * 101])
def test_a_list_that_is_not_one_of_short_texts_is_refused(value: object) -> None:
    with pytest.raises(BadRequest):
        texts_of({"off": value}, "off")


@given(st.integers())
def test_a_page_never_gets_more_nodes_than_can_be_shown(value: int) -> None:
    assert 2 <= limit_of({"limit": value}) <= 60


def test_a_call_of_a_page_refuses_in_one_line_and_never_raises_ours(desk: Desk) -> None:
    for call in desk.calls():
        if call.__name__ in ("documents", "concepts"):
            continue  # ask for nothing
        reply = call(
            {"question": "", "iri": "https://example.org/x", "document": "nothing", "answer": "x", "words": ""}
        )
        assert "refused" in reply
        assert "\n" not in reply["refused"]


# ---- generations, documents, feedback ------------------------------------------------------------------------------

PLAN = "# 某县教育局2031年工作要点\n\n一、重点工作\n\n1. 推进教师培训。由县教育局牵头。\n"


@pytest.fixture
def own(workspace: Path, tmp_path: Path) -> Path:
    """A workspace that a test may write to; it begins as the shared one."""
    return Path(shutil.copytree(workspace, tmp_path / "own"))


def by_command(own: Path, *words: str) -> None:
    command = [sys.executable, "-m", "qa.cli", *words, "--workspace", str(own)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)


def ids(desk: Desk) -> set[str]:
    return {document["id"] for document in desk.documents({})["documents"]}


def test_the_next_request_is_answered_from_a_new_generation_for_all_threads_at_once(own: Path, tmp_path: Path) -> None:
    desk = Desk(Assistant.load(own))
    running = desk.opened()
    before = ids(desk)
    key = asked(desk, "哪些条目涉及教师？")["key"]
    file = tmp_path / "new.md"
    file.write_text(PLAN, encoding="utf-8")
    by_command(own, "ingest", str(file))
    with ThreadPoolExecutor(8) as people:
        found = list(people.map(lambda _: desk.opened(), range(8)))
    assert len({id(one) for one in found}) == 1
    assert found[0].generation == desk.in_force() != running.generation
    assert ids(desk) == before | {"new"}
    # What was running goes on over the generation that it began with, and answers before the change can be named.
    assert running.assistant.ask("哪些条目涉及教师？").status == "answered"
    assert {plan.document.id for plan in running.library.plans} == before
    assert asked(desk, "哪些是第一条？", after=key)["status"]
    by_command(own, "remove", "new")
    assert ids(desk) == before


def test_a_generation_that_cannot_be_opened_leaves_the_one_before_in_use(own: Path) -> None:
    desk = Desk(Assistant.load(own))
    (own / "CURRENT").write_text("g999999\n", encoding="ascii")
    assert ids(desk)
    assert asked(desk, "哪些条目涉及教师？")["status"] == "answered"
    (own / "CURRENT").unlink()
    assert ids(desk)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("2031年工作要点.txt", "2031年工作要点.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\plan.DOCX", "plan.docx"),
        ("-rf.md", "rf.md"),
        (".hidden.html", "hidden.html"),
        ("a\0b\n$(x)`y`;|&.pdf", "a-b-x-y.pdf"),
        ("\u202efdp.md", "fdp.md"),
        ("..txt", "document.txt"),
        ("划" * 300 + ".xhtml", "划" * 72 + ".xhtml"),
    ],
)
def test_a_file_name_is_stored_as_a_name_alone(name: str, stored: str) -> None:
    assert safe_name(name) == stored
    assert len(safe_name(name).encode("utf-8")) <= 255


@given(st.text(max_size=200))
def test_no_file_name_leaves_its_folder_or_poses_as_an_option(name: str) -> None:
    stored = safe_name(f"{name}.txt")
    assert Path(stored).name == stored
    assert stored[0] not in "-."
    assert stored.isprintable()
    assert len(stored.encode("utf-8", "replace")) <= 255


@pytest.mark.parametrize("name", ["a.exe", "a", "a.txt.py", "", "/", "a.en.json"])
def test_a_file_of_no_format_that_is_read_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(UnsupportedFormat):
        safe_name(name)


def received(folder: Path, data: bytes) -> Path:
    file = folder / "received"
    file.write_bytes(data)
    return file


def test_a_document_is_put_in_replaced_only_when_told_and_taken_out(own: Path, tmp_path: Path) -> None:
    desk = Desk(Assistant.load(own))
    intake = Intake(desk)
    before = ids(desk)
    name = intake.name_for("../某县.md", replace=False)
    made = intake.put(name, received(tmp_path, PLAN.encode()))
    assert ids(desk) == before | {made["document"]}
    with pytest.raises(AlreadyLoaded):
        intake.name_for("某县.md", replace=False)
    assert intake.name_for("某县.md", replace=True) == name
    intake.remove(made["document"])
    assert ids(desk) == before
    with pytest.raises(UnknownDocument):
        intake.remove("--help")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.txt", b"  "),
        ("picture.docx", b"\x89PNG\r\n"),
        ("broken.pdf", b"%PDF-1.7 nothing"),
        ("bytes.txt", bytes(range(128, 256)) * 50),
    ],
)
def test_a_hostile_file_is_refused_in_one_line_and_the_workspace_stays(
    own: Path, tmp_path: Path, name: str, data: bytes
) -> None:
    desk = Desk(Assistant.load(own))
    current = (own / "CURRENT").read_bytes()
    with pytest.raises(SourceError) as refused:
        Intake(desk).put(name, received(tmp_path, data))
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (own / "CURRENT").read_bytes() == current


def raised(paths: Iterable[Path], *classes: str) -> list[str]:
    """The lines that modules refuse with, as they stand in the code; what is in braces is a name or a figure."""
    line = re.compile(rf"raise (?:{'|'.join(classes)})\(\s*f?\"((?:[^\"\\]|\\.)*)\"")
    found = [text for path in paths for text in line.findall(path.read_text(encoding="utf-8"))]
    return [re.sub(r"\{[^}]*\}", "7", text) for text in found]


def test_every_refusal_of_a_page_has_a_reason_and_every_reason_a_sentence_in_both_languages() -> None:
    reasons = {name for name, _ in (*OF_FILES, *OF_REQUESTS)} | {"other"}
    assert reasons == {key[8:] for key in texts()["zh"] if key.startswith("refused.")}
    paths = [*(ROOT / "ui").glob("*.py"), ROOT / "qa" / "review.py", ROOT / "kg" / "review.py", ROOT / "app.py"]
    lines = raised(
        paths, "BadRequest", "UnknownTerm", "UnknownDocument", "WorkspaceBusy", "WorkspaceError", "ReviewError"
    )
    lines += re.findall(r'refusal\("([^"]+)"\)', (ROOT / "app.py").read_text(encoding="utf-8"))
    assert len(lines) > 35
    assert [line for line in lines if not reason_of(line)] == []


def test_every_line_that_refuses_a_file_has_a_reason_of_files() -> None:
    files = [*(ROOT / "kg" / "source").glob("*.py"), ROOT / "ui" / "intake.py"]
    kinds = ("TooLarge", "EmptyDocument", "DamagedFile", "UndecodableText", "UnsupportedFormat", "AlreadyLoaded")
    lines = raised(files, *kinds)
    assert len(lines) > 15
    assert {reason_of(line) for line in lines} <= {name for name, _ in OF_FILES}


@pytest.mark.parametrize("limits", [Limits(seconds=0), Limits(memory=200 * 1024**2)])
def test_a_file_that_costs_too_much_is_stopped_and_the_workspace_stays(
    own: Path, tmp_path: Path, limits: Limits
) -> None:
    if os.name != "posix" and limits.seconds:
        pytest.skip("this system bounds no memory")
    desk = Desk(Assistant.load(own))
    current = (own / "CURRENT").read_bytes()
    with pytest.raises(SourceError) as refused:
        Intake(desk, limits).put("plan.md", received(tmp_path, PLAN.encode()))
    assert "\n" not in str(refused.value)
    assert (own / "CURRENT").read_bytes() == current
    assert Intake(desk).put("plan.md", received(tmp_path, PLAN.encode()))["document"] == "plan"


def test_the_limits_hold_in_the_process_that_set_them(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("this system has no such limits")
    program = "from ui.limits import bound; bound(9, 3 * 1024**3); x = bytearray(4 * 1024**3)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


def test_what_is_said_of_an_answer_is_a_line_of_json_and_the_file_is_bounded(own: Path) -> None:
    desk = Desk(Assistant.load(own))
    key = asked(desk, "哪些条目涉及教师？\u2028\n第二行")["key"]
    for kind in WRONGS:
        keep(desk, {"answer": key, "kind": kind, "note": "少了一条\n"})
    file = own / "feedback.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["kind"] for line in lines] == list(WRONGS)
    assert {line["note"] for line in lines} == {"少了一条"}
    assert lines[0]["question"].startswith("哪些条目涉及教师？")
    assert lines[0]["items"]
    listed = {label for _, label in lines[0]["items"]}
    keep(desk, {"answer": key, "kind": "wrong_item", "note": f"第{min(listed)}条不该列"})
    # What was said can be asked again: a list with less, and one that should be a no.
    again = feedback.questions(file)
    assert {one["type"]: set(one["gold_items"]) for one in again} == {
        "should_be_no": set(),
        "wrong_item": listed - {min(listed)},
    }
    assert [one.right for one in evaluate(desk.assistant, file)] == [False, False]
    with pytest.raises(BadRequest):
        keep(desk, {"answer": key, "kind": "other"})
    with pytest.raises(BadRequest):
        keep(desk, {"answer": key, "kind": WRONGS[0], "note": "x" * 1001})
    with pytest.raises(UnknownTerm):
        keep(desk, {"answer": "guess", "kind": WRONGS[0]})
    file.write_bytes(b"x" * MOST_BYTES)
    with pytest.raises(WorkspaceError, match="full"):
        keep(desk, {"answer": key, "kind": WRONGS[0]})
    assert file.stat().st_size == MOST_BYTES


def test_every_kind_of_feedback_has_a_name() -> None:
    assert not [kind for kind in WRONGS if f"feedback.kind_{kind}" not in texts()["zh"]]


# ---- downloads -----------------------------------------------------------------------------------------------------


def test_an_answer_in_word_has_a_footnote_for_each_citation(desk: Desk) -> None:
    from io import BytesIO
    from zipfile import ZipFile

    from docx import Document as Word

    key = asked(desk, "哪些条目涉及职业教育？")["key"]
    data = download(desk, "answer", key, "docx").data
    answer = desk.kept(key)
    assert Word(BytesIO(data)).paragraphs[0].text == answer.question
    with ZipFile(BytesIO(data)) as whole:
        notes = whole.read("word/footnotes.xml").decode("utf-8")
        body = whole.read("word/document.xml").decode("utf-8")
    assert all(citation.quote in notes for citation in answer.citations)
    assert {int(n) for n in re.findall(r'footnoteReference w:id="(\d+)"', body)} == {c.n for c in answer.citations}


def test_an_answer_in_markdown_cites_every_quote_and_makes_marks_harmless(desk: Desk) -> None:
    key = asked(desk, "哪些条目涉及职业教育？<img src=x> [a](javascript:b)")["key"]
    answer = desk.kept(key)
    text = markdown(answer, desk.titles())
    assert "<img" not in text.replace("\\<", "")
    assert "[a](" not in text.replace("\\[", "")
    for citation in answer.citations:
        assert f"[^{citation.n}]: " in text


def test_every_export_of_a_plan_can_be_had(desk: Desk, library: Library) -> None:
    name = next(documents(library))
    for ending in DOWNLOADS["plan"]:
        assert download(desk, "plan", name, ending).data
    for what, key, ending in (
        ("plan", "nothing", "csv"),
        ("plan", name, "exe"),
        ("other", name, "csv"),
        ("answer", "x", "md"),
    ):
        with pytest.raises(UnknownTerm):
            download(desk, what, key, ending)


def test_the_calendar_holds_each_dated_target_in_lines_of_at_most_75_octets(desk: Desk, library: Library) -> None:
    name = next(documents(library))
    data = download(desk, "plan", name, "ics").data
    dated = [x for x in board_view(library, name)["targets"] if last_day(x["deadline"] or "")]
    assert data.count(b"BEGIN:VEVENT") == len(dated)
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


def test_a_plan_of_nothing_can_be_looked_at() -> None:
    document, _, _ = made("甲。", [])
    library = Library([Plan(document)], DEFAULT_BASE)
    assert board_view(library, "a")["targets"] == []
    assert quiz_view(library, "a", 0)["questions"] == []
    assert start_view(library, "a")["glossary"] == []
    assert target_iri(DEFAULT_BASE, "a", "i1", 1) not in library.things
