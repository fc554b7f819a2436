"""`grade demo` and `grade demo-course`: things to try the toolkit on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from validators.console import DONE, OUR_FAULT

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.command(short_help="Make a class of 24 in FOLDER, grade it, and show what a TA sees.")
@_FOLDER
def demo(folder: Path) -> int:
    """Make a class of 24 in FOLDER, grade it, and show what a TA sees.

    Made-up students hand in what real ones do: honest work by many methods, and all that goes
    wrong. FOLDER gets the course site's bulk zip, the worksheet, the roster, Kaggle's
    leaderboards, the answers and grading.toml; then the commands that a TA types are shown and
    run. It takes some two minutes; stopped, it goes on where it was.

    \b
    Example:
      grade demo /tmp/demo
    """
    with _writable(folder, "demonstration"):
        from grader.demo.cohort.folder import OtherFolderError
        from grader.demo.cohort.show import DemoError, show_cohort

        try:
            show_cohort(folder)
        except OtherFolderError as error:
            raise click.UsageError(str(error)) from error
        except DemoError as error:
            click.echo(f"fault.demo  {error}. What is above says why.", err=True)
            return OUR_FAULT
    return DONE


@click.command("demo-course")
@_FOLDER
def demo_course(folder: Path) -> int:
    """Write a whole course in small into FOLDER: model, bills, rules, answer key.

    FOLDER/student holds what students may have, FOLDER/teacher what only you may have. The model
    is a T5 of 0.9 million parameters, trained on made-up bills; neither torch nor a network is
    needed to write it.

    \b
    Example:
      grade demo-course /tmp/course
    """
    with _writable(folder, "course"):
        if folder.is_dir() and any(folder.iterdir()):
            raise click.UsageError(f"{folder} is not empty; name a new folder.")
        folder.mkdir(parents=True, exist_ok=True)
        from grader.demo.corpus import make_corpus
        from grader.demo.course import write_course

        course = write_course(folder, make_corpus())
    click.echo(
        f"{course.student}/  for students: released model, tokenizer, bills, competition.toml\n"
        f"{course.teacher}/  for you alone: key.csv, grading.toml, assets with all summaries"
    )
    return DONE


@contextmanager
def _writable(folder: Path, what: str) -> Iterator[None]:
    """A place that can't be written to is wrong usage."""
    try:
        yield
    except BrokenPipeError:  # whoever read the output has seen enough
        raise
    except OSError as error:
        reason = error.strerror or "it can't be written"
        raise click.UsageError(f"no {what} in {folder}: {reason}.") from error
