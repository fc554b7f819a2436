"""The package that is handed in: a zip, read defensively, or a folder, read where it lies."""

from __future__ import annotations

from validators.package.filenames import student_id
from validators.package.folder import read_folder
from validators.package.section import reading_section, report_section, section
from validators.package.unpack import unpack
from validators.package.workspace import Entry, Limits, Workspace

__all__ = [
    "Entry",
    "Limits",
    "Workspace",
    "read_folder",
    "reading_section",
    "report_section",
    "section",
    "student_id",
    "unpack",
]
