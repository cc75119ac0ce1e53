"""The ``yaodian`` command: the only place with print and exit codes.

Exit codes: 0 fine, 1 a problem with what was asked, 2 wrong usage.  Results go to standard output, progress and errors
to standard error, errors in one line.
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import SettingsError, YaodianError
from kg.settings import Settings

if TYPE_CHECKING:
    from .assistant import Assistant
    from .evaluate import Run
    from .model import Answer
    from .review import Reviews

_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    # The encoder's threads sleep while they wait, so that they do not spin against other work on the same cores.
    "OMP_WAIT_POLICY": "PASSIVE",
}
"""Set where the user has not: libraries read these when they are imported, and none may ask the network anything."""

EXPORT_FORMATS = ("json", "csv", "xlsx", "ttl", "trig", "jsonld", "graphml")


REVIEW_ACTIONS = (
    "list", "show", "history", "approve", "reject", "edit", "add", "same", "different", "dismiss",
)  # fmt: skip


class UsageProblem(YaodianError):
    """The command's words are off, in a way that argparse does not see."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    parser = _parser()
    arguments = parser.parse_args(argv)
    try:
        settings = Settings.load()
        if arguments.workspace is not None:
            settings = replace(settings, workspace=arguments.workspace)
        code: int = arguments.run(arguments, settings)
        sys.stdout.flush()
    except (UsageProblem, SettingsError) as error:
        print(f"yaodian: {error}", file=sys.stderr)
        return 2
    except YaodianError as error:
        print(f"yaodian: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("yaodian: interrupted; the workspace is as it was", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yaodian", description="Education work plans as a graph, and cited answers to questions about them."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--workspace",
        type=Path,
        metavar="DIR",
        help="folder of everything built (default: $YAODIAN_WORKSPACE or ./workspace)",
    )

    def command(name: str, run: Any, summary: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=summary, description=summary, parents=[shared])
        made.set_defaults(run=run)
        return made

    one = command("ingest", _ingest, "read plans (txt, md, html, docx, pdf; files and folders) into the workspace")
    one.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    one.add_argument("--explain", action="store_true", help="say why each unit is what it is; nothing is ingested")

    one = command("ask", _ask, "answer a question with numbered citations")
    one.add_argument("question", nargs="?", metavar="QUESTION")
    one.add_argument(
        "--batch", type=Path, metavar="FILE", help="JSON lines {id, question, conversation}; - for standard input"
    )
    one.add_argument("--json", action="store_true", help="the whole answer object, one a line")
    one.add_argument(
        "--lang", choices=("zh", "en", "auto"), default="auto", help="language of the answer (default: the question's)"
    )
    one.add_argument(
        "--document", action="append", default=[], metavar="DOC", help="only this document; may be repeated"
    )

    one = command("search", _search, "the clauses nearest to some words")
    one.add_argument("words", nargs="?", metavar="WORDS")
    one.add_argument("-k", type=int, default=10, metavar="N", help="how many (default 10)")
    one.add_argument("--batch", type=Path, metavar="FILE", help="JSON lines {id, question}; - for standard input")
    one.add_argument("--json", action="store_true", help="one JSON object a line")

    one = command("export", _export, "write the graph in another format")
    one.add_argument("--format", choices=EXPORT_FORMATS, required=True)
    one.add_argument(
        "-o", "--output", type=Path, required=True, metavar="PATH", help="file to write; - for standard output"
    )

    one = command("sparql", _sparql, "run a read-only SPARQL 1.1 query")
    one.add_argument("query", metavar="QUERY", help="the query's text; - for standard input")
    one.add_argument("--format", choices=("table", "json", "csv"), default="table")

    one = command("list", _list, "what is ingested")
    one.add_argument("--json", action="store_true", help="as JSON")

    one = command("remove", _remove, "take a document out, with everything built from it")
    one.add_argument("document", metavar="DOC")

    one = command(
        "coverage", _coverage, "what facts explain of each unit, what they do not, and names they may have missed"
    )
    one.add_argument("document", nargs="?", metavar="DOC", help="only this document (default: all)")
    one.add_argument("--json", action="store_true", help="as JSON, clause by clause with offsets")

    command("check", _check, "SHACL shapes, offsets, and every index against the graph")

    one = command("eval", _eval, "ask a file of questions with known answers, and score by type and language")
    one.add_argument("questions", nargs="+", type=Path, metavar="QUESTIONS", help="files, or folders of them")
    one.add_argument("--split", choices=("dev", "held"), help="only the questions of this split")
    one.add_argument("--show", choices=("wrong", "all"), help="print single questions too")
    one.add_argument("--ablation", action="store_true", help="also with one kind of evidence at a time")
    one.add_argument(
        "--plans",
        action="append",
        default=[],
        type=Path,
        metavar="FOLDER",
        help="ask each file of the plan of its name in this folder, alone in a workspace made for it; may be repeated",
    )
    one.add_argument("--report", type=Path, metavar="PATH", help="also write it all as a Markdown page")

    one = command("review", _review, "what is worth a person's look, and what people decided")
    one.add_argument("action", nargs="?", choices=REVIEW_ACTIONS, default="list", metavar="ACTION")
    one.add_argument("id", nargs="?", metavar="ID", help="of a fact, a name or some words, as the list shows it")
    one.add_argument("--by", default="", metavar="NAME", help="who decides")
    one.add_argument("--note", default="", metavar="TEXT", help="what the person says to it")
    one.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="for edit and add; may be repeated"
    )
    one.add_argument("--words", default="", metavar="TEXT", help="for edit and add: the words that state the fact")
    one.add_argument("--document", default="", metavar="DOC", help="only this document; for add: where it stands")
    one.add_argument("--unit", default="", metavar="LABEL", help="for add without ID: the unit where it stands")
    one.add_argument("--clause", type=int, default=0, metavar="N", help="for add without ID: its clause")
    one.add_argument("-n", type=int, default=20, metavar="N", help="how many tasks are listed (default 20; 0 for all)")
    one.add_argument("--json", action="store_true", help="one JSON object a line")

    one = command("account", _account, "who may use the app where others can reach it: make, list, remove")
    one.add_argument("action", choices=("list", "add", "remove"))
    one.add_argument("name", nargs="?", metavar="NAME")
    one.add_argument(
        "--role", choices=("ask", "review", "manage"), default="ask", help="what they may do (default: ask)"
    )

    one = command("serve", _serve, "the web app, on this computer")
    one.add_argument("--host", help="address to listen on (default: $YAODIAN_HOST or 127.0.0.1)")
    one.add_argument("--port", type=int, help="port (default: $PORT or 7860)")
    return parser


# ------------------------------------------------------------------------------------------------ commands


def _ingest(arguments: argparse.Namespace, settings: Settings) -> int:
    from .build import files_in, ingest

    if arguments.explain:
        from kg.source import read
        from kg.structure import explain

        for path in files_in(arguments.paths):
            print(f"{path.name}:")
            print("\n".join(f"  {line}" for line in explain(read(path))))
        return 0
    with _Bars() as bars:
        results = ingest(arguments.paths, settings, bars.show)
    for result in results:
        if result.unchanged:
            print(f"{result.path.name}: unchanged")
            continue
        if result.document is None:
            print(f"yaodian: {result.problem}", file=sys.stderr)
            continue
        document = result.document
        clauses = sum(len(u.clauses) for u in document.units)
        print(
            f"{document.id}: {document.title or document.source} — {len(document.sections)} sections, "
            f"{len(document.units)} units, {clauses} clauses, {result.facts} facts"
        )
        for warning in document.warnings:
            print(f"yaodian: {document.source}: {warning}", file=sys.stderr)
    return 1 if any(result.problem for result in results) else 0


def _ask(arguments: argparse.Namespace, settings: Settings) -> int:
    if (arguments.question is None) == (arguments.batch is None):
        raise UsageProblem("give a QUESTION or --batch FILE, one of the two")
    lines = (
        list(_batch(arguments.batch)) if arguments.batch is not None else [{"id": "", "question": arguments.question}]
    )
    if arguments.batch is None:
        # One question from a cold process makes some hundred thousand objects that all stay: looking through them for
        # what may go takes a tenth of its time and finds nothing.
        gc.disable()
    assistant = _assistant(settings)
    before: dict[str, Answer] = {}
    for line in lines:
        talk = line.get("conversation")
        answer = assistant.ask(
            line["question"],
            id=str(line.get("id", "")),
            language=arguments.lang,
            after=before.get(str(talk)) if talk is not None else None,
            documents=tuple(arguments.document),
        )
        if talk is not None:
            before[str(talk)] = answer
        if arguments.json:
            print(json.dumps(answer.to_json(), ensure_ascii=False))
        else:
            _print_answer(answer)
    return 0


def _print_answer(answer: Answer) -> None:
    print(answer.answer)
    if answer.citations:
        print()
    for citation in answer.citations:
        print(
            f"[{citation.n}] {citation.document} · {citation.item} · {citation.start}–{citation.end}: {citation.quote}"
        )
        if citation.translation and answer.language == "en":
            print(f"    {citation.translation}")
    for border in answer.borderline:
        print(f"? {border.document} · {border.label} {border.title}: {border.why}")


def _search(arguments: argparse.Namespace, settings: Settings) -> int:
    if (arguments.words is None) == (arguments.batch is None):
        raise UsageProblem("give WORDS or --batch FILE, one of the two")
    if not 1 <= arguments.k <= 1000:
        raise UsageProblem("-k takes a whole number from 1 to 1000")
    lines = list(_batch(arguments.batch)) if arguments.batch is not None else [{"id": "", "question": arguments.words}]
    assistant = _assistant(settings)
    for line in lines:
        hits = assistant.search(line["question"], arguments.k)
        if arguments.json:
            found = {"id": str(line.get("id", "")), "results": [asdict(hit) for hit in hits]}
            print(json.dumps(found, ensure_ascii=False))
            continue
        for hit in hits:
            print(f"{hit.score:.3f}  {hit.document} · {hit.item} · {hit.start}–{hit.end}: {hit.text}")
    return 0


def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    from kg.export import export, render

    from .servers import opened

    store = opened(settings).store()
    if str(arguments.output) == "-":
        sys.stdout.buffer.write(render(store, arguments.format))
        return 0
    export(store, arguments.format, arguments.output)
    return 0


def _sparql(arguments: argparse.Namespace, settings: Settings) -> int:
    from kg.queries import run_public

    from .servers import opened

    text = sys.stdin.read() if arguments.query == "-" else arguments.query
    table = run_public(opened(settings).store(), text)
    if arguments.format == "json":
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        print(json.dumps({"columns": list(table.columns), "rows": rows}, ensure_ascii=False))
    elif arguments.format == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows([_cell(value) for value in row] for row in table.rows)
        sys.stdout.write(out.getvalue())
    else:
        print(" | ".join(table.columns))
        for row in table.rows:
            print(" | ".join("" if value is None else str(value) for value in row))
    return 0


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    from .servers import opened

    documents = opened(settings).documents()
    if arguments.json:
        print(json.dumps([asdict(d) for d in documents], ensure_ascii=False))
        return 0
    for d in documents:
        print(
            f"{d.id}: {d.title or d.source} ({d.number or d.source}) — "
            f"{d.units} units, {d.clauses} clauses, {d.facts} facts"
        )
    return 0


def _coverage(arguments: argparse.Namespace, settings: Settings) -> int:
    from kg.coverage import coverage_json
    from kg.graph import document_ids, read_plan

    from .servers import opened

    store = opened(settings).store()
    names = document_ids(store) if arguments.document is None else (arguments.document,)
    reports = [coverage_json(read_plan(store, name)) for name in names]
    if arguments.json:
        print(json.dumps(reports, ensure_ascii=False))
        return 0
    for report in reports:
        shares = f"{report['share']:.0%} of {report['characters']} characters explained by facts"
        print(f"{report['document']}: {report['title']} — {shares}")
        for unit in report["units"]:
            print(f"{unit['share']:4.0%}  {unit['label']} {unit['title']}".rstrip())
            left = [span["text"] for clause in unit["clauses"] for span in clause["unexplained"]]
            if left:
                print(f"      unexplained: {' | '.join(left)}")
            for proposal in unit["proposals"]:
                print(f"      a body? {proposal['text']} ({proposal['source']}: {proposal['reason']})")
    return 0


def _remove(arguments: argparse.Namespace, settings: Settings) -> int:
    from .build import remove

    with _Bars() as bars:
        remove(arguments.document, settings, bars.show)
    print(f"{arguments.document}: removed")
    return 0


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from .check import check

    problems = check(settings)
    for problem in problems:
        print(problem)
    if problems:
        print(f"yaodian: {len(problems)} problems; ingest the documents named again", file=sys.stderr)
        return 1
    print("all is well: graph, shapes, offsets and indexes agree")
    return 0


def _review(arguments: argparse.Namespace, settings: Settings) -> int:
    from .review import Reviews

    reviews = Reviews.load(settings)
    if arguments.document:
        reviews.plan(arguments.document)
    if arguments.action == "list":
        tasks = [task for task in reviews.queue if arguments.document in ("", task.document)]
        shown = tasks[: arguments.n] if arguments.n > 0 else tasks
        _print_lines([reviews.tell_task(task) for task in shown], arguments.json)
        for decision in reviews.orphans:
            if arguments.document in ("", decision.document):
                print(f"yaodian: without effect, its words are gone: {reviews.tell(decision)['line']}", file=sys.stderr)
        if len(shown) < len(tasks) and not arguments.json:
            print(f"… {len(tasks) - len(shown)} more; -n 0 shows all")
        return 0
    if arguments.action == "history":
        _print_lines([reviews.tell(decision) for decision in reviews.history(arguments.document)], arguments.json)
        return 0
    if arguments.id is None and not (arguments.action == "add" and arguments.document and arguments.unit):
        raise UsageProblem(f"give the ID that `yaodian review` shows: yaodian review {arguments.action} ID")
    if arguments.action == "show":
        _print_lines([reviews.tell_subject(arguments.id)], arguments.json)
        return 0
    return _decide(arguments, settings, reviews)


def _decide(arguments: argparse.Namespace, settings: Settings, reviews: Reviews) -> int:
    from .build import decide

    if not arguments.by.strip():
        raise UsageProblem(f"who decides? say it with --by: yaodian review {arguments.action} … --by NAME")
    values: dict[str, str] = {}
    for pair in arguments.set:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageProblem(f"--set takes FIELD=VALUE, not {pair[:40]!r}")
        values[name.strip()] = value
    if arguments.id is None:
        place = (arguments.document, arguments.unit, arguments.words, arguments.by, values)
        decision = reviews.add(*place, clause=arguments.clause, note=arguments.note)
    else:
        given = {"note": arguments.note, "words": arguments.words, "values": values}
        decision = reviews.decide(arguments.id, arguments.action, arguments.by, **given)
    decide([decision], settings)
    _print_lines([reviews.tell(decision)], arguments.json)
    return 0


def _print_lines(told: Sequence[dict[str, Any]], as_json: bool) -> None:
    for one in told:
        print(json.dumps({k: v for k, v in one.items() if k != "line"}, ensure_ascii=False) if as_json else one["line"])


def _eval(arguments: argparse.Namespace, settings: Settings) -> int:
    from .evaluate import program, report, report_ablation, run, run_alone

    files = _files_of(arguments.questions)

    def here() -> Iterator[Run]:
        assistant = _assistant(settings)
        for path in files:
            yield run(assistant, path, arguments.split, arguments.ablation)

    alone = run_alone(files, arguments.plans, settings, arguments.split, arguments.ablation)
    state = program() if arguments.report is not None else ""
    runs = []
    for one in alone if arguments.plans else here():
        print(report(one.name + (", with its translation" if one.translated else ""), one.rows, arguments.show))
        if one.ablation:
            print(report_ablation(one.ablation))
        runs.append(one)
    if arguments.report is not None:
        _write_page(arguments, runs, state)
    return 0


def _files_of(paths: Sequence[Path]) -> list[Path]:
    """The files of questions that are named, those of a folder from the top down."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*.json"), key=lambda p: (len(p.parts), p)) if path.is_dir() else [path]
        if not inside:
            raise UsageProblem(f"{path} holds no file of questions (*.json)")
        found += inside
    return found


def _write_page(arguments: argparse.Namespace, runs: Sequence[Run], state: str) -> None:
    from .evaluate import page

    words = ["yaodian", "eval", *map(str, arguments.questions)]
    words += [word for folder in arguments.plans for word in ("--plans", str(folder))]
    words += ["--split", arguments.split] if arguments.split else []
    words += ["--ablation"] if arguments.ablation else []
    first = arguments.questions[0]
    about = (first if first.is_dir() else first.parent) / "README.md"
    try:
        said = about.read_text(encoding="utf-8").split("\n", 1)[1].strip() if about.is_file() else ""
        text = page(runs, " ".join([*words, "--report", str(arguments.report)]), said, state)
        arguments.report.write_text(text, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"the page cannot be written ({error})") from error


def _account(arguments: argparse.Namespace, settings: Settings) -> int:
    import getpass

    from kg.accounts import Accounts, audit

    accounts = Accounts(settings.workspace)
    if arguments.action == "list":
        for account in accounts.all():
            print(f"{account.name}\t{account.role}")
        return 0
    if not arguments.name:
        raise UsageProblem(f"give the NAME of the account to {arguments.action}")
    try:
        who = f"{getpass.getuser()}, by command"
    except (KeyError, OSError):
        who = "by command"
    if arguments.action == "remove":
        accounts.remove(arguments.name)
    else:
        # Typed unseen by a person, or one line from another program; never a word of the command, which others see.
        typed = getpass.getpass(f"Password for {arguments.name}: ") if sys.stdin.isatty() else sys.stdin.readline()
        accounts.put(arguments.name, arguments.role, typed.rstrip("\r\n"))
    audit(settings.workspace, who, f"account: {arguments.action}", {"name": arguments.name, "role": arguments.role})
    return 0


def _serve(arguments: argparse.Namespace, settings: Settings) -> int:
    from app import serve

    host, port = arguments.host or settings.host, arguments.port or settings.port
    if not 0 < port < 65536:
        raise UsageProblem("--port takes a whole number from 1 to 65535")
    settings = replace(settings, host=host, port=port)
    assistant = _assistant(settings)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how a person ends it.
        serve(assistant, host, port, ready=lambda address: print(f"Yaodian answers at {address}", flush=True))
    return 0


# ------------------------------------------------------------------------------------------------ parts


def _assistant(settings: Settings) -> Assistant:
    """The workspace, opened; the model, where it was unpacked before, loads beside the imports: half a cold start."""
    cache = settings.workspace / "cache"
    if not cache.is_dir():
        from .assistant import Assistant

        return Assistant.load(settings.workspace, settings=settings)
    from concurrent.futures import ThreadPoolExecutor

    from embeddings.encoder import load_encoder

    with ThreadPoolExecutor(1) as aside:
        encoder = aside.submit(load_encoder, settings.model, cache)
        from .assistant import Assistant

        return Assistant.load(settings.workspace, settings=settings, encoder=encoder.result)


def _batch(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a batch file; one that is not an object with a question is named."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{path}: cannot be read as a UTF-8 file of JSON lines ({error})") from error
    # Not splitlines(): JSON may hold U+2028 and its like as they are.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise UsageProblem(f"{path}, line {number}: not JSON") from error
        if not isinstance(found, dict) or not isinstance(found.get("question"), str):
            raise UsageProblem(f"{path}, line {number}: needs an object with a text 'question'")
        yield found


class _Bars:
    """One progress bar a stage, on standard error, only where a person watches."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        """Move the bar of a stage."""
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        if stage != self._stage:
            if self._bar is not None:
                self._bar.close()
            self._bar, self._stage = tqdm(total=total, desc=stage, leave=False), stage
        self._bar.update(done - self._bar.n)


if __name__ == "__main__":
    raise SystemExit(main())
