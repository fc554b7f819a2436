"""`leaderboard snapshot` and `leaderboard snapshots`: dated copies of Kaggle's leaderboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click

from leaderboard.display import line_of
from leaderboard.exporting import count
from leaderboard.view_options import FILE

if TYPE_CHECKING:
    from leaderboard.growth import Window
    from leaderboard.snapshots import Snapshot

_FOLDER = click.Path(file_okay=False, path_type=Path)
_THERE = click.Path(exists=True, file_okay=False, path_type=Path)
_TIME = "%Y-%m-%d %H:%M:%S"


@click.command()
@click.argument("export", type=FILE)
@click.option("--into", "folder", type=_FOLDER, required=True, help="The folder of snapshots.")
@click.option("--taken", metavar="TIME", help="When it was, with the zone: 2024-05-01T12:00+08:00.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def snapshot(export: Path, folder: Path, taken: Optional[str], as_json: bool) -> None:
    """Keep a dated copy of a leaderboard that Kaggle exported: CSV or zip.

    The moment is the one in the name that Kaggle gave the file, or --taken. A folder of snapshots,
    one a day at least, shows later how many submissions a team made in a day. Nothing in the folder
    is ever changed; the same file again is no second snapshot.

    \b
    Example:
      leaderboard snapshot data-science-hw4.zip --into snapshots
    """
    from leaderboard.snapshot_folder import keep
    from leaderboard.snapshots import SnapshotError, moment

    try:
        kept = keep(export, folder, None if taken is None else moment(taken))
    except SnapshotError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{folder}: can't be written ({error.strerror}).") from error
    for warning in kept.warnings:
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        answer = {"path": str(kept.path), "new": kept.new, **_about(kept.snapshot)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    word = "kept" if kept.new else "already kept"
    click.echo(f"{word} {kept.path}: {len(kept.snapshot.standings)} rows")


@click.command()
@click.argument("folder", type=_THERE)
@click.option(
    "--json", "as_json", is_flag=True, help="Answer as JSON, teams that did not grow too."
)
def snapshots(folder: Path, as_json: bool) -> None:
    """List the snapshots, and how much each team's number of submissions grew between them.

    The growth is the least number of submissions that a team made in the window. Kaggle's day
    begins at midnight UTC: a window that touches two days allows the limit of two.

    \b
    Example:
      leaderboard snapshots snapshots
    """
    from leaderboard.growth import windows
    from leaderboard.snapshot_folder import read_snapshots
    from leaderboard.snapshots import SnapshotError

    try:
        found = read_snapshots(folder)
    except SnapshotError as error:
        raise click.UsageError(str(error)) from error
    between = windows(found)
    if as_json:
        answer = {"snapshots": [*map(_about, found)], "windows": [*map(_window, between)]}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    click.echo(_page(found, between))


def _about(found: Snapshot) -> dict[str, Any]:
    counts = [row.submissions for row in found.standings if row.submissions is not None]
    return {
        "taken": found.taken.isoformat(),
        "known_by": found.known_by,
        "original": found.original,
        "sha256": found.sha256,
        "teams": len({row.team_id for row in found.standings}),
        "submissions": sum(counts) if counts else None,
    }


def _window(found: Window) -> dict[str, Any]:
    keys = ("team_id", "team_name", "before", "after", "merged", "growth", "at_least")
    return {
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "days": found.days,
        "teams": [{key: getattr(team, key) for key in keys} for team in found.teams],
    }


def _page(found: tuple[Snapshot, ...], between: tuple[Window, ...]) -> str:
    from tabulate import tabulate

    columns = ("taken", "known_by", "teams", "submissions", "original")
    about = [[line_of(_about(each)[key]) for key in columns] for each in found]
    pages = [tabulate(about, headers=columns, disable_numparse=True) if about else "no snapshot"]
    for each in between:
        span = f"{each.start.strftime(_TIME)} to {each.end.strftime(_TIME)} UTC"
        rows = [
            [
                line_of(team.team_id),
                line_of(team.team_name),
                team.before,
                team.after,
                f"{team.growth:+}",
            ]
            + (["merged"] if team.merged else [""])
            for team in sorted(each.teams, key=lambda team: (-(team.growth or 0), team.team_id))
            if team.growth
        ]
        headers = ("team id", "team name", "before", "after", "growth", "")
        table = tabulate(rows, headers=headers, disable_numparse=True) if rows else "no growth"
        unknown = sum(team.growth is None for team in each.teams)
        note = (
            f"\nof {count(unknown, 'team')} Kaggle gave no number of submissions" if unknown else ""
        )
        pages.append(f"{span}, a part of {each.days} of Kaggle's days\n{table}{note}")
    return "\n\n".join(pages)
