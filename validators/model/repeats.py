"""Findings that differ in their place only, told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from validators.display import listed
from validators.findings import Finding

_EVIDENCE = 20


def told_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for all that say the same of different files, at the first of them."""
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.code, finding.message, finding.remedy), []).append(finding)
    return tuple(_together(group) for group in alike.values())


def _together(group: list[Finding]) -> Finding:
    first, others = group[0], tuple(str(finding.place) for finding in group[1:])
    if not others:
        return first
    message = f"{first.message} The same holds for {listed(others, len(others), limit=3)}."
    evidence = (*first.evidence, ("others", others[:_EVIDENCE]), ("count", len(group)))
    return replace(first, message=message, evidence=evidence)
