"""Matching: who handed in what, and who they are on Kaggle."""

from __future__ import annotations

from grader.matching.answers import Answers, read_answers, refuse_unknown, write_questions
from grader.matching.matching import Matching, match_all, pseudonym
from grader.matching.register import Register, make_register
from grader.matching.teams import teams_of
from grader.matching.worksheet import WorksheetRow, read_worksheet

__all__ = [
    "Answers",
    "Matching",
    "Register",
    "WorksheetRow",
    "make_register",
    "match_all",
    "pseudonym",
    "read_answers",
    "read_worksheet",
    "refuse_unknown",
    "teams_of",
    "write_questions",
]
