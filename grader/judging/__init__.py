"""Judging: verdicts, offences, marks and ranks of a class. Pure: nothing is read or written."""

from __future__ import annotations

from grader.judging.deciding import appealable, binding, decidable
from grader.judging.evidence import evidence_of
from grader.judging.journal import MARK_PARTS, OFFENCE, PART
from grader.judging.judge import judge_class
from grader.judging.rounding import rounded

__all__ = [
    "MARK_PARTS",
    "OFFENCE",
    "PART",
    "appealable",
    "binding",
    "decidable",
    "evidence_of",
    "judge_class",
    "rounded",
]
