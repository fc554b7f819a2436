"""The formats that `leaderboard export` writes, each with what it needs and for whom it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Callable

from leaderboard.exporting import Exported, ExportError, Given

if TYPE_CHECKING:
    from leaderboard.audience import View

Writer = Callable[["View", Given], Exported]


@dataclass(frozen=True)
class Format:
    """One format: what it writes, and for whom, and which options belong to it."""

    name: str
    write: Writer
    audiences: tuple[str, ...] = ("public", "student", "ta")
    needs: tuple[tuple[str, str], ...] = ()
    """Options that have to be given, each with what to do to have it."""
    takes: tuple[str, ...] = ()
    """Options that may be given besides."""
    folder: bool = False
    """Whether it writes a folder of files."""

    def check(self, audience: str, given: Given) -> None:
        """Refuse options that are missing or another format's, and who may not have it."""
        own = {name for name, _ in self.needs} | set(self.takes)
        for option in given_options(given):
            if option not in own:
                homes = [f.name for f in FORMATS.values() if option in f.options]
                raise ExportError(f"{_flag(option)} goes with --format {' or '.join(homes)}.")
        if audience not in self.audiences:
            asked = {"student": "student with --entrant ID"}
            listed = " or ".join(f"--audience {asked.get(a, a)}" for a in self.audiences)
            raise ExportError(f"--format {self.name} holds marks: add {listed}.")
        for option, remedy in self.needs:
            if getattr(given, option) is None:
                raise ExportError(f"--format {self.name} needs {_flag(option)}: {remedy}")

    @property
    def options(self) -> tuple[str, ...]:
        """All options of its own."""
        return (*(name for name, _ in self.needs), *self.takes)


def given_options(given: Given) -> tuple[str, ...]:
    """The names of the options that were given."""
    return tuple(f.name for f in fields(given) if getattr(given, f.name) is not None)


def _flag(option: str) -> str:
    return "--" + option.replace("_", "-")


def _page(name: str) -> Format:
    def write(view: View, given: Given) -> Exported:
        from leaderboard.exports import PAGES

        return Exported((("", PAGES[name](view)),))

    return Format(name, write)


def _worksheet(view: View, given: Given) -> Exported:
    from leaderboard.moodle import worksheet

    return worksheet(view, given)


def _moodle_gradebook(view: View, given: Given) -> Exported:
    from leaderboard.moodle_gradebook import gradebook

    return gradebook(view, given)


def _canvas(view: View, given: Given) -> Exported:
    from leaderboard.canvas import canvas

    return canvas(view, given)


def _gradescope(view: View, given: Given) -> Exported:
    from leaderboard.gradescope import gradescope

    return gradescope(view, given)


_ALL = (
    *map(_page, ("csv", "json", "md", "html", "html-table", "xlsx", "kaggle-style")),
    Format(
        "moodle-worksheet",
        _worksheet,
        audiences=("ta",),
        needs=(
            (
                "worksheet",
                "in Moodle open the assignment's submissions, choose Download grading worksheet, "
                "and give that file.",
            ),
        ),
        takes=("grade_column", "feedback", "feedback_column"),
    ),
    Format(
        "moodle-gradebook",
        _moodle_gradebook,
        audiences=("ta",),
        takes=("key", "column", "feedback", "max_points"),
    ),
    Format(
        "canvas",
        _canvas,
        audiences=("ta",),
        needs=(
            (
                "gradebook",
                "in Canvas open Grades, choose Export Entire Gradebook, and give that CSV.",
            ),
            ("assignment", "the assignment's title, or its number in brackets in the header."),
        ),
    ),
    Format("gradescope", _gradescope, audiences=("ta", "student"), folder=True),
)
FORMATS: Mapping[str, Format] = {each.name: each for each in _ALL}
"""Every format by its name, in the order in which they are offered."""
