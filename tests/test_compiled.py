"""A thesaurus from the cache is the thesaurus from its file, whatever happens to the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import compiled, thesaurus
from kg.model import Language
from kg.thesaurus import DATA, Thesaurus

TEXTS: tuple[tuple[str, Language], ...] = (
    ("推进农村边远学校教师周转房建设，民办普通高中除外。", "zh"),
    ("housing for rural teachers and pre-school programmes", "en"),
)


@pytest.fixture(scope="module")
def fresh() -> Thesaurus:
    thesaurus._held.clear()
    return Thesaurus.load()


@pytest.fixture(params=[True, False], ids=["a new process", "a process that has read it"])
def process(request: pytest.FixtureRequest) -> None:
    """What it has read before: nothing, or the same thesaurus."""
    thesaurus._held.clear()
    if not request.param:
        Thesaurus.load()


def alike(one: Thesaurus, other: Thesaurus) -> bool:
    return (
        dict(one.concepts) == dict(other.concepts)
        and list(one.concepts) == list(other.concepts)
        and one.sha256 == other.sha256
        and all(
            one.match(t, lang, question=q) == other.match(t, lang, question=q)
            for t, lang in TEXTS
            for q in (True, False)
        )
    )


@pytest.mark.usefixtures("process")
def test_what_is_kept_is_what_was_read(fresh: Thesaurus, tmp_path: Path) -> None:
    written = Thesaurus.load(cache=tmp_path)
    (kept,) = tmp_path.glob("*")
    before = kept.stat().st_mtime_ns
    again = Thesaurus.load(cache=tmp_path)
    assert alike(fresh, written) and alike(fresh, again)
    assert kept.stat().st_mtime_ns == before
    assert set(again.quads("urn:x/")) == set(fresh.quads("urn:x/"))


@pytest.mark.usefixtures("process")
def test_a_damaged_file_is_made_anew(fresh: Thesaurus, tmp_path: Path) -> None:
    Thesaurus.load(cache=tmp_path)
    (kept,) = tmp_path.glob("*")
    whole = kept.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole.replace(b"rural", b"urban", 1), b"", b"\n"):
        kept.write_bytes(damaged)
        assert alike(fresh, Thesaurus.load(cache=tmp_path))
        assert kept.read_bytes() == whole


def test_a_process_reads_it_once(fresh: Thesaurus, tmp_path: Path) -> None:
    assert Thesaurus.load(cache=tmp_path / "one") is Thesaurus.load(cache=tmp_path / "two") is Thesaurus.load()


def test_another_thesaurus_has_a_file_of_its_own_and_the_old_one_goes(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    Thesaurus.load(cache=cache)
    (old,) = cache.glob("*")
    changed = tmp_path / "changed.ttl"
    changed.write_bytes(DATA.read_bytes() + b"\n# changed\n")
    assert Thesaurus.load(changed, cache).sha256 != Thesaurus.load().sha256
    (new,) = cache.glob("*")
    assert new != old


@pytest.mark.usefixtures("process")
def test_a_cache_that_cannot_be_written_is_no_reason_not_to_answer(fresh: Thesaurus, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("no folder")
    assert alike(fresh, Thesaurus.load(cache=place))
    assert compiled.read(place / "thesaurus.json") is None
