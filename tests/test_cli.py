"""The command: outputs, exit codes, one clear line for each error."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qa.cli import main
from tests.serving import free_port

ROOT = Path(__file__).resolve().parent.parent


def run(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "qa.cli", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done


def test_a_question_is_answered_with_citations(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "哪些条目涉及乡村教师", "--workspace", str(workspace)]) == 0
    shown = capsys.readouterr()
    assert "[1]" in shown.out and shown.err == ""


def test_a_batch_gives_one_answer_a_line_in_order(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {"id": "a", "question": "特殊教育在哪几条？", "conversation": "x"},
        {"id": "b", "question": "其中哪条涉及教师？", "conversation": "x"},
        {"id": "c", "question": "What is the document number?"},
    ]
    batch = tmp_path / "q.jsonl"
    batch.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8")
    assert main(["ask", "--batch", str(batch), "--json", "--workspace", str(workspace)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [a["id"] for a in answers] == ["a", "b", "c"]
    assert {i["label"] for i in answers[1]["items"]} <= {i["label"] for i in answers[0]["items"]}


def test_search_gives_ranked_clauses(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "校园安全", "-k", "3", "--json", "--workspace", str(workspace)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["results"]) == 3
    assert set(found["results"][0]) == {"iri", "document", "item", "text", "start", "end", "score"}


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "ttl", "trig", "jsonld", "graphml"])
def test_every_format_is_written(workspace: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"out.{form}"
    assert main(["export", "--format", form, "-o", str(out), "--workspace", str(workspace)]) == 0
    assert out.stat().st_size > 500


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_sparql_reads_the_graph(workspace: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    query = "PREFIX plan: <https://w3id.org/yaodian/ns#> SELECT (COUNT(?i) AS ?n) WHERE { ?i a plan:PlanItem }"
    assert main(["sparql", query, "--format", form, "--workspace", str(workspace)]) == 0
    assert "30" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["ask"], 2, "QUESTION"),
        (["ask", "x", "--batch", "y"], 2, "QUESTION"),
        (["ask", "--batch", "nosuch.jsonl"], 2, "nosuch.jsonl"),
        (["search", "x", "-k", "0"], 2, "-k"),
        (["sparql", "DELETE WHERE { ?s ?p ?o }"], 1, ""),
        (["sparql", "SELECT * WHERE {"], 1, ""),
        (["remove", "nosuch"], 1, "nosuch"),
        (["ingest", "nosuch.txt"], 1, "nosuch.txt"),
        (["eval", "nosuch.json"], 1, "nosuch.json"),
    ],
)
def test_a_problem_is_one_clear_line(
    workspace: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    assert main([*words, "--workspace", str(workspace)]) == code
    shown = capsys.readouterr().err.strip()
    assert shown.startswith("yaodian: ") and "\n" not in shown and says in shown


def test_a_line_of_a_batch_that_is_no_question_is_named(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "q.jsonl"
    batch.write_text('{"id": "a", "question": "x"}\n{"id": "b"}\n', encoding="utf-8")
    assert main(["ask", "--batch", str(batch), "--workspace", str(workspace)]) == 2
    assert "line 2" in capsys.readouterr().err


def test_a_line_of_a_batch_ends_at_a_line_feed_only(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "q.jsonl"
    batch.write_bytes('{"id": "a\u2028\u0085b", "question": "校园安全"}\r\n'.encode())
    assert main(["search", "--batch", str(batch), "--json", "--workspace", str(workspace)]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "a\u2028\u0085b"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT between processes there")
def test_serving_ends_with_ctrl_c_and_without_a_word(workspace: Path) -> None:
    command = [sys.executable, "-m", "qa.cli", "serve", "--workspace", str(workspace), "--port", str(free_port())]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("Yaodian answers at http://127.0.0.1:")
        server.send_signal(signal.SIGINT)
        _, complaints = server.communicate(timeout=60)
    assert (server.returncode, complaints) == (0, "")


def test_nothing_ingested_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "x", "--workspace", str(tmp_path)]) == 1
    assert "yaodian ingest" in capsys.readouterr().err


def test_wrong_usage_exits_with_2() -> None:
    assert run("nosuch", code=2).stderr
    assert run("--help").stdout.startswith("usage: yaodian")


def test_what_is_ingested_is_listed_and_checked(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--workspace", str(workspace)]) == 0
    assert capsys.readouterr().out.startswith("yiyang-2021: ")
    assert main(["check", "--workspace", str(workspace)]) == 0


def test_coverage_is_told_unit_by_unit(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--workspace", str(workspace)]) == 0
    shown = capsys.readouterr().out
    assert "characters explained by facts" in shown and "%  15 " in shown and "unexplained: " in shown
    assert main(["coverage", "yiyang-2021", "--json", "--workspace", str(workspace)]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert report["document"] == "yiyang-2021"
    assert 0.5 < report["share"] < 1
    assert {"label", "share", "clauses", "proposals"} <= set(report["units"][0])


def test_coverage_of_a_document_that_is_not_there_is_one_line(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["coverage", "nosuch", "--workspace", str(workspace)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "nosuch" in line and "yaodian list" in line


def test_a_plan_is_explained_without_being_ingested(
    plan_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest", str(plan_path), "--explain", "--workspace", str(tmp_path / "w")]) == 0
    assert "yiyang-2021.txt" in capsys.readouterr().out
    assert not (tmp_path / "w").exists()
