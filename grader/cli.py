"""`grade`: the TA's command."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from grader.collect_cli import collect
from grader.decide_cli import decide
from grader.default_command import DefaultGroup
from grader.demo_cli import demo, demo_course
from grader.doctor_cli import doctor
from grader.evidence_cli import evidence
from grader.explain_cli import explain
from grader.given import competition_option, grading_option, json_option, load
from grader.offences_cli import offences
from grader.run_cli import run
from grader.score_cli import kaggle_metric, score
from grader.state_cli import diff, journal, runs, status
from validators import __version__
from validators.console import DONE, run_command


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

    found, settings, _ = load(competition, grading)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return DONE
    from grader.show_rules import rules_lines

    click.echo("\n".join(rules_lines(found, None if grading is None else settings)))
    click.echo(f"rules digest {rules_digest(found)}")
    return DONE


for _command in (
    run, status, explain, evidence, decide, diff, runs, journal, offences, doctor, collect, score,
    demo, demo_course,
):  # fmt: skip
    grade.add_command(_command)
grade.add_command(kaggle_metric)


def main() -> None:
    """Run `grade`."""
    run_command(grade)
