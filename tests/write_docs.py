"""The pages of `docs/` that are made from the code: `make docs` writes them, a test compares.

The examples in `docs/findings.md` are what the checks really said about the first broken
submission of each kind, so a page can't promise a message that nobody gets.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from grader.cli import grade
from grader.demo.cohort.members import MEMBERS
from grader.settings import GradingSettings
from leaderboard.board_file import schema as board_schema
from leaderboard.cli import leaderboard
from tests.cases.case import Case
from tests.cases.run import ALL, report_on
from validators.catalogue import all_codes, class_codes, integrity_codes, rerun_codes
from validators.cli import check
from validators.findings import Code
from validators.report_json import schema
from validators.rules import Rules

DOCS = Path(__file__).parent.parent / "docs"
AREAS = {
    "archive": "The zip as an archive",
    "package": "The package and what is in it",
    "csv": "The predictions CSV",
    "model": "The model folder",
    "ratio": "The ratio",
    "team": "The team name",
    "class": "The class and Kaggle (`grade` only)",
    "rerun": "Running it again (`grade` only)",
    "code": "Likeness of code (`grade` only)",
    "weights": "Lineage of models and shared weights (`grade` only)",
    "predictions": "Forensics of predictions (`grade` only)",
    "behaviour": "Behaviour on Kaggle and across the class (`grade` only)",
    "data": "Data and models that code loads (`grade` only)",
}
_HEAD = """\
# Findings

Every kind of finding that `check-submission` and `grade` can make. A finding that *blocks* must be
mended before handing in; one that *warns* should be looked at; one that *notes* is a fact.
A course can weigh any of them otherwise: `[severities]` in its `competition.toml`.

The examples are what the checks said about a submission broken on purpose. This page is made by
`make docs`.
"""

_CLASS_HEAD = """\
# The class of the demonstration

Who is in the class that `grade demo` makes, what each of them did, and what comes of it. Made by
`make docs` from `grader/demo/cohort/members.py`; a test holds it against what `grade` makes of the
class, both ways.
"""
_CLASS_COLUMNS = (
    "id", "name", "what they did", "findings", "the TA decided", "left for the TA", "verdict",
    "penalties", "mark",
)  # fmt: skip


def documents() -> dict[Path, str]:
    """Every generated page with its text."""
    return {
        DOCS / "findings.md": findings_page(),
        DOCS / "commands.md": commands_page(),
        DOCS / "demo-class.md": class_page(),
        DOCS / "schemas" / "competition.schema.json": as_json(Rules.model_json_schema()),
        DOCS / "schemas" / "grading.schema.json": as_json(GradingSettings.model_json_schema()),
        DOCS / "schemas" / "check-report.schema.json": as_json(schema()),
        DOCS / "schemas" / "board.schema.json": as_json(board_schema()),
    }


def class_page() -> str:
    """The table of the demonstration's class, as it stands in the code."""
    rows = [_CLASS_HEAD, f"| {' | '.join(_CLASS_COLUMNS)} |", "|---" * len(_CLASS_COLUMNS) + "|"]
    for each in MEMBERS:
        penalties = ", ".join(f"{kind} ({number}): {cost}" for kind, number, cost in each.penalties)
        decided = ", ".join(f"{one.word} `{one.code}`" for one in each.decided)
        cells = (
            each.id, each.name, each.did, _codes(each.codes), decided,
            _codes(each.waits),
            each.verdict, penalties, each.mark or "",
        )  # fmt: skip
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def findings_page() -> str:
    """All codes by area, each with its meaning, an example and its remedy."""
    by_teachers = {*class_codes(), *rerun_codes(), *integrity_codes()}
    with tempfile.TemporaryDirectory() as scratch:
        entries = [
            (code, "" if code in by_teachers else example_of(code, Path(scratch) / code.name))
            for code in all_codes()
        ]
    lines = [_HEAD]
    for area, title in AREAS.items():
        lines.append(f"## {title}\n")
        for code, example in entries:
            if code.name.partition(".")[0] == area:
                lines += _entry(code, example)
    assert {code.name.partition(".")[0] for code, _ in entries} <= set(AREAS)
    return "\n".join(lines).rstrip() + "\n"


def example_of(code: Code, folder: Path) -> str:
    """What the checks say about the first case of the code."""
    case: Case = next(case for case in ALL if code.name in case.expects)
    report = report_on(case, folder)
    found = next(finding for finding in report.findings if finding.code == code.name)
    return f"{found.code}  {found.place}: {found.message}"


def commands_page() -> str:
    """The help of every command, as the command itself prints it."""
    lines = ["# Commands\n", "What each command says about itself. Made by `make docs`.\n"]
    for name, command in (("check-submission", check), ("grade", grade)):
        lines += _help_of(name, command)
    lines += _help_of("leaderboard", leaderboard)
    return "\n".join(lines).rstrip() + "\n"


def as_json(value: object) -> str:
    """The value as the text of a JSON file."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _entry(code: Code, example: str) -> Iterator[str]:
    yield f"### `{code.name}` ({code.severity.value})\n"
    yield f"{code.meaning}\n"
    if example:
        yield f"    {example}\n"
    yield f"**Mend:** {code.remedy}\n"


def _help_of(name: str, command: click.Command) -> Iterator[str]:
    with click.Context(command, info_name=name, terminal_width=96) as context:
        yield f"## `{name}`\n"
        yield f"```text\n{command.get_help(context)}\n```\n"
        for part in command.list_commands(context) if isinstance(command, click.Group) else ():
            inner = command.get_command(context, part)
            assert inner is not None
            yield from _help_of(f"{name} {part}", inner)


if __name__ == "__main__":
    for page, text in documents().items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
        click.echo(page.relative_to(DOCS.parent))
