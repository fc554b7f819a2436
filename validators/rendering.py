"""A section of a report as lines for a terminal: what blocks first, what passed last."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

import click

from validators.display import clean
from validators.findings import Finding, Severity
from validators.report import Outcome, Report, Section

_INDENT = 10
_COLOURS = {Severity.BLOCKS: "red", Severity.WARNS: "yellow", Severity.NOTES: "cyan"}


def section_lines(section: Section, quiet: bool = False) -> Iterator[str]:
    """The section's heading, findings, picture and promises; only what blocks when quiet."""
    if quiet:
        blocking = [finding for finding in section.findings if finding.blocks]
        for finding in blocking:
            yield from _finding_lines(finding)
        yield from _fault_lines(section)
        return
    yield click.style(f"{section.name}  {clean(section.subject)}", bold=True)
    yield from _wrapped("  ", " · ".join(section.facts))
    for finding in section.findings:
        yield from _finding_lines(finding)
    yield from _fault_lines(section)
    if section.model is not None:
        from validators.model.picture import group_lines

        yield from (f"  {line}" for line in group_lines(section.model))
    for result in section.results:
        if result.passed:
            yield _label("ok", "green") + result.promise
    for promise in section.unchecked:
        yield _label("skipped", "bright_black") + promise
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
    label = _label(finding.severity.value, _COLOURS[finding.severity])
    text = f"{finding.code}  {finding.place}: {finding.message}"
    first, *rest = _wrapped(" " * _INDENT, text)
    yield label + click.style(finding.code, bold=True) + first[_INDENT + len(finding.code) :]
    yield from rest
    yield from _wrapped(" " * _INDENT, f"→ {finding.remedy}")


def _fault_lines(section: Section) -> Iterator[str]:
    if section.fault is not None:
        first, *rest = _wrapped(" " * _INDENT, f"{section.fault.code}  {section.fault.message}")
        yield _label("fault", "magenta") + first[_INDENT:]
        yield from rest
        yield from _wrapped(" " * _INDENT, f"→ {section.fault.remedy}")


def _label(word: str, colour: str) -> str:
    return "  " + click.style(f"{word:{_INDENT - 2}}", fg=colour, bold=True)


def _wrapped(indent: str, text: str) -> list[str]:
    """The text in lines of the terminal's width, at most 100 columns, words kept whole."""
    width = max(40, min(100, shutil.get_terminal_size().columns))
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
