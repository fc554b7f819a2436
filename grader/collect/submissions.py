"""From a slot of the export to the submissions in it, each with its digest."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Callable, Optional, Protocol

from grader.collect.export import Export, ExportError
from grader.collect.layout import Layout, LeftOut, Slot, read_layout
from grader.records import Kind, Submission
from validators.digests import digest_file
from validators.findings import Finding
from validators.package import student_id
from validators.package.codes import NOT_A_ZIP
from validators.package.filenames import ARCHIVE_SUFFIXES
from validators.package.leftovers import is_leftover
from validators.package.troubles import UnreadableError
from validators.package.zip_directory import decoded_name, read_members
from validators.package.zip_end import Source, find_end
from validators.rules import Rules

Watch = Callable[[int, int], None]
# A file that changed less than this ago may change again without another time of change.
_SETTLED_NS = 2_000_000_000
_NAMED_DEPTH = 2  # names that say whose a package is stand at its top, or one folder down


@dataclass(frozen=True)
class Collection:
    """What an export holds, as it lies in `root`: the submissions, and what is nobody's."""

    submissions: tuple[Submission, ...]
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...]
    root: Path = field(compare=False)


class Memory(Protocol):
    """What an earlier run read, by keys that change with every change of a file."""

    def recall(self, key: str) -> Optional[Submission]:
        """The submission as it was read under this key."""

    def keep(self, key: str, submission: Submission) -> None:
        """Remember the submission as it was read."""


def collect(
    export: Export,
    rules: Rules,
    watch: Watch = lambda submissions_done, submissions_all: None,
    memory: Optional[Memory] = None,
) -> Collection:
    """Every submission of an export, in the order of their paths. None is unpacked or changed.

    Raises ExportError when there is none.
    """
    layout: Layout = read_layout(export.files, export.folders, rules)
    plain = [item for slot in layout.slots for item in packages_in(slot, rules)]
    plain.sort(key=lambda submission: submission.source)
    if not plain:
        raise ExportError(_nothing(export, layout))
    submissions = []
    for done, submission in enumerate(plain, 1):
        submissions.append(_remembered(submission, export.root, rules, memory))
        watch(done, len(plain))
    return Collection(tuple(submissions), layout.left_out, export.findings, export.root)


def packages_in(slot: Slot, rules: Rules) -> Iterator[Submission]:
    """The packages of one slot, from the names alone: its zips, or all of its files as one."""
    start = _common_folder(slot.names)
    shown = {name[len(start) :]: path for name, path in zip(slot.names, slot.paths)}
    archives = [name for name in shown if "/" not in name and _suffix(name) in ARCHIVE_SUFFIXES]
    named = [name for name in archives if student_id(name, rules)]
    code = rules.package.code_suffixes
    loose_code = any(_suffix(name) in code and not is_leftover(name) for name in shown)
    if archives and (named or not loose_code):
        chosen = named or archives
        beside = tuple(path for name, path in shown.items() if name not in chosen)
        for name in chosen:
            yield Submission(
                shown[name], "zip", (shown[name],), beside, slot.owner,
                ids_inside=_ids([name for name in shown if name not in chosen], rules),
            )  # fmt: skip
        return
    kind: Kind = "folder" if slot.is_folder else "loose files"
    ids = _ids([*slot.names, *shown], rules)
    yield Submission(slot.path, kind, slot.paths, (), slot.owner, ids_inside=ids)


def _nothing(export: Export, layout: Layout) -> str:
    if layout.left_out:
        return (
            f"{export.name}: holds no submission of a class, only files of nobody's "
            f"({layout.left_out[0].path}, …). To check one submission, use check-submission."
        )
    return f"{export.name}: there is no file in it. Give the course site's export."


def _common_folder(names: tuple[str, ...]) -> str:
    """The folder (with its "/") that all the names lie in; empty when there is none."""
    tops = {name.partition("/")[0] for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""


def _remembered(
    submission: Submission, root: Path, rules: Rules, memory: Optional[Memory]
) -> Submission:
    """The submission, read unless its files are as they were when it was read before."""
    key = "" if memory is None else _read_key(submission, root, rules)
    if memory is None or not key:
        return _read(submission, root, rules)
    found = memory.recall(key)
    if found is None:
        found = _read(submission, root, rules)
        memory.keep(key, found)
    return found


def _read_key(submission: Submission, root: Path, rules: Rules) -> str:
    """What changes with every change of its files; empty where that can't be relied on."""
    told: list[object] = [repr(submission), rules.package.model_dump_json(), rules.team.id]
    for path in submission.files:
        try:
            info = (root / path).lstat()
        except OSError:  # reading it says what is wrong
            return ""
        if time.time_ns() - info.st_ctime_ns < _SETTLED_NS:
            return ""
        told.append((info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns))
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _read(submission: Submission, root: Path, rules: Rules) -> Submission:
    """The submission with its size and digest, and for a zip the ids in the names it holds."""
    try:
        digest, total = content_digest(submission, root)
    except OSError as error:
        return replace(submission, trouble=f"it can't be read ({error.strerror or error}).")
    known = replace(submission, bytes=total, digest=digest)
    if submission.kind != "zip":
        return known
    try:
        names = zip_names(root / submission.files[0], rules)
    except UnreadableError as reason:
        return replace(known, trouble=str(reason))
    inside = _ids([name for name in names if not is_leftover(name)], rules)
    return replace(known, ids_inside=tuple(sorted({*known.ids_inside, *inside})))


def content_digest(submission: Submission, root: Path) -> tuple[str, int]:
    """The digest of what was handed in, and its size. Raises OSError for what can't be read."""
    digests = [
        digest_file(root / path, path[len(submission.source) + 1 :] or path)
        for path in submission.files
    ]
    total = sum(digest.bytes for digest in digests)
    if submission.kind == "zip":
        return digests[0].sha256, total
    told = json.dumps([(each.file, each.sha256) for each in digests])
    return hashlib.sha256(told.encode()).hexdigest(), total


def zip_names(path: Path, rules: Rules) -> tuple[str, ...]:
    """The names in a zip's directory; nothing is unpacked. Raises UnreadableError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                raise UnreadableError(NOT_A_ZIP, "it is no file; expected a zip.")
            source = Source(file, info.st_size)
            members = read_members(source, find_end(source), rules.package.max_entries)
    except OSError as error:
        raise UnreadableError(NOT_A_ZIP, f"it can't be read ({error.strerror}).") from error
    legacy = rules.package.legacy_name_encoding
    return tuple(decoded_name(member, legacy)[0].replace("\\", "/") for member in members)


def _ids(names: Iterable[str], rules: Rules) -> tuple[str, ...]:
    """The student ids that names carry by the course's own patterns; a number alone is no id."""
    parts = {part for name in names for part in name.split("/")[:_NAMED_DEPTH]}
    return tuple(sorted({found for part in parts if (found := student_id(part, rules))}))


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
