"""The journal of decisions: in order, and whoever changes it by other means is told of."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from grader.store import DATABASE, StoreError, open_store, read_store
from grader.store.codec import encode
from tests.grader.store.samples import DRAFT, PLAN, state

LENGTH = 5


def journal(work: Path, *, publish: bool) -> None:
    """Five decisions, made before and after a run, which is published unless not wanted."""
    with open_store(work) as store:
        for number in range(LENGTH):
            store.decide(replace(DRAFT, number=99, why=f"reason {number}"))
        if publish:
            number = store.begin(PLAN, "grade", "t")
            store.finish(number, state())
            store.publish(number, "t", "ta", "why")


def tampered(work: Path, *statements: str) -> None:
    connection = sqlite3.connect(work / DATABASE, isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_decisions_come_in_order_with_their_numbers(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert store.decisions() == ()
        first = store.decide(replace(DRAFT, number=7))
        second = store.decide(replace(DRAFT, why="\udc80\0", entrant="b"))
        assert first == replace(DRAFT, number=1)
        assert second.number == 2
    with read_store(tmp_path) as store:
        assert store.decisions() == (first, second)


def test_each_hash_is_of_the_one_before_and_the_text(tmp_path: Path) -> None:
    journal(tmp_path, publish=False)
    connection = sqlite3.connect(tmp_path / DATABASE)
    last = "0" * 64
    rows = connection.execute("SELECT * FROM decisions ORDER BY number").fetchall()
    connection.close()
    for number, body, previous, own in rows:
        assert body == encode(replace(DRAFT, number=number, why=f"reason {number - 1}"))
        assert previous == last
        last = hashlib.sha256((last + body).encode()).hexdigest()
        assert own == last
    assert len(rows) == LENGTH


SWAP = (
    "UPDATE decisions SET number = -2 WHERE number = 2",
    "UPDATE decisions SET number = 2 WHERE number = 3",
    "UPDATE decisions SET number = 3 WHERE number = -2",
)
TAMPERINGS = [
    (("UPDATE decisions SET body = replace(body, 'reason 2', 'reason 9')",),
     "decision 3 is not what was written"),
    (("UPDATE decisions SET body = body || ' ' WHERE number = 1",), "decision 1 is not what"),
    (("UPDATE decisions SET hash = 'x' WHERE number = 5",), "decision 5 is not what"),
    (("UPDATE decisions SET previous = hash WHERE number = 4",), "decision 4 does not follow"),
    (("DELETE FROM decisions WHERE number = 1",), "decision 1 is missing"),
    (("DELETE FROM decisions WHERE number = 3",), "decision 3 is missing"),
    (("DELETE FROM decisions WHERE number = 3",
      "UPDATE decisions SET number = number - 1 WHERE number = 4",
      "UPDATE decisions SET number = number - 1 WHERE number = 5"), "decision 3 does not follow"),
    (("UPDATE decisions SET number = 0 WHERE number = 1",), "decision 1 is missing"),
    (("INSERT INTO decisions SELECT 0, body, previous, hash FROM decisions WHERE number = 1",),
     "decision 1 is missing"),
    (("INSERT INTO decisions SELECT 6, body, previous, hash FROM decisions WHERE number = 5",),
     "decision 6 does not follow"),
    (SWAP, "decision 2 does not follow"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "told"), TAMPERINGS)
@pytest.mark.parametrize("publish", [False, True])
def test_tampering_is_told(
    tmp_path: Path, statements: tuple[str, ...], told: str, publish: bool
) -> None:
    journal(tmp_path, publish=publish)
    tampered(tmp_path, *statements)
    with read_store(tmp_path) as store, pytest.raises(StoreError) as caught:
        store.decisions()
    assert told in str(caught.value)
    assert "Put back a copy" in str(caught.value)
    with open_store(tmp_path) as store:
        with pytest.raises(StoreError, match="is broken"):
            store.decide(DRAFT)
        assert [each.number for each in store.runs()] == ([1] if publish else [])


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM decisions WHERE number = 5", "decision 5 is missing: publication 1 knew 5"),
        ("DELETE FROM decisions WHERE number > 1", "decision 2 is missing: publication 1 knew 5"),
        ("DELETE FROM decisions", "decision 1 is missing: publication 1 knew 5"),
    ],
)
def test_a_tail_that_a_run_knew_is_missed(tmp_path: Path, statement: str, told: str) -> None:
    journal(tmp_path, publish=True)
    tampered(tmp_path, statement)
    with read_store(tmp_path) as store, pytest.raises(StoreError) as caught:
        store.decisions()
    assert told in str(caught.value)


def test_a_tail_that_was_written_anew_is_told(tmp_path: Path) -> None:
    """Whoever makes a new chain behind the cut is caught by what the runs knew."""
    journal(tmp_path, publish=True)
    body = encode(replace(DRAFT, number=5, why="another"))
    connection = sqlite3.connect(tmp_path / DATABASE)
    (last,) = connection.execute("SELECT previous FROM decisions WHERE number = 5").fetchone()
    connection.close()
    own = hashlib.sha256((last + body).encode()).hexdigest()
    tampered(tmp_path, f"UPDATE decisions SET body = '{body}', hash = '{own}' WHERE number = 5")
    with read_store(tmp_path) as store, pytest.raises(StoreError, match="not the one that"):
        store.decisions()


def test_a_chain_made_anew_with_another_number_inside_is_told(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.decide(DRAFT)
    body = encode(replace(DRAFT, number=8))
    own = hashlib.sha256(("0" * 64 + body).encode()).hexdigest()
    tampered(tmp_path, f"UPDATE decisions SET body = '{body}', hash = '{own}'")
    with read_store(tmp_path) as store, pytest.raises(StoreError, match="calls itself 8"):
        store.decisions()


def test_what_the_chain_cannot_see(tmp_path: Path) -> None:
    """The newest decisions, which no run has known yet, can be cut off; docs/decisions/0006."""
    journal(tmp_path, publish=False)
    tampered(tmp_path, "DELETE FROM decisions WHERE number = 5")
    with read_store(tmp_path) as store:
        assert len(store.decisions()) == LENGTH - 1


@pytest.mark.parametrize("table", ["runs", "states", "publications"])
def test_each_of_them_knows_the_journal(tmp_path: Path, table: str) -> None:
    journal(tmp_path, publish=True)
    others = {"runs", "states", "publications"} - {table}
    tampered(
        tmp_path,
        *(f"UPDATE {name} SET journal_count = 0, journal_hash = '{'0' * 64}'" for name in others),
        "DELETE FROM decisions WHERE number = 5",
    )
    with read_store(tmp_path) as store, pytest.raises(StoreError, match="knew 5"):
        store.decisions()
