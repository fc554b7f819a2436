"""`check-submission`: what blocks, where, and the one thing to do about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click

from validators import __version__
from validators.answering import (
    answer,
    answer_team,
    checked_by,
    competition_option,
    conclude,
    json_text,
    refuse_receipt,
    rules_given,
    show,
)
from validators.command_group import CommandWithCommands
from validators.console import USAGE, run_command
from validators.init_cli import init
from validators.pack_cli import pack

if TYPE_CHECKING:
    from validators.checks import Options
    from validators.report_json import Answer
    from validators.rules import Rules

PARTS = ("package", "csv", "model", "team")

_PATH = click.Path(exists=True, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


def _parts(context: click.Context, option: click.Parameter, value: Optional[str]) -> Any:
    if value is None:
        return None
    chosen = tuple(part.strip() for part in value.split(","))
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        raise click.BadParameter(f'there is no part "{unknown[0]}"; choose from {", ".join(PARTS)}')
    return chosen


@click.command(
    "check-submission",
    cls=CommandWithCommands,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("paths", metavar="PATH [PATH…]", nargs=-1, type=_PATH)
@click.option("--team", metavar="NAME", help="Your team's name on Kaggle, to check it too.")
@click.option(
    "--only",
    metavar="PARTS",
    callback=_parts,
    help="Check only these parts, separated by commas: package, csv, model, team.",
)
@click.option("--ids", type=_FILE, help="The competition's sample submission: take its IDs.")
@competition_option
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON (docs/check-report.md).")
@click.option("--receipt", type=_NEW_FILE, help="Write the answer with all digests to this file.")
@click.option("--quiet", is_flag=True, help="Show only what blocks, and the last line.")
@click.version_option(__version__, message="check-submission %(version)s")
def check(
    paths: tuple[Path, ...],
    team: Optional[str],
    only: Optional[tuple[Any, ...]],
    ids: Optional[Path],
    competition: Optional[Path],
    as_json: bool,
    receipt: Optional[Path],
    quiet: bool,
) -> int:
    """Check what you are about to hand in: a zip, a folder, a CSV, a model folder, a report.

    Each PATH is checked on its own; nothing in it is run or loaded. The last line says "safe to
    submit" or what blocks. Exit code: 0 safe, 3 something blocks, 2 wrong usage, 1 our failure.

    \b
    Examples:
      check-submission HW4_9900940_name.zip HW4_9900940_name.pdf
      check-submission submission.csv --ids sample_submission.csv
      check-submission pruned_model/
      check-submission --team 9900940_name
      check-submission HW4_9900940_name.zip --team 9900940_name --receipt receipt.json
    """
    _refuse_nothing(paths, only, team)
    _refuse_single_weights(paths)
    refuse_receipt(receipt)
    rules = rules_given(competition, ids)
    options = _options(paths, rules, only, team)
    answers = _answers(paths, options, as_json, quiet, as_json or receipt is not None)
    from validators.report_json import document

    found = document(answers, rules)
    printed = json_text(found) if as_json else None
    if not (as_json or quiet):
        show(checked_by(rules))
    return conclude(found, tuple(report for report, _ in answers), receipt, printed)


check.add_command(init)
check.add_command(pack)


def _answers(
    paths: tuple[Path, ...], options: tuple[Options, ...], silent: bool, quiet: bool, digested: bool
) -> tuple[Answer, ...]:
    """The report on each path, or on the team's name where that is all there is."""
    if not paths:
        return tuple(answer_team(each, silent, quiet) for each in options)
    return tuple(answer(path, each, silent, quiet, digested) for path, each in zip(paths, options))


def _options(
    paths: tuple[Path, ...], rules: Rules, only: Optional[tuple[Any, ...]], team: Optional[str]
) -> tuple[Options, ...]:
    """How each path is checked; a path of which nothing was asked for is wrong usage."""
    from validators.checks import Options, parts_of
    from validators.opening import kind_of, name_of

    parts = only or rules.competition.parts
    if not paths:
        return (Options(rules, ("team",), team),)
    kinds = [kind_of(path, rules) for path in paths]
    for path, kind in zip(paths, kinds):
        if not set(parts) & set(parts_of(kind, team)):
            hint = " Give the name with --team." if parts == ("team",) else ""
            asked = ", ".join(parts)
            raise click.UsageError(f"{name_of(path)} ({kind}) has nothing of: {asked}.{hint}")
    # The team is one and told once, with the zip whose id it is compared with.
    with_team = kinds.index("zip") if "zip" in kinds else 0
    reports = tuple(name_of(path) for path, kind in zip(paths, kinds) if kind == "report")
    return tuple(
        Options(rules, parts, team if number == with_team else None, beside=reports)
        for number in range(len(paths))
    )


def _refuse_nothing(
    paths: tuple[Path, ...], only: Optional[tuple[Any, ...]], team: Optional[str]
) -> None:
    """Wrong usage where there is neither a path nor a team's name to check."""
    if paths or (team is not None and (only is None or "team" in only)):
        return
    raise click.UsageError("Missing argument 'PATH': what is to be checked. --team needs none.")


def _refuse_single_weights(paths: tuple[Path, ...]) -> None:
    from validators.package.workspace import WEIGHT_SUFFIXES

    for path in paths:
        if path.suffix.lower() in WEIGHT_SUFFIXES and path.is_file():
            raise click.UsageError(
                f"{path.name} is one file of a model; give the folder that it lies in, because "
                "its config.json and the other weights there count as well."
            )


def main() -> None:
    """Run `check-submission`."""
    import validators

    if "check_submission" not in getattr(validators, "__all__", ()):
        click.echo(
            "check-submission: another package called validators lies over ours. "
            "Install the toolkit in an environment of its own: see docs/decisions/.",
            err=True,
        )
        sys.exit(USAGE)
    run_command(check)
