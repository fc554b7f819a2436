"""`grade SUBMISSIONS`: from what the course site exports to marks."""

from __future__ import annotations

import os
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
from validators.console import DONE, OUR_FAULT
from validators.display import clean

if TYPE_CHECKING:
    from grader.grading.request import Graded, Request, Word
    from grader.grading.reruns import Wishes
    from grader.records import Entrant, Submission
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
@click.option("--full", is_flag=True, help="Run code again on all rows, not on a sample.")
@click.option(
    "--no-rerun", "later", is_flag=True, help="Run no code now; who needs that waits for it."
)
@click.option(
    "--unsafe-no-sandbox", "unsafe", is_flag=True,
    help="Run students' code without a sandbox: it may do whatever you may.",
)  # fmt: skip
@click.option("--apply", is_flag=True, help="Put a regrade in force (with --why).")
@click.option("--why", metavar="TEXT", help="Why the regrade is right; it is kept.")
@who_option
@anonymous_option
@json_option
def run(
    submissions: Path, competition: Optional[Path], grading: Optional[Path],
    worksheet: Optional[Path], work: Path, only: tuple[str, ...], parallel: Optional[int],
    full: bool, later: bool, unsafe: bool, apply: bool, why: Optional[str], who: Optional[str],
    anonymous: bool, as_json: bool,
) -> int:  # fmt: skip
    """Grade a class: check, score and rank what was handed in.

    SUBMISSIONS is the course site's bulk zip, the folder that it unpacks to, or a folder of zips
    or folders. The word "run" may be left out. What was done before is not done again; a killed
    run goes on where it stopped. A change of the rules, the answer key or the source of the
    scores shows first what it would move, and takes force with --apply --why. Where grading.toml
    names assets, the students' code is run again in a sandbox, on blinded rows.

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
    from grader.grading.pipeline import grade_class
    from grader.grading.request import Word
    from grader.grading.reruns import Wishes

    files = _Files(submissions, competition, grading, worksheet, work)
    word = Word(name_of_ta(who), stamp(now()), f"grade {submissions}", told or None)
    wishes = Wishes(full, later, unsafe)
    request = files.request(word, only, parallel or os.cpu_count() or 1, wishes)
    with writing(work, word.command, word.at) as store:
        graded = grade_class(request, store, _Watch(anonymous))
    _tell(graded, work, anonymous, as_json)
    return OUR_FAULT if graded.unsandboxed else DONE


def _tell(graded: Graded, work: Path, anonymous: bool, as_json: bool) -> None:
    if as_json:
        from grader.showing.documents import graded_json

        click.echo(graded_json(graded, work, anonymous))
    else:
        from grader.showing.folding import folded, window_width
        from grader.showing.graded import graded_lines

        width = window_width()
        click.echo("\n".join(folded(graded_lines(graded, work, anonymous, width), width)))
    if graded.unsandboxed:
        click.echo(f"fault.sandbox  no code was run again: {graded.unsandboxed}", err=True)


@dataclass(frozen=True)
class _Files:
    """The files that the TA named, or that lie where they are."""

    submissions: Path
    competition: Optional[Path]
    grading: Optional[Path]
    worksheet: Optional[Path]
    work: Path

    def request(self, word: Word, only: tuple[str, ...], parallel: int, wishes: Wishes) -> Request:
        """The class to grade, with the options that name the same files again."""
        from grader.class_list import Sources
        from grader.grading.request import Request

        rules, settings, home = load(self.competition, self.grading)
        sources = Sources.of(self.submissions, self.work, settings, home, self.worksheet)
        named = (("--competition", self.competition), ("--grading", self.grading),
                 ("--worksheet", self.worksheet))  # fmt: skip
        options = tuple(
            text for name, path in named if path is not None for text in (name, os.fspath(path))
        )
        flags = (("--full", wishes.full), ("--unsafe-no-sandbox", wishes.unsafe))
        options += tuple(flag for flag, given in flags if given)
        return Request(sources, rules, settings, home, word, only, parallel, options, wishes)


class _Watch:
    """What is being done, on stderr: a bar on a terminal, else a line for each submission."""

    def __init__(self, anonymous: bool) -> None:
        self.anonymous = anonymous
        self.unpacking = Bar("unpacking")
        self.reading = Bar("reading")
        self.bar = Bar("looking at submissions")
        self.again = Bar("running code again")
        self.compared = Bar("reading for comparison")

    def looked(self, done: int, total: int, entrant: Entrant, answer: Answer) -> None:
        """Tell of one submission that has been looked at."""
        self._told(self.bar, "checked", done, total, entrant, answer)

    def ran_again(self, done: int, total: int, entrant: Entrant, answer: Answer) -> None:
        """Tell of one submission whose code has been run again."""
        self._told(self.again, "run again", done, total, entrant, answer)

    def read_for_comparing(
        self, done: int, total: int, submission: Submission, answer: Answer
    ) -> None:
        """Tell of one submission that has been read to be compared; only a bar, or what broke."""
        traits = answer.look.traits
        if sys.stderr.isatty():
            self.compared(done, total)
        elif traits is not None and traits.faults:
            name = submission.digest[:8] if self.anonymous else submission.source
            codes = ", ".join(dict.fromkeys(fault.code for fault in traits.faults))
            click.echo(clean(f"{done}/{total}  {name}  {codes}"), err=True)
        elif done == total:
            click.echo(f"{total}/{total}  read, to be compared", err=True)

    def _told(
        self, bar: Bar, what: str, done: int, total: int, entrant: Entrant, answer: Answer
    ) -> None:
        if sys.stderr.isatty():
            bar(done, total)
            return
        look = answer.look
        parts = (look.checked, look.scored, look.reran)
        faults = [fault.code for part in parts if part is not None for fault in part.faults]
        name = entrant.pseudonym if self.anonymous else entrant.student.id
        told = ", ".join(dict.fromkeys(faults)) or what
        width = len(str(total))
        line = f"{done:>{width}}/{total}  {name}  {told}  {answer.wall_seconds:.1f} s"
        click.echo(line, err=True)
