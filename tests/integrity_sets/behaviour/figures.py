"""How made classes fare, as Markdown: `python -m tests.integrity_sets.behaviour.figures`."""

from __future__ import annotations

import time
from collections import Counter

import click

from grader.integrity.behaviour.compare import Teams, compare_behaviour
from grader.integrity.behaviour.moments import is_dated
from grader.integrity.records import Inspection
from leaderboard.growth import windows
from tests.integrity_sets.behaviour.accounts import LIMIT, daily_most, rolling_most
from tests.integrity_sets.behaviour.breaches import BREACHES
from tests.integrity_sets.behaviour.made import Made, honest_class
from validators.rules import load_rules

HW4 = load_rules()


@click.command()
@click.option("--classes", default=200, help="How many honest classes are made.")
@click.option("--planted", default=10, help="How many classes each breach is planted in.")
@click.option("--first", default=1000, help="The seed of the first class.")
def main(classes: int, planted: int, first: int) -> None:
    """Print what honest classes of 120 show, and how many planted breaches are found."""
    honest(classes, first)
    click.echo("")
    breaches(planted, first)
    click.echo("")
    times(first)


def honest(classes: int, first: int) -> None:
    """Accounts that keep the limit, by what would be said of them."""
    counts: Counter[str] = Counter()
    highest = 0.0
    for seed in range(first, first + classes):
        made = honest_class(seed)
        given, inspection = inspected(made)
        counts["accounts"] += len(made.accounts)
        counts["beyond the limit in a day of Kaggle"] += sum(
            daily_most(each) > LIMIT for each in made.accounts
        )
        counts["beyond the limit in some 24 hours"] += sum(
            rolling_most(each) > LIMIT for each in made.accounts
        )
        counts["accused by the growth between two snapshots alone"] += len(by_growth_alone(given))
        counts["accused by us"] += len({each.name for each in inspection.found})
        highest = max(highest, inspection.spreads[0].highest)
    click.echo(f"| {classes} honest classes | accounts |\n|---|---:|")
    for name, count in counts.items():
        click.echo(f"| {name} | {count:,} |")
    click.echo(f"| most submissions for each of Kaggle's days between snapshots | {highest:.1f} |")


def by_growth_alone(given: Teams) -> set[str]:
    """Teams whose count grows by more than the days of a window allow, whatever may explain it."""
    dated = tuple(each for each in given.snapshots if is_dated(each))
    return {
        team.team_id
        for window in windows(dated)
        for team in window.teams
        if (team.growth or 0) > LIMIT * window.days
    }


def breaches(planted: int, first: int) -> None:
    """Each breach, in how many classes all of it is found, and in how many something beside it."""
    click.echo("| planted | classes | found | others found |\n|---|---:|---:|---:|")
    for name, plant in BREACHES.items():
        whole = beside = 0
        for seed in range(first, first + planted):
            made = honest_class(seed)
            expected = plant(made)
            found = {(each.name, each.finding.code) for each in inspected(made)[1].found}
            whole += expected <= found
            beside += bool(found - expected)
        click.echo(f"| {name} | {planted} | {whole} | {beside} |")


def times(first: int) -> None:
    """How long classes of several sizes take."""
    click.echo("| students | snapshots | CPU seconds |\n|---:|---:|---:|")
    for students in (120, 300, 1000):
        made = honest_class(first, students)
        given, files = made.given(), made.works()
        start = time.process_time()
        compare_behaviour(files, given, HW4)
        took = time.process_time() - start
        click.echo(f"| {students} | {len(given.snapshots)} | {took:.1f} |")


def inspected(made: Made) -> tuple[Teams, Inspection]:
    """What the grader has of the class, and what that shows."""
    given = made.given()
    return given, compare_behaviour(made.works(), given, HW4)


if __name__ == "__main__":
    main()
