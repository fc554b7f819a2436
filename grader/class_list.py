"""Collecting and matching in one go: from the files that a TA has to who handed in what."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.collect import Collection, ExportError, collect, open_export
from grader.collect.submissions import Memory, Watch
from grader.matching import (
    Matching,
    make_register,
    match_all,
    read_answers,
    read_worksheet,
    refuse_unknown,
    teams_of,
    write_questions,
)
from grader.roster import read_roster
from grader.settings import GradingSettings
from leaderboard.kaggle import read_kaggle
from validators.opening import Progress, no_progress
from validators.rules import Rules

MATCHES = "matches.csv"
SECRET, SECRET_BYTES = "pseudonym-secret", 32
"""The file of the work folder with its own secret, and how long that is."""


@dataclass(frozen=True)
class Sources:
    """What a TA gives: the export, and what else says who is who."""

    export: Path
    work: Path
    roster: Optional[Path] = None
    worksheet: Optional[Path] = None
    leaderboards: tuple[Path, ...] = ()

    @classmethod
    def of(
        cls, export: Path, work: Path, settings: GradingSettings, home: Path,
        worksheet: Optional[Path] = None,
    ) -> Sources:  # fmt: skip
        """The paths of a `grading.toml`, which lies in `home`; a worksheet given stands above."""
        kaggle = (settings.kaggle.public_leaderboard, settings.kaggle.private_leaderboard)
        if worksheet is None and settings.worksheet is not None:
            worksheet = home / settings.worksheet
        return cls(
            export, work, None if settings.roster is None else home / settings.roster, worksheet,
            tuple(home / each for each in kaggle if each is not None),
        )  # fmt: skip


@dataclass(frozen=True)
class ClassList:
    """What was collected, how it was matched, and where the questions were written, if any."""

    collection: Collection
    matching: Matching
    matches: Optional[Path]


def read_class(
    sources: Sources,
    rules: Rules,
    unpacking: Progress = no_progress,
    watch: Watch = lambda submissions_done, submissions_all: None,
    memory: Optional[Memory] = None,
) -> ClassList:
    """The class; questions are written to `matches.csv` in the work folder, and answers obeyed.

    Raises ExportError, CsvFileError or LeaderboardError for what the TA gave and must mend.
    """
    _refuse_work_inside(sources)
    legacy = rules.package.legacy_name_encoding
    roster = None if sources.roster is None else read_roster(sources.roster, rules)
    worksheet = () if sources.worksheet is None else read_worksheet(sources.worksheet, rules)
    teams = teams_of(row for path in sources.leaderboards for row in read_kaggle(path))
    answers = read_answers(sources.work / MATCHES, legacy)
    export = open_export(sources.export, sources.work, rules, unpacking)
    collection = collect(export, rules, watch, memory)
    found = collection.submissions
    register = make_register(roster, worksheet, found, rules)
    names = (each.source for each in found)
    refuse_unknown(answers, register, names, (each.id for each in teams))
    matching = match_all(found, register, teams, rules, own_secret(sources.work), answers)
    path = sources.work / MATCHES
    if not matching.questions and not path.exists():
        return ClassList(collection, matching, None)
    write_questions(path, matching.questions, answers)
    return ClassList(collection, matching, path)


def _refuse_work_inside(sources: Sources) -> None:
    export, work = sources.export.resolve(), sources.work.resolve()
    if export == work or export in work.parents:
        raise ExportError(
            f"the work folder {sources.work} lies inside of {sources.export}, and would be taken "
            "for something handed in. Give another one with --work."
        )


def own_secret(work: Path) -> bytes:
    """The work folder's own secret, made once: without it no pseudonym or draw can be foreseen."""
    path = work / SECRET
    if not path.exists():
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = work / f"{SECRET}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(part, flags, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        # With a short one, or none, anybody could find out whose pseudonym is whose.
        raise ExportError(
            f"{path}: holds {len(secret)} bytes; expected {SECRET_BYTES}. Put back a copy of it, "
            "or remove it: then everybody gets another pseudonym."
        )
    return secret
