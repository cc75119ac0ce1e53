"""Ingest, re-ingest, remove: what goes in comes out, and a bad file harms nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings.hybrid import Entry, HybridIndex
from kg.errors import SourceError, UnknownDocument
from kg.model import Plan
from kg.settings import Settings
from kg.workspace import Workspace
from qa import Assistant
from qa.build import entries_of, files_in, ingest, remove
from qa.check import check
from qa.reading import document_id, translated

PLAN = "甲县教育局2031年工作要点\n\n一、安全\n\n1.抓好校园安全。开展校车检查。\n\n2.办好食堂。食堂达标率达到90%。\n"


@pytest.fixture
def settings(tmp_path: Path, warm: Callable[[Path], Path]) -> Settings:
    return replace(Settings.load({}), workspace=warm(tmp_path / "workspace"))


def test_a_bad_file_is_named_and_the_others_go_in(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "good.txt").write_text(PLAN, encoding="utf-8")
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    results = ingest([tmp_path], settings)
    assert [(r.path.name, r.document is not None) for r in results] == [("empty.txt", False), ("good.txt", True)]
    assert "empty.txt" in results[0].problem and "\n" not in results[0].problem
    assert check(settings) == ()


def test_ingesting_again_replaces_the_document(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    ingest([path], settings)
    path.write_text(PLAN.replace("90%", "95%"), encoding="utf-8")
    ingest([path], settings)
    assistant = Assistant.load(settings.workspace, settings=settings)
    assert len(assistant.plans()) == 1
    assert "95%" in assistant.ask("食堂达标率要达到多少？").answer
    assert check(settings) == ()


def test_what_did_not_change_is_left_as_it_is(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    ingest([path], settings)
    before = Workspace(settings.workspace).current().name
    assert [r.unchanged for r in ingest([path], settings)] == [True]
    assert Workspace(settings.workspace).current().name == before
    path.write_text(PLAN + "3.加强家校联系。召开家长会。\n", encoding="utf-8")
    assert [r.unchanged for r in ingest([path], settings)] == [False]


def test_what_an_older_program_made_is_made_anew_with_its_translation(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "old.txt").write_text(PLAN, encoding="utf-8")
    translation = {"units": {"2": ["Run canteens.", "Ninety per cent pass."]}}
    (tmp_path / "old.en.json").write_text(json.dumps(translation), encoding="utf-8")
    ingest([tmp_path / "old.txt"], settings)
    workspace = Workspace(settings.workspace)
    with workspace.writing() as draft:
        draft.keep("dense")
        draft.keep("lexical")
        draft.notes["made"] = {"old": f"an-older-program:{draft.notes['made']['old'].split(':')[-1]}"}
    (tmp_path / "new.txt").write_text(PLAN.replace("甲县", "乙县"), encoding="utf-8")
    ingest([tmp_path / "new.txt"], settings)
    made = workspace.current().manifest.notes["made"]
    assert made["old"].split(":")[0] == made["new"].split(":")[0]
    clauses = Assistant.load(settings.workspace, settings=settings).plan("old").document.clauses()
    assert "Run canteens." in [clause.translation for _, clause in clauses]
    assert check(settings) == ()


def test_a_document_taken_out_leaves_nothing_behind(tmp_path: Path, settings: Settings) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(PLAN.replace("甲县", f"{name}县"), encoding="utf-8")
    ingest([tmp_path / "one.txt", tmp_path / "two.txt"], settings)
    remove("one", settings)
    assistant = Assistant.load(settings.workspace, settings=settings)
    assert [p.document.id for p in assistant.plans()] == ["two"]
    assert all("/one/" not in iri for iri in assistant.index.ids)
    assert check(settings) == ()
    with pytest.raises(UnknownDocument):
        remove("one", settings)
    assert [d.id for d in Workspace(settings.workspace).current().documents()] == ["two"]


def test_nothing_to_read_is_one_clear_line(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(SourceError, match="no file to ingest"):
        ingest([tmp_path], settings)
    assert [path.name for path in settings.workspace.iterdir()] == ["cache"]


def test_folders_give_their_readable_files_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.exe", "a.en.json"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [p.name for p in files_in([tmp_path, tmp_path / "b.txt"])] == ["a.md", "b.txt"]


@pytest.mark.parametrize(("name", "expected"), [("yiyang-2021.txt", "yiyang-2021"), ("A  B_c.pdf", "a-b-c")])
def test_ids_come_from_file_names(name: str, expected: str) -> None:
    assert document_id(name) == expected


def test_the_id_of_a_chinese_name_is_ascii_and_its_own() -> None:
    one, other = document_id("工作要点.txt"), document_id("工作药店.txt")
    assert one.isascii() and one != other


def test_two_files_of_one_name_are_two_documents(tmp_path: Path, settings: Settings) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "plan.txt").write_text(PLAN.replace("甲县", f"{folder}县"), encoding="utf-8")
    results = ingest([tmp_path / "x", tmp_path / "y"], settings)
    assert len({r.document.id for r in results if r.document}) == 2


def test_a_translation_beside_the_plan_is_aligned_or_refused(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    beside = tmp_path / "plan.en.json"
    beside.write_text(json.dumps({"units": {"2": ["Run canteens.", "Ninety per cent pass."]}}), encoding="utf-8")
    ingest([path], settings)
    answer = Assistant.load(settings.workspace, settings=settings).ask("Which items concern canteens?")
    assert "Run canteens." in answer.answer
    beside.write_text(json.dumps({"units": {"2": ["Only one."]}}), encoding="utf-8")
    results = ingest([path], settings)
    assert "unit 2 has 1 sentences" in results[0].problem
    beside.write_text("[]", encoding="utf-8")
    assert "not a translation file" in ingest([path], settings)[0].problem
    assert translated is not None


def test_one_changed_plan_leaves_the_work_on_the_others_alone(
    tmp_path: Path, settings: Settings, warm: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(PLAN.replace("甲县", f"{name}县"), encoding="utf-8")
    ingest([folder], settings)
    before = Workspace(settings.workspace).current()
    (folder / "b.txt").write_text(PLAN.replace("90%", "95%").replace("食堂。", "学生食堂。"), encoding="utf-8")
    indexed: list[str] = []

    def watched(plan: Plan, base: str) -> tuple[list[Entry], dict[str, str]]:
        indexed.append(plan.document.id)
        return entries_of(plan, base)

    monkeypatch.setattr("qa.build.entries_of", watched)
    ingest([folder], settings)
    assert set(indexed) == {"b"}
    after = Workspace(settings.workspace).current()
    for name, same in (("a", True), ("b", False), ("c", True)):
        files = [g.path / "plans" / f"{name}.json" for g in (before, after)]
        assert files[0].samefile(files[1]) is same
    assert check(settings) == ()
    monkeypatch.undo()
    whole = replace(settings, workspace=warm(tmp_path / "anew"))
    ingest([folder], whole)
    one, other = (HybridIndex.load(Workspace(s.workspace).current().path) for s in (settings, whole))
    assert one.ids == other.ids
    assert one.clauses.vectors == pytest.approx(other.clauses.vectors, abs=1e-5)
    assert one.clause_words.scores("学生食堂") == pytest.approx(other.clause_words.scores("学生食堂"), abs=1e-6)


@pytest.mark.parametrize("beside", [False, True], ids=["nothing changed", "another file is new"])
@pytest.mark.parametrize("file", ["dense/clauses-vectors.npy", "lexical/units-rows.npy", "plans/plan.json"])
def test_what_can_be_made_again_is_named_when_damaged_and_made_again(
    tmp_path: Path, settings: Settings, file: str, beside: bool
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    ingest([path], settings)
    damaged = Workspace(settings.workspace).current().path / file
    whole = damaged.read_bytes()
    damaged.unlink()
    damaged.write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
    problems = check(settings)
    assert file in problems[0]
    if beside:
        path = tmp_path / "beside.txt"
        path.write_text(PLAN.replace("90%", "95%"), encoding="utf-8")
    ingest([path], settings)
    assert check(settings) == ()
