"""A section of a report as lines for a terminal: what blocks first, what passed last."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from validators.display import clean
from validators.findings import Finding, Severity
from validators.report import Outcome, Report, Section

WIDTH = 100
_COLOURS = {Severity.BLOCKS: "red", Severity.WARNS: "yellow", Severity.NOTES: "cyan"}


def section_lines(section: Section, quiet: bool = False) -> Iterator[str]:
    """The section's heading, findings, picture and promises; only what blocks when quiet."""
    if quiet:
        blocking = [finding for finding in section.findings if finding.blocks]
        for finding in blocking:
            yield from _finding_lines(finding)
        yield from _fault_lines(section)
        return
    facts = "".join(f" · {fact}" for fact in section.facts)
    yield click.style(f"{section.name}  {clean(section.subject)}", bold=True) + facts
    for finding in section.findings:
        yield from _finding_lines(finding)
    yield from _fault_lines(section)
    if section.model is not None:
        from validators.model.picture import group_lines

        yield from (f"  {line}" for line in group_lines(section.model))
    for result in section.results:
        if result.passed:
            yield f"  {click.style('ok     ', fg='green')} {result.promise}"
    for promise in section.unchecked:
        yield f"  {click.style('skipped', dim=True)} {promise}"
    yield ""


def last_line(reports: tuple[Report, ...]) -> str:
    """Plainly whether it is safe to submit, or what blocks."""
    blocking = [finding for report in reports for finding in report.findings if finding.blocks]
    if blocking:
        codes = ", ".join(dict.fromkeys(finding.code for finding in blocking))
        many = "1 finding blocks" if len(blocking) == 1 else f"{len(blocking):,} findings block"
        return click.style(f"not safe to submit: {many} ({codes})", fg="red", bold=True)
    if any(report.outcome is Outcome.FAULT for report in reports):
        text = "not checked whole: check-submission itself failed, which is no fault of yours"
        return click.style(text, fg="magenta", bold=True)
    return click.style("safe to submit", fg="green", bold=True)


def _finding_lines(finding: Finding) -> Iterator[str]:
    label = click.style(f"{finding.severity.value:7}", fg=_COLOURS[finding.severity], bold=True)
    text = f"{click.style(finding.code, bold=True)}  {finding.place}: {finding.message}"
    yield from _wrapped(f"  {label} {text}")
    yield from _wrapped(f"          → {finding.remedy}")


def _fault_lines(section: Section) -> Iterator[str]:
    if section.fault is not None:
        label = click.style("fault  ", fg="magenta", bold=True)
        yield from _wrapped(f"  {label} {section.fault.code}  {section.fault.message}")
        yield "          → Not your fault. Send this line and the file to the course."


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=" " * 10, break_long_words=False, break_on_hyphens=False
    )
