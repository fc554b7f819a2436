"""`leaderboard`: how a class stands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from leaderboard import __version__

if TYPE_CHECKING:
    from leaderboard.audience import View

INTERRUPTED = 130
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
_AUDIENCES = click.Choice(["public", "student", "ta"])
# As `exports.FORMATS` has them; here so that --help loads nothing (a test compares).
FORMATS = ("csv", "json", "md", "html-table", "xlsx", "kaggle-style")
WORKSHEET = "moodle-worksheet"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="leaderboard %(version)s")
def leaderboard() -> None:
    """How a class stands."""


@leaderboard.command()
@click.argument("export", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def kaggle(export: Path, as_json: bool) -> None:
    """Show a leaderboard as Kaggle exports it: CSV or zip, of its pages or its command line.

    \b
    Example:
      leaderboard kaggle data-science-hw4.zip
    """
    from dataclasses import asdict

    from tabulate import tabulate

    from leaderboard.kaggle import LeaderboardError, read_kaggle

    try:
        standings = [asdict(standing) for standing in read_kaggle(export)]
    except LeaderboardError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(standings, ensure_ascii=False, indent=2, default=str))
        return
    shown = [{key: _shown(value) for key, value in row.items()} for row in standings]
    click.echo(tabulate(shown, headers="keys", disable_numparse=True))


@leaderboard.command()
@click.argument("board", type=_FILE)
@click.option("--audience", type=_AUDIENCES, default="public", show_default=True, help="For whom.")
@click.option("--entrant", metavar="ID", help="Whose row a student sees whole.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def show(board: Path, audience: str, entrant: Optional[str], as_json: bool) -> None:
    """Show a board.json as its audience may see it.

    \b
    Examples:
      leaderboard show board.json
      leaderboard show board.json --audience student --entrant 9900940
    """
    import shutil

    from leaderboard.exports import as_json as json_of
    from leaderboard.terminal import page

    view = _view(board, audience, entrant)
    if as_json:
        click.echo(json_of(view).decode(), nl=False)
        return
    click.echo(page(view, shutil.get_terminal_size().columns if sys.stdout.isatty() else None))


@leaderboard.command()
@click.argument("board", type=_FILE)
@click.option(
    "--format",
    "kind",
    type=click.Choice((*FORMATS, WORKSHEET)),
    required=True,
    help="What to write.",
)
@click.option("--output", type=_NEW_FILE, required=True, help="Where to write it.")
@click.option("--audience", type=_AUDIENCES, default="public", show_default=True, help="For whom.")
@click.option("--entrant", metavar="ID", help="Whose row a student sees whole.")
@click.option("--worksheet", type=_FILE, help="Moodle's grading worksheet, to be filled in.")
@click.option("--grade-column", metavar="HEADER", help="The worksheet's column of the grade.")
def export(
    board: Path,
    kind: str,
    output: Path,
    audience: str,
    entrant: Optional[str],
    worksheet: Optional[Path],
    grade_column: Optional[str],
) -> None:
    """Write a board.json for a page, a spreadsheet or another program.

    Only what the audience may see is written. The same board gives the same bytes.

    \b
    Example:
      leaderboard export board.json --format html-table --output board.html
    """
    from leaderboard.exports import FORMATS as WRITERS
    from leaderboard.written import write

    said: tuple[str, ...] = ()
    if (kind == WORKSHEET) != (worksheet is not None):
        raise click.UsageError(f"--format {WORKSHEET} and --worksheet FILE go together.")
    view = _view(board, audience, entrant)
    if worksheet is None:
        data = WRITERS[kind](view)
    else:
        data, said = _filled(worksheet, view, grade_column)
    try:
        write(output, data)
    except OSError as error:
        raise click.UsageError(f"{output}: can't be written ({error.strerror}).") from error
    click.echo("\n".join((f"wrote {output}", *said)))


def _filled(worksheet: Path, view: View, column: Optional[str]) -> tuple[bytes, tuple[str, ...]]:
    from leaderboard.moodle import fill
    from leaderboard.raw_csv import SheetError

    if view.audience.value != "ta":
        raise click.UsageError(f"--format {WORKSHEET} holds marks: add --audience ta.")
    try:
        filled = fill(worksheet.name, worksheet.read_bytes(), view, column)
    except SheetError as error:
        raise click.UsageError(str(error)) from error
    count = f"{filled.changed} grade{'' if filled.changed == 1 else 's'} changed"
    return filled.data, (count, *map(_shown, filled.skipped))


def _view(board: Path, audience: str, entrant: Optional[str]) -> View:
    from leaderboard.audience import Audience, NoSuchEntrantError, view_of
    from leaderboard.board_file import BoardError, read_board

    if (audience == "student") != (entrant is not None):
        raise click.UsageError("--audience student and --entrant ID go together.")
    try:
        return view_of(read_board(board), Audience(audience), entrant)
    except (BoardError, NoSuchEntrantError) as error:
        raise click.UsageError(str(error)) from error


def main() -> None:
    """Run `leaderboard`."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter of a name shows an escape instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(leaderboard.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)


def _shown(value: object) -> str:
    """The value as one line that can't steer a terminal."""
    if value is None:
        return ""
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
