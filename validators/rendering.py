"""A section of a report as lines for a terminal: what blocks first, what passed last."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterator

import click

from validators.display import clean
from validators.findings import Finding, Severity
from validators.report import Outcome, Report, Section

_INDENT = 10
_PLACEHOLDER = re.compile("<[a-z ]{1,30}>")
# A space at which no line is broken.
_HELD = "\N{NO-BREAK SPACE}"
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
            yield from _labelled("ok", "green", result.promise)
    for promise in section.unchecked:
        yield from _labelled("skipped", "bright_black", promise)
    yield ""


def last_line(reports: tuple[Report, ...], doubt: str = "") -> str:
    """Plainly whether it is safe to submit, or what blocks; `doubt` is what speaks against both."""
    blocking = [finding for report in reports for finding in report.findings if finding.blocks]
    if blocking:
        codes = ", ".join(dict.fromkeys(finding.code for finding in blocking))
        doubted = f", {doubt}" if doubt else ""
        many = "1 finding blocks" if len(blocking) == 1 else f"{len(blocking):,} findings block"
        return click.style(f"not safe to submit: {many} ({codes}){doubted}", fg="red", bold=True)
    if any(report.outcome is Outcome.FAULT for report in reports):
        text = "not checked whole: check-submission itself failed, which is no fault of yours"
        return click.style(text, fg="magenta", bold=True)
    if doubt:
        return click.style(f"safe to submit {doubt}", fg="yellow", bold=True)
    return click.style("safe to submit", fg="green", bold=True)


def folded(text: str) -> str:
    """The text with line breaks where the terminal's width asks for them."""
    return "\n".join(_wrapped("", text))


def _finding_lines(finding: Finding) -> Iterator[str]:
    label = _label(finding.severity.value, _COLOURS[finding.severity])
    text = f"{finding.code}  {finding.place}: {finding.message}"
    first, *rest = _wrapped(" " * _INDENT, text)
    yield label + click.style(finding.code, bold=True) + first[_INDENT + len(finding.code) :]
    yield from rest
    yield from _wrapped(" " * _INDENT, f"→ {finding.remedy}")


def _fault_lines(section: Section) -> Iterator[str]:
    if section.fault is not None:
        yield from _labelled("fault", "magenta", f"{section.fault.code}  {section.fault.message}")
        yield from _wrapped(" " * _INDENT, f"→ {section.fault.remedy}")


def _labelled(word: str, colour: str, text: str) -> Iterator[str]:
    first, *rest = _wrapped(" " * _INDENT, text)
    yield _label(word, colour) + first[_INDENT:]
    yield from rest


def _label(word: str, colour: str) -> str:
    return "  " + click.style(f"{word:{_INDENT - 2}}", fg=colour, bold=True)


def _wrapped(indent: str, text: str) -> list[str]:
    """The text in lines of the terminal's width, at most 100 columns, words kept whole.

    So is a placeholder of two words, such as `<student id>`: a half of it says nothing.
    """
    width = max(40, min(100, shutil.get_terminal_size().columns))
    lines = textwrap.wrap(
        _PLACEHOLDER.sub(lambda found: found.group().replace(" ", _HELD), text),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_HELD, " ") for line in lines]
