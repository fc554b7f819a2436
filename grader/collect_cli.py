"""`grade collect`: what was handed in and by whom, and what the TA must decide."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from validators.console import DONE

if TYPE_CHECKING:
    from grader.class_list import ClassList, Sources
    from validators.rules import Rules

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("submissions", type=click.Path(exists=True, path_type=Path))
@click.option("--competition", type=_FILE, help="A competition.toml; homework 4 when left out.")
@click.option("--grading", type=_FILE, help="A grading.toml: roster, Kaggle's leaderboards.")
@click.option("--worksheet", type=_FILE, help="Moodle's grading worksheet: ids and times.")
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("grade-work"),
    show_default=True,
    help="The folder for matches.csv and for what is unpacked.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def collect(
    submissions: Path,
    competition: Optional[Path],
    grading: Optional[Path],
    worksheet: Optional[Path],
    work: Path,
    as_json: bool,
) -> int:
    """Show what was handed in and by whom, from what a course site exports.

    SUBMISSIONS is the bulk zip, the folder that it unpacks to, or a folder of zips or folders.
    What can't be matched for certain is asked in matches.csv: fill in its column "decision" and
    run the same command again.

    \b
    Example:
      grade collect submissions.zip --grading grading.toml --worksheet Grades.csv
    """
    from grader.class_list import Sources
    from grader.settings import GradingSettings, load_grading
    from validators.rules import RulesError, load_rules

    try:
        rules = load_rules(competition)
        settings = GradingSettings() if grading is None else load_grading(grading)
    except RulesError as error:
        raise click.UsageError(str(error)) from error
    home = Path() if grading is None else grading.parent
    found = _read(Sources.of(submissions, work, settings, home, worksheet), rules)
    if as_json:
        from grader.collect_show import as_json_text

        click.echo(as_json_text(found))
    else:
        from grader.collect_show import class_lines

        click.echo("\n".join(class_lines(found, str(work))))
    return DONE


def _read(sources: Sources, rules: Rules) -> ClassList:
    from grader.class_list import read_class
    from grader.collect import ExportError
    from grader.csv_files import CsvFileError
    from leaderboard.kaggle import LeaderboardError

    try:
        return read_class(sources, rules, _Bar("unpacking"), _Bar("reading"))
    except (ExportError, CsvFileError, LeaderboardError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        # The export and the tables have their own answers; what is left is our work folder.
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{where}{error.strerror or error}") from error


class _Bar:
    """A progress bar on stderr, shown on a terminal only; `done` and `total` as they come."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.shown = -1

    def __call__(self, done: int, total: int) -> None:
        percent = 100 if total <= 0 else 100 * done // total
        if percent == self.shown or not sys.stderr.isatty():
            return
        self.shown = percent
        end = "\r\x1b[K" if percent >= 100 else "\r"
        click.echo(f"\r{self.label} {percent:3d} %{end}", nl=False, err=True)
