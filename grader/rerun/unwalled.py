"""The course for a program without a sandbox: nothing can be mounted, so links stand for mounts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.rerun.course_folder import ASKED, Course, CourseFolder
from grader.sandbox.records import OUTPUT

# Where the program's own folders are is only known when it starts, and is told in these.
_OUTPUT, _TEMPORARY = "$OUTPUT_DIR", "$TMPDIR"


def outside(course: Course, folder: Path) -> Course:
    """The course as it is seen where it lies below the folder, not below a place inside."""
    return replace(
        course,
        root=str(folder / "course"),
        model_folder=_OUTPUT + course.model_folder[len(OUTPUT) :],
        student_folders=(f"{_OUTPUT}/work", _OUTPUT, _TEMPORARY),
        journal=f"{_OUTPUT}/{ASKED}",
    )


def linked(given: CourseFolder) -> CourseFolder:
    """The same course without mounts, after a link was laid for each of them."""
    for mount in given.mounts:
        target = Path(mount.target)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(mount.source.resolve())
    return replace(given, mounts=())
