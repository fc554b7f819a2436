"""`leaderboard`: how a class stands."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from leaderboard import __version__

INTERRUPTED = 130
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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


def main() -> None:
    """Run `leaderboard`."""
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
