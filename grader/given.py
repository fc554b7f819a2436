"""What every command of the teaching side is given: the rules, the settings, who and when."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional, TypeVar

import click

from grader.work_folder import WORK

if TYPE_CHECKING:
    from grader.runs import Run
    from grader.settings import GradingSettings
    from grader.store import Store
    from validators.rules import Rules

Function = TypeVar("Function", bound=Callable[..., object])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

# As much of a text as the board takes.
_LONGEST_REASON = 1_500
_ROOM = "Free some disk space and type it again; what is done is kept."


def _lies_here(name: str) -> Callable[[], Optional[Path]]:
    return lambda: Path(name) if Path(name).is_file() else None


competition_option = click.option(
    "--competition",
    type=FILE,
    default=_lies_here("competition.toml"),
    show_default="competition.toml in this folder, else homework 4",
    help="The rules of the competition.",
)
grading_option = click.option(
    "--grading",
    type=FILE,
    default=_lies_here("grading.toml"),
    show_default="grading.toml in this folder, if any",
    help="Answer key, roster, leaderboards.",
)
worksheet_option = click.option(
    "--worksheet", type=FILE, help="Moodle's grading worksheet: ids and times."
)
work_option = click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(WORK),
    show_default=True,
    help="The folder that holds what was graded.",
)
anonymous_option = click.option(
    "--anonymous", is_flag=True, help="Show pseudonyms in place of names, ids and teams."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
who_option = click.option(
    "--who", metavar="NAME", help="Whose word it is; the account's name when left out."
)


def load(
    competition: Optional[Path], grading: Optional[Path]
) -> tuple[Rules, GradingSettings, Path]:
    """The rules, the settings, and the folder that the settings' paths begin in."""
    from grader.settings import GradingSettings, load_grading
    from validators.rules import RulesError, load_rules

    try:
        rules = load_rules(competition)
        settings = GradingSettings() if grading is None else load_grading(grading)
    except RulesError as error:
        raise click.UsageError(str(error)) from error
    return rules, settings, Path() if grading is None else grading.parent


def name_of_ta(given: Optional[str]) -> str:
    """Who gives a word: as they say, else the account's name."""
    if given and given.strip():
        return given.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def reason(given: Optional[str]) -> str:
    """Why the TA says so, empty where they don't. Raises UsageError for a whole essay."""
    text = (given or "").strip()
    if len(text) > _LONGEST_REASON:
        raise click.UsageError(
            f"--why has {len(text):,} characters; at most {_LONGEST_REASON:,} fit on the board."
        )
    return text


@contextmanager
def told_plainly() -> Iterator[None]:
    """Let what the TA can mend be read as one plain message: wrong files as wrong usage."""
    from grader.collect import ExportError
    from grader.csv_files import CsvFileError
    from grader.grading.entrants import NoSuchEntrantError
    from grader.rerun.assets import AssetsError
    from grader.store import HeldError, NothingThereError, StoreError
    from grader.workers import SetupError, WorkersError
    from leaderboard.kaggle import LeaderboardError
    from validators.faults import disk_is_full

    try:
        yield
    except (
        AssetsError, ExportError, CsvFileError, LeaderboardError, NoSuchEntrantError, HeldError,
        NothingThereError, SetupError,
    ) as error:  # fmt: skip
        raise click.UsageError(str(error)) from error
    except (StoreError, WorkersError) as error:
        raise click.ClickException(str(error)) from error
    except BrokenPipeError:  # whoever read the output has seen enough
        raise
    except OSError as error:
        # The files that were given have their own answers; what is left is our work folder.
        where = f"{error.filename}: " if error.filename else ""
        room = f". {_ROOM}" if disk_is_full(error) else ""
        raise click.ClickException(f"{where}{error.strerror or error}{room}") from error


@contextmanager
def reading(work: Path) -> Iterator[Store]:
    """The store of the work folder, to read."""
    from grader.store import read_store

    with told_plainly(), read_store(work) as store:
        yield store


def run_in_force(store: Store) -> Run:
    """The run that is in force; without one the TA is told how to begin."""
    run = store.in_force()
    if run is None:
        raise click.UsageError("nothing is in force yet. Run: grade SUBMISSIONS")
    return run


@contextmanager
def writing(work: Path, command: str, at: str) -> Iterator[Store]:
    """The store of the work folder, ours alone while we hold it."""
    from grader.store import open_store

    with told_plainly(), open_store(work, command, at) as store:
        yield store


class Bar:
    """A progress bar on stderr, shown on a terminal only; `done` and `total` as they come."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.shown = -1

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is."""
        percent = 100 if total <= 0 else 100 * done // total
        if percent == self.shown or not sys.stderr.isatty():
            return
        self.shown = percent
        end = "\r\x1b[K" if percent >= 100 else "\r"
        click.echo(f"\r{self.label} {percent:3d} %{end}", nl=False, err=True)
