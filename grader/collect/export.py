"""Opening an export: a folder is listed where it lies, a bulk zip is unpacked once."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from validators.digests import digest_file
from validators.display import listed as list_of
from validators.findings import Finding
from validators.opening import Progress, no_progress
from validators.package import Limits, Workspace, read_folder, unpack
from validators.package.codes import NOT_A_FILE
from validators.rules import Rules

# A class hands in far more than one student may: the limits of a package don't fit an export.
_MAX_BYTES, _MAX_ENTRIES, _MORE_DEPTH = 1 << 42, 2_000_000, 6


class ExportError(ValueError):
    """An export of which nothing can be read; the text says why and what to do."""


@dataclass(frozen=True)
class Export:
    """An export's files on disk: paths relative to `root`, with "/" between names."""

    name: str
    root: Path
    files: tuple[str, ...]
    folders: tuple[str, ...]
    findings: tuple[Finding, ...]
    """What was left out or is odd: links, unsafe paths, damaged entries."""


def open_export(path: Path, work: Path, rules: Rules, progress: Progress = no_progress) -> Export:
    """The export's listing; a zip is unpacked under `work` unless an earlier run did so.

    Raises ExportError for what is no export at all. An OSError of the work folder comes out.
    """
    limits = Limits(
        _MAX_BYTES, _MAX_BYTES, _MAX_ENTRIES, rules.package.max_depth + _MORE_DEPTH,
        rules.package.legacy_name_encoding,
    )  # fmt: skip
    if path.is_dir():
        try:
            listed = _listed(path.resolve().name, read_folder(path, path.resolve().name, limits))
        except OSError as error:
            raise ExportError(f"{path.name}: can't be read ({error.strerror or error})") from error
        _refuse_unreadable(path, listed)
        return listed
    home, findings = _unpacked(path, work, limits, progress)
    listed = _listed(path.name, read_folder(home, path.name, limits))
    return Export(path.name, listed.root, listed.files, listed.folders, findings)


def _refuse_unreadable(path: Path, listed: Export) -> None:
    """Raise ExportError where we lack a right: whoever handed that in must not seem to lack it."""
    if NOT_A_FILE.name not in {finding.code for finding in listed.findings}:
        return
    closed = tuple(each.relative_to(path).as_posix() for each in sorted(_closed(path)))
    if closed:
        raise ExportError(
            f"{path.name}: {list_of(closed, len(closed))} may not be read by this account; "
            "expected an export that can be read. Give yourself the right: chmod -R u+rX "
            f"{shlex.quote(str(path))}"
        )


def _closed(folder: Path) -> Iterator[Path]:
    """The files and folders that this account may not read."""
    folders: list[OSError] = []
    for parent, _, names in os.walk(folder, onerror=folders.append):
        yield from filter(_is_closed, (Path(parent, name) for name in names))
    yield from (Path(error.filename) for error in folders)


def _is_closed(path: Path) -> bool:
    try:
        return not path.is_symlink() and path.is_file() and not os.access(path, os.R_OK)
    except PermissionError:  # of a folder that can be listed, but not entered
        return True


def _unpacked(
    path: Path, work: Path, limits: Limits, progress: Progress
) -> tuple[Path, tuple[Finding, ...]]:
    """The folder with the zip's files, and what unpacking it brought up."""
    try:
        digest = digest_file(path, path.name).sha256
    except OSError as error:
        raise ExportError(f"{path.name}: can't be read ({error.strerror or error})") from error
    home = work / "export" / digest[:16]
    told = home.with_suffix(".findings.json")
    if home.is_dir() and told.is_file():
        return home, _read_findings(told)
    # Written elsewhere and renamed, so that a half-unpacked folder is never taken for a whole one.
    part = home.with_suffix(".part")
    for old in (part, home):
        shutil.rmtree(old, ignore_errors=True)
    workspace = unpack(path, part, limits, progress=progress)
    if not workspace.opened:
        shutil.rmtree(part, ignore_errors=True)
        why = "; ".join(finding.message for finding in workspace.findings)
        raise ExportError(f"{path.name}: {why} Give the course site's export.")
    part.rename(home)
    _write_findings(told, workspace.findings)
    return home, workspace.findings


def _listed(name: str, workspace: Workspace) -> Export:
    """The listing from the top: a folder that wraps everything may carry the owner's name."""
    if not workspace.opened:
        raise ExportError("; ".join(finding.message for finding in workspace.findings))
    root = workspace.root.parent if workspace.wrapper else workspace.root
    files = [workspace.shown(entry.path) for entry in workspace.entries]
    files += [entry.path for entry in workspace.beside]
    folders = [workspace.shown(folder) for folder in workspace.folders]
    if workspace.wrapper:
        folders.append(workspace.wrapper)
    return Export(name, root, tuple(sorted(files)), tuple(sorted(folders)), workspace.findings)


def _write_findings(path: Path, findings: tuple[Finding, ...]) -> None:
    import json

    rows = [
        {"code": finding.code, "severity": finding.severity.value, "file": finding.place.file,
         "message": finding.message, "remedy": finding.remedy}
        for finding in findings
    ]  # fmt: skip
    part = path.with_suffix(".part")
    part.write_text(json.dumps(rows, ensure_ascii=True), encoding="utf-8")
    part.replace(path)


def _read_findings(path: Path) -> tuple[Finding, ...]:
    import json

    from validators.findings import Place, Severity

    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Finding(row["code"], Severity(row["severity"]), Place(row["file"]), row["message"],
                row["remedy"])
        for row in rows
    )  # fmt: skip
