"""Collecting: what a course site exported, as submissions. Nothing of a student's is unpacked."""

from __future__ import annotations

from grader.collect.export import Export, ExportError, open_export
from grader.collect.layout import LeftOut
from grader.collect.submissions import Collection, collect

__all__ = ["Collection", "Export", "ExportError", "LeftOut", "collect", "open_export"]
