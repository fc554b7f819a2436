"""The plan of a run: every stage of every submission with its key, and what judging needs."""

from __future__ import annotations

import os
from typing import Optional

from grader.class_list import ClassList
from grader.grading import keys
from grader.grading.inspecting import Inspecting
from grader.grading.request import Request
from grader.grading.reruns import Reruns
from grader.grading.standings import Standings
from grader.offences import read_earlier
from grader.runs import Basis, Plan
from validators.rules import rules_digest, rules_json


def make_plan(
    found: ClassList, standings: Standings, reruns: Optional[Reruns],
    inspecting: Optional[Inspecting], request: Request,
) -> Plan:  # fmt: skip
    """What is to be done, and what marks will rest on. Raises CsvFileError and AssetsError."""
    rules = request.rules
    earlier = request.path(request.settings.earlier_offences)
    digest = request.answers_digest
    handed_in = [each.submission for each in found.matching.entrants if each.submission]
    planned = [keys.plan_check(each, rules) for each in handed_in]
    stages = [keys.CHECK]
    if request.answers is not None:
        planned += [keys.plan_score(each, rules, digest) for each in handed_in]
        stages.append(keys.SCORE)
    if reruns is not None:
        planned += [reruns.planned(each) for each in handed_in]
        stages.append(keys.RERUN)
    if inspecting is not None:
        planned += inspecting.planned(handed_in)
        stages += [keys.TRAITS, keys.INSPECT]
    basis = Basis(
        rules_digest(rules), digest, standings.source,
        tuple((stage, keys.stage_code(stage)) for stage in stages),
    )  # fmt: skip
    return Plan(
        os.fspath(request.sources.export), rules_json(rules), basis,
        tuple(sorted(planned, key=lambda each: (each.subject, each.stage))),
        () if earlier is None else read_earlier(earlier, rules),
        request.settings.board.model_dump_json(),
        tuple((each.key, each.asks) for each in found.matching.open),
        request.options,
    )  # fmt: skip
