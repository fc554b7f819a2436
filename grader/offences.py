"""Offences that go from one competition of a course to the next, as a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.csv_files import CsvFileError, columns_of, plain_cell, read_rows, written
from grader.outcomes import EarlierOffence, State
from grader.roster import tidy_id
from validators.display import quoted
from validators.rules import Rules
from validators.rules.marking import PenaltyRules

COLUMNS = ("student id", "offence", "competition", "why")
KINDS = tuple(PenaltyRules.model_fields)


def read_earlier(path: Path, rules: Rules) -> tuple[EarlierOffence, ...]:
    """The offences in the file. Raises CsvFileError, which names every bad line."""
    header, *rows = read_rows(path, rules.package.legacy_name_encoding)
    columns = columns_of(header, {name: (name,) for name in COLUMNS})
    missing = [name for name in COLUMNS if columns[name] is None]
    if missing:
        raise CsvFileError(
            f"{path.name}:{header.line}: no column {quoted(missing[0])}; expected "
            f"{', '.join(COLUMNS)}, as `grade offences` writes them."
        )
    found, problems = [], []
    for row in rows:
        cells = [plain_cell(row.cell(columns[name])) for name in COLUMNS]
        number, kind = tidy_id(cells[0], rules), cells[1]
        if cells[2] == rules.competition.name:
            problems.append(
                f"{path.name}:{row.line}: is of this competition itself; expected earlier ones."
            )
            continue
        if number is None:
            problems.append(f"{path.name}:{row.line}: {quoted(cells[0])} is no student id.")
        elif kind not in KINDS:
            problems.append(
                f"{path.name}:{row.line}: {quoted(kind)} is no offence; expected one of "
                f"{', '.join(KINDS)}."
            )
        else:
            found.append(EarlierOffence(number, kind, cells[2], cells[3]))
    if problems:
        raise CsvFileError("\n".join(problems))
    return tuple(sorted(found, key=lambda each: (each.entrant, each.kind, each.competition)))


def ledger_rows(
    state: State, earlier: tuple[EarlierOffence, ...], rules: Rules
) -> Iterator[tuple[str, str, str, str]]:
    """Every offence of the course so far: those of earlier competitions, then this one's."""
    for each in earlier:
        yield each.entrant, each.kind, each.competition, each.why
    for judged in sorted(state.judged, key=lambda each: each.case.entrant.student.id):
        for offence in judged.offences:
            why = f"no. {offence.number}, {offence.penalty}: {'; '.join(offence.cites)}"
            yield judged.case.entrant.student.id, offence.kind, rules.competition.name, why


def ledger_file(rows: Iterator[tuple[str, str, str, str]]) -> bytes:
    """The rows as a CSV that `read_earlier` reads."""
    return written(COLUMNS, rows)
