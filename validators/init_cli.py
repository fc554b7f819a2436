"""`check-submission init`: the student template in a new folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from validators.answering import competition_option, json_text, rules_given, show
from validators.console import DONE

if TYPE_CHECKING:
    from validators.packing.student import Student


@click.command(
    short_help="Start the homework in a new folder, with a template that works.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--id", "student_id", metavar="ID", help="Your student id, for settings.toml.")
@click.option("--name", metavar="NAME", help="Your name, for settings.toml.")
@competition_option
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def init(
    folder: Path,
    student_id: Optional[str],
    name: Optional[str],
    competition: Optional[Path],
    as_json: bool,
) -> int:
    """Start the homework in FOLDER: a new or empty folder with a template that works.

    It holds code that prunes, trains and predicts, with all its settings in settings.toml. Nothing
    that lies in FOLDER is ever replaced. What comes next is printed, step by step.

    \b
    Example:
      check-submission init my-hw4 --id 9900940 --name 王小明
    """
    _refuse_other_homework(competition)
    student = _student(student_id, name, competition)
    written = _started(folder, student)
    commands = ("python prune.py", "python predict.py", _packing(competition))
    if as_json:
        answered = {
            "format": 1,
            "tool": "check-submission init",
            "folder": str(folder),
            "files": list(written),
            "next": list(commands),
        }
        click.echo(json_text(answered))
        return DONE
    show(f"{len(written)} files written to {folder}; README.md says which to read first.")
    place = "here" if folder.resolve() == Path.cwd() else f"in {folder}"
    steps = (*_before(student), *(f"  {command}" for command in commands))
    show(f"Next, {place}:\n" + "\n".join(steps))
    return DONE


def _before(student: Student) -> tuple[str, ...]:
    """What has to be done before the commands work; what no command does is a shell's comment."""
    missing = " and ".join(key for key in ("id", "name") if not getattr(student, key))
    who = (f"  # write your {missing} into settings.toml, under [student]",) if missing else ()
    return (
        *who,
        "  # put the released model into t5small_TextSummarization/",
        "  pip install -r requirements.txt",
    )


def _refuse_other_homework(competition: Optional[Path]) -> None:
    """Wrong usage where the course asks for no model, which is what the template makes."""
    from validators.package.asked import asks_for_model, contents_asked

    if competition is None:
        return
    rules = rules_given(competition)
    if asks_for_model(rules):
        return
    raise click.UsageError(
        "the template compresses a model; this course asks for none, but for "
        f"{contents_asked(rules)}. Start in a folder of your own; nothing was written."
    )


def _student(
    student_id: Optional[str], name: Optional[str], competition: Optional[Path]
) -> Student:
    """Who hands in; an id or a name that the course would refuse is wrong usage."""
    from validators.packing.naming import given_findings
    from validators.packing.student import Student

    student = Student.of(student_id or "", name or "")
    if (student_id, name) != (None, None):
        for finding in given_findings(student, rules_given(competition)):
            if finding.blocks:
                raise click.UsageError(str(finding))
    return student


def _started(folder: Path, student: Student) -> tuple[str, ...]:
    from validators.display import listed
    from validators.packing.student import StudentError
    from validators.starting import (
        InTheWayError,
        TemplateError,
        start,
        template_files,
        template_folder,
    )

    try:
        return start(folder, template_files(template_folder()), student)
    except InTheWayError as error:
        told = f"{folder} isn't empty: {listed(error.paths, len(error.paths))} in the way"
        raise click.UsageError(f"{told}. Name a new folder; nothing was written.") from error
    except (TemplateError, StudentError) as error:
        remedy = "Install the toolkit anew; if that doesn't help, tell the course"
        raise click.ClickException(f"no template: {error}. {remedy}.") from error
    except BrokenPipeError:  # whoever read the output has seen enough
        raise
    except OSError as error:
        reason = error.strerror or "it can't be written"
        raise click.UsageError(f"nothing was started in {folder}: {reason}.") from error


def _packing(competition: Optional[Path]) -> str:
    """The command that packs, with the rules that were given; the environment stays as it is."""
    from shlex import quote

    source = click.get_current_context().get_parameter_source("competition")
    if competition is None or source is not click.core.ParameterSource.COMMANDLINE:
        return "check-submission pack"
    return f"check-submission pack --competition {quote(str(competition.resolve()))}"
