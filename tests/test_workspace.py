"""A workspace is switched as a whole: whatever happens, the old generation or the new one is in force, and whole."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kg.check import check_graph
from kg.errors import DamagedWorkspace, NothingIngested, UnknownDocument, WorkspaceBusy, WorkspaceError
from kg.graph import document_ids, read_plan
from kg.review import read_decisions
from kg.workspace import Workspace
from tests.made_plans import made_plan

ROOT = Path(__file__).resolve().parent.parent


def ingested(path: Path, *names: str) -> Workspace:
    workspace = Workspace(path)
    with workspace.writing() as draft:
        for name in names:
            draft.put_plan(made_plan(name), f"file of {name}".encode())
        (draft.directory("dense") / "vectors.npy").write_bytes(b"0123456789")
        draft.put_vocabulary(b"<urn:x:a> <urn:x:b> 'c' .")
    return workspace


def generations(path: Path) -> list[str]:
    return sorted(entry.name for entry in (path / "generations").iterdir())


def test_what_was_put_in_is_in_force_after_the_block(tmp_path: Path) -> None:
    generation = ingested(tmp_path / "w", "b", "a").current()
    assert [document.id for document in generation.documents()] == ["a", "b"]
    assert read_plan(generation.store(), "a") == made_plan("a")
    assert generation.file("a").read_bytes() == b"file of a"
    assert (generation.directory("dense") / "vectors.npy").read_bytes() == b"0123456789"
    assert (generation.documents()[0].units, generation.documents()[0].clauses, generation.documents()[0].facts) == (
        3,
        6,
        8,
    )
    generation.verify()


def test_an_empty_workspace_names_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(NothingIngested, match="run: yaodian ingest PATH"):
        Workspace(tmp_path / "w").current()


def test_an_error_in_the_block_leaves_everything_as_it_was(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a")
    with pytest.raises(ZeroDivisionError), workspace.writing() as draft:
        draft.remove("a")
        1 / 0  # noqa: B018
    assert document_ids(workspace.current().store()) == ("a",)
    assert generations(tmp_path) == ["g000001"]


def test_a_document_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a", "b")
    first = workspace.current()
    with workspace.writing() as draft:
        assert draft.previous is not None
        draft.put_plan(made_plan("a"), b"other bytes")
        assert [document.id for document in draft.documents()] == ["a", "b"]
    second = workspace.current()
    assert second.file("a").read_bytes() == b"other bytes"
    assert second.file("b").read_bytes() == b"file of b"
    assert first.file("a").read_bytes() == b"file of a"
    assert check_graph(second.store(), shapes=False) == ()


@pytest.mark.parametrize("expected", [("a", "b", "c"), ("a", "b"), ("a",), ()])
def test_many_documents_that_are_replaced_leave_the_same_graph_however_it_is_written(
    tmp_path: Path, expected: tuple[str, ...]
) -> None:
    workspace = ingested(tmp_path, "a", "b", "c")
    before = {str(quad) for quad in workspace.current().store().inner}
    with workspace.writing() as draft:
        draft.expect(expected)
        assert [d.id for d in draft.documents()] == (list("abc")[len(expected) :] if len(expected) > 1 else list("abc"))
        for name in expected:
            draft.put_plan(made_plan(name), b"other bytes")
    generation = workspace.current()
    assert {str(quad) for quad in generation.store().inner} == before
    assert [document.id for document in generation.documents()] == ["a", "b", "c"]
    for name in "abc":
        assert generation.file(name).read_bytes() == (
            b"other bytes" if name in expected else f"file of {name}".encode()
        )
    generation.verify()


def test_a_reader_stays_with_its_generation(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a")
    before = workspace.current()
    with workspace.writing() as draft:
        draft.put_plan(made_plan("b"), b"")
        assert document_ids(workspace.current().store()) == ("a",)
    assert document_ids(before.store()) == ("a",)
    assert document_ids(workspace.current().store()) == ("a", "b")


def test_human_decisions_outlive_a_new_version_of_the_document(tmp_path: Path) -> None:
    from pyoxigraph import Literal, NamedNode, Quad

    workspace = ingested(tmp_path, "a")
    said = Quad(NamedNode("urn:x:a"), NamedNode("urn:x:b"), Literal("no"), NamedNode(workspace.base + "review"))
    with workspace.writing() as draft:
        draft.store.extend([said])
    with workspace.writing() as draft:
        draft.put_plan(made_plan("a"), b"")
    assert said in workspace.current().store().inner


def test_removing_takes_the_facts_and_the_file(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a", "b")
    with workspace.writing() as draft:
        draft.remove("a")
        with pytest.raises(UnknownDocument, match="yaodian list"):
            draft.remove("a")
    generation = workspace.current()
    assert document_ids(generation.store()) == ("b",)
    assert not any("/a/" in graph for graph in generation.store().graphs())
    with pytest.raises(UnknownDocument):
        generation.file("a")
    assert not (generation.path / "files" / "a").exists()


def test_two_generations_are_kept(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a")
    for _ in range(3):
        with workspace.writing() as draft:
            draft.put_plan(made_plan("a"), b"")
    assert generations(tmp_path) == ["g000003", "g000004"]


def test_a_second_writer_is_told_that_the_workspace_is_busy(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.writing(), pytest.raises(WorkspaceBusy, match="another process is writing") as caught:
        Workspace(tmp_path).writing().__enter__()
    assert "\n" not in str(caught.value)


def test_an_index_is_taken_over_only_when_asked_for(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a")
    with workspace.writing() as draft:
        draft.keep("dense")
    kept = workspace.current()
    assert (kept.directory("dense") / "vectors.npy").read_bytes() == b"0123456789"
    with workspace.writing() as draft:
        (draft.directory("dense") / "vectors.npy").write_bytes(b"new")
    assert (kept.directory("dense") / "vectors.npy").read_bytes() == b"0123456789"
    with workspace.writing():
        pass
    with pytest.raises(DamagedWorkspace, match="dense"):
        workspace.current().directory("dense")


@pytest.mark.parametrize("name", ["graph", "files", "../out", "a/b", "", "Dense"])
def test_an_index_has_a_folder_of_its_own(tmp_path: Path, name: str) -> None:
    with Workspace(tmp_path).writing() as draft, pytest.raises(ValueError, match="folder of an index"):
        draft.directory(name)


def test_notes_reach_the_manifest_and_the_next_draft(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.writing() as draft:
        draft.notes["model"] = "m"
    assert workspace.current().manifest.notes == {"model": "m"}
    with workspace.writing() as draft:
        assert draft.notes == {"model": "m"}


def test_a_base_once_taken_is_kept(tmp_path: Path) -> None:
    with Workspace(tmp_path, "urn:one:").writing() as draft:
        draft.put_plan(made_plan("a"), b"")
    with Workspace(tmp_path, "urn:two:").writing() as draft:
        assert draft.base == "urn:one:"
    assert read_plan(Workspace(tmp_path).current().store(), "a") == made_plan("a")


@pytest.mark.parametrize("source", ["../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "..", "", "a\0b"])
def test_a_file_name_is_never_a_path(tmp_path: Path, source: str) -> None:
    from dataclasses import replace

    plan = made_plan("a")
    plan = replace(plan, document=replace(plan.document, source=source))
    workspace = Workspace(tmp_path / "w")
    with workspace.writing() as draft:
        draft.put_plan(plan, b"here")
    file = workspace.current().file("a")
    assert file.parent == workspace.current().path / "files" / "a"
    assert file.read_bytes() == b"here"


# ---- damage ----


def files_of(path: Path) -> list[str]:
    generation = ingested(path, "a").current()
    return sorted(generation.manifest.files)


@pytest.mark.parametrize("kind", ["changed", "cut", "gone"])
def test_a_damaged_file_is_named(tmp_path: Path, kind: str) -> None:
    workspace = ingested(tmp_path, "a")
    generation = workspace.current()
    for name in [*generation.manifest.files, "manifest.json"]:
        file = generation.path / name
        whole = file.read_bytes()
        if len(whole) < 3:
            continue
        file.unlink()
        if kind == "changed":
            file.write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
        elif kind == "cut":
            file.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(DamagedWorkspace, match=r"yaodian ingest") as caught:
            workspace.current().verify()
        assert str(file) in str(caught.value)
        assert "\n" not in str(caught.value)
        file.write_bytes(whole)
    workspace.current().verify()


def test_what_is_taken_over_keeps_its_digest_and_the_digest_is_right(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a", "b")
    before = workspace.current()
    with workspace.writing() as draft:
        draft.put_plan(made_plan("b"), b"another file of b")
        draft.keep("dense")
    after = workspace.current()
    same = {name for name in after.manifest.files if (before.path / name).exists()}
    same = {name for name in same if (before.path / name).samefile(after.path / name)}
    assert {"dense/vectors.npy", "plans/a.json"} <= same
    assert not any(name.startswith(("files/b/", "plans/b")) for name in same)
    for name, (size, digest) in after.manifest.files.items():
        whole = (after.path / name).read_bytes()
        assert (len(whole), hashlib.sha256(whole).hexdigest()) == (size, digest), name


def test_a_file_changed_behind_the_back_is_found_after_it_was_taken_over(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a", "b")
    (name,) = (name for name in workspace.current().manifest.files if name.startswith("files/a/"))
    with (workspace.current().path / name).open("r+b") as file:
        file.write(b"F")
    with workspace.writing() as draft:
        draft.put_plan(made_plan("b"), b"another file of b")
    workspace.current()
    with pytest.raises(DamagedWorkspace, match="is not the file that was written") as caught:
        workspace.current().verify()
    assert name in str(caught.value)


def test_a_damaged_index_is_made_again_by_the_next_writer(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a")
    (workspace.current().path / "dense" / "vectors.npy").unlink()
    with pytest.raises(DamagedWorkspace, match="to make it again run: yaodian ingest"):
        workspace.current()
    with workspace.writing() as draft:
        (draft.directory("dense") / "vectors.npy").write_bytes(b"again")
    assert read_plan(workspace.current().store(), "a") == made_plan("a")


def test_a_writer_does_not_build_on_a_damaged_graph(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a")
    for file in (workspace.current().path / "graph").glob("*.sst"):
        file.unlink()
    with pytest.raises(DamagedWorkspace, match="move the workspace aside"), workspace.writing():
        pass


def test_a_full_disk_gives_one_clear_line(tmp_path: Path) -> None:
    import errno

    workspace = ingested(tmp_path, "a")
    with pytest.raises(WorkspaceError, match="cannot write to the workspace .*: No space left"), workspace.writing():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert document_ids(workspace.current().store()) == ("a",)


@pytest.mark.parametrize("content", ["", "g1", "../../etc", "g000009\n", "\xff"])
def test_a_damaged_pointer_is_named(tmp_path: Path, content: str) -> None:
    workspace = ingested(tmp_path, "a")
    (tmp_path / "CURRENT").write_bytes(content.encode("latin-1"))
    with pytest.raises(DamagedWorkspace, match="CURRENT|g000009"):
        workspace.current()


@pytest.mark.parametrize("content", ["[]", "{}", "null", '{"format": 1}', "{"])
def test_a_manifest_of_another_shape_is_damage(tmp_path: Path, content: str) -> None:
    workspace = ingested(tmp_path, "a")
    (workspace.current().path / "manifest.json").write_text(content)
    with pytest.raises(DamagedWorkspace, match=r"manifest\.json"):
        workspace.current()


def test_a_workspace_of_another_format_is_refused(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a")
    manifest = workspace.current().path / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    with pytest.raises(DamagedWorkspace, match="format 99"):
        workspace.current()


def test_a_place_that_is_no_folder_gives_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot write to the workspace") as caught:
        Workspace(tmp_path / "file" / "w").writing().__enter__()
    assert "\n" not in str(caught.value)


# ---- killed ----

_WRITER = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from kg.workspace import Workspace
from kg.review import Decision, apply, stated
from tests.made_plans import made_plan

plan, when = made_plan("new"), "2031-03-01T08:00:00Z"
about = stated(plan.document, plan.facts[0])
DECIDED = [Decision(document="new", verdict="approve", reviewer="x", time=when, about=about)]
folder, last = sys.argv[2], int(sys.argv[3])
seen = None if last < 0 else 0

def count(event, arguments):
    # Everything that Python asks of the file system is announced before it is done; at the given one the process dies.
    # A number below 0 counts from the switch: at -1 the pointer is about to be replaced, at -2 it just was.
    global seen
    if event not in ("open", "os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir", "os.listdir", "os.scandir"):
        return
    if not any(isinstance(a, (str, os.PathLike)) and os.fspath(a).startswith(folder) for a in arguments):
        return  # a module, or a temporary file
    if event == "os.rename" and str(arguments[1]).endswith("CURRENT") and last < 0:
        seen = 0
    if seen is not None:
        seen += 1
        if seen == abs(last):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
with Workspace(folder).writing() as draft:
    draft.put_plan(plan, b"new file")
    draft.remove("old")
    draft.put_decisions(DECIDED)
    draft.put_facts(apply(plan, DECIDED))
    (draft.directory("dense") / "vectors.npy").write_bytes(b"new")
os.write(1, str(seen).encode())
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_writer_killed_anywhere_leaves_the_old_or_the_new_generation_whole(tmp_path: Path) -> None:
    def write(path: Path, last: int) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-c", _WRITER, str(ROOT), str(path), str(last)]
        return subprocess.run(command, capture_output=True, check=False)

    ingested(tmp_path / "whole", "old")
    done = write(tmp_path / "whole", 0)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    # Spread over the whole run, and each step around the switch.
    for number, last in enumerate([*range(2, steps, max(1, steps // 4)), -1, -2, -3]):
        path = tmp_path / str(number)
        workspace = ingested(path, "old")
        killed = write(path, last).returncode == -signal.SIGKILL
        assert killed or last > steps // 2, (
            "how many files the graph has may differ by a few, so the last may be past the end"
        )
        generation = workspace.current()
        generation.verify()
        names = document_ids(generation.store())
        assert names == ("old",) if last == -1 else names == ("new",) if last < -1 else names in {("old",), ("new",)}
        assert check_graph(generation.store(), shapes=False) == ()
        facts = read_plan(generation.store(), names[0]).facts
        assert [fact.status for fact in facts].count("approved") == len(read_decisions(generation.store()))
        assert len(read_decisions(generation.store())) == (names == ("new",))
        assert tuple(document.id for document in generation.documents()) == names
        assert generation.file(names[0]).read_bytes() == (b"file of old" if names == ("old",) else b"new file")
        with workspace.writing() as draft:
            draft.put_plan(made_plan("later"), b"")
        assert len(generations(path)) <= 2
        assert "later" in document_ids(workspace.current().store())


def test_what_a_killed_writer_left_is_cleaned_up(tmp_path: Path) -> None:
    workspace = ingested(tmp_path, "a")
    for left in ("draft", "g000002", "g000009"):
        (tmp_path / "generations" / left / "graph").mkdir(parents=True)
    (tmp_path / "CURRENT.new").write_text("g0")
    with workspace.writing():
        pass
    assert generations(tmp_path) == ["g000001", "g000002"]
    assert workspace.current().name == "g000002"
    assert os.path.exists(workspace.current().path / "manifest.json")


def test_many_files_are_flushed_at_once_and_are_as_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    monkeypatch.setattr("kg.workspace._FLUSHED_SINGLY", 0)
    monkeypatch.setattr("os.sync", lambda: flushed.append("all"))
    workspace = ingested(tmp_path, "old")
    assert flushed == ["all"]
    workspace.current().verify()
    assert document_ids(workspace.current().store()) == ("old",)
