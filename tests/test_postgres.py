"""Indexes in a database: generations share what did not change, readers stay with theirs, and what is wrong is told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.hybrid import Entry, Hybrid, HybridIndex
from embeddings.lexical import LexicalIndex
from embeddings.postgres import Database, current, opened, publish, shown
from kg.errors import ModelError, ServerError, SettingsError, StateMoved
from tests.backends import free_port, postgres
from tests.killing import Hashed

BASE = "urn:p:"
PLANS = {"a": "办好食堂。检查食堂。", "b": "培训乡村教师。轮岗交流。", "c": "Check canteens. 防控近视。", "d": ""}
EXTRA = [{"食堂": 1.0, "近视": 0.5}]


def built(plans: dict[str, str]) -> HybridIndex:
    """An index over plans of one unit each; one without text has a unit and no clause."""
    units = {f"{BASE}{name}/i1": text or "空" for name, text in sorted(plans.items())}
    entries = [
        Entry(f"{key}/c{n}", key, clause)
        for name, text in sorted(plans.items())
        for key in [f"{BASE}{name}/i1"]
        for n, clause in enumerate(text.split("。")[:-1], 1)
    ]
    return HybridIndex.build(entries, units, Hashed())


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres() as found:
        yield found


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A database that holds nothing."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS yaodian CASCADE")
    made = Database(address)
    yield made
    made.close()


def rows_of(database: Database) -> dict[str, int]:
    with database.connected() as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM yaodian.{table}").fetchone()[0]  # type: ignore[index]
            for table in ("piece", "clause", "unit", "posting", "generation")
        }


def same(one: Hybrid, other: Hybrid, rows: np.ndarray | None = None) -> None:
    for question in ("乡村教师", "检查食堂", "school canteens", "nosuch 鼎"):
        vector = Hashed().queries([question])[0]
        a, b = (index.scores(question, vector, "zh", rows=rows, extra=EXTRA) for index in (one, other))
        assert a.lexical.tolist() == b.lexical.tolist()
        assert a.dense == pytest.approx(b.dense, abs=1e-6)
        assert a.fused == pytest.approx(b.fused, abs=1e-5)


def test_what_is_put_is_asked_as_the_index_itself(database: Database) -> None:
    assert current(database) == ""
    index = built(PLANS)
    publish(index, dict.fromkeys(PLANS, "1"), BASE, "g1-a", database)
    found = opened(database, "g1-a")
    assert (len(found), list(found.ids), found.ranges(BASE)) == (len(index), list(index.ids), index.ranges(BASE))
    assert current(database) == "g1-a"
    same(index, found)
    for rows in ([0], [1, 2], [0, 3, 4], []):
        same(index, found, np.array(rows, dtype=np.int64))
    hits = [[h.id for h in known.search("食堂", Hashed(), "zh", 3)] for known in (index, found)]
    assert hits[0] == hits[1]
    with pytest.raises(ModelError):
        found.check_model("another")


def test_a_generation_shares_what_did_not_change_and_old_ones_go(database: Database) -> None:
    publish(built(PLANS), dict.fromkeys(PLANS, "1"), BASE, "g1-a", database)
    first, before = opened(database, "g1-a"), rows_of(database)
    changed = {**PLANS, "b": "培训幼儿园教师。"}
    publish(built(changed), {**dict.fromkeys(PLANS, "1"), "b": "2"}, BASE, "g2-b", database)
    assert rows_of(database)["piece"] == before["piece"] + 1
    same(first, built(PLANS))
    same(opened(database, "g2-b"), built(changed))
    left = {"a": PLANS["a"]}
    publish(built(left), {"a": "1"}, BASE, "g3-c", database)
    same(opened(database, "g3-c"), built(left))
    assert rows_of(database)["piece"] == 4, "those of g1 alone are gone"
    with pytest.raises(StateMoved, match="does not hold the state"):
        same(first, built(PLANS))
    with pytest.raises(StateMoved):
        opened(database, "g1-a")
    publish(built(left), {"a": "1"}, BASE, "g3-c", database)
    assert rows_of(database)["generation"] == 2


def test_a_writing_that_fails_leaves_what_was_in_force(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(built(PLANS), dict.fromkeys(PLANS, "1"), BASE, "g1-a", database)
    before = rows_of(database)

    def failing(*_: object) -> Iterator[object]:
        raise ServerError("it broke off")

    with monkeypatch.context() as patched:
        patched.setattr(LexicalIndex, "pieces", failing)
        with pytest.raises(ServerError, match="broke off"):
            publish(built(PLANS), dict.fromkeys(PLANS, "2"), BASE, "g2-b", database)
    assert (current(database), rows_of(database)) == ("g1-a", before)
    same(opened(database, "g1-a"), built(PLANS))


def test_the_vectors_of_another_workspace_are_not_replaced(database: Database) -> None:
    publish(built(PLANS), dict.fromkeys(PLANS, "1"), BASE, "g1-a", database, origin="one")
    with pytest.raises(ServerError, match="of another workspace; .*DROP SCHEMA yaodian CASCADE"):
        publish(built(PLANS), dict.fromkeys(PLANS, "1"), BASE, "g1-b", database, origin="other")
    assert current(database) == "g1-a"


def test_nothing_is_told_of_an_empty_database_and_one_of_another_format(database: Database) -> None:
    with pytest.raises(ServerError, match="holds no vectors of this program"):
        opened(database, "g1-a")
    publish(built(PLANS), dict.fromkeys(PLANS, "1"), BASE, "g1-a", database)
    with database.connected() as connection:
        connection.execute("UPDATE yaodian.format SET version = 99")
    with pytest.raises(ServerError, match="tables of format 99"):
        publish(built(PLANS), dict.fromkeys(PLANS, "1"), BASE, "g2-b", database)


def test_what_is_wrong_with_a_server_is_told_in_one_line_without_its_password(address: str, tmp_path: Path) -> None:
    folder = address.partition("host=")[2]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN PASSWORD 'right'")
        connection.execute("DROP DATABASE IF EXISTS bare WITH (FORCE)")
        connection.execute("CREATE DATABASE bare")
        row = connection.execute("SHOW hba_file").fetchone()
        assert row is not None
        rules = Path(row[0])
        kept = rules.read_text(encoding="utf-8")
        rules.write_text("local all guest scram-sha-256\n" + kept, encoding="utf-8")
        connection.execute("SELECT pg_reload_conf()")
    cases = {
        f"postgresql://guest:s3cret@/postgres?host={folder}": "refuses the name or the password in YAODIAN_VECTORS",
        f"postgresql://postgres@/nosuch?host={folder}": "has no database of the name in YAODIAN_VECTORS",
        f"postgresql://guest:right@/bare?host={folder}": r"lacks the extension vector .*CREATE EXTENSION",
        f"postgresql://guest:s3cret@127.0.0.1:{free_port()}/postgres": "cannot be reached, or broke off; start it",
    }
    for where, said in cases.items():
        made = Database(where)
        with pytest.raises(ServerError, match=said) as caught:
            publish(built(PLANS), dict.fromkeys(PLANS, "1"), BASE, "g1-a", made)
        assert "s3cret" not in str(caught.value) and "guest" not in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
        made.close()
    rules.write_text(kept, encoding="utf-8")


@pytest.mark.parametrize("address", ["", "mysql://h/d", "h:5432", "postgresql://a:s3cret@h:x/d"])
def test_an_address_that_is_none_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(SettingsError, match="^YAODIAN_VECTORS must be") as caught:
        shown(address)
    assert "s3cret" not in str(caught.value)


def test_a_connection_that_was_cut_is_made_anew(database: Database, address: str) -> None:
    publish(built(PLANS), dict.fromkeys(PLANS, "1"), BASE, "g1-a", database)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename <> ''"
        )
    assert current(database) == "g1-a"


TEXTS = st.lists(st.text(st.sampled_from("甲乙丙丁戊 a9\0。"), max_size=12), min_size=1, max_size=9)


@given(TEXTS, st.randoms(use_true_random=False))
def test_the_pieces_of_an_index_are_those_of_its_spans_alone(texts: list[str], draw: random.Random) -> None:
    cuts = sorted(draw.choices(range(len(texts) + 1), k=4))
    spans = [(cuts[0], cuts[1]), (cuts[2], cuts[3])]
    whole = LexicalIndex.build([str(n) for n in range(len(texts))], texts)
    for (a, b), found in zip(spans, whole.pieces(spans), strict=True):
        alone = LexicalIndex.build([str(n) for n in range(a, b)], texts[a:b])
        (expected,) = alone.pieces([(0, b - a)])
        assert dict(found) == dict(expected)
