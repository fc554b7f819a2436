"""Every kind of finding is really found, by a submission broken in that way and no other."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from grader.demo.sample import make_sample
from tests.cases.case import Case
from tests.cases.run import ALL, report_on
from validators.catalogue import all_codes, class_codes, integrity_codes, rerun_codes
from validators.checks import check_submission
from validators.opening import digests_of, opened
from validators.report import Outcome, Report
from validators.report_json import document, schema
from validators.rules import Rules


def codes_of(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.expects[0]}: {case.title}")
def test_a_broken_submission_gives_exactly_its_findings(case: Case, tmp_path: Path) -> None:
    report = report_on(case, tmp_path)
    assert not [section.fault for section in report.sections if section.fault]
    assert codes_of(report) == set(case.expects)
    for finding in report.findings:
        assert str(tmp_path) not in str(finding)
        assert finding.message.endswith(".")
        assert finding.remedy.endswith(".")
        assert str(finding).isprintable()


@pytest.mark.parametrize("form", ["folder", "zip", "csv", "model", "report"])
def test_the_valid_sample_is_safe_in_every_form(form: str, tmp_path: Path) -> None:
    sample = make_sample(tmp_path)
    paths = {
        "folder": sample.folder,
        "zip": sample.packed(),
        "csv": sample.predictions,
        "model": sample.model,
        "report": sample.report,
    }
    report = check_submission(paths[form], sample.rules)
    assert report.kind == form
    assert report.findings == ()
    assert report.outcome is Outcome.SAFE
    assert any(result.passed for section in report.sections for result in section.results)


def test_every_code_has_a_failing_case() -> None:
    shown = {code for case in ALL for code in case.expects}
    by_teachers = {*class_codes(), *rerun_codes(), *integrity_codes()}
    assert shown == {code.name for code in all_codes() if code not in by_teachers}


def test_no_two_cases_have_the_same_title() -> None:
    titles = [(case.expects[0], case.title) for case in ALL]
    assert len(titles) == len(set(titles))


def test_what_is_said_as_json_fits_its_schema(tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for number, case in enumerate(ALL[::5]):
        folder = tmp_path / str(number)
        answers = ((report_on(case, folder), ()),)
        text = json.dumps(document(answers, rules_of(folder)), ensure_ascii=False)
        validator.validate(json.loads(text))


def test_the_same_submission_gives_the_same_bytes(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        sample = make_sample(tmp_path / name)
        path = sample.packed()
        with opened(path, sample.rules) as subject:
            digests = digests_of(subject, sample.rules)
        answer = document(((check_submission(path, sample.rules), digests),), sample.rules)
        texts.append(json.dumps(answer, sort_keys=True))
    assert texts[0] == texts[1]


def rules_of(folder: Path) -> Rules:
    from validators.rules import load_rules

    return load_rules(folder / "competition.toml")
