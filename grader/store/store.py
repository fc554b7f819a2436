"""The store of a work folder: stage results, runs, publications, and the journal of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, Optional, TypeVar, Union

from grader.outcomes import Decision, State
from grader.runs import Plan, Planned, Publication, Run
from grader.store import history, journal
from grader.store.codec import UnreadableError, column, decode, encode, shape, text_of
from grader.store.database import Database, opened_for_reading, opened_for_writing
from grader.store.lock import held
from grader.store.records import Kept, RunSummary
from grader.store.trouble import StoreError
from validators.display import clean

T = TypeVar("T")

DATABASE, LOCK = "grade.db", "grade.lock"
"""The files of the store in a work folder."""

_AT_ONCE = 500  # SQLite takes at least 999 values in one query
_NO_TYPES: Mapping[str, type[Any]] = {}


class Store:
    """What grading knows of a class. Every writing method is on the disk when it returns.

    A store belongs to the thread and the process that opened it. A program that it starts gets
    nothing of it; a forked copy must not use it, and should end by `os._exit`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All that the block writes is on the disk at its end, or, if it breaks, none of it."""
        with self._database.writing():
            yield

    def keep(self, rows: Iterable[Kept]) -> None:
        """Keep all of these results, or on an exception none; one of the same key is replaced.

        Raises TypeError or ValueError, before anything is written, for a record that can't be kept.
        """
        values = [_values(row) for row in rows]
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT INTO results (stage, key, subject, shape, body, blob) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (stage, key) DO UPDATE SET "
                "subject = excluded.subject, shape = excluded.shape, body = excluded.body, "
                "blob = excluded.blob",
                values,
            )

    def result(self, stage: str, key: str, type_: type[T]) -> Optional[T]:
        """The result that was kept under the key, or None."""
        return self.results(stage, (key,), type_).get(key)

    def results(self, stage: str, keys: Iterable[str], type_: type[T]) -> dict[str, T]:
        """The results that were kept under these keys, sorted by key.

        One of another shape (an older program's) or that can't be read counts as not there.
        """
        wanted = sorted(set(keys))
        found: dict[str, T] = {}
        for key, kept_shape, body in self._rows(stage, wanted, "shape, body"):
            if kept_shape == shape(type_):
                try:
                    found[key] = decode(body, type_)
                except UnreadableError:
                    continue  # as good as not there: the stage is done again
        return {key: found[key] for key in wanted if key in found}

    def blob(self, stage: str, key: str) -> bytes:
        """The bytes that were kept with the result; empty where none were."""
        rows = self._rows(stage, (key,), "blob")
        return bytes(rows[0][1]) if rows else b""

    def done(
        self, planned: Iterable[Planned], types: Mapping[str, type[Any]] = _NO_TYPES
    ) -> frozenset[Planned]:
        """Those of the planned that have a result.

        Of a stage that `types` names, only results that are still of that type's shape count.
        """
        by_stage: dict[str, list[Planned]] = {}
        for each in planned:
            by_stage.setdefault(each.stage, []).append(each)
        found: set[Planned] = set()
        for stage, own in by_stage.items():
            expected = shape(types[stage]) if stage in types else None
            rows = self._rows(stage, sorted({each.key for each in own}), "shape")
            there = {key for key, kept_shape in rows if expected in (None, kept_shape)}
            found.update(each for each in own if each.key in there)
        return frozenset(found)

    def begin(self, plan: Plan, command: str, at: str) -> int:
        """The number of a new run, which has no state yet."""
        with self._database.writing() as connection:
            return history.begin(connection, plan, command, at)

    def finish(self, number: int, state: State) -> None:
        """Give a run its state, for good. Raises ValueError if it has one or isn't there."""
        with self._database.writing() as connection:
            history.finish(connection, number, state)

    def publish(self, number: int, at: str, who: str, why: str) -> None:
        """Put a finished run in force. Raises ValueError for one that isn't finished."""
        with self._database.writing() as connection:
            history.publish(connection, Publication(number, at, who, why))

    def run(self, number: int) -> Optional[Run]:
        """The run with that number, or None. Raises StoreError if another version wrote it."""
        with self._database.reading() as connection:
            return history.read_run(connection, number, self._database.place)

    def runs(self) -> tuple[RunSummary, ...]:
        """All runs in their order, without plans and states."""
        with self._database.reading() as connection:
            return tuple(history.summaries(connection))

    def latest(self) -> Optional[Run]:
        """The run that was begun last, or None."""
        with self._database.reading() as connection:
            number = history.newest(connection)
            return history.read_run(connection, number or 0, self._database.place)

    def in_force(self) -> Optional[Run]:
        """The run that was published last, or None."""
        with self._database.reading() as connection:
            number = history.newest_published(connection)
            return history.read_run(connection, number or 0, self._database.place)

    def decide(self, draft: Decision) -> Decision:
        """The decision as the journal now has it, with its number; the draft's number is ignored.

        Raises StoreError when the journal isn't whole.
        """
        with self._database.writing() as connection:
            return journal.append(connection, draft, self._database.place)

    def decisions(self) -> tuple[Decision, ...]:
        """All decisions in their order. Raises StoreError, naming the first row that is broken."""
        with self._database.reading() as connection:
            return journal.verified(connection, self._database.place)

    def _rows(self, stage: str, keys: Sequence[str], names: str) -> list[tuple[Any, ...]]:
        """The key and these columns of each result that is there."""
        found: list[tuple[Any, ...]] = []
        with self._database.reading() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                some = [column(key) for key in keys[start : start + _AT_ONCE]]
                marks = ", ".join("?" * len(some))
                # Names and question marks are ours; the values go in apart.
                query = f"SELECT key, {names} FROM results WHERE stage = ? AND key IN ({marks})"  # noqa: S608
                rows = connection.execute(query, (column(stage), *some)).fetchall()
                found += [(text_of(key), *rest) for key, *rest in rows]
        return found


@contextmanager
def open_store(work: Path, command: str = "grade", at: str = "") -> Iterator[Store]:
    """The store of the folder, for the only writer; made if it isn't there.

    `command` and `at` tell others who holds the folder since when. Raises HeldError, at once, while
    another process holds it, and StoreError when the folder can't be used.
    """
    try:
        work.mkdir(mode=0o700, parents=True, exist_ok=True)  # names and marks lie there
    except OSError as error:
        raise StoreError(
            f"{clean(str(work))}: the work folder can't be made ({error.strerror}). Name another "
            "one with --work."
        ) from error
    with held(work / LOCK, command, at), opened_for_writing(work / DATABASE) as database:
        yield Store(database)


@contextmanager
def read_store(work: Path) -> Iterator[Store]:
    """The store of the folder, to be read only, also while somebody writes.

    Raises StoreError when there is none or it can't be read.
    """
    with opened_for_reading(work / DATABASE) as database:
        yield Store(database)


def _values(row: Kept) -> tuple[Union[str, bytes], ...]:
    if not is_dataclass(row.record) or isinstance(row.record, type):
        raise TypeError(f"a result must be a record, not a {type(row.record).__name__}")
    return (
        column(row.stage), column(row.key), column(row.subject), shape(type(row.record)),
        encode(row.record), row.blob,
    )  # fmt: skip
