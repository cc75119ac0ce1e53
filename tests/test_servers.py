"""The same program over servers: the same answers, one generation at a time, and one clear line where one is missing.

Every test about answers asks the same of the workspace's own files, of each graph server, and of a database.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from kg import published
from kg.errors import NothingIngested, ServerError, StateMoved
from kg.export import render
from kg.review import fact_id
from kg.server import Doors, ServerStore, Wire
from kg.settings import Settings
from kg.vocab import DEFAULT_BASE
from kg.workspace import Workspace
from qa import Assistant, servers
from qa.build import decide, ingest, remove
from qa.check import check
from qa.review import Reviews
from qa.servers import in_force, index_of, opened
from tests.backends import SERVERS, free_port, postgres
from ui.desk import Desk

ROOT = Path(__file__).resolve().parent.parent
PLAN = "甲县教育局2031年工作要点\n\n一、安全\n\n1.抓好校园安全。开展校车检查。\n\n2.办好食堂。食堂达标率达到90%。\n"
Put = Callable[..., Settings]


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Of a graph server and of a database."""
    with ExitStack() as stack:
        graph = stack.enter_context(SERVERS["oxigraph"](tmp_path_factory.mktemp("oxigraph")))
        yield graph, stack.enter_context(postgres())


@pytest.fixture
def both(addresses: tuple[str, str], tmp_path: Path, warm: Callable[[Path], Path]) -> Iterator[Settings]:
    """Settings of a writer in front of servers that hold nothing."""
    graph, vectors = addresses
    empty(graph, vectors)
    yield replace(Settings.load({}), workspace=warm(tmp_path / "writer"), graph=graph, vectors=vectors)
    published._wire(graph).close()
    published._wire.cache_clear()
    servers._database(vectors).close()
    servers._database.cache_clear()


def empty(graph: str, vectors: str) -> None:
    wire = Wire(Doors.of(graph))
    for name in (*ServerStore(wire, DEFAULT_BASE).graphs(), DEFAULT_BASE + "manifest"):
        wire.drop(name)
    wire.close()
    with psycopg.connect(vectors, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS yaodian CASCADE")


def elsewhere(writer: Settings, folder: Path) -> Settings:
    """Settings of another machine, which has the servers and no workspace; of the cache what takes long to make."""
    vectors = shutil.ignore_patterns("vectors.sqlite*")
    shutil.copytree(writer.workspace / "cache", folder / "cache", ignore=vectors, copy_function=os.link)
    return replace(writer, workspace=folder)


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "YAODIAN_GRAPH": settings.graph, "YAODIAN_VECTORS": settings.vectors}


def told(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qa.cli", *words, "--workspace", str(settings.workspace)]
    return subprocess.run(
        command, cwd=ROOT, env=environment(settings), capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("kind", sorted(SERVERS))
def test_the_sample_questions_have_the_same_answers_wherever_the_plans_lie(
    kind: str, both: Settings, workspace: Path, plan_path: Path, tmp_path: Path
) -> None:
    if kind == "oxigraph":
        same_answers(both, workspace, plan_path, tmp_path)
        return
    (tmp_path / kind).mkdir()
    with SERVERS[kind](tmp_path / kind) as graph:
        same_answers(replace(both, graph=graph), workspace, plan_path, tmp_path)
        published._wire(graph).close()


def same_answers(both: Settings, workspace: Path, plan_path: Path, tmp_path: Path) -> None:
    shutil.copy2(workspace / "cache" / "vectors.sqlite", both.workspace / "cache")
    ingest([plan_path], both)
    reader = elsewhere(both, tmp_path / "reader")
    far = Assistant.load(reader.workspace, settings=reader)
    near = Assistant.load(workspace, settings=replace(Settings.load({}), workspace=workspace))
    questions = json.loads((ROOT / "tests" / "questions" / "yiyang-2021.json").read_text(encoding="utf-8"))
    for question in (line["question"] for line in questions[::40]):
        one, other = (replace(assistant.ask(question), elapsed_ms=0) for assistant in (near, far))
        assert rounded(one.to_json()) == rounded(other.to_json()), question
    for words in ("乡村教师", "school canteens"):
        hits = [[(h.iri, round(h.score, 4)) for h in assistant.search(words, 10)] for assistant in (near, far)]
        assert hits[0] == hits[1]
    iri = near.search("教师", 1)[0].iri
    assert set(far.neighbourhood(iri).nodes) == set(near.neighbourhood(iri).nodes)
    assert far.facts_of(iri) == near.facts_of(iri)
    for format_ in ("csv", "trig"):  # one reads the facts, one every quad
        assert render(near.store, format_) == render(far.store, format_), format_
    assert check(reader) == ()
    assert "n\n33\n" in told(reader, "sparql", "SELECT (COUNT(*) AS ?n) WHERE { ?u a plan:Unit }").stdout


def rounded(whole: object) -> object:
    """Scores may differ in their last digit, as a database adds in another order."""
    return json.loads(json.dumps(whole), parse_float=lambda digits: round(float(digits), 4))


def test_two_processes_see_what_a_third_ingests_and_never_a_mixture(both: Settings, tmp_path: Path) -> None:
    """Each answer is wholly of the plan before or wholly of the one after, while a writer replaces it."""
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    ingest([path], both)
    desks = []
    for name in ("one", "two"):
        reader = elsewhere(both, tmp_path / name)
        desks.append(Desk(Assistant.load(reader.workspace, settings=reader)))
    path.write_text(PLAN.replace("90%", "95%").replace("校车", "宿舍"), encoding="utf-8")
    command = [sys.executable, "-m", "qa.cli", "ingest", str(path), "--workspace", str(both.workspace)]
    writer = subprocess.Popen(command, cwd=ROOT, env=environment(both), stdout=subprocess.DEVNULL)
    seen: set[tuple[str, ...]] = set()
    try:
        while writer.poll() is None:
            seen |= {answered(desk) for desk in desks}
    finally:
        writer.wait(timeout=120)
    assert writer.returncode == 0
    assert seen <= {("90%", "校车"), ("95%", "宿舍")}
    assert [answered(desk) for desk in desks] == [("95%", "宿舍")] * 2
    assert desks[0].opened().generation == desks[1].opened().generation == in_force(both)


def answered(desk: Desk) -> tuple[str, ...]:
    """Share and matter in what one generation answers, and finds."""
    assistant = desk.assistant
    text = assistant.ask("食堂达标率要达到多少？").answer + assistant.search("开展检查", 1)[0].text
    return tuple(sorted(set(re.findall("9[05]%|校车|宿舍", text))))


def test_a_reader_keeps_its_answers_while_the_server_is_being_filled(
    both: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    ingest([path], both)
    reader = elsewhere(both, tmp_path / "reader")
    desk = Desk(Assistant.load(reader.workspace, settings=reader))
    before = desk.opened().generation
    monkeypatch.setattr(published, "AT_ONCE", 0)
    looked: list[tuple[str, tuple[str, ...], str]] = []
    real = published._put

    def looking(store: ServerStore, graph: str, data: bytes) -> None:
        real(store, graph, data)
        walked = desk.calls()[4]({"iri": DEFAULT_BASE + "plan/i1"})
        looked.append((desk.opened().generation, answered(desk), str(walked.get("reason", ""))))

    path.write_text(PLAN.replace("90%", "95%").replace("校车", "宿舍"), encoding="utf-8")
    monkeypatch.setattr(published, "_put", looking)
    ingest([path], both)
    assert set(looked) == {(before, ("90%", "校车"), "moved")}
    assert answered(desk) == ("95%", "宿舍")
    assert "nodes" in desk.calls()[4]({"iri": DEFAULT_BASE + "plan/i1"})


def test_decisions_and_removals_reach_the_servers(both: Settings, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(PLAN.replace("甲县", f"{name}县"), encoding="utf-8")
    ingest([tmp_path / "a.txt", tmp_path / "b.txt"], both)
    reviews = Reviews.load(both)
    decision = reviews.decide(fact_id("a", reviews.plan("a").facts[0]), "reject", "李四")
    decide([decision], both)
    reader = elsewhere(both, tmp_path / "reader")
    assert [d.reviewer for d in Reviews.load(reader).decisions] == ["李四"]
    assert check(reader) == ()
    remove("b", both)
    assert [d.id for d in opened(reader).documents()] == ["a"]
    assert check(reader) == ()


def test_a_server_that_is_down_stops_an_ingest_before_it_begins_and_nothing_is_lost(
    both: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    ingest([path], both)
    name = Workspace(both.workspace).current().name
    path.write_text(PLAN.replace("90%", "95%"), encoding="utf-8")
    port = free_port()
    line = rf"yaodian: the (graph server|database) at 127.0.0.1:{port}\S* cannot be reached.*\n"
    for broken, command in (
        (replace(both, graph=f"http://n:s3cret@127.0.0.1:{port}"), "list"),
        (replace(both, vectors=f"postgresql://n:s3cret@127.0.0.1:{port}/d"), "check"),
    ):
        for words in (("ingest", str(path)), (command,)):
            done = told(broken, *words)
            assert done.returncode == 1, words
            assert re.fullmatch(line, done.stderr)
            assert "s3cret" not in done.stderr + done.stdout
        assert Workspace(both.workspace).current().name == name
    assert opened(both).name.startswith(name)


def test_what_did_not_reach_a_server_is_brought_by_the_next_ingest(
    both: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    ingest([path], both)
    path.write_text(PLAN.replace("90%", "95%"), encoding="utf-8")

    def failing(*_: object) -> None:
        raise ServerError("the graph server at h broke off")

    with monkeypatch.context() as patched:
        patched.setattr(published, "publish", failing)
        with pytest.raises(ServerError, match="broke off"):
            ingest([path], both)
    reader = elsewhere(both, tmp_path / "reader")
    old = Assistant.load(reader.workspace, settings=reader)
    assert "90%" in old.ask("食堂达标率要达到多少？").answer, "the database has both, the graph server tells which"
    assert [result.unchanged for result in ingest([path], both)] == [True]
    assert "95%" in old.reload().ask("食堂达标率要达到多少？").answer
    assert check(reader) == ()


def test_one_server_alone_goes_with_the_files_of_the_workspace(both: Settings, tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    for alone in (replace(both, vectors=""), replace(both, graph="")):
        with pytest.raises(NothingIngested, match="yaodian ingest"):
            opened(alone)
        ingest([path], alone)
        assert "90%" in Assistant.load(alone.workspace, settings=alone).ask("食堂达标率要达到多少？").answer
        assert check(alone) == ()
        assert in_force(alone) == opened(alone).name
    stranger = elsewhere(replace(both, vectors=""), tmp_path / "stranger")
    with pytest.raises(NothingIngested, match="does not hold the state"):
        index_of(opened(stranger), stranger)


def test_the_command_without_servers_imports_no_library_of_theirs(workspace: Path) -> None:
    code = (
        "import sys\nfrom qa.cli import main\n"
        f"assert main(['ask', '哪些条目涉及乡村教师？', '--json', '--workspace', {str(workspace)!r}]) == 0\n"
        "assert not {'httpx', 'psycopg', 'dask', 'distributed'} & set(sys.modules), sorted(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_state_that_has_moved_is_an_error_of_the_server() -> None:
    assert issubclass(StateMoved, ServerError)
