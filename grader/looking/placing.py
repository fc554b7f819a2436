"""A submission made ready to be looked at: its files in one place, under their own names."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.collect.site_names import read_site_name
from grader.collect.submissions import content_digest
from grader.records import Submission
from validators.display import clean
from validators.faults import disk_is_full, fault_of
from validators.opening import Kind, Opened
from validators.package import Limits, Workspace, read_folder, unpack
from validators.package.filenames import ARCHIVE_SUFFIXES
from validators.report import Fault
from validators.rules import Rules

# No link is followed, and a pipe without a writer is not waited for, where the system can do so.
_READ_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
_READABLE = "Not the student's fault. See that grade can read it, then run grade again."
_ROOM = "Not the student's fault. Free some disk space, then run grade again."


@dataclass(frozen=True)
class Placed:
    """A submission that is ready to be looked at; a fault in `opened` says why it isn't.

    `beside` are the files that lay next to the package, as the student called them.
    """

    opened: Opened
    beside: tuple[str, ...] = ()


def placed(submission: Submission, root: Path, scratch: Path, rules: Rules) -> Placed:
    """The submission as a package, whatever it looks like; `scratch` holds what is unpacked.

    What can't be read here is a fault: the student's mistakes are what the files themselves say.
    """
    name = submission.name if submission.kind != "zip" else own_name(submission.files[0])
    kind: Kind = "zip" if submission.kind == "zip" else "folder"
    path = root / submission.source
    try:
        workspace = _workspace(submission, name, root, scratch, Limits.of(rules.package))
        if _is_another(submission, root):
            return Placed(Opened(path, kind, name, fault=_changed(name)))
    except Exception as error:  # a full disk, a file that is gone: ours, never the student's
        return Placed(Opened(path, kind, name, fault=_fault(error)))
    return Placed(Opened(path, kind, name, workspace), _beside(submission))


def _is_another(submission: Submission, root: Path) -> bool:
    """Whether the bytes are not those collected: what comes of them would be kept under these."""
    return bool(submission.digest) and content_digest(submission, root)[0] != submission.digest


def _changed(name: str) -> Fault:
    return Fault(
        "fault.changed",
        clean(name),
        "its bytes are not those that were collected a moment ago.",
        "Wait until nothing writes there any more, and grade again.",
    )


def _beside(submission: Submission) -> tuple[str, ...]:
    """What lay beside the package, but no other archive: that one was not handed in as it."""
    names = map(own_name, submission.beside)
    return tuple(
        name for name in names if PurePosixPath(name).suffix.lower() not in ARCHIVE_SUFFIXES
    )


def own_name(path: str) -> str:
    """How the student called a file of an export: its name without the course site's prefix."""
    name = path.rpartition("/")[2]
    site = read_site_name(name)
    if site is None or site.plugin != "file" or site.file in {"", ".", ".."}:
        return name
    return site.file


def _workspace(
    submission: Submission, name: str, root: Path, scratch: Path, limits: Limits
) -> Workspace:
    for path in submission.files:
        _refuse_unreadable(root / path)
    if submission.kind == "zip":
        archive = _named(root / submission.files[0], name, scratch)
        return unpack(archive, scratch / "unpacked", limits)
    if submission.kind == "loose files":
        folder = scratch / "together"
        _put_together(submission, root, folder)
    else:
        folder = root / submission.source
    workspace = read_folder(folder, name, limits)
    for below in ("", *workspace.folders):
        # The checks would ask the student for the right to read it, who never saw this folder.
        if not os.access(workspace.root / below, os.R_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return workspace


def _refuse_unreadable(path: Path) -> None:
    """Raise OSError where there is no regular file, or none that may be read."""
    handle = os.open(path, _READ_FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no file any more")
    finally:
        os.close(handle)


def _named(archive: Path, name: str, scratch: Path) -> Path:
    """The archive under its own name, which findings tell and which is checked itself."""
    if archive.name == name:
        return archive
    # A link of ours to a file that was opened a moment ago: nothing has to be copied.
    named = scratch / "named" / name
    named.parent.mkdir(mode=0o700)
    named.symlink_to(archive.absolute())
    return named


def _put_together(submission: Submission, root: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for path in sorted(submission.files):
        name = next(name for name in _names_for(path) if not os.path.lexists(folder / name))
        _put(root / path, folder / name)


def _names_for(path: str) -> Iterator[str]:
    """The file's own name, and others for when a file of that name is there already."""
    yield own_name(path)
    name = path.rpartition("/")[2]
    yield name
    number = 2
    while True:
        yield f"{number} {name}"
        number += 1


def _put(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):  # another disk, or one without such links
        with os.fdopen(os.open(source, _READ_FLAGS), "rb") as given, target.open("xb") as own:
            shutil.copyfileobj(given, own, 1 << 20)


def _fault(error: Exception) -> Fault:
    return replace(fault_of("unpack", error), remedy=_ROOM if disk_is_full(error) else _READABLE)
