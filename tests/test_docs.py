"""The documentation is under test: what the program offers is told, and what is told works."""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from qa.cli import _parser as parser
from qa.cli import main

ROOT = Path(__file__).resolve().parent.parent
READMES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")])
each_readme = pytest.mark.parametrize("text", READMES.values(), ids=READMES)


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every subcommand with its own parser."""
    (action,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def fences(text: str) -> list[str]:
    """The code blocks of a page."""
    return re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def without_fences(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def quoted_commands(text: str) -> list[str]:
    """Every line of a code block, and every piece of inline code, that calls the command."""
    lines = [line.removeprefix("$ ") for block in fences(text) for line in block.splitlines()]
    pieces = re.findall(r"`(yaodian [^`]+)`", without_fences(text))
    return [line.split(" #")[0].split(" > ")[0].strip() for line in lines + pieces if line.startswith("yaodian ")]


def headings(text: str) -> list[tuple[int, str]]:
    found = re.findall(r"^(#+) (.+)$", without_fences(text), re.MULTILINE)
    return [(len(marks), title) for marks, title in found]


def anchor(title: str) -> str:
    """The fragment that a heading is reached by, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", without_fences(text))


@each_readme
def test_every_command_is_told(text: str) -> None:
    told = {line.split()[1] for line in quoted_commands(text)}
    assert set(commands()) == told


@each_readme
@pytest.mark.parametrize("command", commands())
def test_every_option_of_a_command_is_told(text: str, command: str) -> None:
    (row,) = re.findall(rf"^\| `yaodian {command}\b.*$", text, re.MULTILINE)
    common = text[: text.index(row)]
    for action in commands()[command]._actions:
        for name in action.option_strings:
            if name in {"-h"}:
                continue
            others = [n for n in action.option_strings if n != name]
            seen = [n for n in (name, *others) if re.search(rf"(?<![\w-]){n}(?![\w-])", row + common)]
            assert seen, f"{command} {name} is nowhere in its row"
        for choice in action.choices or ():
            if not isinstance(action, argparse._SubParsersAction):
                assert f"`{choice}`" in row or f" {choice}`" in row, f"{command}: the choice {choice} is not told"


@each_readme
def test_every_quoted_command_line_is_valid(text: str) -> None:
    for line in quoted_commands(text):
        words = shlex.split(line)[1:]
        if words == ["--help"] or (len(words) == 1 and words[0] in commands()):
            continue  # a mention, not a call
        try:
            parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"not a valid command line: {line}")


@each_readme
def test_an_answer_that_is_shown_is_the_one_that_is_given(
    text: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = [block for block in fences(text) if block.startswith("$ yaodian ask ")]
    assert shown
    for block in shown:
        command, *lines = block.splitlines()
        assert main([*shlex.split(command)[2:], "--workspace", str(workspace)]) == 0
        given = {re.sub(r"\[\d+\]", "[n]", line) for line in capsys.readouterr().out.splitlines()}
        missing = [line for line in lines if line not in ("", "…") and re.sub(r"\[\d+\]", "[n]", line) not in given]
        assert not missing, "the program answers otherwise now: show what it says"


@each_readme
def test_every_setting_is_told_and_no_other(text: str) -> None:
    settings = (ROOT / "kg" / "settings.py").read_text(encoding="utf-8")
    real = set(re.findall(r'"(YAODIAN_[A-Z_]+|PORT)"', settings))
    assert real, "the settings are read under other names now: change this test"
    assert real == set(re.findall(r"^\| `(YAODIAN_[A-Z_]+|PORT)` \|", text, re.MULTILINE))
    assert set(re.findall(r"YAODIAN_[A-Z_]+", text)) <= real


def test_every_setting_that_the_program_reads_is_in_the_settings_module() -> None:
    real = set(re.findall(r'"(YAODIAN_[A-Z_]+|PORT)"', (ROOT / "kg" / "settings.py").read_text(encoding="utf-8")))
    for path in [*(p for d in ("kg", "embeddings", "qa", "ui") for p in (ROOT / d).rglob("*.py")), ROOT / "app.py"]:
        read = set(re.findall(r"""["'](YAODIAN_[A-Z_]+)["']""", path.read_text(encoding="utf-8")))
        assert read <= real, path


@each_readme
def test_every_make_target_is_told_and_real(text: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help", "dev"}
    inline = re.findall(r"`make ([a-z]+)[^`]*`", without_fences(text))
    fenced = re.findall(r"^make ([a-z]+)", "\n".join(fences(text)), re.MULTILINE)
    assert set(inline + fenced) == targets


def test_both_readmes_have_the_same_shape() -> None:
    english, chinese = READMES["README.md"], READMES["README.zh.md"]
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    first_cells = [re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE) for text in (english, chinese)]
    assert first_cells[0] == first_cells[1]
    calls = [[line.split()[:2] for line in quoted_commands(text)] for text in (english, chinese)]
    assert calls[0] == calls[1]
    # A picture may be of the page in the language of its README.
    files = [
        sorted(x.replace("-en.png", ".png") for x in links(text) if not x.startswith(("#", "README")))
        for text in (english, chinese)
    ]
    assert files[0] == files[1]


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_every_link_inside_the_project_resolves(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, fragment = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{link} leads nowhere"
        if fragment:
            anchors = {anchor(title) for _, title in headings(target.read_text(encoding="utf-8"))}
            assert fragment in anchors, f"{link}: no such heading"


@each_readme
def test_every_python_example_names_things_that_exist(text: str) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module:
                module = __import__(node.module, fromlist=["_"])
                assert all(hasattr(module, alias.name) for alias in node.names)


def test_every_module_stands_in_the_architecture_and_every_module_there_is_real() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`((?:kg|embeddings|qa|ui)/[\w/]+\.py|app\.py)`", text))
    real = {
        path.relative_to(ROOT).as_posix()
        for folder in ("kg", "embeddings", "qa")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert not real - told, "not told"
    assert all((ROOT / name).exists() for name in told), "told, but not there"


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{version}]" in changes or "## [Unreleased]" in changes


def test_every_library_and_every_shipped_script_has_its_licence_told() -> None:
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    wishes = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    for wish in wishes:
        name = re.split(r"[<>=!~ ]", wish)[0]
        assert f"| `{name}` |" in text, name
    for script in (ROOT / "ui").rglob("vendor/*.js"):
        assert f"`{script.name}`" in text, script


def test_every_plan_that_comes_with_the_project_stands_in_the_manifest_with_its_checksum() -> None:
    folder = ROOT / "data" / "plans"
    told = {plan["file"]: plan for plan in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["plans"]}
    there = {path.name for path in folder.iterdir() if path.suffix != ".json"}  # translations lie beside them
    assert set(told) == there
    for name, plan in told.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == plan["sha256"]
        assert {"title", "issuer", "number", "year", "origin"} <= set(plan)
