"""Made plans: the same from the same seed, of every shape, and read as their gold says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.source import read
from kg.structure import leaves, parse
from kg.thesaurus import Thesaurus
from tests import whole
from tools.plans import SHAPES, make, sentences, series, write

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load()


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 60))
def test_a_plan_depends_on_its_seed_and_number_alone(seed: int, number: int, items: int) -> None:
    plan = make(seed, number, items)
    assert plan == make(seed, number, items)
    assert plan.text != make(seed + 1, number, items).text
    told = [item for item in plan.gold["items"] if item["label"] != "通知"]
    assert len(told) == items


def test_another_process_makes_the_same() -> None:
    code = "from tools.plans import make; import hashlib; print(hashlib.sha256(make(3, 5).text.encode()).hexdigest())"
    runs = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout != b""


def test_a_longer_series_begins_with_the_shorter() -> None:
    assert list(series(1, 20, 5))[:8] == list(series(1, 8, 5))


def test_plans_of_a_series_take_turns_in_shape() -> None:
    assert {plan.shape for plan in series(1, len(SHAPES), 3)} == set(SHAPES)


def test_sentences_seldom_repeat() -> None:
    made = list(sentences(1, 20_000))
    assert len(set(made)) > 0.98 * len(made)


@pytest.mark.parametrize(("shape", "items"), [("", 0), ("no such", 3)])
def test_what_cannot_be_made_is_said(shape: str, items: int) -> None:
    with pytest.raises(ValueError, match="no plan of shape"):
        make(1, 1, items, shape)


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=3)
@given(number=st.integers(0, 10**6), items=st.integers(4, 40))
def test_what_gold_says_is_found(
    shape: str, number: int, items: int, thesaurus: Thesaurus, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("made")
    plan = make(11, number, items, shape)
    write(folder, iter([plan]))
    document = parse(read(folder / plan.name), "plan")
    assert "".join(leaf.span.of(document.text) for leaf in leaves(document)) == document.text
    counted = whole.counts(plan.gold, whole.found_in(plan.gold, folder, thesaurus))
    missed = {field: entries for field, (_, entries, _) in counted.items() if entries}
    assert not missed
    assert not {field for field in ("sections", "items", "bodies") if field in counted and counted[field][2]}
