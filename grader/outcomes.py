"""The records of grading: what was seen of a submission, what the TA decided, what came of it.

All of them can be stored: plain values, tuples, and records of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, Optional

from pydantic import BeforeValidator, PlainSerializer

from grader.records import Entrant
from validators.findings import Finding
from validators.report import Fault

Verdict = Literal["accepted", "rejected", "withheld"]
ScoreSource = Literal["private", "public", "own", "none"]
"""Kaggle's private leaderboard, its public one, our score of what was handed in, or none yet."""
Word = Literal["confirm", "dismiss", "set", "withdraw", "appeal"]
"""All are the TA's own but `appeal`, which is what the student says to a confirmation."""
Standing = Literal["stands", "waits", "confirmed", "appealed", "dismissed", "stale"]
WAITING: tuple[Standing, ...] = ("waits", "appealed", "stale")
"""The standings in which a code waits for the TA."""

Points = Annotated[
    Fraction,
    BeforeValidator(lambda value: Fraction(value) if isinstance(value, str) else value),
    PlainSerializer(str, return_type=str),
]


@dataclass(frozen=True)
class Counted:
    """Non-zero parameters of the released model's, by one way of counting."""

    counting: str
    nonzero: int
    parameters: int


@dataclass(frozen=True)
class Checked:
    """What the checks found in one submission; the deciding way of counting comes first."""

    findings: tuple[Finding, ...] = ()
    counted: tuple[Counted, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class OwnScore:
    """Our score of one predictions file of a submission, whole and by Kaggle's parts of the rows.

    `public` and `private` are None where the answer key doesn't say which rows are whose.
    """

    file: str
    sha256: str
    rows: int
    value: float
    low: float
    high: float
    signature: str
    mean_words: float
    public: Optional[float] = None
    private: Optional[float] = None


@dataclass(frozen=True)
class Scored:
    """The scores of all predictions files in one submission, the nearest to its top first."""

    scores: tuple[OwnScore, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Figure:
    """The score that an entrant is ranked by, exact as its source shows it, and the source."""

    value: str
    source: ScoreSource
    signature: str


@dataclass(frozen=True)
class Case:
    """Everything known of one entrant when they are judged.

    `unfinished` names the stages that have not been done yet, `questions` the open questions of
    the matching that they are part of.
    """

    entrant: Entrant
    figure: Optional[Figure] = None
    findings: tuple[Finding, ...] = ()
    counted: tuple[Counted, ...] = ()
    quality: tuple[tuple[str, str], ...] = ()
    faults: tuple[Fault, ...] = ()
    questions: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    observed: tuple[tuple[str, str], ...] = ()
    """Facts of the inspection, for the TA: unlike `quality`, no board shows them to anybody."""

    @property
    def submission_digest(self) -> str:
        """The digest of the submission that counts; empty without one."""
        return "" if self.entrant.submission is None else self.entrant.submission.digest


@dataclass(frozen=True)
class Decision:
    """The TA's word on one code of one entrant, or the student's on that, as the journal keeps it.

    `code` is a finding's code, `offence.<kind>` for a breach that the TA found, or `mark.<part>`
    for a part of the mark that is set to `points`. `evidence` is the digest of what was decided
    on, `submission` that of the package it was about. `why` is the reason; of an appeal it is what
    the student says.
    """

    number: int
    at: str
    who: str
    entrant: str
    code: str
    word: Word
    why: str
    points: Optional[Points] = None
    evidence: str = ""
    submission: str = ""


@dataclass(frozen=True)
class EarlierOffence:
    """A confirmed offence in an earlier competition of the same course."""

    entrant: str
    kind: str
    competition: str
    why: str


@dataclass(frozen=True)
class Ruling:
    """What one code of an entrant comes to, by itself or by a decision (its number; 0 is none)."""

    code: str
    standing: Standing
    evidence: str
    decision: int = 0


@dataclass(frozen=True)
class Offence:
    """A breach in the ledger: which kind, the how-manieth of its kind, and what it costs."""

    kind: str
    number: int
    penalty: str
    cites: tuple[str, ...]


@dataclass(frozen=True)
class MarkPart:
    """One part of a mark; it cites the codes of findings and the decisions that it rests on."""

    name: str
    points: Points
    why: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """One entrant's case with its verdict and, unless that is withheld, the mark in its parts."""

    case: Case
    verdict: Verdict
    reasons: tuple[str, ...]
    rank: Optional[int] = None
    rulings: tuple[Ruling, ...] = ()
    offences: tuple[Offence, ...] = ()
    parts: tuple[MarkPart, ...] = ()
    total: Optional[str] = None
    """The sum of the parts, rounded once by the course's rule."""

    @property
    def waits(self) -> tuple[str, ...]:
        """What the TA must look at: codes to decide on, and questions of the matching."""
        codes = [each.code for each in self.rulings if each.standing in WAITING]
        return (*codes, *self.case.questions)


@dataclass(frozen=True)
class State:
    """A whole class, judged and ranked; `ranked` is the N of the ranks."""

    source: ScoreSource
    ranked: int
    judged: tuple[Judged, ...]
