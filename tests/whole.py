"""Scores the invented whole plans in ``tests/plans/whole`` against their gold.

    python -m tests.whole            the figures of each plan and the means, tuned and held apart
    python -m tests.whole --show e5  also what was missed and what stands on no gold, of plans whose names match

The plans of ``tuned`` were looked at while the rules were written; those of ``held`` were only ever counted, and are to
stay so.  Gold was written without sight of the program.  An entry that is not ``certain`` counts neither way.

A section is found by label and title, a unit by label and title, a name where it equals one of the gold's spellings or
one holds the other and is at most twice as long, a target where its words meet the gold's and the value or the
deadline is the same.  Figures are means of F1 over plans.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kg.export import plan_json
from kg.extract import extract
from kg.model import Plan
from kg.source import read
from kg.structure import parse
from kg.thesaurus import Thesaurus

FOLDER = Path(__file__).parent / "plans" / "whole"
FIELDS = ("sections", "items", "bodies", "programmes", "targets")
ACTING = frozenset(("lead", "responsible", "support"))
Entry = dict[str, Any]
Same = Callable[[Entry, Entry], bool]


def gold_files(part: str) -> list[Path]:
    """The gold of ``tuned`` or ``held``, by name."""
    return sorted((FOLDER / part).glob("*.gold.json"))


def found_in(gold: Entry, folder: Path, thesaurus: Thesaurus) -> Entry:
    """What the program makes of a plan, as its JSON export."""
    document = parse(read(folder / gold["doc"]), "plan")
    return plan_json(Plan(document, extract(document, thesaurus)), "https://example.org/")


def bare(text: object) -> str:
    plain = unicodedata.normalize("NFKC", "" if text is None else str(text))
    return re.sub(r"[\s“”\"《》〈〉「」『』()（）]+", "", plain).lower()


def label(text: object) -> str:
    return re.sub(r"[\s()（）、.．,，。:：#]+", "", unicodedata.normalize("NFKC", str(text)))


def alike(a: object, b: object) -> bool:
    short, long = sorted((bare(a), bare(b)), key=len)
    return bool(short) and short in long and len(short) * 2 >= len(long)


def same_name(gold: Entry, found: Entry) -> bool:
    spellings = [gold["name"], *gold.get("also", ())]
    return any(alike(g, f) for g in spellings for f in (found["name"], found["canonical"]))


def same_target(gold: Entry, found: Entry) -> bool:
    g, f = bare(gold["text"]), bare(found["text"])
    pairs = {g[i : i + 2] for i in range(len(g) - 1)} & {f[i : i + 2] for i in range(len(f) - 1)}
    near = bool(g and f) and (g in f or f in g or len(pairs) * 3 >= len(g))
    if gold.get("value") in (None, "") and not gold.get("deadline"):
        return near
    values = [v for v in (found["value"], found["value_max"]) if v is not None]
    said = gold.get("value")
    value = isinstance(said, int | float) and any(abs(said - v) < 1e-9 for v in values)
    day = bool(gold.get("deadline")) and bare(gold["deadline"]) == bare(found["deadline"])
    return near and (value or day)


def matched(gold: Sequence[Entry], found: Sequence[Entry], same: Same) -> tuple[int, list[Entry], list[Entry]]:
    """One to one in order: how many certain entries are found, those missed, and what stands on no gold at all."""
    used: set[int] = set()
    hits, missed = 0, []
    for entry in sorted(gold, key=lambda e: not e.get("certain", True)):
        k = next((k for k, f in enumerate(found) if k not in used and same(entry, f)), None)
        if k is not None:
            used.add(k)
        if entry.get("certain", True):
            hits += k is not None
            missed += [entry] if k is None else []
    return hits, missed, [f for k, f in enumerate(found) if k not in used and not any(same(e, f) for e in gold)]


def paired(items: Sequence[Entry], units: Sequence[Entry]) -> list[Entry | None]:
    """The unit of each gold item: by label, and by title where labels repeat or are missing."""
    used: set[int] = set()
    out: list[Entry | None] = []
    for item in items:
        want, title = label(item["label"]), item.get("title")
        named = [
            k
            for k, u in enumerate(units)
            if k not in used and (not want or want in (label(u["label"]), label(u["label"].split("/")[-1])))
        ]
        titled = [k for k in named if title and alike(title, units[k]["title"])]
        k = next(iter(titled or (named if want else [])), None)
        if k is not None:
            used.add(k)
        out.append(None if k is None else units[k])
    return out


def counts(gold: Entry, got: Entry) -> dict[str, tuple[int, list[Entry], list[Entry]]]:
    """For each field: how many found, gold missed, and found without gold."""
    out: dict[str, tuple[int, list[Entry], list[Entry]]] = {}
    if gold["sections"]:
        theirs = {label(s["label"]) + bare(s["title"]): s for s in got["sections"]}
        want = {label(s["label"]) + bare(s["title"]): s for s in gold["sections"]}
        out["sections"] = (
            len(want.keys() & theirs.keys()),
            [s for key, s in want.items() if key not in theirs],
            [s for key, s in theirs.items() if key not in want],
        )
    pairs = paired(gold["items"], got["items"])
    right = [
        u is not None and (not i.get("title") or alike(i["title"], u["title"]))
        for i, u in zip(gold["items"], pairs, strict=True)
    ]
    out["items"] = (
        sum(right),
        [i for i, ok in zip(gold["items"], right, strict=True) if not ok],
        got["items"][len(gold["items"]) :],  # only how many there are too many counts
    )
    for field, same in (("bodies", same_name), ("programmes", same_name), ("targets", same_target)):
        hits = 0
        missed: list[Entry] = []
        spare: list[Entry] = []
        for item, unit in zip(gold["items"], pairs, strict=True):
            found = list((unit or {}).get(field, ()))
            if field == "bodies" and gold.get("responsible_only"):
                found = [b for b in found if b["role"] in ACTING]
            n, without, extra = matched(item.get(field, ()), found, same)
            hits, missed, spare = hits + n, missed + without, spare + extra
        out[field] = (hits, missed, spare)
    return {field: row for field, row in out.items() if row[0] or row[1] or row[2]}


def f1(hits: int, missed: int, spare: int) -> float:
    return 2 * hits / (2 * hits + missed + spare)


def scores(part: str, thesaurus: Thesaurus) -> Iterator[tuple[Path, dict[str, tuple[int, list[Entry], list[Entry]]]]]:
    """Each plan's counts."""
    for path in gold_files(part):
        gold = json.loads(path.read_text(encoding="utf-8"))
        yield path, counts(gold, found_in(gold, path.parent, thesaurus))


def means(rows: Sequence[dict[str, tuple[int, list[Entry], list[Entry]]]]) -> dict[str, float]:
    """The mean F1 of each field over the plans that have it."""
    figures: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        for field, (hits, missed, spare) in row.items():
            figures[field].append(f1(hits, len(missed), len(spare)))
    return {field: sum(values) / len(values) for field, values in figures.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", default="", help="print single entries of the plans whose names match this pattern")
    pattern = parser.parse_args().show
    thesaurus = Thesaurus.load()
    for part in ("tuned", "held"):
        rows = []
        for path, row in scores(part, thesaurus):
            rows.append(row)
            figures = "  ".join(f"{k} {f1(h, len(m), len(s)):.2f}" for k, (h, m, s) in row.items())
            sys.stdout.write(f"{part:6} {path.stem.removesuffix('.gold'):30} {figures}\n")
            for field, (_, missed, spare) in row.items() if pattern and re.search(pattern, path.name) else ():
                for kind, entries in (("missed", missed), ("spurious", spare)):
                    for entry in entries:
                        said = entry.get("name") or entry.get("text") or f"{entry.get('label')} {entry.get('title')}"
                        sys.stdout.write(f"       {kind:8} {field}: {said}\n")
        sys.stdout.write(f"{part:6} means: " + "  ".join(f"{k} {v:.3f}" for k, v in means(rows).items()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
