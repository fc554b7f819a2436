"""What may lie where the database should be: older, newer, damaged, foreign, full, read-only."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.outcomes import Checked
from grader.store import DATABASE, Kept, StoreError, open_store, read_store, schema
from grader.store.database import migrate
from tests.grader.store.samples import CHECKED, DRAFT

KEPT = Kept("check", "k", "a.zip", CHECKED, b"blob")
SECOND = "CREATE TABLE second (a TEXT); ALTER TABLE results ADD COLUMN more TEXT"
BROKEN = "CREATE TABLE third (a TEXT); CREATE TABLE third (a TEXT)"


def filled(work: Path) -> Path:
    """The database of a folder in which something was kept."""
    with open_store(work) as store:
        store.keep([KEPT])
        store.decide(DRAFT)
    return work / DATABASE


def contents(work: Path) -> dict[str, bytes]:
    """Every file of the database that holds something; `-shm` is SQLite's scratch paper."""
    files = [path for path in work.glob("grade.db*") if path.is_file()]
    found = {path.name: path.read_bytes() for path in files if not path.name.endswith("-shm")}
    return {name: data for name, data in found.items() if data or name == DATABASE}


def refused(work: Path, told: str) -> None:
    """Both ways to open the folder are refused with the words, and change nothing in it."""
    before = contents(work)
    for opening in (open_store, read_store):
        with pytest.raises(StoreError) as caught, opening(work):
            pytest.fail("was opened")
        assert told in str(caught.value)
        assert str(work) in str(caught.value)
    assert contents(work) == before


def make(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_new_folder_is_made_and_its_database_is_private(tmp_path: Path) -> None:
    path = filled(tmp_path / "not" / "yet")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    connection = sqlite3.connect(path)
    for name, value in (
        ("application_id", schema.APPLICATION_ID), ("user_version", len(schema.MIGRATIONS)),
        ("journal_mode", "wal"), ("integrity_check", "ok"),
    ):  # fmt: skip
        assert connection.execute(f"PRAGMA {name}").fetchone() == (value,)
    connection.close()


def test_every_write_is_synced(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        connection = store._database.connection
        settings = {"synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "fullfsync": 1}
        for name, value in settings.items():
            assert connection.execute(f"PRAGMA {name}").fetchone() == (value,), name


def test_there_is_nothing_to_read_yet(tmp_path: Path) -> None:
    for work in (tmp_path, tmp_path / "none"):
        with pytest.raises(StoreError, match="Run: grade SUBMISSIONS first") as caught:
            read_store(work).__enter__()
        assert str(work) in str(caught.value)
        assert not (work / DATABASE).exists()


def test_an_empty_file_and_a_half_made_one_are_made_whole(tmp_path: Path) -> None:
    path = tmp_path / DATABASE
    path.touch()
    with pytest.raises(StoreError, match="Run: grade SUBMISSIONS first"):
        read_store(tmp_path).__enter__()
    make(path, f"PRAGMA application_id = {schema.APPLICATION_ID}")
    with pytest.raises(StoreError, match="Run: grade SUBMISSIONS first"):
        read_store(tmp_path).__enter__()
    filled(tmp_path)
    with read_store(tmp_path) as store:
        assert store.result("check", "k", Checked) == CHECKED


@pytest.mark.parametrize(
    "data",
    [b"x", b"student;mark\n" * 900, b"\0" * 4096, b"SQLite format 3\0", b"SQLite format 3\0" * 999,
     b"\x1f\x8b" + b"\0" * 98],
)  # fmt: skip
def test_what_is_no_database_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / DATABASE).write_bytes(data)
    refused(tmp_path, "it is no database of grade. Nothing was changed.")


@pytest.mark.parametrize(
    "statements",
    [("CREATE TABLE a (b)",), ("PRAGMA application_id = 5",), ("PRAGMA user_version = 1",),
     ("PRAGMA journal_mode = WAL", "CREATE TABLE runs (b)")],
)  # fmt: skip
def test_a_database_of_another_program_is_refused(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    make(tmp_path / DATABASE, *statements)
    refused(tmp_path, "it is a database of another program. Nothing was changed.")


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    newer = len(schema.MIGRATIONS) + 6
    make(filled(tmp_path), f"PRAGMA user_version = {newer}", "CREATE TABLE newer (a)")
    known = len(schema.MIGRATIONS)
    refused(tmp_path, f"a newer grade wrote it (schema {newer}; this one knows {known})")


def test_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / DATABASE).mkdir()
    refused(tmp_path, "it is no file.")
    (tmp_path / DATABASE).rmdir()
    os.mkfifo(tmp_path / DATABASE)
    refused(tmp_path, "it is no file.")


def test_a_log_without_its_database_is_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "grade.db-wal").write_bytes(b"the last changes")
    refused(tmp_path, "is gone, but grade.db-wal with its last changes is there")
    (tmp_path / DATABASE).touch()
    refused(tmp_path, "is gone, but grade.db-wal with its last changes is there")


@pytest.mark.parametrize("damage", ["truncated", "overwritten", "a page"])
def test_a_damaged_database_is_refused(tmp_path: Path, damage: str) -> None:
    path = filled(tmp_path)
    data = path.read_bytes()
    middle = len(data) // 2 // 4096 * 4096
    assert middle >= 2 * 4096
    path.write_bytes(
        {
            "truncated": data[:middle],
            "overwritten": data[:100] + os.urandom(1) * (len(data) - 100),
            "a page": data[:4096] + b"\xa5" * 8192 + data[3 * 4096 :],
        }[damage]
    )
    refused(tmp_path, "it is damaged")


def test_an_older_schema_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first schema ever, made by hand, comes through every script with what it holds."""
    first = schema.MIGRATIONS[0]
    connection = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    connection.executescript(f"PRAGMA application_id = {schema.APPLICATION_ID}; {first}")
    connection.executescript(
        "PRAGMA user_version = 1; INSERT INTO runs VALUES (1, 't', 'grade', '{}', 0, 'x');"
    )
    connection.close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, SECOND))
    with pytest.raises(StoreError, match=r"an older grade wrote it \(schema 1; this one reads 2\)"):
        read_store(tmp_path).__enter__()
    with open_store(tmp_path) as store:
        store.keep([KEPT])
        assert [each.number for each in store.runs()] == [1]
        present = store._database.connection.execute("PRAGMA user_version").fetchone()
        assert present == (len(schema.MIGRATIONS),)
    with read_store(tmp_path) as store:
        assert store.result("check", "k", Checked) == CHECKED


def test_a_migration_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path)
    known = schema.MIGRATIONS
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (*known, SECOND, BROKEN))
        with pytest.raises(StoreError, match=r"third already exists"):
            open_store(tmp_path).__enter__()
        patched.setattr(schema, "MIGRATIONS", (*known, SECOND))
        with open_store(tmp_path) as store:
            assert store.result("check", "k", Checked) == CHECKED
    connection = sqlite3.connect(path, isolation_level=None)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(known) + 1,)
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "second" in names
    assert "third" not in names
    migrate(connection, (*known, SECOND))  # nothing is left to do
    connection.close()


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.keep([KEPT])
        connection = store._database.connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")
        big = [Kept("check", f"big{n}", "b", Checked(), b"x" * 9000) for n in range(9)]
        with pytest.raises(StoreError, match=r"no room left on its disk\. Free some space"):
            store.keep([*big, Kept("check", "k", "a", Checked())])
        assert not connection.in_transaction
        assert store.result("check", "k", Checked) == CHECKED
        assert store.results("check", [each.key for each in big], Checked) == {}
        connection.execute(f"PRAGMA max_page_count = {pages + 999}")
        store.keep(big)
        assert len(store.results("check", [each.key for each in big], Checked)) == len(big)
    with read_store(tmp_path) as store:
        assert store.blob("check", "k") == b"blob"


@pytest.fixture
def locked_out() -> Iterator[Path]:
    """A filled work folder that this process may read but not write in, even if run by root."""
    work = Path(tempfile.mkdtemp(prefix="grade-store-"))
    path = filled(work)
    for part in (path, work / "grade.lock"):
        part.chmod(0o444)
    work.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)  # whoever; root may write everywhere
    try:
        assert not os.access(work, os.W_OK, effective_ids=True)
        yield work
    finally:
        if root:
            os.seteuid(0)
        work.chmod(0o755)
        for part in work.iterdir():
            part.unlink()
        work.rmdir()


def test_a_folder_that_may_only_be_read(locked_out: Path) -> None:
    with read_store(locked_out) as store:
        assert store.result("check", "k", Checked) == CHECKED
        assert len(store.decisions()) == 1
    with pytest.raises(StoreError, match=r"grade\.lock: Permission denied.*--work"):
        open_store(locked_out).__enter__()
    with pytest.raises(StoreError, match="can't be made"):
        open_store(locked_out / "inside").__enter__()


def test_a_work_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "work").touch()
    with pytest.raises(StoreError, match="the work folder can't be made"):
        open_store(tmp_path / "work").__enter__()
    with pytest.raises(StoreError, match="Not a directory"):
        read_store(tmp_path / "work").__enter__()


def test_a_folder_with_an_odd_name(tmp_path: Path) -> None:
    work = tmp_path / "?mode=memory#%41 \udc80\x1b"
    filled(work)
    assert (work / DATABASE).stat().st_size > 0
    with read_store(work) as store:
        assert store.result("check", "k", Checked) == CHECKED
    with pytest.raises(StoreError) as caught:
        read_store(work / "no").__enter__()
    assert str(caught.value).isprintable()
