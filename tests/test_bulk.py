"""The bulk encoder is the C engine's model: the same vectors within the stated cosine, for any text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import bulk, encoder
from embeddings.bulk import SAME, BulkE5
from embeddings.encoder import PackagedEncoder
from tools.plans import sentences

HARD = ["", " ", "ＡＩ＋教育 ½ ﷺ", "教  育   局", "Which items?", "教育" * 700, "e\u0301cole", "鄉村教師（kè）程"]


@pytest.fixture(scope="module")
def bulk_e5() -> BulkE5:
    return BulkE5(2)


@pytest.fixture(scope="module")
def engine() -> PackagedEncoder:
    return PackagedEncoder()


def nearness(engine: PackagedEncoder, bulk_e5: BulkE5, texts: list[str]) -> list[float]:
    rows, made = bulk_e5.passages([encoder._encodable(t) for t in texts])
    own = engine._e5.encode([encoder._encodable(t) for t in texts], False)
    return [float(a @ b) for a, b, ok in zip(rows, own, made, strict=True) if ok]


def test_the_vectors_are_the_engines_within_the_stated_cosine(engine: PackagedEncoder, bulk_e5: BulkE5) -> None:
    texts = [*sentences(3, 60), *HARD]
    near = nearness(engine, bulk_e5, texts)
    assert len(near) >= len(texts) - 2
    assert min(near) >= SAME
    assert min(near[:60]) >= 0.9998


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=4))
@settings(max_examples=25)
def test_any_text_gets_the_engines_vector_or_is_left_to_it(
    engine: PackagedEncoder, bulk_e5: BulkE5, texts: list[str]
) -> None:
    assert all(cosine >= SAME for cosine in nearness(engine, bulk_e5, texts))


def test_a_text_with_unknown_characters_is_left_to_the_engine(bulk_e5: BulkE5) -> None:
    _, made = bulk_e5.passages(["教育", "\U00020000\U00020001", "school"])
    assert made.tolist() == [True, False, True]


def test_the_company_of_a_text_does_not_matter(bulk_e5: BulkE5) -> None:
    one, _ = bulk_e5.passages(["办好学校食堂。"])
    among, _ = bulk_e5.passages(["长" * 300, "办好学校食堂。", "短"])
    assert float(one[0] @ among[1]) == pytest.approx(1, abs=1e-5)


def test_many_texts_go_through_it_and_few_do_not(engine: PackagedEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*sentences(4, 12), "\U00020000\U00020001", "end"]
    few = engine.passages(texts)
    monkeypatch.setattr(encoder, "WORTH_IT", 10)
    monkeypatch.setattr(encoder, "BULK", 8)
    monkeypatch.setattr(bulk, "TOKENS", 128)
    seen: list[tuple[int, int]] = []
    many = engine.passages(texts, lambda done, total: seen.append((done, total)))
    assert seen == [(8, 14), (14, 14)]
    assert ((few * many).sum(1) >= SAME).all()
    assert np.linalg.norm(many, axis=1) == pytest.approx(1, abs=1e-5)
    assert few[12] == pytest.approx(many[12], abs=1e-5)
