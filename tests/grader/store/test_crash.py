"""A writer that is killed at any moment loses nothing that it was told is kept, nor tears it."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.outcomes import Checked
from grader.store import DATABASE, Kept, Store, StoreError, open_store, read_store
from tests.grader.store.nursery import STEPS, batch, write_one
from tests.grader.store.samples import state

ROOT = Path(__file__).parents[3]
FOLDERS, KILLS = 5, 4
SECONDS = 60.0  # a time-out, never waited for


@dataclass(frozen=True)
class Nursery:
    """A process that forks writers, and the pipe through which they tell what is on the disk."""

    process: subprocess.Popen[str]
    told: int

    def line(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def killed(self, work: Path, first: int, batches: int, seconds: float) -> int:
        """Start a writer, kill it after so many batches and seconds; the last number it told."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{first} {work}\n")
        self.process.stdin.flush()
        pid = self.line()
        heard = b""
        try:
            while heard.count(b"\n") < batches:
                assert select.select([self.told], [], [], SECONDS)[0], "the writer stands still"
                heard += os.read(self.told, 1 << 16)
            select.select([self.process.stdout], [], [], seconds)
        finally:
            os.kill(pid, signal.SIGKILL)
            ended = self.line()
        assert ended == signal.SIGKILL, "the writer ended by itself"
        while select.select([self.told], [], [], 0)[0]:
            heard += os.read(self.told, 1 << 16)
        assert heard.endswith(b"\n") or not heard
        numbers = [int(word) for word in heard.split()]
        assert numbers == list(range(first, first + len(numbers)))
        return first + len(numbers) - 1


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    told, handle = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.grader.store.nursery", str(handle)], pass_fds=[handle],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    os.close(handle)
    with process:
        yield Nursery(process, told)
    os.close(told)


def verify(store: Store, last: int) -> int:
    """All batches up to the last one are there and whole; one more at most. How many there are."""
    numbers = range(1, last + 2)
    expected = {row.key: row for number in numbers for row in batch(number)}
    found = store.results("check", expected, Checked)
    assert found == {key: expected[key].record for key in found}
    for key in found:
        assert store.blob("check", key) == expected[key].blob
    whole = len(found) // len(STEPS)
    assert sorted(found) == sorted(row.key for n in range(1, whole + 1) for row in batch(n))
    assert whole in (last, last + 1)
    decided = [each.why for each in store.decisions()]
    assert decided == [f"batch {n}" for n in range(3, 3 * len(decided) + 1, 3)]
    assert len(decided) in (last // 3, whole // 3)
    runs = store.runs()
    assert [each.command for each in runs] == [f"grade {5 * n}" for n in range(1, len(runs) + 1)]
    assert len(runs) in (last // 5, whole // 5)
    for each in runs[: last // 5]:
        run = store.run(each.number)
        assert run is not None
        assert run.state == state(str(5 * each.number))
        assert [one.why for one in run.publications] == [f"batch {5 * each.number}"]
    return whole


def resumed(work: Path, last: int) -> int:
    """Look at what a killed writer left, as a reader and as the next writer, and end its batch."""
    try:
        with read_store(work) as reader:
            verify(reader, last)
    except StoreError as error:
        if last or "nothing has been graded there yet" not in str(error):
            raise
    with open_store(work) as store:
        (found,) = store._database.connection.execute("PRAGMA integrity_check").fetchone()
        assert found == "ok"
        whole = verify(store, last)
        if whole:
            write_one(store, whole)
        assert verify(store, whole) == whole
    return whole


def test_a_killed_writer_loses_nothing(tmp_path: Path, nursery: Nursery) -> None:
    chance = random.Random(20240514)
    logs = total = 0
    for folder in range(FOLDERS):
        work, last = tmp_path / str(folder), 0
        for kill in range(KILLS):
            # The first of each folder is killed while it makes the database, as a rule.
            batches = 0 if kill == 0 else chance.randrange(25)
            seconds = chance.random() * 0.02
            told = nursery.killed(work, last + 1, batches, seconds)
            logs += (work / "grade.db-wal").exists()
            last = resumed(work, told)
        total += last
    assert total > FOLDERS * KILLS  # or nothing was tested
    assert logs > FOLDERS  # most are killed with a log left behind


def test_a_log_that_was_cut_or_damaged_ends_with_a_whole_batch(tmp_path: Path) -> None:
    """What a power cut may leave of the log: its beginning. Every transaction is whole or gone."""
    work, chance = tmp_path / "work", random.Random(1)
    with open_store(work) as store:
        for number in range(1, 9):
            store.keep(batch(number))
        main, log = (work / DATABASE).read_bytes(), (work / "grade.db-wal").read_bytes()
    assert len(log) > 100_000
    seen = set()
    for attempt in range(24):
        cut, damaged = tmp_path / f"cut{attempt}", bytearray(log)
        if attempt % 2:
            del damaged[chance.randrange(len(log)) :]
        else:
            damaged[chance.randrange(len(log))] ^= 0x10
        cut.mkdir()
        (cut / DATABASE).write_bytes(main)
        (cut / "grade.db-wal").write_bytes(damaged)
        seen.add(whole_batches(cut))
        shutil.rmtree(cut)
    assert len(seen) > 3
    assert 8 not in seen


def whole_batches(work: Path) -> int:
    with open_store(work) as store:
        rows = {row.key: row for number in range(1, 9) for row in batch(number)}
        found = store.results("check", rows, Checked)
        count = len(found) // len(STEPS)
        assert found == {row.key: row.record for n in range(1, count + 1) for row in batch(n)}
        store.keep([Kept("check", "after", "a", Checked())])
        return count


def test_an_interrupt_in_a_transaction_undoes_it(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        insert = "INSERT INTO results VALUES ('check', 'k', 's', 'x', '{}', x'')"
        with pytest.raises(KeyboardInterrupt):
            interrupted(store, insert)
        assert not store._database.connection.in_transaction
        store.keep(batch(1))
        rows = store._database.connection.execute("SELECT count(*) FROM results").fetchone()
        assert rows == (len(STEPS),)


def interrupted(store: Store, statement: str) -> None:
    with store._database.writing() as connection:
        connection.execute(statement)
        raise KeyboardInterrupt


def test_a_writer_that_cannot_get_in_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program, which knows nothing of our lock, is in the middle of a change."""
    monkeypatch.setattr("grader.store.database._BUSY_SECONDS", 0.01)
    with open_store(tmp_path) as store:
        other = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program is at work in it"):
            store.keep(batch(1))
        other.close()
        store.keep(batch(1))
