"""`check-submission pack`: the zip with the right name and content, made and checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click

from validators.answering import (
    answer,
    bar,
    checked_by,
    competition_option,
    conclude,
    json_text,
    refuse_receipt,
    rules_given,
    show,
    show_section,
)

if TYPE_CHECKING:
    from validators.packing.records import Selection
    from validators.packing.student import Student
    from validators.report import Report, Section
    from validators.report_json import Answer
    from validators.rules import Rules

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(
    short_help="Make the zip that you hand in, with the right name and content, and check it.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("folder", type=_FOLDER, default=".")
@click.option("--id", "student_id", metavar="ID", help="Your student id; else settings.toml's.")
@click.option("--name", metavar="NAME", help="Your name; else settings.toml's.")
@click.option("--into", type=_FOLDER, help="Where the zip goes; FOLDER itself when left out.")
@click.option("--replace", is_flag=True, help="Replace a zip of that name that pack didn't make.")
@competition_option
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def pack(
    folder: Path,
    student_id: Optional[str],
    name: Optional[str],
    into: Optional[Path],
    replace: bool,
    competition: Optional[Path],
    as_json: bool,
) -> int:
    """Make the zip that you hand in of FOLDER (this one when left out), and check it.

    The zip gets the name that the course asks for. Code, README, settings and the model go in; data
    sets, environments, caches, checkpoints and hidden files stay out; each is listed with its size
    and the reason. Then the zip is checked as by check-submission, and a receipt is kept beside it.
    Exit code: 0 safe, 3 something blocks, 2 wrong usage, 1 our failure.

    \b
    Examples:
      check-submission pack
      check-submission pack my-hw4 --id 9900940 --name 王小明
      check-submission pack --competition competition.toml --into ~/handed-in
    """
    from validators.packing.naming import can_be_written, receipt_name, zip_name

    rules = rules_given(competition)
    _refuse_model(folder, rules)
    student = _student(folder, student_id, name, rules)
    selection, draft = _draft(folder, student, rules)
    # A course may weigh findings less, but what can't be a file's name can't be written.
    if any(finding.blocks for finding in draft.findings) or not can_be_written(student, rules):
        return _refused(folder, selection, draft, rules, as_json)
    filename = zip_name(student, rules)
    target, receipt = ((into or folder) / each for each in (filename, receipt_name(filename)))
    _refuse_zip(target, replace)
    refuse_receipt(receipt)
    if not as_json:
        _show_draft(selection, draft)
    _write(selection, target, as_json)
    return _checked(target, receipt, selection, draft, (folder, rules, as_json))


def _refuse_model(folder: Path, rules: Rules) -> None:
    from validators.opening import kind_of, name_of

    if kind_of(folder, rules) == "model":
        told = f"{name_of(folder)} is the model's folder; give the folder that it lies in."
        raise click.UsageError(told)


def _student(folder: Path, student_id: Optional[str], name: Optional[str], rules: Rules) -> Student:
    """The student by the options, else by the folder's settings, with all that the name needs."""
    from validators.packing.naming import asked_for
    from validators.packing.student import SETTINGS, Student, StudentError, student_in

    given = {"id": student_id, "name": name}
    try:
        known = all(given[key] is not None for key in asked_for(rules))
        written = Student() if known else student_in(folder)
    except StudentError as error:
        raise click.UsageError(str(error)) from error
    found = {key: getattr(written, key) if value is None else value for key, value in given.items()}
    student = Student.of(found["id"], found["name"])
    missing = [key for key in asked_for(rules) if not getattr(student, key)]
    if missing:
        what = " and ".join(f"your {key}" for key in missing)
        options = " and ".join(f"--{key}" for key in missing)
        where = f"{SETTINGS} under [student], or give {options}"
        raise click.UsageError(f"the zip's name needs {what}: write it into {where}.")
    return student


def _draft(folder: Path, student: Student, rules: Rules) -> tuple[Selection, Section]:
    """What would be packed, and what is wrong with it."""
    from validators.opening import name_of
    from validators.package.troubles import UnreadableError
    from validators.packing.choosing import select
    from validators.packing.records import Selection
    from validators.packing.section import Draft, draft_section, unread_section

    name = name_of(folder)
    try:
        selection = select(folder, rules)
    except UnreadableError as reason:
        return Selection(folder), unread_section(name, reason)
    except OSError as error:  # a file that went away meanwhile, say
        told = error.strerror or "a file of it can't be read"
        raise click.ClickException(f"{name} was not packed: {told}. Pack again.") from error
    return selection, draft_section(Draft(name, student, selection), rules)


def _refused(
    folder: Path, selection: Selection, draft: Section, rules: Rules, as_json: bool
) -> int:
    """Say what blocks, without a zip."""
    from validators.opening import name_of
    from validators.report import Report
    from validators.rules import rules_digest

    if not as_json:
        _show_draft(selection, draft)
        show("no zip was written")
    report = Report(name_of(folder), "folder", rules_digest(rules), (draft,))
    return _concluded((report, ()), None, None, selection, (folder, rules, as_json))


def _refuse_zip(target: Path, replace: bool) -> None:
    """Raise UsageError where the zip would take the place of something that isn't ours."""
    from validators.packing.writing import made_by_pack

    if not os.access(target.parent, os.W_OK):
        raise click.UsageError(f"{target.parent} can't be written to; name another with --into.")
    if not os.path.lexists(target) or made_by_pack(target):
        return
    if target.is_symlink() or not target.is_file():
        raise click.UsageError(f"{target} is there already and is no file; move it away.")
    if not replace:
        told = "is there already, and pack didn't make it as it is; it would be lost"
        raise click.UsageError(f"{target} {told}. Move it away, or give --replace.")


def _show_draft(selection: Selection, draft: Section) -> None:
    from validators.packing.shown import selection_lines

    show("\n".join((*selection_lines(selection), "")))
    if draft.findings:
        show_section(draft, quiet=False)


def _write(selection: Selection, target: Path, silent: bool) -> None:
    from validators.packing.writing import write_zip

    try:
        with bar("packing", silent) as progress:
            write_zip(selection, target, progress)
    except BrokenPipeError:  # whoever read the output has seen enough
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(f"no zip in {target}: {reason}. Pack again.") from error


def _checked(
    target: Path,
    receipt: Path,
    selection: Selection,
    draft: Section,
    call: tuple[Path, Rules, bool],
) -> int:
    """Check the zip as `check-submission` does, and say what both steps come to."""
    from dataclasses import replace

    from validators.checks import Options
    from validators.display import size

    _, rules, as_json = call
    if not as_json:
        show(f"wrote {target} ({size(target.stat().st_size)})\n")
    options = Options(rules, rules.competition.parts)
    report, digests = answer(target, options, as_json, quiet=False, digested=True)
    if draft.findings:
        report = replace(report, sections=(draft, *report.sections))
    return _concluded((report, digests), target, receipt, selection, call)


def _concluded(
    found: Answer,
    target: Optional[Path],
    receipt: Optional[Path],
    selection: Selection,
    call: tuple[Path, Rules, bool],
) -> int:
    from validators.opening import name_of
    from validators.packing.shown import pack_document
    from validators.report_json import document

    folder, rules, as_json = call
    check: dict[str, Any] = {**document((found,), rules)}
    reports: tuple[Report, ...] = (found[0],)
    if not as_json:
        show(checked_by(rules))
        return conclude(check, reports, receipt, None)
    written = (None if target is None else str(target), None if receipt is None else str(receipt))
    answered = pack_document(name_of(folder), selection, written, check)
    return conclude(check, reports, receipt, json_text(answered))
