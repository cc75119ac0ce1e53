"""What a change of the rules gained and lost on the invented plans, against the stored output.

    python -m tests.gains            print gained and lost mentions, and the scores of each plan
    python -m tests.gains --store    make the present output the stored one

The plans stand in ``tests/plans/extraction/NN-*.json`` (text and gold), the stored output in ``golden.json`` there.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.extract import extract
from kg.model import BodyFact, Document, Fact, ProgrammeFact, TargetFact
from kg.source import read, read_bytes
from kg.structure import parse
from kg.thesaurus import Thesaurus

FOLDER = Path(__file__).parent / "plans" / "extraction"
GOLDEN = FOLDER / "golden.json"
SAMPLE = FOLDER.parent / "sample-facts.json"
"""What the rules find in the sample plan."""
KINDS = ("bodies", "programmes", "targets")
ACTING = {"lead", "responsible", "support"}


@dataclass(frozen=True)
class Case:
    """One invented plan with its gold and what the rules found in it."""

    name: str
    gold: dict[str, Any]
    document: Document
    facts: tuple[Fact, ...]


def plans() -> list[Path]:
    return sorted(p for p in FOLDER.glob("*.json") if p.name != GOLDEN.name)


def run(path: Path, thesaurus: Thesaurus) -> Case:
    gold = json.loads(path.read_text(encoding="utf-8"))
    document = parse(read_bytes(f"{path.stem}.txt", gold["text"].encode()), path.stem)
    return Case(path.stem, gold, document, extract(document, thesaurus))


def lines(case: Case) -> dict[str, list[str]]:
    """Every mention as one line, by kind: what the stored output holds."""
    out: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for f in case.facts:
        if isinstance(f, BodyFact):
            out["bodies"].append(f"{f.unit}/{f.clause} {f.name} · {f.role} · {f.kind} · {f.method}")
        elif isinstance(f, ProgrammeFact):
            out["programmes"].append(f"{f.unit}/{f.clause} {f.action} > {f.name} · {f.kind} · {f.method}")
        elif isinstance(f, TargetFact):
            number = f"{f.value}..{f.value_max} {f.unit_text} from {f.baseline} until {f.deadline} {f.commitment}"
            out["targets"].append(f"{f.unit}/{f.clause} {f.text} · {f.measure} · {f.comparator} {number} · {f.method}")
    return out


def bare(text: str) -> str:
    return re.sub(r"[\s“”\"《》〈〉「」()]+", "", unicodedata.normalize("NFKC", text)).lower()


def alike(a: str, b: str) -> bool:
    short, long = sorted((bare(a), bare(b)), key=len)
    return bool(short) and short in long and len(short) * 2 >= len(long)


def _same(kind: str, gold: Any, fact: Fact) -> bool:
    if isinstance(fact, BodyFact) and kind == "bodies":
        acting = (gold["role"] in ACTING) == (fact.role in ACTING)
        return acting and (alike(gold["name"], fact.name) or alike(gold["name"], fact.canonical))
    if isinstance(fact, ProgrammeFact) and kind == "programmes":
        return alike(gold, fact.name) or alike(gold, fact.canonical)
    if isinstance(fact, TargetFact) and kind == "targets":
        g, p = bare(gold["text"]), bare(fact.text)
        near = g in p or p in g
        if gold["value"] is None:
            return near and gold["deadline"] == fact.deadline
        return near and gold["value"] == fact.value
    return False


def _optional(case: Case, fact: Fact) -> bool:
    """What an annotator may name or leave: counts neither way."""
    said = getattr(fact, "name", getattr(fact, "text", ""))
    return any(alike(word, said) for word in case.gold["optional"])


def score(case: Case) -> dict[str, tuple[int, list[Any], list[Fact]]]:
    """For each kind: gold entries found, those missed, and facts that stand on no gold entry."""
    out: dict[str, tuple[int, list[Any], list[Fact]]] = {}
    classes = {"bodies": BodyFact, "programmes": ProgrammeFact, "targets": TargetFact}
    for kind in KINDS:
        facts = [f for f in case.facts if isinstance(f, classes[kind])]
        if kind == "bodies" and case.gold.get("responsible_only"):
            facts = [f for f in facts if getattr(f, "role", "") in ACTING]
        missed = [g for g in case.gold[kind] if not any(_same(kind, g, f) for f in facts)]
        spurious = [f for f in facts if not (any(_same(kind, g, f) for g in case.gold[kind]) or _optional(case, f))]
        out[kind] = (len(case.gold[kind]) - len(missed), missed, spurious)
    return out


def f1(found: int, missed: int, spurious: int) -> float:
    return 2 * found / (2 * found + missed + spurious) if found + missed + spurious else 1.0


def compare(now: dict[str, dict[str, list[str]]], stored: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    """One line for each mention that the stored output has and this one has not, and the reverse."""
    for name, kinds in now.items():
        for kind in KINDS:
            old = stored.get(name, {}).get(kind, [])
            yield from (f"lost    {name} {kind}: {line}" for line in old if line not in kinds[kind])
            yield from (f"gained  {name} {kind}: {line}" for line in kinds[kind] if line not in old)


def report(cases: list[Case]) -> Iterator[str]:
    """What the gold misses and what stands on no gold, then the figures by kind."""
    sums = {kind: [0, 0, 0] for kind in KINDS}
    means: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for case in cases:
        for kind, (found, missed, spurious) in score(case).items():
            yield from (f"missed   {case.name} {kind}: {json.dumps(gold, ensure_ascii=False)}" for gold in missed)
            for fact in spurious:
                said = getattr(fact, "name", getattr(fact, "text", ""))
                yield f"spurious {case.name} {kind}: {said} {fact.method}"
            for i, n in enumerate((found, len(missed), len(spurious))):
                sums[kind][i] += n
            if found or missed or spurious:
                means[kind].append(f1(found, len(missed), len(spurious)))
    for kind, (found, without, extra) in sums.items():
        mean = sum(means[kind]) / max(1, len(means[kind]))
        figure = f1(found, without, extra)
        yield f"{kind:11} found {found} missed {without} spurious {extra} F1 {figure:.3f}, mean over plans {mean:.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="report the plans whose names match this pattern")
    parser.add_argument("--store", action="store_true", help="make the present output the stored one")
    arguments = parser.parse_args()
    thesaurus = Thesaurus.load()
    cases = [run(path, thesaurus) for path in plans()]
    now = {case.name: lines(case) for case in cases}
    plan = parse(read(FOLDER.parents[2] / "data" / "plans" / "yiyang-2021.txt"), "sample")
    sample = {"sample": lines(Case("sample", {}, plan, extract(plan, thesaurus)))}
    stored = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    before = json.loads(SAMPLE.read_text(encoding="utf-8")) if SAMPLE.exists() else {}
    for line in (
        *compare(now, stored),
        *compare(sample, {"sample": before}),
        *report([c for c in cases if re.search(arguments.only, c.name)]),
    ):
        sys.stdout.write(line + "\n")
    if arguments.store:
        GOLDEN.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        SAMPLE.write_text(json.dumps(sample["sample"], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
