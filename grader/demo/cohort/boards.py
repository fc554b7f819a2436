"""What Kaggle gives: the two leaderboards as its zips, and a snapshot of each of the last days."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from grader.demo.cohort.packages import Package
from grader.demo.cohort.site import table
from grader.demo.corpus import Corpus
from grader.demo.scoring import score

PUBLIC, PRIVATE, SNAPSHOTS = "hw4-public.zip", "hw4-private.zip", "snapshots"
_EXPORTED = "2026-05-15T00:05:00"
_DAYS = ("2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14")
_FIRST_TEAM = 14_400_201
_A_DAY = 5
_HEADER = (
    "Rank", "TeamId", "TeamName", "LastSubmissionDate", "Score", "SubmissionCount",
    "TeamMemberUserNames",
)  # fmt: skip


@dataclass(frozen=True)
class Team:
    """One team on both leaderboards."""

    number: int
    name: str
    public: Decimal
    private: Decimal

    def sent_by(self, day: int) -> int:
        """How many submissions it had sent by the end of that day; never over five a day."""
        return 1 + sum((self.number + 3 * each) % (_A_DAY + 1) for each in range(day + 1))


def teams_of(packages: Sequence[Package], corpus: Corpus) -> tuple[Team, ...]:
    """Everybody's team, with what Kaggle's metric makes of the texts that they sent."""
    return tuple(
        Team(
            number, package.member.team_name,
            _shown(corpus, package.texts, public=True), _shown(corpus, package.texts, public=False),
        )
        for number, package in enumerate(packages)
    )  # fmt: skip


def write_boards(folder: Path, teams: Sequence[Team]) -> None:
    """Both leaderboards after the end, and the public one at the end of each of four days."""
    (folder / SNAPSHOTS).mkdir(parents=True)
    last = len(_DAYS) - 1
    for file, kind, private in ((PUBLIC, "public", False), (PRIVATE, "private", True)):
        with zipfile.ZipFile(folder / file, "w") as archive:
            entry = zipfile.ZipInfo(f"hw4-{kind}leaderboard-{_EXPORTED}.csv")
            archive.writestr(entry, _board(teams, last, private))
    for number, day in enumerate(_DAYS):
        name = f"hw4-publicleaderboard-{day}T235500.csv"
        (folder / SNAPSHOTS / name).write_bytes(_board(teams, number, private=False))


def _shown(corpus: Corpus, texts: Sequence[str], public: bool) -> Decimal:
    rows = [row for row in range(len(corpus.test)) if (row in corpus.public) == public]
    found = score([corpus.test[row] for row in rows], [texts[row] for row in rows])
    return round(Decimal(found), 5)


def _board(teams: Sequence[Team], day: int, private: bool) -> bytes:
    """The best first; equal scores in the order of the teams' numbers. With Kaggle's own mark."""
    ordered = sorted(teams, key=lambda team: (-_score(team, private), team.number))
    rows = [
        (rank, _FIRST_TEAM + team.number, team.name,
         f"{_DAYS[day]} {9 + team.number % 14:02}:{7 * team.number % 60:02}:07",
         _score(team, private), team.sent_by(day), f"kaggler{team.number:02}")
        for rank, team in enumerate(ordered, 1)
    ]  # fmt: skip
    return table((_HEADER, *rows)).encode("utf-8-sig")


def _score(team: Team, private: bool) -> Decimal:
    return team.private if private else team.public
