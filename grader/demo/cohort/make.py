"""The class on disk: what a TA has on the evening after the end."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from grader.class_list import SECRET, SECRET_BYTES
from grader.demo.cohort import boards, site
from grader.demo.cohort.members import MEMBERS
from grader.demo.cohort.packages import package_of
from grader.demo.cohort.records import Member
from grader.demo.corpus import Corpus, make_corpus
from grader.demo.course import (
    RELEASED,
    competition_text,
    key_text,
    predictions_text,
    write_assets,
)
from grader.demo.shipped import written
from validators.starting import template_files, template_folder

_TUTORIAL = "tutorial.ipynb"
_COMPETITION, _GRADING = "competition.toml", "grading.toml"
_NAME, _OPENS, _CLOSES = "Homework 4 in small", "2026-04-27T00:00:00", "2026-05-14T23:59:59"
_SECONDS, _SECONDS_OF_OURS = 30, 40
_PRIVATE = """\
# What only the teaching side has. The paths are relative to this file.
answers = "key.csv"
roster = "roster.csv"
worksheet = "Grades.csv"                  # Moodle's grading worksheet
earlier_offences = "hw3-offences.csv"     # what `grade offences` wrote after homework 3
released_model = "assets/models/{released}"
{assets}
[kaggle]
public_leaderboard = "kaggle/{public}"
private_leaderboard = "kaggle/{private}"
snapshots = "kaggle/{snapshots}"

[rerun]
clean_room_seconds = {seconds}

[inspect]
base_code = ["given"]                     # what everybody was given is nobody's own: the
                                          # tutorial and the template
released_predictions = "released.csv"     # what the released model writes about the test split

[board]
names = "display"                         # the nickname in the team's name
"""
# Packages that lie there by themselves as well, for `check-submission`: a good one, a bad one.
_LAID_OUT = frozenset({"9900101", "9900115"})
_OFFENCES = (
    ("student id", "offence", "competition", "why"),
    ("9900118", "full_model_results", "Homework 3", "no. 1, halve: confirmed by the TA"),
)


@dataclass(frozen=True)
class Cohort:
    """Where the class lies."""

    home: Path

    @property
    def bulk(self) -> Path:
        """Moodle's bulk download."""
        return self.home / site.BULK

    @property
    def competition(self) -> Path:
        """The rules."""
        return self.home / _COMPETITION

    @property
    def grading(self) -> Path:
        """What only the TA has."""
        return self.home / _GRADING

    @property
    def work(self) -> Path:
        """Where `grade` keeps its work."""
        return self.home / "grade-work"


def make_cohort(home: Path, members: Sequence[Member] = MEMBERS, rerun: bool = True) -> Cohort:
    """The class of these members in a new folder; the same files each time.

    Without `rerun` there are no assets, so that nobody's code is run.
    """
    cohort, corpus = Cohort(home), make_corpus()
    home.mkdir(parents=True, exist_ok=True)
    _write_course(cohort, corpus, rerun)
    packages = [package_of(member, corpus.test) for member in members]
    site.write_bulk(cohort.bulk, packages)
    (home / "student").mkdir()
    for package in packages:
        if package.member.id in _LAID_OUT:
            (home / "student" / package.zip_name).write_bytes(package.zip)
    site.write_worksheet(home / "Grades.csv", members)
    site.write_roster(home / "roster.csv", members)
    (home / "hw3-offences.csv").write_text(site.table(_OFFENCES), encoding="utf-8")
    boards.write_boards(home / "kaggle", boards.teams_of(packages, corpus))
    # Everybody's demonstration draws the same rows and pseudonyms; a course's own secret is drawn.
    cohort.work.mkdir(mode=0o700)
    secret = cohort.work / SECRET
    secret.write_bytes(hashlib.sha256(b"a demonstration").digest()[:SECRET_BYTES])
    secret.chmod(0o600)
    return cohort


def _write_course(cohort: Cohort, corpus: Corpus, rerun: bool) -> None:
    """The rules, the answers, the released model, and what every student was given."""
    home = cohort.home
    rules = competition_text(len(corpus.test), _NAME, (_OPENS, _CLOSES), _SECONDS)
    cohort.competition.write_text(rules, encoding="utf-8")
    named = _PRIVATE.format(
        released=RELEASED, public=boards.PUBLIC, private=boards.PRIVATE, snapshots=boards.SNAPSHOTS,
        seconds=_SECONDS_OF_OURS,
        assets='assets = "assets"                         # with it, code is run again\n' * rerun,
    )  # fmt: skip
    cohort.grading.write_text(named, encoding="utf-8")
    (home / "key.csv").write_text(key_text(corpus), encoding="utf-8")
    released = predictions_text(written("dense").texts)
    (home / "released.csv").write_text(released, encoding="utf-8")
    write_assets(home / "assets", corpus)
    given = {f"template/{name}": data for name, data in template_files(template_folder()).items()}
    given[_TUTORIAL] = files("grader.demo.cohort").joinpath("given", _TUTORIAL).read_bytes()
    for name, data in given.items():
        path = home / "given" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
