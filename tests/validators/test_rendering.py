from __future__ import annotations

from dataclasses import replace

import click
import pytest

from validators.findings import Code, Place, Severity
from validators.rendering import last_line, section_lines
from validators.report import CheckResult, Fault, Report, Section

BLOCKS = Code("a.blocks", Severity.BLOCKS, "Meaning.", "Mend it.")
NOTES = Code("a.notes", Severity.NOTES, "Meaning.", "Nothing to do.")
LONG = "word " * 60


def section(*codes: Code, fault: bool = False) -> Section:
    results = tuple(
        CheckResult("check", "A promise.", (code.at(Place("f.csv", 7), f"{LONG}end."),))
        for code in codes
    )
    broken = Fault("fault.csv", "csv", "the csv part broke (ZeroDivisionError at x.py:3).")
    return Section(
        "csv",
        "f.csv",
        (*results, CheckResult("other", "Another promise.")),
        facts=("12 rows", "9 kB"),
        unchecked=("A third promise.",),
        fault=broken if fault else None,
    )


def shown(part: Section, quiet: bool = False) -> list[str]:
    return [click.unstyle(line) for line in section_lines(part, quiet)]


def test_lines_fit_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns, widest in (("80", 80), ("300", 100)):
        monkeypatch.setenv("COLUMNS", columns)
        long = CheckResult("long", f"{LONG}end.")
        part = section(BLOCKS, NOTES, fault=True)
        lines = shown(replace(part, results=(*part.results, long), unchecked=(f"{LONG}end.",)))
        assert sum(line.endswith("end.") for line in lines) == 4
        assert widest - 10 < max(map(len, lines)) <= widest


@pytest.mark.parametrize("columns", range(40, 101, 3))
def test_a_placeholder_stays_on_one_line(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = shown(
        Section("package", "a.zip", facts=("51 files", "hand in HW4_<student id>_<name>"))
    )
    assert sum("HW4_<student id>_<name>" in line for line in lines) == 1


def test_findings_then_promises_then_what_was_left_out() -> None:
    lines = shown(section(NOTES, BLOCKS))
    words = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert words == ["12", "blocks", "notes", "ok", "skipped"]
    assert lines[0] == "csv  f.csv"
    assert "          → Mend it." in lines


def test_quiet_shows_what_blocks_and_what_broke() -> None:
    lines = shown(section(NOTES, BLOCKS, fault=True), quiet=True)
    words = [line.split()[0] for line in lines if line[2] != " "]
    assert words == ["blocks", "fault"]
    assert "Not your fault" in lines[-1]
    assert shown(section(NOTES), quiet=True) == []


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (section(NOTES), "safe to submit"),
        (section(BLOCKS), "not safe to submit: 1 finding blocks (a.blocks)"),
        (section(BLOCKS, BLOCKS), "not safe to submit: 2 findings block (a.blocks)"),
        (section(NOTES, fault=True), "not checked whole: "),
        (section(BLOCKS, fault=True), "not safe to submit: 1 finding blocks (a.blocks)"),
    ],
)
def test_the_last_line_is_the_answer(part: Section, line: str) -> None:
    report = Report("f.csv", "csv", "0" * 64, (part,))
    assert click.unstyle(last_line((report,))).startswith(line)


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (section(NOTES), "safe to submit by guess"),
        (section(BLOCKS), "not safe to submit: 1 finding blocks (a.blocks), by guess"),
    ],
)
def test_the_last_line_says_what_speaks_against_it(part: Section, line: str) -> None:
    report = Report("f.csv", "csv", "0" * 64, (part,))
    assert click.unstyle(last_line((report,), "by guess")) == line
