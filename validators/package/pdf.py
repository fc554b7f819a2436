"""PDFs: whether a file that is called one is one, and whole."""

from __future__ import annotations

from validators.package.workspace import Entry, Workspace

# Readers look for the header in the first 1,024 bytes, and for the end in about as many.
_HEADER_WITHIN, _END_WITHIN = 1024, 2048


def pdf_trouble(workspace: Workspace, entry: Entry) -> str:
    """Why the file is no whole PDF; empty when it is one."""
    try:
        head = workspace.read(entry, _HEADER_WITHIN)
    except OSError:  # a pipe that was given as the report, or one that may not be read
        return "it can't be read as a file"
    if not entry.bytes:
        return "the file is empty"
    if b"%PDF-" not in head:
        if head.startswith(b"PK\x03\x04"):
            return "it is a zip or an Office document that was renamed"
        return "it doesn't begin as a PDF does (%PDF-)"
    if b"%%EOF" not in workspace.read_end(entry, _END_WITHIN):
        return "it begins as a PDF, but its end (%%EOF) is missing"
    return ""
