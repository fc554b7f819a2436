"""The words of a Word document, read with the same care as a student's zip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Optional

from validators.package.troubles import UnreadableError
from validators.package.workspace import Entry, Workspace
from validators.package.zip_data import METHODS, BrokenEntryError, pieces
from validators.package.zip_directory import locate, read_members
from validators.package.zip_end import Source, find_end

_PARTS = 2_000
_READ_BYTES = 4 << 20
_BODY = b"word/document.xml"
# The text runs are found without an XML parser, so no entity of the document is ever expanded.
_RUN = re.compile(rb"<w:t(?:\s[^<>]{0,200})?>([^<]{1,100000})")


def docx_text(workspace: Workspace, entry: Entry) -> Optional[str]:
    """The text at the start of the document, or None when it is no Word document."""
    try:
        with workspace.open(entry) as file:
            body = _body(Source(file, entry.bytes))
    except (UnreadableError, BrokenEntryError):
        return None
    if body is None:
        return None
    return " ".join(run.decode("utf-8", "replace") for run in _RUN.findall(body))


def _body(source: Source) -> Optional[bytes]:
    end = find_end(source)
    for part in locate(source, read_members(source, end, _PARTS), end):
        member = part.member
        if member.raw_name == _BODY:
            if part.trouble or member.locked or member.method not in METHODS:
                return None
            return b"".join(_until(_READ_BYTES, pieces(source, part)))
    return None


def _until(limit: int, parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield part
        limit -= len(part)
        if limit <= 0:
            return
