"""The bank of everyday wordings: what is in it, that its vectors are of it, and what questions are taken to mean."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

import numpy as np
import pytest

from embeddings.encoder import Encoder, load_encoder, packaged_name
from embeddings.files import read_meta
from qa.everyday import FOLDER, MOST, Everyday
from tools.everyday import stored

LINES = (FOLDER / "matters.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def bank() -> Everyday:
    found = Everyday.load(packaged_name())
    assert found is not None
    return found


def _matters() -> list[Any]:
    return [json.loads(line) for line in LINES]


def test_every_matter_has_its_words_and_its_wordings() -> None:
    for matter in _matters():
        assert set(matter) == {"terms", "gist", "zh", "en"}, matter["terms"]
        assert matter["terms"], matter
        assert matter["gist"], matter
        assert len(matter["zh"]) >= 5 <= len(matter["en"]), matter["terms"]
        # A wording that holds an official word needs no bank.
        assert not any(term in wording for term in matter["terms"] for wording in matter["zh"]), matter["terms"]


def test_no_matter_stands_twice() -> None:
    matters = _matters()
    assert max(Counter(matter["terms"][0] for matter in matters).values()) == 1
    said = Counter(wording for matter in matters for wording in (*matter["zh"], *matter["en"]))
    # People may say the same of two matters, but seldom.
    assert sum(count > 1 for count in said.values()) < 0.01 * len(said)


def test_the_vectors_are_those_of_the_bank(bank: Everyday, encoder: Encoder) -> None:
    meta = read_meta(FOLDER, "everyday", 1)
    assert meta["bank"] == hashlib.sha256((FOLDER / "matters.jsonl").read_bytes()).hexdigest()
    assert bank.centres.shape == bank.gists.shape == (len(LINES), encoder.dimension)
    some = [0, len(LINES) // 2, len(LINES) - 1]
    gists = stored(encoder.queries([json.loads(LINES[i])["gist"] for i in some])) / 127
    assert np.abs(bank.gists[some] - gists).max() < 0.02


def test_another_encoder_has_no_bank() -> None:
    assert Everyday.load("some-other-model") is None


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("放学早，家里大人还在上班，小孩没人看，学校能帮忙带到几点？", "课后服务"),
        ("孩子看黑板越来越模糊，配的眼镜度数年年涨", "近视"),
        ("年轻人到山里教书没房子住怎么办", "周转"),
        ("The kitchen is dirty and pupils had a stomach upset after the midday meal", "食"),
        ("He left at fourteen to earn money and nobody came to bring him back to his desk", "辍"),
    ],
)
def test_a_question_in_everyday_words_is_taken_for_its_matter(
    question: str, term: str, bank: Everyday, encoder: Encoder
) -> None:
    found = bank.matters(encoder.queries([question])[0])
    assert 0 < len(found) <= MOST
    assert sum(matter.weight for matter in found) <= 1.0 + 1e-6
    assert any(term in word for matter in found for word in matter.terms), found
