"""Opening what a student gave: what kind of thing it is, and its unpacked copy if it has one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Literal, Optional

from validators.digests import FileDigest, digest_file
from validators.faults import fault_of
from validators.package import Limits, Workspace, read_folder, unpack
from validators.package.workspace import WEIGHT_SUFFIXES
from validators.packing.student import is_work_folder
from validators.report import Fault
from validators.rules import Rules

Kind = Literal["zip", "folder", "csv", "model", "report", "team"]
Progress = Callable[[int, int], None]
_NO_SCRATCH = "Name a folder that can be written to in TMPDIR, or check the unpacked folder."
# A report in one of these forms is told as a report that has to become a PDF.
_DOCUMENTS = frozenset({".doc", ".docx", ".odt", ".pages", ".rtf"})


def no_progress(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Opened:
    """A path that is ready to be checked; a fault says why it isn't.

    `name` is how it is called in findings; `fact` is what is to be known before them.
    """

    path: Path
    kind: Kind
    name: str
    workspace: Optional[Workspace] = None
    fault: Optional[Fault] = None
    fact: str = ""


@contextmanager
def opened(path: Path, rules: Rules, progress: Progress = no_progress) -> Iterator[Opened]:
    """The path, recognised; a package is unpacked into a temporary folder of ours meanwhile.

    A folder is read where it lies, but of one in which a student works, as the template's, only
    what `pack` would hand in is looked at.
    """
    kind = kind_of(path, rules)
    if kind == "folder" and not is_work_folder(path):
        yield _read(path, Limits.of(rules.package))
    elif kind not in ("zip", "folder"):
        # The link that was given itself is followed; those inside a package never are.
        yield Opened(path.resolve() if path.exists() else path, kind, name_of(path))
    else:
        try:
            scratch = tempfile.TemporaryDirectory(prefix="check-submission-")
        except OSError as error:
            fault = replace(fault_of("unpack", error), remedy=_NO_SCRATCH)
            yield Opened(path, kind, name_of(path), fault=fault)
            return
        with scratch as folder:
            inside = Path(folder) / "unpacked"
            if kind == "zip":
                yield _unpacked(path, inside, Limits.of(rules.package), progress)
            else:
                yield _previewed(path, inside, rules)


def kind_of(path: Path, rules: Rules) -> Kind:
    """What the path is, by its nature and by how it is called."""
    if path.is_dir():
        return "model" if _is_model_folder(path, rules) else "folder"
    suffix = path.suffix.lower()
    if suffix in rules.package.report_suffixes or suffix in _DOCUMENTS:
        return "report"
    return "csv" if suffix in {".csv", ".tsv", ".txt"} else "zip"


def name_of(path: Path) -> str:
    """How a path that was given is called: never by more than its last name."""
    return path.name if path.name not in {"", ".."} else path.resolve().name or str(path)


def digests_of(subject: Opened, rules: Rules) -> tuple[FileDigest, ...]:
    """The digests of the path itself where it is a file, and of every file in it."""
    workspace = subject.workspace
    if subject.kind == "model":
        workspace = read_folder(subject.path, subject.name, Limits.of(rules.package))
    digests = [digest_file(subject.path, subject.name)] if subject.path.is_file() else []
    if workspace is not None:
        digests += [
            digest_file(workspace.root / entry.path, workspace.shown(entry.path))
            for entry in workspace.entries
        ]
    return tuple(digests)


def _unpacked(path: Path, destination: Path, limits: Limits, progress: Progress) -> Opened:
    name, real = name_of(path), path.resolve()
    try:
        return Opened(real, "zip", name, unpack(path, destination, limits, progress=progress))
    except Exception as error:  # a full disk, say: ours, and no word about the submission
        return Opened(real, "zip", name, fault=fault_of("unpack", error))


def _previewed(path: Path, destination: Path, rules: Rules) -> Opened:
    from validators.packing.preview import preview  # which needs what answers, and so this module

    name = name_of(path)
    try:
        workspace, fact = preview(path, name, rules, destination)
        return Opened(path, "folder", name, workspace, fact=fact)
    except Exception as error:  # a full disk, say
        return Opened(path, "folder", name, fault=fault_of("unpack", error))


def _read(path: Path, limits: Limits) -> Opened:
    name = name_of(path)
    try:
        return Opened(path, "folder", name, read_folder(path, name, limits))
    except Exception as error:
        return Opened(path, "folder", name, fault=fault_of("unpack", error))


def _is_model_folder(path: Path, rules: Rules) -> bool:
    if rules.model is None:
        return False
    if path.resolve().name == rules.model.folder:
        return True
    try:
        names = {entry.name.lower() for entry in path.iterdir()}
    except OSError:  # reading it as a package says what is wrong
        return False
    has_weights = any(Path(name).suffix in WEIGHT_SUFFIXES for name in names)
    has_package_parts = any(name.startswith("readme") for name in names) or any(
        Path(name).suffix in rules.package.code_suffixes for name in names
    )
    return has_weights and not has_package_parts and rules.model.folder not in names
