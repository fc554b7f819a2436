"""The made set: honest programs accuse nobody, each planted breach is found where it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.integrity.data.judge import data_findings
from grader.integrity.data.observe import observations
from tests.grader.integrity.data.reading import ACCUSING, accused, judged
from tests.integrity_sets.data.breaches import BREACHES
from tests.integrity_sets.data.case import Case
from tests.integrity_sets.data.honest import HONEST
from tests.integrity_sets.data.later import LATER
from tests.integrity_sets.data.later_breaches import LATER_BREACHES
from tests.integrity_sets.data.more import MORE
from tests.rerun_course import scripts_code, template_code, tutorial_code
from tests.rerun_course.kinds import CHEATS, Cheat, Texts
from validators.rules.inspecting import DataRules

ALL = (*HONEST, *BREACHES, *MORE, *LATER, *LATER_BREACHES)
PLANTED = tuple(case for case in ALL if case.expects)
CLEAN = tuple(case for case in ALL if not case.expects)
TEMPLATE = Path(__file__).parents[4] / "student_template"
TEXTS = Texts(("a bill",), ("a text",))


def title(case: Case) -> str:
    return case.title


def test_the_set_is_as_large_as_it_says() -> None:
    assert len(CLEAN) >= 20
    assert len(PLANTED) >= 25
    assert len({(case.title, case.expects) for case in ALL}) == len(ALL)
    assert {case.expects for case in PLANTED} >= {c for c in ACCUSING if c.startswith("data.")}


@pytest.mark.parametrize("case", CLEAN, ids=title)
def test_an_honest_program_accuses_nobody(case: Case) -> None:
    assert accused(case.files) == []


@pytest.mark.parametrize("case", PLANTED, ids=title)
def test_a_planted_breach_is_found_at_its_line_and_nothing_else_is(case: Case) -> None:
    assert accused(case.files) == [(case.expects, case.place)]


@pytest.mark.parametrize("case", PLANTED, ids=title)
def test_every_finding_has_its_lines_and_says_all_three_things(case: Case) -> None:
    found = [each.finding for each in judged(case.files).found]
    for finding in found:
        evidence = dict(finding.evidence)
        lines = evidence["lines"]
        assert isinstance(lines, tuple)
        assert any(str(line).startswith(f"{finding.place.line}: ") for line in lines)
        assert "Read at " in finding.message
        assert "The code was not run again" in finding.remedy
        assert str(finding).isprintable()
    accusing = [each for each in found if each.code in ACCUSING]
    assert accusing
    assert all("It can be innocent" in each.remedy for each in accusing)
    assert all("Next: " in each.remedy for each in accusing)


def test_the_template_accuses_nobody() -> None:
    files = [str(path.relative_to(TEMPLATE)) for path in TEMPLATE.rglob("*") if path.is_file()]
    shown = data_findings("x", observations(TEMPLATE, files), None, DataRules())
    assert not [each for each in shown.found if each.finding.code in ACCUSING]
    assert not [fact for fact in shown.facts if "too many steps" in fact.value]


@pytest.mark.parametrize("cheat", CHEATS)
@pytest.mark.parametrize("project", [tutorial_code, scripts_code, template_code])
def test_the_projects_of_the_course_in_small(project: object, cheat: Cheat) -> None:
    made = project.files(cheat, TEXTS)  # type: ignore[attr-defined]
    files = {name: text for name, text in made.items() if name.endswith(".py")}
    for name, text in made.items():
        if name.endswith(".ipynb"):
            cells = json.loads(text)["cells"]
            files[name] = tuple("".join(cell["source"]) for cell in cells)
    expected = ["data.labels-written"] if cheat == "labels" else []
    assert [code for code, _ in accused(files)] == expected
