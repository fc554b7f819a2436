"""Opening what a student gave: what kind of thing it is, and its unpacked copy if it has one."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Literal, Optional

from validators.digests import FileDigest, digest_file
from validators.package import Limits, Workspace, read_folder, unpack
from validators.package.workspace import WEIGHT_SUFFIXES
from validators.report import Fault
from validators.rules import Rules

Kind = Literal["zip", "folder", "csv", "model", "report"]
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Opened:
    """A path that is ready to be checked; a fault says why it isn't."""

    path: Path
    kind: Kind
    workspace: Optional[Workspace] = None
    fault: Optional[Fault] = None

    @property
    def name(self) -> str:
        """How the path is called in findings."""
        return self.path.resolve().name if self.path.name in ("", "..") else self.path.name


@contextmanager
def opened(path: Path, rules: Rules, progress: Progress = no_progress) -> Iterator[Opened]:
    """The path, recognised; a package is unpacked into a temporary folder of ours meanwhile."""
    kind = kind_of(path, rules)
    if kind == "zip":
        with tempfile.TemporaryDirectory(prefix="check-submission-") as scratch:
            yield _unpacked(path, Path(scratch) / "unpacked", Limits.of(rules.package), progress)
    elif kind == "folder":
        yield _read(path, Limits.of(rules.package))
    else:
        yield Opened(path, kind)


def kind_of(path: Path, rules: Rules) -> Kind:
    """What the path is, by its nature and by how it is called."""
    if path.is_dir():
        return "model" if _is_model_folder(path, rules) else "folder"
    suffix = path.suffix.lower()
    if suffix in rules.package.report_suffixes:
        return "report"
    return "csv" if suffix in {".csv", ".tsv", ".txt"} else "zip"


def digests_of(subject: Opened, rules: Rules) -> tuple[FileDigest, ...]:
    """The digests of the path itself where it is a file, and of every file in it."""
    workspace = subject.workspace
    if subject.kind == "model":
        workspace = read_folder(subject.path, subject.name, Limits.of(rules.package))
    digests = [] if subject.path.is_dir() else [digest_file(subject.path, subject.name)]
    if workspace is not None:
        digests += [
            digest_file(workspace.root / entry.path, workspace.shown(entry.path))
            for entry in workspace.entries
        ]
    return tuple(digests)


def fault_of(part: str, error: Exception) -> Fault:
    """What broke on our side, in one line without the student's content."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    reason = error.strerror if isinstance(error, OSError) else None
    kind = type(error).__name__ if reason is None else f"{type(error).__name__}, {reason},"
    return Fault(f"fault.{part}", part, f"the {part} part broke ({kind} at {where}).")


def _unpacked(path: Path, destination: Path, limits: Limits, progress: Progress) -> Opened:
    try:
        return Opened(path, "zip", unpack(path, destination, limits, progress=progress))
    except Exception as error:  # a full disk, say: ours, and no word about the submission
        return Opened(path, "zip", fault=fault_of("unpack", error))


def _read(path: Path, limits: Limits) -> Opened:
    try:
        return Opened(path, "folder", read_folder(path, path.resolve().name, limits))
    except Exception as error:
        return Opened(path, "folder", fault=fault_of("unpack", error))


def _is_model_folder(path: Path, rules: Rules) -> bool:
    if rules.model is None:
        return False
    if path.resolve().name == rules.model.folder:
        return True
    names = {entry.name.lower() for entry in path.iterdir()}
    has_weights = any(Path(name).suffix in WEIGHT_SUFFIXES for name in names)
    has_package_parts = any(name.startswith("readme") for name in names) or any(
        Path(name).suffix in rules.package.code_suffixes for name in names
    )
    return has_weights and not has_package_parts and rules.model.folder not in names
