"""A folder in which somebody works, as the zip that `pack` would make of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from validators.display import listed
from validators.display import size as shown_size
from validators.package import Limits, Workspace, codes, read_folder
from validators.package.troubles import UnreadableError
from validators.packing.choosing import select
from validators.packing.records import Selection
from validators.packing.section import selection_findings
from validators.rules.records import Rules

_MOST_NAMED = 3


def preview(folder: Path, name: str, rules: Rules, scratch: Path) -> tuple[Workspace, str]:
    """What `pack` would hand in of the folder, copied to `scratch`, and what stays out in a line.

    A copy, because the checks of a model look at all that lies in its folder.
    """
    try:
        selection = select(folder, rules)
        _refuse_large(selection, rules)
    except UnreadableError as reason:
        return Workspace.unopened(name, folder, reason.finding(name)), ""
    _copy(selection, scratch)
    workspace = read_folder(scratch, name, Limits.of(rules.package))
    told = (*workspace.findings, *selection_findings(selection, name))
    whole = workspace.whole and not selection.missing
    return replace(workspace, findings=told, whole=whole), _left_out(selection)


def _refuse_large(selection: Selection, rules: Rules) -> None:
    most = rules.package.max_unpacked_bytes
    if selection.bytes > most:
        total, allowed = shown_size(selection.bytes), shown_size(most)
        message = f"what pack would take of it has {total}; at most {allowed} allowed."
        raise UnreadableError(codes.TOO_LARGE, message, bytes=selection.bytes, limit=most)


def _copy(selection: Selection, scratch: Path) -> None:
    files = Workspace(selection.root.name, selection.root)
    scratch.mkdir()
    for packed in selection.packed:
        target = scratch / packed.entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with files.open(packed.entry) as source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy)


def _left_out(selection: Selection) -> str:
    """What stays out, the largest named; empty where nothing does."""
    out = sorted(selection.left_out, key=lambda each: (-each.bytes, each.path))
    if not out:
        return ""
    files, total = sum(each.files for each in out), shown_size(sum(each.bytes for each in out))
    counted = f"{files:,} file{'' if files == 1 else 's'} ({total})"
    least = "" if all(each.whole for each in out) else "at least "
    names = listed(tuple(each.path for each in out), len(out), _MOST_NAMED)
    return f"checked as pack would hand it in, without {least}{counted}: {names}"
