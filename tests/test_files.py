from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.files import read_arrays, write_arrays
from kg.errors import DamagedWorkspace


def written(folder: Path) -> Path:
    write_arrays(folder, "kind", {"a": np.arange(2000), "b": np.zeros((0, 3), np.float32)}, {"note": "x"})
    return folder


def test_arrays_and_meta_data_come_back(tmp_path: Path) -> None:
    arrays, meta = read_arrays(written(tmp_path), "kind", ("a", "b"))
    assert (arrays["a"] == np.arange(2000)).all()
    assert arrays["b"].shape == (0, 3)
    assert meta["note"] == "x"


@pytest.mark.parametrize("name", ["a.npy", "b.npy", "kind.json"])
@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "remove"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, harm: str) -> None:
    path = written(tmp_path) / name
    data = path.read_bytes()
    if harm == "remove":
        path.unlink()
    else:
        path.write_bytes({"flip": bytes([data[0] ^ 1]) + data[1:], "cut": data[:-5], "empty": b""}[harm])
    with pytest.raises(DamagedWorkspace, match=name) as caught:
        read_arrays(tmp_path, "kind", ("a", "b"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["[]", "1", "{}", '{"kind": "kind"}', '{"kind": "kind", "sha256": []}', '{"kind": "x", "sha256": {}}']
)
def test_a_description_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    (written(tmp_path) / "kind.json").write_text(text, encoding="utf-8")
    with pytest.raises(DamagedWorkspace, match=r"kind\.json"):
        read_arrays(tmp_path, "kind", ("a",))


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        write_arrays(tmp_path, "kind", {"a": np.array([{}], dtype=object)}, {})


@given(place=st.integers(0, 8000), bit=st.integers(0, 7))
def test_no_flipped_bit_goes_unseen(tmp_path_factory: pytest.TempPathFactory, place: int, bit: int) -> None:
    folder = written(tmp_path_factory.mktemp("arrays"))
    path = folder / "a.npy"
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << bit
    path.write_bytes(data)
    with pytest.raises(DamagedWorkspace):
        read_arrays(folder, "kind", ("a",))
