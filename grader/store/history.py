"""The history of runs: each is begun, finished and published once, and never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Optional, TypeVar

from grader.outcomes import State
from grader.runs import Plan, Publication, Run
from grader.store.codec import UnreadableError, column, decode, encode, text_of
from grader.store.journal import head
from grader.store.records import RunSummary
from grader.store.trouble import StoreError

T = TypeVar("T")
_LARGEST = 2**63 - 1  # of SQLite's whole numbers


def begin(connection: sqlite3.Connection, plan: Plan, command: str, at: str) -> int:
    """The number of a new run, which has no state yet."""
    number = (newest(connection) or 0) + 1
    known = head(connection)
    connection.execute(
        "INSERT INTO runs (number, at, command, plan, journal_count, journal_hash) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (number, column(at), column(command), encode(plan), known.count, known.hash),
    )
    return number


def finish(connection: sqlite3.Connection, number: int, state: State) -> None:
    """Write the state of a run, for good. Raises ValueError if it has one, or isn't there."""
    if not _there(connection, "runs", "number", number):
        raise ValueError(f"there is no run {number}")
    if _there(connection, "states", "run", number):
        raise ValueError(f"run {number} has a state already")
    known = head(connection)
    connection.execute(
        "INSERT INTO states (run, journal_count, journal_hash, state) VALUES (?, ?, ?, ?)",
        (number, known.count, known.hash, encode(state)),
    )


def publish(connection: sqlite3.Connection, publication: Publication) -> None:
    """Put a finished run in force. Raises ValueError for one that isn't finished."""
    if not _there(connection, "states", "run", publication.run):
        raise ValueError(f"run {publication.run} has no state to publish")
    (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM publications").fetchone()
    known = head(connection)
    told = map(column, (publication.at, publication.who, publication.why))
    connection.execute(
        "INSERT INTO publications (number, run, at, who, why, journal_count, journal_hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (last + 1, publication.run, *told, known.count, known.hash),
    )


def read_run(connection: sqlite3.Connection, number: int, place: str) -> Optional[Run]:
    """The run with that number. Raises StoreError if another version wrote it."""
    if not 0 < number <= _LARGEST:
        return None
    row = connection.execute(
        "SELECT at, command, plan, state FROM runs LEFT JOIN states ON run = number "
        "WHERE number = ?",
        (number,),
    ).fetchone()
    if row is None:
        return None
    at, command, plan, state = row
    return Run(
        number, text_of(at), text_of(command), _read(plan, Plan, number, place),
        None if state is None else _read(state, State, number, place),
        tuple(each for each in _publications(connection) if each.run == number),
    )  # fmt: skip


def summaries(connection: sqlite3.Connection) -> Iterator[RunSummary]:
    """All runs in their order."""
    published = list(_publications(connection))
    rows = connection.execute(
        "SELECT number, at, command, run IS NOT NULL FROM runs LEFT JOIN states ON run = number "
        "ORDER BY number"
    ).fetchall()
    for number, at, command, finished in rows:
        own = tuple(each for each in published if each.run == number)
        yield RunSummary(number, text_of(at), text_of(command), bool(finished), own)


def newest(connection: sqlite3.Connection) -> Optional[int]:
    """The number of the run that was begun last."""
    (number,) = connection.execute("SELECT max(number) FROM runs").fetchone()
    return None if number is None else int(number)


def newest_published(connection: sqlite3.Connection) -> Optional[int]:
    """The number of the run that was published last."""
    row = connection.execute("SELECT run FROM publications ORDER BY number DESC LIMIT 1").fetchone()
    return None if row is None else int(row[0])


def _publications(connection: sqlite3.Connection) -> Iterator[Publication]:
    """All publications in their order."""
    rows = connection.execute("SELECT run, at, who, why FROM publications ORDER BY number")
    for run, *told in rows.fetchall():
        yield Publication(run, *map(text_of, told))


def _there(connection: sqlite3.Connection, table: str, name: str, number: int) -> bool:
    # The names are ours; only the number comes from outside.
    query = f"SELECT 1 FROM {table} WHERE {name} = ?"  # noqa: S608
    return connection.execute(query, (number,)).fetchone() is not None


def _read(text: str, type_: type[T], number: int, place: str) -> T:
    try:
        return decode(text, type_)
    except UnreadableError as error:
        raise StoreError(
            f"{place}: run {number} can't be read ({error}); another version of the toolkit wrote "
            "it. Use that version, or give another work folder with --work."
        ) from error
