"""`leaderboard export`: a board for a page, a spreadsheet or a course site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click

from leaderboard.formats import FORMATS
from leaderboard.view_options import FILE, audience_options, ranked_option, view_for

if TYPE_CHECKING:
    from leaderboard.exporting import Given, Source

_OUTPUT = click.Path(path_type=Path)
# As `moodle_gradebook.HEADERS` has them; here so that --help loads nothing (a test compares).
KEYS = ("id", "email", "username")
MAX_BYTES = 32 << 20
"""The largest file of a course site that is read; a worksheet of 10,000 rows has two megabytes."""


@click.command()
@click.argument("board", type=FILE)
@click.option(
    "--format",
    "kind",
    type=click.Choice(tuple(FORMATS)),
    required=True,
    help="What to write: a table, a page, or a file that a course site takes.",
)
@click.option(
    "--output",
    type=_OUTPUT,
    required=True,
    help="The file to write; one that is there is replaced. gradescope: a new or empty folder.",
)
@audience_options
@ranked_option
@click.option("--worksheet", type=FILE, help="moodle-worksheet: the file to fill in.")
@click.option("--grade-column", metavar="HEADER", help="moodle-worksheet: the grade's column.")
@click.option("--feedback", is_flag=True, default=None, help="moodle-*: each part of the mark.")
@click.option("--feedback-column", metavar="HEADER", help="moodle-worksheet: where it goes.")
@click.option("--key", type=click.Choice(KEYS), help="moodle-gradebook: by what. Default: id.")
@click.option("--column", metavar="HEADER", help="moodle-gradebook: the header of the marks.")
@click.option("--max-points", metavar="N", help="moodle-gradebook: the most that the item takes.")
@click.option("--gradebook", type=FILE, help="canvas: the gradebook that Canvas exported.")
@click.option("--assignment", metavar="TITLE", help="canvas: which, by title or number.")
def export(
    board: Path, kind: str, output: Path, audience: str, entrant: Optional[str],
    ranked_only: bool, **options: Any,
) -> None:  # fmt: skip
    """Write a board.json for a page, a spreadsheet or a course site.

    Only what the audience may see is written. The same board gives the same bytes. What a course
    site would refuse or skip is left out and named.

    \b
    Examples:
      leaderboard export board.json --format html --output board.html
      leaderboard export board.json --format moodle-gradebook --audience ta --output marks.csv
    """
    from leaderboard.display import clean
    from leaderboard.exporting import ExportError, waiting

    form = FORMATS[kind]
    try:
        given = _given(options)
        form.check(audience, given)
        view = view_for(board, audience, entrant, ranked_only)
        exported = form.write(view, given)
    except ExportError as error:
        raise click.UsageError(str(error)) from error
    _write(output, exported.files, form.folder)
    click.echo("\n".join((f"wrote {output}", *exported.said, *map(clean, waiting(view)))))


def _given(options: dict[str, Any]) -> Given:
    from decimal import Decimal

    from leaderboard.exporting import ExportError, Given
    from leaderboard.raw_csv import number_of

    known = dict(options)
    for name in ("worksheet", "gradebook"):
        if known[name] is not None:
            known[name] = _source(known[name])
    if known["max_points"] is not None:
        points = number_of(known["max_points"])
        if points is None or not Decimal(0) < points < 10**9:
            raise ExportError(f'--max-points "{known["max_points"]}" is no number of points.')
        known["max_points"] = points
    return Given(**known)


def _source(path: Path) -> Source:
    from leaderboard.exporting import ExportError, Source

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ExportError(f"{path.name}: can't be read ({error.strerror}).") from error
    if len(data) > MAX_BYTES:
        raise ExportError(f"{path.name}: over {MAX_BYTES:,} bytes, which no such file is.")
    return Source(path.name, data)


def _write(output: Path, files: tuple[tuple[str, bytes], ...], folder: bool) -> None:
    from leaderboard.folder_written import NotEmptyError, write_folder
    from leaderboard.written import write

    try:
        if folder:
            write_folder(output, files)
        else:
            write(output, files[0][1])
    except NotEmptyError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{output}: can't be written ({error.strerror}).") from error
