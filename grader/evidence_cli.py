"""`grade evidence`: what inspecting the class has shown, for the TA or for the one concerned."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from grader.given import Bar, anonymous_option, json_option, reading, run_in_force, work_option
from grader.state_cli import run_numbered
from validators.console import DONE

if TYPE_CHECKING:
    from grader.integrity.showing.evidence import Evidence
    from grader.records import Entrant
    from grader.store import Store


@click.command()
@click.argument("about", required=False, metavar="[ENTRANT or PAIR]")
@click.option(
    "--for-student", "student", metavar="ENTRANT",
    help="What ENTRANT may see: their own parts, nothing of any other's.",
)  # fmt: skip
@click.option(
    "--html", "folder", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Write it as pages into a new or empty folder; open index.html there.",
)  # fmt: skip
@click.option("--run", "number", type=int, metavar="RUN", help="As it was in this run.")
@work_option
@anonymous_option
@json_option
def evidence(
    about: Optional[str], student: Optional[str], folder: Optional[Path], number: Optional[int],
    work: Path, anonymous: bool, as_json: bool,
) -> int:  # fmt: skip
    """Show what stands out in the class: pairs that are alike, models, data. It accuses nobody.

    Without an argument: the class, where it lies, and what stands out. With a student id or a
    pseudonym: everything about one entrant. With the label of a pair: both sides beside each
    other, what matches marked. With --anonymous, what students wrote is left out, too.

    \b
    Examples:
      grade evidence
      grade evidence 9900940
      grade evidence p3f9a1c2
      grade evidence --html evidence
      grade evidence --for-student 9900940 --html for-9900940
    """
    _refuse(about, student, folder, anonymous, as_json)
    with reading(work) as store:
        found, class_ = _evidence(store, number, work, anonymous)
        key, label = _meant(about if student is None else student, found, class_)
        if student is not None:
            if label is not None:
                raise click.UsageError("--for-student takes an entrant, not the label of a pair.")
            from grader.integrity.showing.student import for_student

            found = for_student(found, key, class_)
        # The texts of the works are read as they are shown, so while the store is open.
        if folder is not None:
            _write(folder, found, key, label)
        elif as_json:
            _tell_json(found, key, label)
        else:
            _tell(found, key, label, os.fspath(work))
    return DONE


def _refuse(
    about: Optional[str], student: Optional[str], folder: Optional[Path], anonymous: bool,
    as_json: bool,
) -> None:  # fmt: skip
    if about is not None and student is not None:
        raise click.UsageError("--for-student names the entrant: leave the other argument out.")
    if student is not None and anonymous:
        raise click.UsageError("--for-student names nobody but ENTRANT: leave --anonymous out.")
    if folder is not None and as_json:
        raise click.UsageError("give one of --html and --json.")


def _evidence(
    store: Store, number: Optional[int], work: Path, anonymous: bool
) -> tuple[Evidence, Sequence[Entrant]]:
    """What was inspected in the run. Raises UsageError where nothing was."""
    from dataclasses import replace

    from grader.clock import now, stamp
    from grader.collect.kept import where_kept
    from grader.grading.handed_out import handed_out_code
    from grader.grading.inspections import inspected_of
    from grader.integrity.showing.evidence import evidence_of, with_works
    from grader.integrity.showing.hiding import anonymous as without_names
    from validators import __version__

    run = run_numbered(store, number) if number is not None else run_in_force(store)
    inspected = inspected_of(store, run)
    if inspected is None:
        raise click.UsageError(
            f"of run {run.number} no inspection is kept: the rules ask for none (inspect.parts), "
            "or not everything could be read yet. See grade status, and grade again."
        )
    assert run.state is not None
    class_ = tuple(each.case.entrant for each in run.state.judged)
    found = evidence_of(run, inspected.inspection, __version__, stamp(now()))
    found = with_works(found, inspected.lines, inspected.seen)
    options = run.plan.options
    found = replace(
        found, kept=where_kept(run.plan.submissions, work), work=os.fspath(work),
        handed_out=lambda: handed_out_code(options),
    )  # fmt: skip
    return (without_names(found, class_) if anonymous else found), class_


def _meant(
    word: Optional[str], found: Evidence, class_: Sequence[Entrant]
) -> tuple[str, Optional[str]]:
    """The key of the entrant, or the label of the pair, that was typed."""
    from grader.grading.entrants import NoSuchEntrantError
    from grader.grading.entrants import found as found_entrant
    from validators.display import quoted

    if word is None:
        return "", None
    labels = [each.label for each in found.inspection.pairs]
    if word.strip().casefold() in labels:
        return "", word.strip().casefold()
    try:
        return found_entrant(word, class_).student.id, None
    except NoSuchEntrantError as error:
        raise click.UsageError(
            f"there is no entrant and no pair {quoted(word)} in run {found.run}. "
            "grade evidence lists the pairs; an entrant is a student id or a pseudonym."
        ) from error


def _write(folder: Path, found: Evidence, key: str, label: Optional[str]) -> None:
    from grader.integrity.showing.html import INDEX, class_pages, pair_pages, person_pages
    from leaderboard.folder_written import NotEmptyError, write_folder
    from validators.display import clean

    if label is not None:
        files = pair_pages(found, label)
    else:
        files = person_pages(found, key) if key else class_pages(found, Bar("pages"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_folder(folder, files)
    except NotEmptyError as error:
        raise click.UsageError(str(error)) from error
    pages = f"{len(files)} page{'' if len(files) == 1 else 's'}"
    click.echo(clean(f"{pages}: {folder / INDEX}"))


def _tell_json(found: Evidence, key: str, label: Optional[str]) -> None:
    from grader.integrity.showing.documents import class_json, pair_json, person_json
    from grader.showing.documents import as_text

    if label is not None:
        click.echo(as_text(pair_json(found, label)))
    else:
        click.echo(as_text(person_json(found, key) if key else class_json(found)))


def _tell(found: Evidence, key: str, label: Optional[str], work: str) -> None:
    from grader.integrity.showing.terminal import class_lines, pair_lines, person_lines

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    if label is not None:
        lines = pair_lines(found, label, width, work)
    else:
        lines = (person_lines(found, key, width, work) if key
                 else class_lines(found, width, work))  # fmt: skip
    click.echo("\n".join(lines), color=False if os.environ.get("NO_COLOR") else None)
