"""The second door to the default model; importing this file imports torch."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from embeddings.encoder import Encoder, PackagedEncoder, load_encoder
from embeddings.sentence_module import PackagedModule
from kg.errors import ModelError

TEXTS = ["甲县培训乡村教师二百名。", "Which items involve teachers in the countryside?", "", "教育" * 300]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Path:
    return warm(tmp_path_factory.mktemp("encoder")) / "cache"


@pytest.fixture(scope="module")
def model(cache: Path) -> SentenceTransformer:
    return SentenceTransformer(modules=[PackagedModule(cache)], device="cpu")


@pytest.fixture(scope="module")
def engine(cache: Path) -> Encoder:
    return load_encoder(cache=cache)


def test_both_doors_give_the_same_vectors(model: SentenceTransformer, engine: Encoder) -> None:
    for text in TEXTS:
        assert (model.encode_query([text]) == engine.queries([text])).all()
        assert (model.encode_document([text]) == engine.passages([text])).all()
    assert model.encode_query(TEXTS) == pytest.approx(engine.queries(TEXTS), abs=1e-5)
    assert model.encode_document(TEXTS) == pytest.approx(engine.passages(TEXTS), abs=1e-5)


def test_text_without_a_task_is_a_document(model: SentenceTransformer, engine: Encoder) -> None:
    assert (model.encode(TEXTS[0]) == engine.passages(TEXTS[:1])[0]).all()


def test_the_dimension_is_stated(model: SentenceTransformer, engine: Encoder) -> None:
    assert model.get_embedding_dimension() == engine.dimension


def test_a_saved_model_loads_by_path_through_either_door(
    model: SentenceTransformer, engine: Encoder, tmp_path: Path
) -> None:
    model.save(str(tmp_path), create_model_card=False)
    again = SentenceTransformer(str(tmp_path), trust_remote_code=True, local_files_only=True, device="cpu")
    assert (again.encode_query(TEXTS[:1]) == engine.queries(TEXTS[:1])).all()
    assert isinstance(load_encoder(str(tmp_path)), PackagedEncoder)


def test_a_model_saved_from_other_releases_is_refused(model: SentenceTransformer, tmp_path: Path) -> None:
    model.save(str(tmp_path), create_model_card=False)
    (tmp_path / "config.json").write_text(json.dumps({"name": "another@0"}), encoding="utf-8")
    with pytest.raises(ModelError, match="another@0"):
        load_encoder(str(tmp_path))
    with pytest.raises(ModelError, match="another@0"):
        PackagedModule.load(str(tmp_path))


def test_vectors_have_norm_one(model: SentenceTransformer) -> None:
    assert np.linalg.norm(model.encode_document(TEXTS), axis=1) == pytest.approx(1.0, abs=1e-5)
