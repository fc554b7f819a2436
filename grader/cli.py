"""`grade`: the TA's command."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from grader.collect_cli import collect
from grader.decide_cli import decide
from grader.default_command import DefaultGroup
from grader.doctor_cli import doctor
from grader.explain_cli import explain
from grader.given import competition_option, grading_option, json_option, load
from grader.offences_cli import offences
from grader.run_cli import run
from grader.score_cli import kaggle_metric, score
from grader.state_cli import diff, journal, runs, status
from validators import __version__
from validators.console import DONE, OUR_FAULT, run_command


@click.group(
    cls=DefaultGroup, default="run", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, message="grade %(version)s")
def grade() -> None:
    """Grade what a class handed in: check, score, decide, rank.

    \b
    Examples:
      grade submissions/ --grading grading.toml     grade the class (the same as: grade run …)
      grade status                                  what is done, and what needs you
      grade explain 9900940                         how a mark came about
    """


@grade.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def demo(folder: Path) -> int:
    """Make a valid and a broken sample submission in FOLDER, and check both.

    \b
    Example:
      grade demo /tmp/demo
    """
    from grader.demo.show import show_demo

    try:
        return DONE if show_demo(folder) else OUR_FAULT
    except BrokenPipeError:  # whoever read the output has seen enough
        raise
    except OSError as error:
        reason = error.strerror or "it can't be written"
        raise click.UsageError(f"no demonstration in {folder}: {reason}.") from error


@grade.command()
@competition_option
@grading_option
@json_option
def rules(competition: Optional[Path], grading: Optional[Path], as_json: bool) -> int:
    """Read the course's files and show the rules in force, or what is wrong with them.

    \b
    Example:
      grade rules --competition competition.toml --grading grading.toml
    """
    from validators.rules import rules_digest

    found, _, _ = load(competition, grading)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return DONE
    from grader.show_rules import rules_lines

    click.echo("\n".join(rules_lines(found)))
    click.echo(f"rules digest {rules_digest(found)}")
    return DONE


for _command in (
    run, status, explain, decide, diff, runs, journal, offences, doctor, collect, score
):  # fmt: skip
    grade.add_command(_command)
grade.add_command(kaggle_metric)


def main() -> None:
    """Run `grade`."""
    run_command(grade)
