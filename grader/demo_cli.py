"""`grade demo` and `grade demo-course`: things to try the toolkit on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from validators.console import DONE, OUR_FAULT

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.command()
@_FOLDER
def demo(folder: Path) -> int:
    """Make a valid and a broken sample submission in FOLDER, and check both.

    \b
    Example:
      grade demo /tmp/demo
    """
    from grader.demo.show import show_demo

    with _writable(folder, "demonstration"):
        return DONE if show_demo(folder) else OUR_FAULT


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
