"""`grade collect`: what was handed in and by whom, and what the TA must decide."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from grader.given import (
    Bar,
    competition_option,
    grading_option,
    json_option,
    load,
    told_plainly,
    work_option,
    worksheet_option,
)
from validators.console import DONE


@click.command()
@click.argument("submissions", type=click.Path(exists=True, path_type=Path))
@competition_option
@grading_option
@worksheet_option
@work_option
@json_option
def collect(
    submissions: Path,
    competition: Optional[Path],
    grading: Optional[Path],
    worksheet: Optional[Path],
    work: Path,
    as_json: bool,
) -> int:
    """Show what was handed in and by whom, from what a course site exports.

    SUBMISSIONS is the bulk zip, the folder that it unpacks to, or a folder of zips or folders.
    What can't be matched for certain is asked in matches.csv: fill in its column "decision" and
    run the same command again.

    \b
    Example:
      grade collect submissions.zip --grading grading.toml --worksheet Grades.csv
    """
    from grader.class_list import Sources, read_class

    rules, settings, home = load(competition, grading)
    sources = Sources.of(submissions, work, settings, home, worksheet)
    with told_plainly():
        found = read_class(sources, rules, Bar("unpacking"), Bar("reading"))
    if as_json:
        from grader.collect_show import as_json_text

        click.echo(as_json_text(found))
    else:
        from grader.collect_show import class_lines

        click.echo("\n".join(class_lines(found, str(work))))
    return DONE
