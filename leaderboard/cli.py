"""`leaderboard`: how a class stands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Optional

import click

from leaderboard import __version__
from leaderboard.display import line_of
from leaderboard.export_cli import export
from leaderboard.snapshot_cli import snapshot, snapshots
from leaderboard.view_options import FILE, audience_options, ranked_option, view_for

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="leaderboard %(version)s")
def leaderboard() -> None:
    """How a class stands."""


@leaderboard.command()
@click.argument("export", type=FILE)
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
    shown = [{key: line_of(value) for key, value in row.items()} for row in standings]
    click.echo(tabulate(shown, headers="keys", disable_numparse=True))


@leaderboard.command()
@click.argument("board", type=FILE)
@audience_options
@ranked_option
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def show(
    board: Path, audience: str, entrant: Optional[str], ranked_only: bool, as_json: bool
) -> None:
    """Show a board.json as its audience may see it.

    \b
    Examples:
      leaderboard show board.json
      leaderboard show board.json --audience student --entrant 9900940
    """
    import shutil

    from leaderboard.exports import as_json as json_of
    from leaderboard.terminal import page

    view = view_for(board, audience, entrant, ranked_only)
    if as_json:
        click.echo(json_of(view).decode(), nl=False)
        return
    click.echo(page(view, shutil.get_terminal_size().columns if sys.stdout.isatty() else None))


for command in (export, snapshot, snapshots):
    leaderboard.add_command(command)


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
