"""The journal of decisions: a chain in which each row holds the hash of the one before it."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, replace

from grader.outcomes import Decision
from grader.store.codec import UnreadableError, decode, encode
from grader.store.trouble import StoreError

START = "0" * 64
"""What stands for the hash of the row before the first."""

_HEADS = """
SELECT 'run ' || number, journal_count, journal_hash FROM runs
UNION ALL SELECT 'the state of run ' || run, journal_count, journal_hash FROM states
UNION ALL SELECT 'publication ' || number, journal_count, journal_hash FROM publications
ORDER BY 2, 1
"""
_ADVICE = (
    "Somebody changed grade.db by other means than grade. Put back a copy of the work folder from "
    "before that."
)


@dataclass(frozen=True)
class Head:
    """How long the journal is, and the hash of its last row."""

    count: int
    hash: str


def head(connection: sqlite3.Connection) -> Head:
    """The journal's end as it stands now."""
    row = connection.execute(
        "SELECT number, hash FROM decisions ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return Head(0, START) if row is None else Head(*row)


def verified(connection: sqlite3.Connection, place: str) -> tuple[Decision, ...]:
    """All decisions in their order. Raises StoreError, which names the first row that is broken."""
    found: list[Decision] = []
    hashes = [START]
    rows = connection.execute(
        "SELECT number, body, previous, hash FROM decisions ORDER BY number"
    ).fetchall()
    for expected, (number, body, previous, own) in enumerate(rows, 1):
        wrong = ""
        if number != expected:
            wrong = f"decision {expected} is missing"
        elif previous != hashes[-1]:
            wrong = f"decision {expected} does not follow the one before it"
        elif own != _hash(previous, body):
            wrong = f"decision {expected} is not what was written"
        if wrong:
            raise _broken(place, wrong)
        found.append(_read(body, expected, place))
        hashes.append(own)
    for who, count, last in connection.execute(_HEADS).fetchall():
        if not (0 <= count < len(hashes)):
            raise _broken(place, f"decision {len(hashes)} is missing: {who} knew {count} of them")
        if hashes[count] != last:
            raise _broken(place, f"decision {count} is not the one that {who} knew")
    return tuple(found)


def append(connection: sqlite3.Connection, draft: Decision, place: str) -> Decision:
    """The decision with its number, written behind the others. The journal must be whole."""
    verified(connection, place)
    last = head(connection)
    decision = replace(draft, number=last.count + 1)
    body = encode(decision)
    connection.execute(
        "INSERT INTO decisions (number, body, previous, hash) VALUES (?, ?, ?, ?)",
        (decision.number, body, last.hash, _hash(last.hash, body)),
    )
    return decision


def _hash(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}{body}".encode("utf-8", "surrogatepass")).hexdigest()


def _read(body: str, number: int, place: str) -> Decision:
    try:
        decision = decode(body, Decision)
    except UnreadableError as error:
        raise StoreError(
            f"{place}: decision {number} can't be read ({error}). Use the version of the toolkit "
            "that wrote it."
        ) from error
    if decision.number != number:
        raise _broken(place, f"decision {number} calls itself {decision.number}")
    return decision


def _broken(place: str, wrong: str) -> StoreError:
    return StoreError(f"{place}: the journal of decisions is broken: {wrong}. {_ADVICE}")
