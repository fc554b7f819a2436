"""Who of the board each row of a Canvas gradebook is; whoever could be two is nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from leaderboard.audience import Row, View
from leaderboard.board import Entry, folded

KEYS = ("SIS User ID", "SIS Login ID", "ID", "name")
"""By what a row may be found, the surest first: Canvas's own ID can be another's student id."""


@dataclass(frozen=True)
class Student:
    """One row of the gradebook: its line, its name as shown, and its keys of each kind, folded."""

    line: int
    name: str
    keys: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, line: int, cells: dict[str, str]) -> Student:
        """The student of a row, by the header's names."""
        last, first = cells.get("LastName", ""), cells.get("FirstName", "")
        name = cells.get("Student") or f"{last}, {first}"
        turned = " ".join(reversed([part.strip() for part in name.split(",", 1)]))
        by_number = tuple(frozenset(filter(None, [_key(cells.get(k, ""))])) for k in KEYS[:3])
        named = frozenset(filter(None, map(_squeezed, (name, turned))))
        return cls(line, name, (*by_number, named))


@dataclass(frozen=True)
class Match:
    """The entrant of a row, and by what they were found."""

    row: Row
    key: str


@dataclass(frozen=True)
class Matches:
    """All matches by line, why other lines have none, and the entrants without a line."""

    of: dict[int, Match]
    refused: dict[int, str]
    missing: tuple[str, ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many were found by each key."""
        return tuple((key, sum(m.key == key for m in self.of.values())) for key in KEYS)


def matched(students: tuple[Student, ...], view: View) -> Matches:
    """The matches, key by key from the surest: who is found by one is not sought by the next."""
    entries = {row.entry.entrant: row for row in view.rows if row.entry is not None}
    of: dict[int, Match] = {}
    refused: dict[int, str] = {}
    taken: set[str] = set()
    by_key = [_by_key(students, view, number) for number in range(len(KEYS))]
    for student in students:
        if len(by_key[0][student.line] | by_key[1][student.line]) > 1:
            refused[student.line] = f"its {KEYS[0]} and {KEYS[1]} are two entrants of the board"
            taken |= by_key[0][student.line] | by_key[1][student.line]
    for key, found_by in zip(KEYS, by_key):
        pairs = {n: who for n, who in found_by.items() if n not in of and n not in refused}
        claims: dict[str, list[int]] = defaultdict(list)
        for line, found in pairs.items():
            for who in found - taken:
                claims[who].append(line)
        for line, found in pairs.items():
            free = found - taken
            if len(free) > 1 or any(len(claims[who]) > 1 for who in free):
                refused[line] = f"by {key} it could be more than one; a match has to be certain"
            elif free:
                of[line] = Match(entries[next(iter(free))], key)
        taken |= set(claims)
    return Matches(of, refused, tuple(_missing(view, of)))


def _by_key(students: tuple[Student, ...], view: View, number: int) -> dict[int, set[str]]:
    """Who each line is by one kind of key."""
    known: dict[str, set[str]] = defaultdict(set)
    for row in view.rows:
        if row.entry is not None:
            for text in _keys(row.entry, KEYS[number]):
                known[text].add(row.entry.entrant)
    return {
        student.line: {who for text in student.keys[number] for who in known.get(text, ())}
        for student in students
    }


def _keys(entry: Entry, key: str) -> Iterator[str]:
    if key == "name":
        yield from filter(None, [_squeezed(entry.name or "")])
        return
    yield _key(entry.entrant)
    if key == "SIS Login ID" and entry.email:
        yield _key(entry.email)


def _missing(view: View, of: dict[int, Match]) -> Iterator[str]:
    there = {match.row.entry.entrant for match in of.values() if match.row.entry is not None}
    for row in view.rows:
        if row.entry is not None and row.mark is not None and row.entry.entrant not in there:
            yield f"{row.entry.entrant}: has a mark, but no row in the gradebook"


def _key(text: str) -> str:
    return folded(text.strip())


def _squeezed(text: str) -> str:
    """A name as it is compared: whatever its case, spaces and comma."""
    return "".join(folded(text).replace(",", " ").split())
