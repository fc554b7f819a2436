"""What a killed grading leaves behind: is it whole, how far it came, and what it ends in."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path

from click.testing import CliRunner

from grader.class_list import MATCHES
from grader.store import DATABASE, LOCK, StoreError, read_store
from grader.work_folder import BOARD
from leaderboard.board_file import read_board
from leaderboard.cli import leaderboard
from leaderboard.formats import FORMATS

PHASES = (
    "starting", "unpacking", "collecting", "looking", "judging", "finishing", "publishing",
    "telling",
)  # fmt: skip
"""How far a first grading came, by what lies in its work folder."""
_ROWS = {
    # What was read is kept by the numbers of files, which are others in each unpacked copy.
    "results": "SELECT stage, key, subject, body, blob FROM results WHERE stage != 'read'"
    " ORDER BY 1, 2",
    "runs": "SELECT number, plan FROM runs ORDER BY 1",
    "states": "SELECT run, state FROM states ORDER BY 1",
    "publications": "SELECT number, run, at, who, why FROM publications ORDER BY 1",
    "decisions": "SELECT number, body FROM decisions ORDER BY 1",
}


@dataclass(frozen=True)
class Outcome:
    """What a work folder ends in: the bytes of its files, the rows of its store, the exports."""

    files: dict[str, bytes]
    rows: dict[str, list[tuple[object, ...]]]
    exports: dict[str, bytes]

    def differs(self, other: Outcome) -> list[str]:
        """The names of what is not the same in the other one."""
        found = []
        for part in fields(self):
            mine, theirs = getattr(self, part.name), getattr(other, part.name)
            names = sorted({*mine, *theirs})
            found += [f"{part.name} {name}" for name in names if mine.get(name) != theirs.get(name)]
        return found


def outcome(work: Path, home: Path) -> Outcome:
    """What the work folder holds when a grading has ended by itself."""
    files = {
        path.relative_to(work).as_posix(): b"" if path.name in (DATABASE, LOCK) else _bytes(path)
        for path in work.rglob("*")
    }
    return Outcome(files, _rows(work), exports(work / BOARD, home))


def exports(board: Path, home: Path) -> dict[str, bytes]:
    """The board in every format that needs nothing but what the course has."""
    found: dict[str, bytes] = {}
    given = {"worksheet": ["--worksheet", str(home / "Grades.csv")]}
    for name, form in FORMATS.items():
        needs = [option for option, _ in form.needs]
        if not set(needs) <= set(given):
            continue
        more = [word for option in needs for word in given[option]]
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            words = ["export", str(board), "--format", name, "--audience", "ta"]
            words += ["--output", str(out), *more]
            done = CliRunner().invoke(leaderboard, words, catch_exceptions=False)
            assert done.exit_code == 0, done.output
            paths = [path for path in (out, *out.rglob("*")) if path.is_file()]
            named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        found.update({f"{name} {path}": data for path, data in named.items()})
    assert {"csv out", "json out", "moodle-worksheet out"} <= found.keys()
    return found


def refuse_torn(work: Path) -> None:
    """Fail unless every file that a reader may open is whole, whenever its writer was killed."""
    if (work / BOARD).exists():
        read_board(work / BOARD)
    if (work / MATCHES).exists():
        text = (work / MATCHES).read_bytes().decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        assert text.endswith("\n")
        assert all(len(row) == len(header) for row in rows)
    for path in work.glob("export/*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    try:
        with read_store(work) as store:  # it looks at the whole database
            store.decisions()
            store.latest()
            store.in_force()
    except StoreError as trouble:
        if "nothing has been graded there yet" not in str(trouble):
            raise


def phase_of(work: Path) -> str:
    """How far a first grading came before it was killed."""
    if (work / BOARD).exists():
        return "telling"
    try:
        with read_store(work) as store:
            latest = store.latest()
            if latest is None:
                whole = any(work.glob("export/*.findings.json"))
                unpacks = (work / "export").exists() and not whole
                return "unpacking" if unpacks else "collecting"
            if latest.state is not None:
                return "publishing" if latest.publications else "finishing"
            done = len(store.done(latest.plan.planned))
            return "judging" if done == len(latest.plan.planned) else "looking"
    except StoreError:
        return "starting"


def kept(work: Path) -> int:
    """How many results of stages the store has."""
    if not (work / DATABASE).exists():
        return 0
    try:
        return len(_rows(work)["results"])
    except sqlite3.OperationalError:  # it was killed before there were tables
        return 0


def _rows(work: Path) -> dict[str, list[tuple[object, ...]]]:
    uri = f"{(work / DATABASE).as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        return {name: connection.execute(query).fetchall() for name, query in _ROWS.items()}


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
