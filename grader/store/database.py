"""`grade.db` as SQLite: opened safely or refused clearly, and changed one transaction at a time."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from grader.store import schema
from grader.store.trouble import NothingThereError, StoreError
from validators.display import clean

_HEADER_BYTES = 100
_BUSY_SECONDS = 10.0

_ANOTHER = "Give another work folder with --work."
_PUT_BACK = "Put back a copy of the work folder, or give a new one with --work."
_TOLD = (
    # What SQLite's message says, what that means here, and what to do. (Codes: Python 3.11 on.)
    ("is full", "there is no room left on its disk",
     "Free some space and run the same command again: what was kept before is still there."),
    ("not a database", "it is no database of grade", f"Nothing was changed. {_ANOTHER}"),
    ("malformed", "it is damaged", _PUT_BACK),
    ("disk i/o", "the disk could not be read or written",
     "Look after the disk and run the same command again: what was kept before is still there."),
    ("readonly", "it can't be written", "Make it writable for you, or use a copy of the folder."),
    ("locked", "another program is at work in it", "Close that program and run this again."),
    ("unable to open", "it can't be opened", "Make it readable for you, or use a copy of it."),
)  # fmt: skip


class Database:
    """An open `grade.db`; `place` is its path as people see it.

    It is for the thread and the process that opened it. A forked copy must not touch it.
    """

    def __init__(self, connection: sqlite3.Connection, place: str) -> None:
        self.connection = connection
        self.place = place

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """All that the block reads is of one moment, whatever a writer does meanwhile."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All that the block writes is on the disk at its end, or, if it breaks, none of it."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @property
    def _inside(self) -> bool:
        return self.connection.in_transaction

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self.connection
        if self._inside:  # a part of a larger one, and done or undone with it
            yield connection
            return
        with told_plainly(self.place):
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite itself undoes it when the disk is full
                    connection.execute("ROLLBACK")
                raise


@contextmanager
def told_plainly(place: str) -> Iterator[None]:
    """Turn what SQLite has to say about the file into a StoreError."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours, not of the file
    except sqlite3.Error as error:
        message = str(error).lower()
        for part, meaning, advice in _TOLD:
            if part in message:
                raise StoreError(f"{place}: {meaning}. {advice}") from error
        raise StoreError(f"{place}: it can't be used ({clean(str(error))}). {_PUT_BACK}") from error


@contextmanager
def opened_for_writing(path: Path) -> Iterator[Database]:
    """The database, made or brought to the present schema. Raises StoreError for any other file."""
    place = clean(str(path))
    refuse_others(path)
    _make_private(path)
    with told_plainly(place):
        connection = _connect(path, "mode=rw")
    with closing(connection):
        with told_plainly(place):
            _adopt(connection, place)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = ON")  # macOS: through the drive's own cache
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA recursive_triggers = ON")  # or REPLACE deletes unseen
            migrate(connection, schema.MIGRATIONS)
        yield Database(connection, place)


@contextmanager
def opened_for_reading(path: Path) -> Iterator[Database]:
    """The database as it stands, never changed. Raises StoreError when there is none to read."""
    place = clean(str(path))
    if not refuse_others(path):
        raise _nothing_yet(path)
    with told_plainly(place):
        connection = _connect_reader(path)
    with closing(connection):
        with told_plainly(place):
            version = _identified(connection, place)
        if version == 0:
            raise _nothing_yet(path)
        if version < len(schema.MIGRATIONS):
            raise StoreError(
                f"{place}: an older grade wrote it (schema {version}; this one reads "
                f"{len(schema.MIGRATIONS)}). Run: grade SUBMISSIONS. That brings it up to date."
            )
        yield Database(connection, place)


def migrate(connection: sqlite3.Connection, scripts: Sequence[str]) -> None:
    """Apply the scripts that the database lacks, each as one transaction."""
    (present,) = connection.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(scripts[present:], present + 1):
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script};\nPRAGMA user_version = {number};\nCOMMIT;"
            )
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def refuse_others(path: Path) -> bool:
    """Whether there is a database of ours, by a look at its first bytes; nothing is changed.

    Raises StoreError for a file that is not ours to open.
    """
    place = clean(str(path))
    try:
        found = path.stat()
    except FileNotFoundError:
        found = None
    except OSError as error:
        raise StoreError(f"{place}: {error.strerror}. Make the folder readable for you.") from error
    if found is None or (stat.S_ISREG(found.st_mode) and not found.st_size):
        _refuse_lone_log(path)
        return False
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{place}: it is no file. {_ANOTHER}")
    if _beside(path, "-journal").exists():
        return True  # its making was cut short; SQLite undoes that first, and then we look
    if found.st_size < _HEADER_BYTES:  # SQLite takes some of these for a new database
        raise StoreError(f"{place}: it is no database of grade. Nothing was changed. {_ANOTHER}")
    # Through SQLite: to open and close the file by ourselves would end all locks that this process
    # has on it. As unchangeable: what lies beside the file is neither read nor written.
    with told_plainly(place), closing(_connect(path, "immutable=1")) as connection:
        # A writer that is killed while it empties the log leaves a file that is shorter than its
        # first page says. It is whole with its log, so here the length may be wrong.
        connection.execute("PRAGMA writable_schema = ON")
        application, version = _signature(connection)
    _refuse(application, version, place)
    return True


def _refuse_lone_log(path: Path) -> None:
    log = _beside(path, "-wal")
    if _holds_something(log):
        raise StoreError(
            f"{clean(str(path))}: is gone, but {log.name} with its last changes is there. Put it "
            f"back, or, to start anew, remove {log.name} as well."
        )


def _refuse(application: int, version: int, place: str) -> None:
    if application != schema.APPLICATION_ID:
        raise StoreError(
            f"{place}: it is a database of another program. Nothing was changed. {_ANOTHER}"
        )
    if version > len(schema.MIGRATIONS):
        raise StoreError(
            f"{place}: a newer grade wrote it (schema {version}; this one knows "
            f"{len(schema.MIGRATIONS)}). Nothing was changed. Update the toolkit, or give another "
            "work folder with --work."
        )


def _adopt(connection: sqlite3.Connection, place: str) -> None:
    """Make an empty database ours; one that isn't empty must be ours, and whole."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    if pages:
        _identified(connection, place)
        return
    # Before WAL, so that these bytes are in the file itself from the first moment on.
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")


def _identified(connection: sqlite3.Connection, place: str) -> int:
    """The version of the schema of a database that is ours and whole."""
    application, version = _signature(connection)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    if not pages:
        return 0
    _refuse(application, version, place)
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreError(f"{place}: it is damaged ({clean(str(found))[:100]}). {_PUT_BACK}")
    return version


def _make_private(path: Path) -> None:
    """Make the file if it isn't there, for nobody else to read: it names students and marks."""
    if path.exists():
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise StoreError(
            f"{clean(str(path))}: {error.strerror}. Make the folder writable for you, or name "
            "another one with --work."
        ) from error


def _connect(path: Path, how: str) -> sqlite3.Connection:
    # isolation_level None: transactions begin and end where we say, nowhere else.
    uri = f"{path.absolute().as_uri()}?{how}"
    return sqlite3.connect(uri, timeout=_BUSY_SECONDS, isolation_level=None, uri=True)


def _connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that can't write.

    SQLite keeps books beside the file even for readers. Where we may not write and nobody has
    opened the database (there is nothing in its log), it is read as a file that doesn't change.
    """
    connection = _connect(path, "mode=ro")
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        connection.close()
        unopened = isinstance(error, sqlite3.OperationalError)
        if not unopened or _holds_something(_beside(path, "-wal")):
            raise
        return _connect(path, "immutable=1")
    return connection


def _nothing_yet(path: Path) -> StoreError:
    return NothingThereError(
        f"{clean(str(path.parent))}: nothing has been graded there yet (no {path.name}). Run: "
        "grade SUBMISSIONS first, or name the right folder with --work."
    )


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _signature(connection: sqlite3.Connection) -> tuple[int, int]:
    """Whose database it is, and the version of its schema."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(application), int(version)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
