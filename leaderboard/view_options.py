"""The options by which a command learns for whom it answers, and the view that they ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar

import click

if TYPE_CHECKING:
    from leaderboard.audience import View

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file that is there."""
AUDIENCES = ("public", "student", "ta")
"""As `audience.Audience` has them; here so that --help loads nothing (a test compares)."""
_Command = TypeVar("_Command", bound=Callable[..., Any])


def audience_options(command: _Command) -> _Command:
    """The command with --audience and --entrant."""
    entrant = click.option("--entrant", metavar="ID", help="student: whose own row is whole.")
    audience = click.option(
        "--audience",
        type=click.Choice(AUDIENCES),
        default="public",
        show_default=True,
        help="Who will read it; only what they may see is in it.",
    )
    return audience(entrant(command))


def ranked_option(command: _Command) -> _Command:
    """The command with --ranked-only."""
    told = "public, student: leave out the others who have no rank."
    return click.option("--ranked-only", is_flag=True, help=told)(command)


def view_for(board: Path, audience: str, entrant: Optional[str], ranked_only: bool = False) -> View:
    """The board in the file as the audience may see it; anything wrong is wrong usage."""
    from leaderboard.audience import Audience, NoSuchEntrantError, only_ranked, view_of
    from leaderboard.board_file import BoardError, read_board

    if (audience == "student") != (entrant is not None):
        raise click.UsageError("--audience student and --entrant ID go together.")
    if ranked_only and audience == "ta":
        raise click.UsageError(
            "--ranked-only goes with --audience public or student: the teaching side needs all."
        )
    try:
        view = view_of(read_board(board), Audience(audience), entrant)
        return only_ranked(view) if ranked_only else view
    except (BoardError, NoSuchEntrantError) as error:
        raise click.UsageError(str(error)) from error
