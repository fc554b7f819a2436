"""Digests of what a decision is bound to, so that one on other facts is recognised as stale."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from grader.outcomes import Case, MarkPart
from validators.findings import Finding


def evidence_of(case: Case, code: str) -> str:
    """The digest of all findings of this code; empty when the case has none."""
    found = sorted(_canonical(_facts(each)) for each in case.findings if each.code == code)
    return _digest(found) if found else ""


def evidence_of_parts(parts: Iterable[MarkPart]) -> str:
    """The digest of parts of a mark as they were computed: their names, points and reasons."""
    return _digest([_canonical([each.name, str(each.points), each.why]) for each in parts])


def _facts(finding: Finding) -> list[object]:
    # Neither severity nor remedy: how a course weighs a code, or words its advice, is no fact.
    place = finding.place
    where = [place.file, place.line, place.tensor]
    return [finding.code, where, finding.message, sorted(map(_canonical, finding.evidence))]


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("ascii")).hexdigest()
