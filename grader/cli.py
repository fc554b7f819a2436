"""`grade`: the TA's command."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from grader.collect_cli import collect
from grader.score_cli import kaggle_metric, score
from validators import __version__
from validators.console import DONE, OUR_FAULT, run_command

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="grade %(version)s")
def grade() -> None:
    """What was handed in, checked and graded."""


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
@click.option("--competition", type=_FILE, help="A competition.toml; homework 4 when left out.")
@click.option("--grading", type=_FILE, help="A grading.toml to check as well.")
@click.option("--json", "as_json", is_flag=True, help="Print the rules as JSON.")
def rules(competition: Optional[Path], grading: Optional[Path], as_json: bool) -> int:
    """Read the course's files and show the rules in force, or what is wrong with them.

    \b
    Example:
      grade rules --competition competition.toml --grading grading.toml
    """
    from grader.settings import load_grading
    from validators.rules import RulesError, load_rules, rules_digest

    try:
        found = load_rules(competition)
        if grading is not None:
            load_grading(grading)
    except RulesError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return DONE
    from grader.show_rules import rules_lines

    click.echo("\n".join(rules_lines(found)))
    click.echo(f"rules digest {rules_digest(found)}")
    return DONE


grade.add_command(collect)
grade.add_command(score)
grade.add_command(kaggle_metric)


def main() -> None:
    """Run `grade`."""
    run_command(grade)
