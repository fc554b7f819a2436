"""Results, runs and publications: what is kept, replaced, found again, and never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from grader.outcomes import Checked, Counted, Scored
from grader.runs import Planned, Publication
from grader.store import DATABASE, Kept, RunSummary, Store, StoreError, open_store, read_store
from tests.grader.store.samples import CHECKED, DRAFT, PLAN, state

ODD = "a\udc80\0\"'%?"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "work") as opened:
        yield opened


def raw(work: Path) -> sqlite3.Connection:
    return sqlite3.connect(work / DATABASE, isolation_level=None)


def test_a_result_is_found_under_its_own_stage_and_key(store: Store) -> None:
    store.keep([Kept("check", "k", "a.zip", CHECKED, b"\0blob"), Kept("score", "k", "a", Scored())])
    assert store.result("check", "k", Checked) == CHECKED
    assert store.result("score", "k", Scored) == Scored()
    assert store.blob("check", "k") == b"\0blob"
    assert store.blob("score", "k") == b""
    assert store.result("check", "K", Checked) is None
    assert store.blob("check", "K") == b""


def test_the_same_key_again_replaces(store: Store) -> None:
    newer = Checked(counted=(Counted("strict", 1, 2),))
    store.keep([Kept("check", "k", "a", CHECKED, b"1"), Kept("check", "other", "a", CHECKED)])
    store.keep([Kept("check", "k", "a", Checked()), Kept("check", "k", "a", newer, b"2")])
    assert store.result("check", "k", Checked) == newer
    assert store.blob("check", "k") == b"2"
    assert store.result("check", "other", Checked) == CHECKED


def test_many_results_at_once(store: Store) -> None:
    kept = {f"k{n:04d}": Checked(counted=(Counted("c", n, n),)) for n in range(1203)}
    store.keep(Kept("check", key, "s", record) for key, record in kept.items())
    found = store.results("check", ["none", *sorted(kept, reverse=True), "k0001"], Checked)
    assert found == kept
    assert list(found) == sorted(kept)
    assert store.results("check", [], Checked) == {}


@pytest.mark.parametrize("part", ["stage", "key", "subject"])
def test_names_that_are_no_unicode_are_kept(store: Store, part: str) -> None:
    row = replace(Kept("check", "k", "a", CHECKED), **{part: ODD})
    store.keep([row, replace(row, **{part: ODD.replace("\udc80", "\ufffd")}, record=Checked())])
    planned = Planned(ODD, row.stage, row.key)
    if part != "subject":
        assert store.results(row.stage, [row.key], Checked) == {row.key: CHECKED}
    assert store.done([planned]) == {planned}


def test_a_record_that_cannot_be_kept_keeps_none_of_its_batch(store: Store) -> None:
    bad = Checked(findings=(object(),))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="must not hold"):
        store.keep([Kept("check", "k", "a", CHECKED), Kept("check", "bad", "a", bad)])
    with pytest.raises(TypeError, match="must be a record"):
        store.keep([Kept("check", "k", "a", CHECKED), Kept("check", "bad", "a", (CHECKED,))])
    assert store.result("check", "k", Checked) is None


def test_done_names_what_has_a_result(store: Store) -> None:
    planned = [Planned(f"{n}.zip", stage, f"k{n}") for n in range(600) for stage in ("check", "x")]
    store.keep(Kept("check", f"k{n}", f"{n}.zip", CHECKED) for n in range(0, 600, 2))
    expected = {each for each in planned if each.stage == "check" and int(each.key[1:]) % 2 == 0}
    assert store.done(planned) == expected
    assert store.done(planned, {"check": Checked}) == expected
    assert store.done(planned, {"check": Scored}) == frozenset()


@dataclass(frozen=True)
class Older:
    """What `Checked` might have been once: it can be decoded, and means something else."""

    findings: tuple[str, ...] = ()


def test_a_result_of_another_shape_is_not_there(store: Store) -> None:
    store.keep([Kept("check", "old", "a", Older()), Kept("check", "new", "a", CHECKED)])
    assert store.results("check", ["old", "new"], Checked) == {"new": CHECKED}
    assert store.result("check", "old", Older) == Older()
    store.keep([Kept("check", "old", "a", CHECKED)])
    assert store.result("check", "old", Checked) == CHECKED


@pytest.mark.parametrize("body", ["", "{", "[]", '{"findings": 1}'])
def test_a_result_that_cannot_be_read_is_not_there(tmp_path: Path, body: str) -> None:
    with open_store(tmp_path) as store:
        store.keep([Kept("check", "k", "a", CHECKED)])
    raw(tmp_path).execute("UPDATE results SET body = ?", (body,)).connection.close()
    with open_store(tmp_path) as store:
        assert store.result("check", "k", Checked) is None


def test_the_life_of_runs(store: Store) -> None:
    assert (store.runs(), store.latest(), store.in_force(), store.run(1)) == ((), None, None, None)
    first, second = store.begin(PLAN, "grade a", "t1"), store.begin(PLAN, ODD, "t2")
    assert (first, second) == (1, 2)
    store.finish(first, state())
    assert store.in_force() is None
    store.publish(first, "t3", "ta", "the first")
    begun, latest = store.run(first), store.latest()
    assert begun == store.in_force()
    assert begun is not None
    assert (begun.plan, begun.state) == (PLAN, state())
    assert begun.publications == (Publication(1, "t3", "ta", "the first"),)
    assert latest is not None
    assert (latest.number, latest.command, latest.state) == (2, ODD, None)
    store.finish(second, state("b"))
    store.publish(second, "t4", "ta", "regrade")
    store.publish(first, "t5", "ta", "back")
    in_force = store.in_force()
    assert in_force is not None
    assert [each.why for each in in_force.publications] == ["the first", "back"]
    assert store.runs() == (
        RunSummary(1, "t1", "grade a", True, in_force.publications),
        RunSummary(2, "t2", ODD, True, (Publication(2, "t4", "ta", "regrade"),)),
    )


@pytest.mark.parametrize("number", [0, -1, 3, 2**63, 10**30])
def test_no_such_run(store: Store, number: int) -> None:
    store.begin(PLAN, "grade", "t")
    assert store.run(number) is None


def test_a_state_is_given_once_and_published_only_then(store: Store) -> None:
    number = store.begin(PLAN, "grade", "t")
    with pytest.raises(ValueError, match="no state to publish"):
        store.publish(number, "t", "ta", "why")
    store.finish(number, state())
    with pytest.raises(ValueError, match="has a state already"):
        store.finish(number, state("b"))
    with pytest.raises(ValueError, match="no run 7"):
        store.finish(7, state())
    found = store.run(number)
    assert found is not None
    assert found.state == state()
    assert found.publications == ()


@pytest.mark.parametrize(
    ("what", "sql"),
    [("plan", "UPDATE runs SET plan = '{}'"), ("state", "UPDATE states SET state = '[1'")],
)
def test_a_run_that_cannot_be_read_says_so(tmp_path: Path, what: str, sql: str) -> None:
    with open_store(tmp_path) as store:
        store.finish(store.begin(PLAN, "grade", "t"), state())
    connection = raw(tmp_path)
    for table in ("runs", "states"):
        connection.execute(f"DROP TRIGGER {table}_no_update")
    connection.execute(sql)
    connection.close()
    with read_store(tmp_path) as store:
        assert len(store.runs()) == 1
        with pytest.raises(StoreError, match=r"run 1 can't be read .* another version"):
            store.run(1)


@pytest.mark.parametrize("table", ["runs", "states", "publications", "decisions"])
@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM {0}", "UPDATE {0} SET rowid = rowid + 10", "REPLACE INTO {0} SELECT * FROM {0}",
     "UPDATE {0} SET journal_hash = 'x'", "UPDATE {0} SET hash = 'x'"],
)  # fmt: skip
def test_what_is_written_for_good_is_guarded(tmp_path: Path, table: str, sql: str) -> None:
    with open_store(tmp_path) as store:
        number = store.begin(PLAN, "grade", "t")
        store.finish(number, state())
        store.publish(number, "t", "ta", "why")
        store.decide(DRAFT)
    connection = raw(tmp_path)
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    if "hash = " in sql and sql.split("SET ")[1].split(" ")[0] not in names:
        sql = "UPDATE {0} SET number = 9" if "number" in names else "UPDATE {0} SET run = 9"
    before = connection.execute(f"SELECT * FROM {table}").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match=r"for good|must follow|already"):
        connection.execute(sql.format(table))
    assert connection.execute(f"SELECT * FROM {table}").fetchall() == before != []
    connection.close()


def test_a_reader_sees_what_is_written_meanwhile_and_one_moment_at_a_time(tmp_path: Path) -> None:
    with open_store(tmp_path) as writer, read_store(tmp_path) as reader:
        assert reader.result("check", "k", Checked) is None
        writer.keep([Kept("check", "k", "a", CHECKED)])
        assert reader.result("check", "k", Checked) == CHECKED
        with reader._database.reading() as moment:
            count = "SELECT count(*) FROM results"
            assert moment.execute(count).fetchone() == (1,)
            writer.keep([Kept("check", "k2", "a", CHECKED)])
            assert moment.execute(count).fetchone() == (1,)
        assert reader.result("check", "k2", Checked) == CHECKED


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.keep([])
    with read_store(tmp_path) as store, pytest.raises(StoreError, match="can't be written"):
        store.decide(DRAFT)


def test_what_is_written_at_once_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    work = tmp_path / "work"
    with open_store(work) as store:
        with pytest.raises(ZeroDivisionError):
            _break_off(store)
        assert (store.decisions(), store.runs()) == ((), ())
        assert store.result("check", "k", Checked) is None
        with store.at_once():
            store.decide(DRAFT)
            with read_store(work) as other:
                assert other.decisions() == ()
        with read_store(work) as other:
            assert len(other.decisions()) == 1


def _break_off(store: Store) -> None:
    with store.at_once():
        store.keep([Kept("check", "k", "a", CHECKED)])
        store.decide(DRAFT)
        store.finish(store.begin(PLAN, "grade", "now"), state("a"))
        assert store.decisions() != ()
        raise ZeroDivisionError
