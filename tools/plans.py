"""Invented work plans in any number, each with its gold: for measuring at size and for tests of properties.

    python -m tools.plans FOLDER --count 1000 --seed 1 [--items 30] [--shape numbered] [--gold]

Plan ``n`` of a seed depends on the seed and ``n`` alone: a thousand plans begin with the same hundred, and one of
them can be made anew without the others.  The shapes are those of the genre: sections with running, restarting or
bracketed numbers, items without sections, articles, tables, label lines, spoken lists, Markdown, HTML, one long line,
traditional characters, page furniture, English.  Sentences are put together from ``plans.toml`` and seldom repeat.

What lives here: making.  What never will: reading, scoring (``tests/whole.py`` reads the same gold), and any wording of
a published plan.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Gold = dict[str, Any]
_NUMERALS = "一二三四五六七八九十"
_COMMON_CLAUSES = 5
"""Sentences of an item on average; with the title, the targets and the programmes it has about seven clauses."""


@dataclass(frozen=True, slots=True)
class MadePlan:
    """One invented plan."""

    name: str
    """File name; its ending says the format."""
    shape: str
    text: str
    gold: Gold
    """Sections and items with bodies, programmes and targets, in the form of ``tests/plans/whole``."""


@dataclass(frozen=True, slots=True)
class Task:
    """What an item says, before it is laid out."""

    title: str
    sentences: tuple[str, ...]
    owners: tuple[tuple[str, str], ...]
    """Name and role; at most one leads."""
    programmes: tuple[tuple[str, str], ...]
    """Name and kind."""
    targets: tuple[tuple[str, float], ...]
    """The words that state it, and the value."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its items."""

    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a plan is about as a whole."""

    place: str
    issuer: str
    year: int
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        """The plan's title."""
        return f"{self.issuer}{self.year}年工作要点"


@dataclass(frozen=True, slots=True)
class Layout:
    """The body of a plan as lines, and how a reader would call what is in it."""

    lines: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]
    """Label and title as printed."""
    labels: tuple[tuple[str, str], ...]
    """For each task in order: its label and the label of its section."""
    titled: bool = True


@cache
def _words(language: str) -> dict[str, Any]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    words: dict[str, Any] = data[language]
    return words


def numeral(n: int) -> str:
    """A number from 1 to 99 in Chinese.

    >>> [numeral(n) for n in (3, 10, 14, 20, 35)]
    ['三', '十', '十四', '二十', '三十五']
    """
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_NUMERALS[tens - 1]}十")
    return head + (_NUMERALS[ones - 1] if ones else "")


# ------------------------------------------------------------------------------------------------ what is said


def _sentence(rng: random.Random, words: dict[str, Any]) -> str:
    slots = {"a": words["near"], "b": words["matters"], "c": words["stage"]}
    body = rng.choice(words["means"]).format(**{slot: rng.choice(list_) for slot, list_ in slots.items()})
    return f"{rng.choice(words['manner'])}{body}{rng.choice(words['purpose'])}。"


def _target(rng: random.Random, words: dict[str, Any]) -> tuple[str, str, float]:
    """Sentence, the words that state the target, value."""
    if rng.random() < 0.5:
        value = rng.randint(51, 99)
        said = f"{rng.choice(words['reach'])}达到{value}%以上"
    else:
        what, unit = rng.choice(words["counted"])
        value = rng.randint(11, 980)
        said = f"{what}{value}{unit}以上"
    return f"{said}。", said, float(value)


def _programme(rng: random.Random, words: dict[str, Any], place: str) -> tuple[str, str, str]:
    """Sentence, name, kind."""
    first, second = rng.choice(words["programme_first"]), rng.choice(words["programme_second"])
    if rng.random() < 0.5:
        name = f"“{first}{second}”{rng.choice(words['programme_head'])}"
        return f"{rng.choice(words['launch'])}{name}。", name, "project"
    name = f"{place}{rng.choice(words['matters'])}{rng.choice(words['paper'])}"
    return f"{rng.choice(words['apply'])}《{name}》。", name, "policy_document"


def _owners(rng: random.Random, words: dict[str, Any], place: str) -> tuple[tuple[str, str], ...]:
    inside = rng.sample(words["offices"], rng.randint(1, 2))
    outside = [p.format(place=place) for p in rng.sample(words["partners"], rng.randint(0, 2))]
    return tuple((name, "responsible") for name in (*inside, *outside))


def _task(rng: random.Random, words: dict[str, Any], place: str) -> Task:
    sentences = [_sentence(rng, words) for _ in range(rng.randint(_COMMON_CLAUSES - 2, _COMMON_CLAUSES + 2))]
    targets, programmes = [], []
    if rng.random() < 0.6:
        sentence, said, value = _target(rng, words)
        targets.append((said, value))
        sentences.append(sentence)
    if rng.random() < 0.5:
        sentence, name, kind = _programme(rng, words, place)
        programmes.append((name, kind))
        sentences.append(sentence)
    title = f"{rng.choice(words['verbs'])}{rng.choice(words['matters'])}"
    return Task(title, tuple(sentences), _owners(rng, words, place), tuple(programmes), tuple(targets))


def _frame(rng: random.Random, items: int) -> Frame:
    words = _words("zh")
    place = rng.choice(words["place_first"]) + rng.choice(words["place_second"]) + rng.choice(words["place_kind"])
    titles = rng.sample(words["parts"], min(len(words["parts"]), max(1, items // 4)))
    shares = [items // len(titles) + (k < items % len(titles)) for k in range(len(titles))]
    parts = tuple(
        Part(title, tuple(_task(rng, words, place) for _ in range(share)))
        for title, share in zip(titles, shares, strict=True)
    )
    return Frame(place, place + rng.choice(words["issuer"]), rng.randint(2021, 2035), parts)


def _owner_bracket(task: Task) -> str:
    return f"（责任单位：{'、'.join(name for name, _ in task.owners)}）"


# ------------------------------------------------------------------------------------------------ how it is laid out


def _numbered(parts: Sequence[Part], restart: bool, mark: str) -> Layout:
    lines: list[str] = []
    labels: list[tuple[str, str]] = []
    n = 0
    for k, part in enumerate(parts, 1):
        section = f"{numeral(k)}、"
        lines += ["", f"{section}{part.title}", ""]
        n = 0 if restart else n
        for task in part.tasks:
            n += 1
            shown = mark.format(n=n, z=numeral(n))
            lines += [f"{shown}{task.title}。{''.join(task.sentences)}{_owner_bracket(task)}", ""]
            labels.append((shown.strip("（）.、 "), section))
    return Layout(tuple(lines), tuple((f"{numeral(k)}、", p.title) for k, p in enumerate(parts, 1)), tuple(labels))


def _bare(parts: Sequence[Part]) -> Layout:
    tasks = [task for part in parts for task in part.tasks]
    lines: list[str] = []
    for n, task in enumerate(tasks, 1):
        lines += [f"{numeral(n)}、{task.title}。{''.join(task.sentences)}{_owner_bracket(task)}", ""]
    return Layout(tuple(lines), (), tuple((numeral(n), "") for n in range(1, len(tasks) + 1)))


def _articles(parts: Sequence[Part]) -> Layout:
    lines: list[str] = []
    labels: list[tuple[str, str]] = []
    n = 0
    for k, part in enumerate(parts, 1):
        lines += ["", f"第{numeral(k)}章 {part.title}", ""]
        for task in part.tasks:
            n += 1
            lines += [f"第{numeral(n)}条 {''.join(task.sentences)}{_owner_bracket(task)}", ""]
            labels.append((f"第{numeral(n)}条", f"第{numeral(k)}章"))
    sections = tuple((f"第{numeral(k)}章", p.title) for k, p in enumerate(parts, 1))
    return Layout(tuple(lines), sections, tuple(labels), titled=False)


def _table(parts: Sequence[Part]) -> Layout:
    lines = ["", "| 序号 | 工作任务 | 主要内容 | 责任单位 |", "| --- | --- | --- | --- |"]
    tasks = [task for part in parts for task in part.tasks]
    for n, task in enumerate(tasks, 1):
        owners = "、".join(name for name, _ in task.owners)
        lines.append(f"| {n} | {task.title} | {''.join(task.sentences)} | {owners} |")
    return Layout(tuple(lines), (), tuple((str(n), "") for n in range(1, len(tasks) + 1)))


def _label_lines(parts: Sequence[Part]) -> Layout:
    base = _numbered(parts, restart=False, mark="{n}.")
    lines: list[str] = []
    n = 0
    for k, part in enumerate(parts, 1):
        lines += ["", f"{numeral(k)}、{part.title}", ""]
        for task in part.tasks:
            n += 1
            owners = "、".join(name for name, _ in task.owners)
            lines += [f"{n}.{task.title}", "".join(task.sentences), f"责任单位：{owners}", ""]
    return Layout(tuple(lines), base.sections, base.labels)


def _spoken(parts: Sequence[Part]) -> Layout:
    def said(task: Task) -> Task:
        ones = (f"{numeral(k)}是{s}" for k, s in enumerate(task.sentences, 1))
        return Task(task.title, tuple(ones), task.owners, task.programmes, task.targets)

    return _numbered([Part(p.title, tuple(said(t) for t in p.tasks)) for p in parts], restart=False, mark="{n}.")


def _markdown(parts: Sequence[Part]) -> Layout:
    base = _numbered(parts, restart=False, mark="{n}.")
    lines: list[str] = []
    n = 0
    for k, part in enumerate(parts, 1):
        lines += ["", f"## {numeral(k)}、{part.title}", ""]
        for task in part.tasks:
            n += 1
            lines += [f"**{n}.{task.title}。**{''.join(task.sentences)}{_owner_bracket(task)}", ""]
    return Layout(tuple(lines), base.sections, base.labels)


_SHAPES: dict[str, tuple[str, Callable[[Sequence[Part]], Layout]]] = {
    "numbered": (".txt", lambda parts: _numbered(parts, restart=False, mark="{n}.")),
    "comma": (".txt", lambda parts: _numbered(parts, restart=False, mark="{n}、")),
    "bracketed": (".txt", lambda parts: _numbered(parts, restart=True, mark="（{z}）")),
    "running-brackets": (".txt", lambda parts: _numbered(parts, restart=False, mark="（{z}）")),
    "restarting": (".txt", lambda parts: _numbered(parts, restart=True, mark="{n}.")),
    "bare": (".txt", _bare),
    "articles": (".txt", _articles),
    "table": (".md", _table),
    "label-lines": (".txt", _label_lines),
    "spoken": (".txt", _spoken),
    "markdown": (".md", _markdown),
    "html": (".html", lambda parts: _numbered(parts, restart=False, mark="{n}.")),
    "one-line": (".txt", lambda parts: _numbered(parts, restart=False, mark="{n}.")),
    "traditional": (".txt", lambda parts: _numbered(parts, restart=False, mark="{n}.")),
    "furniture": (".txt", lambda parts: _numbered(parts, restart=False, mark="{n}.")),
}
_NOTICED = ("comma", "bracketed", "spoken")
"""Shapes that come with a covering notice."""
_PAGE = 12
"""Lines between two page numbers."""
SHAPES = (*_SHAPES, "english")
"""Names of the shapes, in the order in which plans take turns."""


def _front(frame: Frame) -> list[str]:
    return [
        f"关于印发《{frame.title}》的通知",
        "",
        "各乡镇中心学校，局机关各科室：",
        "",
        f"现将《{frame.title}》印发给你们，请认真贯彻落实。",
        "",
        frame.issuer,
        f"{frame.year}年2月{10 + frame.year % 18}日",
        "",
    ]


def _finished(shape: str, frame: Frame, layout: Layout) -> str:
    """The text of the file."""
    lines = [*(_front(frame) if shape in _NOTICED else []), frame.title, *layout.lines]
    if shape == "html":
        paragraphs = "\n".join(f"<p>{line}</p>" for line in lines[1:] if line)
        return f"<html><head><title>{lines[0]}</title></head><body><h1>{lines[0]}</h1>\n{paragraphs}\n</body></html>\n"
    if shape in ("markdown", "table"):
        lines[0] = f"# {lines[0]}"
    if shape == "one-line":
        heads = {label + title for label, title in layout.sections}
        return f"{lines[0]}\n" + "".join(f"{line} " if line in heads else line for line in lines[1:]) + "\n"
    if shape == "furniture":
        pages = [lines[k : k + _PAGE] for k in range(0, len(lines), _PAGE)]
        lines = [line for n, page in enumerate(pages, 1) for line in (*page, "", f"— {n} —", "")]
    text = "\n".join(lines) + "\n"
    return _traditional(text) if shape == "traditional" else text


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def _traditional(text: str) -> str:
    converted: str = _converter().convert(text)
    return converted


# ------------------------------------------------------------------------------------------------ English


def _english(rng: random.Random, items: int) -> tuple[str, Gold]:
    words = _words("en")
    place = rng.choice(words["place_first"]) + rng.choice(words["place_second"])
    year = rng.randint(2024, 2034)
    lines = [f"{place.upper()} SCHOOL DISTRICT", f"Annual Work Plan {year}", ""]
    sections: list[Gold] = []
    made: list[Gold] = []
    goals = rng.sample(words["goals"], min(len(words["goals"]), max(1, items // 4)))
    for g, goal in enumerate(goals, 1):
        lines += [f"Goal {g}: {goal}", ""]
        sections.append({"label": f"Goal {g}:", "title": goal, "level": 1})
        for k in range(1, items // len(goals) + (g <= items % len(goals)) + 1):
            title = f"{rng.choice(words['verbs'])} {rng.choice(words['matters'])}"
            sentences = [
                rng.choice(words["means"]).format(a=rng.choice(words["matters"]), b=rng.choice(words["near"]))
                for _ in range(rng.randint(_COMMON_CLAUSES - 2, _COMMON_CLAUSES + 2))
            ]
            value = rng.randint(55, 98)
            said = f"Raise the {rng.choice(words['reach'])} to at least {value}%"
            office = rng.choice(words["offices"])
            lines += [f"{g}.{k} {title}", *sentences, f"{said} by June {year}.", f"Lead: {office}", ""]
            made.append(
                {
                    "label": f"{g}.{k}",
                    "title": title,
                    "section": f"Goal {g}:",
                    "bodies": [_named(office, role="lead")],
                    "programmes": [],
                    "targets": [{"text": said, "value": value, "unit": "%", "deadline": None, "certain": True}],
                }
            )
    return "\n".join(lines), {"sections": sections, "items": made}


def _named(name: str, **more: str) -> Gold:
    return {"name": name, "also": [], **more, "certain": True}


def _gold(frame: Frame, layout: Layout, noticed: bool) -> Gold:
    tasks = [task for part in frame.parts for task in part.tasks]
    empty: Gold = {"bodies": [], "programmes": [{**_named(frame.title), "certain": False}], "targets": []}
    items: list[Gold] = [{"label": "通知", "title": "", "section": "", **empty}] if noticed else []
    items += [
        {
            "label": label,
            "title": task.title if layout.titled else None,
            "section": section,
            "bodies": [_named(name, role=role) for name, role in task.owners],
            "programmes": [_named(name, kind=kind) for name, kind in task.programmes],
            "targets": [
                {"text": said, "value": value, "unit": None, "deadline": None, "certain": True}
                for said, value in task.targets
            ],
        }
        for task, (label, section) in zip(tasks, layout.labels, strict=True)
    ]
    return {"sections": [{"label": a, "title": b, "level": 1} for a, b in layout.sections], "items": items}


# ------------------------------------------------------------------------------------------------ the doors


def make(seed: int, number: int, items: int = 30, shape: str = "") -> MadePlan:
    """Plan ``number`` of a seed.

    Args:
        seed: of the whole series.
        number: of the plan, from 0.
        items: how many items it has, 1 and more; seven clauses each on average.
        shape: one of :data:`SHAPES`; empty lets the plans of a series take turns.

    Raises:
        ValueError: there is no such shape, or no item is wanted.
    """
    shape = shape or SHAPES[number % len(SHAPES)]
    if shape not in SHAPES or items < 1:
        raise ValueError(f"no plan of shape {shape!r} with {items} items; shapes: {', '.join(SHAPES)}")
    rng = random.Random(f"{seed}/{number}/{items}/{shape}")
    stem = f"made-{seed}-{number:06d}"
    if shape == "english":
        text, gold = _english(rng, items)
        name = f"{stem}.txt"
    else:
        frame = _frame(rng, items)
        ending, lay = _SHAPES[shape]
        layout, name = lay(frame.parts), stem + ending
        text, gold = _finished(shape, frame, layout), _gold(frame, layout, shape in _NOTICED)
        if shape == "traditional":
            gold = json.loads(_traditional(json.dumps(gold, ensure_ascii=False)))
    return MadePlan(name, shape, text, {"doc": name, "responsible_only": True, "partial": False, **gold})


def series(seed: int, count: int, items: int = 30, shape: str = "") -> Iterator[MadePlan]:
    """The first ``count`` plans of a seed."""
    return (make(seed, number, items, shape) for number in range(count))


def write(folder: Path, plans: Iterator[MadePlan], gold: bool = False) -> int:
    """Write plans into a folder, with gold beside them if wanted; how many there were."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for plan in plans:
        (folder / plan.name).write_text(plan.text, encoding="utf-8")
        if gold:
            beside = folder / f"{Path(plan.name).stem}.gold.json"
            beside.write_text(json.dumps(plan.gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written += 1
    return written


def sentences(seed: int, count: int) -> Iterator[str]:
    """That many sentences as they stand in plans: for indexes that need clauses and no documents."""
    rng, words = random.Random(f"{seed}/sentences"), _words("zh")
    return (_sentence(rng, words) for _ in range(count))


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100, help="how many plans")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--items", type=int, default=30, help="items a plan")
    parser.add_argument("--shape", default="", choices=["", *SHAPES], help="one shape only")
    parser.add_argument("--gold", action="store_true", help="gold beside each plan")
    args = parser.parse_args()
    written = write(args.folder, series(args.seed, args.count, args.items, args.shape), args.gold)
    sys.stdout.write(f"{written} plans in {args.folder}\n")


if __name__ == "__main__":
    main()
