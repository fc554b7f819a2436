"""Running checks in order, tier by tier, so that one mistake is told once, not a thousand times."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Callable, TypeVar

from validators.findings import Finding, Severity
from validators.report import CheckResult
from validators.rules.records import Rules

Subject = TypeVar("Subject")
# A check's docstring is the sentence that the student reads when it found nothing.
Check = Callable[[Subject, Rules], Iterable[Finding]]
Tier = Sequence[Check[Subject]]


def run_checks(
    tiers: Sequence[Tier[Subject]], subject: Subject, rules: Rules
) -> tuple[tuple[CheckResult, ...], tuple[str, ...]]:
    """The results of each check, and the promises of those that had to be left out.

    All checks of a tier run; when one of them blocks, the later tiers would only repeat
    the same trouble in other words, so they are left out and named.
    """
    results: list[CheckResult] = []
    unchecked: list[str] = []
    stopped = False
    for tier in tiers:
        if stopped:
            unchecked += [promise_of(check) for check in tier]
            continue
        found = [(check, tuple(check(subject, rules))) for check in tier]
        stopped = any(finding.blocks for _, findings in found for finding in findings)
        results += [_result(check, findings, rules) for check, findings in found]
    return tuple(results), tuple(unchecked)


def promise_of(check: Check[Subject]) -> str:
    """The first sentence of the check's docstring."""
    text = inspect.getdoc(check)
    if not text:
        raise TypeError(f"{check.__name__} needs a docstring: the student reads it")
    return text.partition("\n")[0]


def _result(check: Check[Subject], findings: tuple[Finding, ...], rules: Rules) -> CheckResult:
    weighed = (_weighed(finding, rules) for finding in findings)
    ordered = tuple(sorted(weighed, key=Finding.sort_key))
    return CheckResult(check.__name__, promise_of(check), ordered)


def _weighed(finding: Finding, rules: Rules) -> Finding:
    own = rules.severities.get(finding.code)
    return finding if own is None else replace(finding, severity=Severity(own))
