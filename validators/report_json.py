"""`check-submission --json`: the documented contract, and the receipt that is made of it."""

from __future__ import annotations

from typing import Any, Optional

from typing_extensions import TypedDict

from validators import __version__
from validators.digests import FileDigest
from validators.display import clean
from validators.findings import Finding
from validators.model.records import Count, ModelCount
from validators.report import Fault, Outcome, Report, Section
from validators.rules import Rules, rules_digest

FORMAT = 1


class PlaceJson(TypedDict):
    """Where a finding is."""

    file: str
    line: Optional[int]
    tensor: Optional[str]


class FindingJson(TypedDict):
    """One finding."""

    section: str
    code: str
    severity: str
    place: PlaceJson
    message: str
    remedy: str
    evidence: dict[str, Any]


class FaultJson(TypedDict):
    """One failure of ours."""

    code: str
    place: str
    message: str
    remedy: str


class CountJson(TypedDict):
    """Non-zero values, parameters, and their quotient."""

    nonzero: int
    parameters: int
    ratio: float


class RatiosJson(TypedDict):
    """Both countings."""

    handout: CountJson
    strict: CountJson


class GroupJson(TypedDict):
    """Both countings of one group of tensors; with `shares` it is a view of that other group."""

    group: str
    shares: Optional[str]
    ratios: RatiosJson


class WeightSetJson(TypedDict):
    """Both countings of one set of weight files."""

    files: list[str]
    ratios: RatiosJson
    groups: list[GroupJson]


class ModelJson(TypedDict):
    """The ratio of the weights that are loaded by default, and every set of weights."""

    ratios: Optional[RatiosJson]
    sets: list[WeightSetJson]


class CheckJson(TypedDict):
    """One check, and whether its promise holds."""

    name: str
    promise: str
    passed: bool


class SectionJson(TypedDict):
    """One part of a submission."""

    name: str
    subject: str
    facts: list[str]
    checks: list[CheckJson]
    unchecked: list[str]
    fault: Optional[FaultJson]
    model: Optional[ModelJson]


class DigestJson(TypedDict):
    """One file that was checked."""

    file: str
    bytes: int
    sha256: str


class SubmissionJson(TypedDict):
    """Everything about one path."""

    path: str
    kind: str
    outcome: str
    findings: list[FindingJson]
    sections: list[SectionJson]
    digests: list[DigestJson]


class CompetitionJson(TypedDict):
    """What was checked against."""

    name: str
    rules_digest: str


class DocumentJson(TypedDict):
    """The whole answer of one call."""

    format: int
    tool: str
    version: str
    competition: CompetitionJson
    outcome: str
    submissions: list[SubmissionJson]


Answer = tuple[Report, tuple[FileDigest, ...]]


def document(answers: tuple[Answer, ...], rules: Rules) -> DocumentJson:
    """The answer for all paths of one call."""
    return {
        "format": FORMAT,
        "tool": "check-submission",
        "version": __version__,
        "competition": {"name": rules.competition.name, "rules_digest": rules_digest(rules)},
        "outcome": worst(tuple(report.outcome for report, _ in answers)).value,
        "submissions": [_submission(report, digests) for report, digests in answers],
    }


def worst(outcomes: tuple[Outcome, ...]) -> Outcome:
    """Blocked before fault before safe."""
    order = (Outcome.BLOCKED, Outcome.FAULT, Outcome.SAFE)
    return next(outcome for outcome in order if outcome in (*outcomes, Outcome.SAFE))


def schema() -> dict[str, Any]:
    """The JSON Schema of the answer."""
    from pydantic import TypeAdapter

    return TypeAdapter(DocumentJson).json_schema()


def _submission(report: Report, digests: tuple[FileDigest, ...]) -> SubmissionJson:
    found = [
        (finding.sort_key(), section.name, finding)
        for section in report.sections
        for finding in section.findings
    ]
    return {
        "path": clean(report.path),
        "kind": report.kind,
        "outcome": report.outcome.value,
        "findings": [
            _finding(name, finding) for _, name, finding in sorted(found, key=lambda item: item[:2])
        ],
        "sections": [_section(section) for section in report.sections],
        "digests": [
            {"file": clean(each.file), "bytes": each.bytes, "sha256": each.sha256}
            for each in digests
        ],
    }


def _finding(section: str, finding: Finding) -> FindingJson:
    place = finding.place
    tensor = None if place.tensor is None else clean(place.tensor)
    return {
        "section": section,
        "code": finding.code,
        "severity": finding.severity.value,
        "place": {"file": clean(place.file), "line": place.line, "tensor": tensor},
        "message": finding.message,
        "remedy": finding.remedy,
        "evidence": dict(finding.evidence),
    }


def _section(section: Section) -> SectionJson:
    fault = section.fault
    return {
        "name": section.name,
        "subject": clean(section.subject),
        "facts": list(section.facts),
        "checks": [
            {"name": result.name, "promise": result.promise, "passed": result.passed}
            for result in section.results
        ],
        "unchecked": list(section.unchecked),
        "fault": None if fault is None else _fault(fault),
        "model": None if section.model is None else _model(section.model),
    }


def _fault(fault: Fault) -> FaultJson:
    return {
        "code": fault.code,
        "place": fault.place,
        "message": fault.message,
        "remedy": fault.remedy,
    }


def _model(model: ModelCount) -> ModelJson:
    return {
        "ratios": None if model.total is None else _ratios(model.total),
        "sets": [
            {
                "files": [clean(file) for file in each.files],
                "ratios": _ratios(each.count),
                "groups": [
                    {
                        "group": group.group,
                        "shares": group.shares or None,
                        "ratios": _ratios(group.count),
                    }
                    for group in each.groups
                ],
            }
            for each in model.sets
        ],
    }


def _ratios(count: Count) -> RatiosJson:
    return {
        "handout": _count(count.handout, count.parameters),
        "strict": _count(count.strict, count.parameters),
    }


def _count(nonzero: int, parameters: int) -> CountJson:
    ratio = nonzero / parameters if parameters else 0.0
    return {"nonzero": nonzero, "parameters": parameters, "ratio": ratio}
