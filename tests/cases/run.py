"""All cases, and what check_submission says of each."""

from __future__ import annotations

from pathlib import Path

from grader.demo.sample import make_sample
from tests.cases import archive, csv, model, model_files, model_hiding, package, team
from tests.cases.case import Case
from validators.checks import check_submission
from validators.report import Report

ALL: tuple[Case, ...] = (
    *csv.CASES,
    *package.CASES,
    *archive.CASES,
    *model.CASES,
    *model_files.CASES,
    *model_hiding.CASES,
    *team.CASES,
)


def report_on(case: Case, folder: Path) -> Report:
    """The report on the sample after the case has broken it."""
    sample = make_sample(folder)
    path = case.breaks(sample) or sample.folder
    rules = sample.rules if case.rules is None else case.rules(sample.rules)
    return check_submission(path, rules, team=case.team, roster=case.roster)
