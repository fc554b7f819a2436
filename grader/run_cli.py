"""`grade SUBMISSIONS`: from what the course site exports to marks."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from grader.given import (
    Bar,
    anonymous_option,
    competition_option,
    grading_option,
    json_option,
    load,
    name_of_ta,
    reason,
    who_option,
    work_option,
    worksheet_option,
    writing,
)
from validators.console import DONE

if TYPE_CHECKING:
    from grader.grading.pipeline import Request, Word
    from grader.records import Entrant
    from grader.workers import Answer


@click.command()
@click.argument("submissions", type=click.Path(exists=True, path_type=Path))
@competition_option
@grading_option
@worksheet_option
@work_option
@click.option("--only", metavar="ENTRANT", multiple=True, help="Look at this one; repeatable.")
@click.option(
    "--jobs", "parallel", type=click.IntRange(1, 256), metavar="N",
    help="How many submissions are looked at at a time; one per core when left out.",
)  # fmt: skip
@click.option("--apply", is_flag=True, help="Put a regrade in force (with --why).")
@click.option("--why", metavar="TEXT", help="Why the regrade is right; it is kept.")
@who_option
@anonymous_option
@json_option
def run(
    submissions: Path, competition: Optional[Path], grading: Optional[Path],
    worksheet: Optional[Path], work: Path, only: tuple[str, ...], parallel: Optional[int],
    apply: bool, why: Optional[str], who: Optional[str], anonymous: bool, as_json: bool,
) -> int:  # fmt: skip
    """Grade a class: check, score and rank what was handed in.

    SUBMISSIONS is the course site's bulk zip, the folder that it unpacks to, or a folder of zips
    or folders. The word "run" may be left out. What was done before is not done again; a killed
    run goes on where it stopped. A change of the rules, the answer key or the source of the
    scores shows first what it would move, and takes force with --apply --why.

    \b
    Examples:
      grade submissions/ --grading grading.toml
      grade submissions.zip --competition competition.toml --grading grading.toml --jobs 4
      grade submissions/ --grading grading.toml --apply --why "the key had an error in row 7"
    """
    told = reason(why)
    if apply != bool(told):
        raise click.UsageError("--apply and --why TEXT go together.")
    from grader.clock import now, stamp
    from grader.grading.pipeline import Word, grade_class

    files = _Files(submissions, competition, grading, worksheet, work)
    word = Word(name_of_ta(who), stamp(now()), f"grade {submissions}", told or None)
    request = files.request(word, only, parallel or os.cpu_count() or 1)
    with writing(work, word.command, word.at) as store:
        graded = grade_class(request, store, _Watch(anonymous))
    if as_json:
        from grader.showing.documents import graded_json

        click.echo(graded_json(graded, work, anonymous))
    else:
        from grader.showing.graded import graded_lines

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        click.echo("\n".join(graded_lines(graded, work, anonymous, width)))
    return DONE


@dataclass(frozen=True)
class _Files:
    """The files that the TA named, or that lie where they are."""

    submissions: Path
    competition: Optional[Path]
    grading: Optional[Path]
    worksheet: Optional[Path]
    work: Path

    def request(self, word: Word, only: tuple[str, ...], parallel: int) -> Request:
        """The class to grade, with the options that name the same files again."""
        from grader.class_list import Sources
        from grader.grading.pipeline import Request

        rules, settings, home = load(self.competition, self.grading)
        sources = Sources.of(self.submissions, self.work, settings, home, self.worksheet)
        named = (("--competition", self.competition), ("--grading", self.grading),
                 ("--worksheet", self.worksheet))  # fmt: skip
        options = tuple(
            text for name, path in named if path is not None for text in (name, os.fspath(path))
        )
        return Request(sources, rules, settings, home, word, only, parallel, options)


class _Watch:
    """What is being done, on stderr: a bar on a terminal, else a line for each submission."""

    def __init__(self, anonymous: bool) -> None:
        self.anonymous = anonymous
        self.unpacking = Bar("unpacking")
        self.reading = Bar("reading")
        self.bar = Bar("looking at submissions")

    def looked(self, done: int, total: int, entrant: Entrant, answer: Answer) -> None:
        """Tell of one submission that has been looked at."""
        if sys.stderr.isatty():
            self.bar(done, total)
            return
        look = answer.look
        faults = [fault.code for part in (look.checked, look.scored) if part is not None
                  for fault in part.faults]  # fmt: skip
        name = entrant.pseudonym if self.anonymous else entrant.student.id
        told = ", ".join(dict.fromkeys(faults)) or "done"
        width = len(str(total))
        line = f"{done:>{width}}/{total}  {name}  {told}  {answer.wall_seconds:.1f} s"
        click.echo(line, err=True)
