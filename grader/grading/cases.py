"""Cases: what all stages found out about each entrant, brought together to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

from grader.class_list import ClassList
from grader.grading.inspection_cases import Inspections
from grader.grading.rerun_cases import asked_of, quality_of
from grader.grading.rerun_scores import findings_of_score
from grader.grading.standings import Standings, compared, figure_of
from grader.integrity.records import InspectedClass
from grader.outcomes import Case, Checked, OwnScore, Scored
from grader.records import Entrant, Question
from grader.rerun.records import Rerun, SampleScore
from validators.class_codes import EARLY, LATE, NO_SCORE, NOTHING_HANDED_IN
from validators.findings import Finding, Place
from validators.report import Fault
from validators.rules import Rules
from validators.team_name import read_team_name, section


@dataclass(frozen=True)
class Results:
    """The results of the stages that look at one submission, by its source."""

    checked: Mapping[str, Checked]
    scored: Mapping[str, Scored]
    scoring: bool
    """Whether there is an answer key, so that each submission is scored."""
    reran: Optional[Mapping[str, Rerun]] = None
    """What running the code again has shown; None where the course doesn't run it."""
    scored_again: Mapping[str, SampleScore] = field(default_factory=dict)
    """What the texts made again score, where there is an answer key."""
    inspected: Optional[InspectedClass] = None
    """What the class looks like side by side; None where it is not inspected."""


def make_cases(
    found: ClassList, results: Results, standings: Standings, rules: Rules
) -> tuple[Case, ...]:
    """A case for every entrant, in the order of their ids."""
    open_questions = found.matching.open
    inspections = Inspections(results.inspected, rules)
    return tuple(
        _case(entrant, open_questions, results, inspections, standings, rules)
        for entrant in found.matching.entrants
    )


def _case(
    entrant: Entrant, questions: tuple[Question, ...], results: Results, inspections: Inspections,
    standings: Standings, rules: Rules,
) -> Case:  # fmt: skip
    source = "" if entrant.submission is None else entrant.submission.source
    checked = results.checked.get(source, Checked())
    scored = results.scored.get(source, Scored())
    figure = figure_of(entrant, scored.scores, standings)
    ran = (results.reran or {}).get(source)
    reran = ran or Rerun()
    asked = _concerning(entrant, questions)
    unfinished = (
        *_unfinished(source, results, standings),
        *(["inspect"] if inspections.lacks(entrant) else []),
        *_half_a_board(entrant, standings),
    )
    findings = [
        *checked.findings,
        *_of_arrival(entrant, bool(asked), rules),
        *_of_team(entrant, rules),
        *compared(entrant, scored.scores, standings),
        *reran.findings,
        *findings_of_score(reran, results.scored_again.get(source), entrant, standings),
        *inspections.findings(entrant, ran),
    ]
    # What is asked about may turn out to be theirs: nobody lacks it before that is answered.
    settled = not unfinished and not asked and not scored.faults
    if figure is None and settled and not _explained(findings, standings):
        findings.append(_no_score(entrant, standings))
    return Case(
        entrant,
        figure,
        tuple(sorted(findings, key=Finding.sort_key)),
        checked.counted,
        (*_quality(scored.scores), *quality_of(reran, results.scored_again.get(source))),
        tuple(dict.fromkeys((*_faults(checked, scored, reran), *inspections.faults(entrant)))),
        (*asked, *asked_of(source, reran)),
        unfinished,
        tuple(inspections.facts(entrant, ran)),
    )


def _unfinished(source: str, results: Results, standings: Standings) -> tuple[str, ...]:
    missing = []
    if source and source not in results.checked:
        missing.append("check")
    if source and results.scoring and source not in results.scored:
        missing.append("score")
    if source and results.reran is not None and source not in results.reran:
        missing.append("rerun")
    if standings.source == "none":
        missing.append("ranking")
    return tuple(missing)


def _half_a_board(entrant: Entrant, standings: Standings) -> Iterator[str]:
    """Kaggle has each team on both boards: who is on one alone was lost from the other's file."""
    boards = {"public": standings.public, "private": standings.private}
    there = [name for name, board in boards.items() if entrant.team and entrant.team.id in board]
    if standings.source in boards and there and standings.source not in there:
        yield f"{standings.source} leaderboard"


def _faults(checked: Checked, scored: Scored, reran: Rerun) -> tuple[Fault, ...]:
    """The faults of all stages; one that ended several is told once."""
    return tuple(dict.fromkeys((*checked.faults, *scored.faults, *reran.faults)))


def _concerning(entrant: Entrant, questions: Sequence[Question]) -> tuple[str, ...]:
    """The keys of the open questions that keep the entrant waiting.

    What nothing says anything about may be anybody's who lacks it, unless a question that names
    them as a candidate may give it to them.
    """
    own = [each for each in questions if _concerns(each, entrant)]
    kinds = {"submission" if each.about == "choice" else each.about for each in own}
    anybodys = [
        each
        for each in questions
        if not each.candidates and _lacks(entrant, each) and each.about not in kinds
    ]
    return tuple(each.key for each in questions if each in own or each in anybodys)


def _concerns(question: Question, entrant: Entrant) -> bool:
    """Whether the open question is about the entrant.

    One who is a mere candidate waits only while they lack the thing: a zip or a team that is
    named after somebody doesn't hold them up. A team that carries their id does: it may be a
    second account.
    """
    subject = question.subject
    if question.about == "choice":
        return subject == entrant.student.id
    own = () if entrant.submission is None else (entrant.submission.source,)
    if question.about == "time":
        return subject in own
    candidate = any(each.answer == entrant.student.id for each in question.candidates)
    return candidate and _lacks(entrant, question)


def _lacks(entrant: Entrant, question: Question) -> bool:
    """Whether the entrant has none of what the question is about: a team, or a submission."""
    if question.about == "team":
        return entrant.team is None
    return question.about == "submission" and entrant.submission is None


def _of_arrival(entrant: Entrant, asked: bool, rules: Rules) -> Iterator[Finding]:
    """Nothing, late or early; an unknown time is none of these."""
    submission = entrant.submission
    if submission is None:
        if not entrant.others and not asked:
            place = Place(entrant.student.id)
            yield NOTHING_HANDED_IN.at(place, "nothing was handed in; expected a submission.")
        return
    place = Place(submission.name)
    received = "" if entrant.received is None else entrant.received.isoformat(" ")
    zone = rules.competition.time_zone
    if entrant.seconds_late:
        closes = rules.competition.closes.isoformat(" ")
        yield LATE.at(
            place,
            f"came at {received}, {entrant.seconds_late:,} s late; expected by {closes} ({zone}).",
            received=received, seconds_late=entrant.seconds_late,
        )  # fmt: skip
    if entrant.seconds_early:
        opens = rules.competition.opens.isoformat(" ")
        yield EARLY.at(
            place,
            f"came at {received}, {entrant.seconds_early:,} s early; expected from {opens} "
            f"({zone}) on.",
            received=received, seconds_early=entrant.seconds_early,
        )  # fmt: skip


def _of_team(entrant: Entrant, rules: Rules) -> Iterator[Finding]:
    """What the checks say of the team's name, unless the TA has already said whose it is."""
    if entrant.team is None or "decision" in entrant.team_by:
        return
    if "team" in rules.competition.parts:
        yield from section(read_team_name(entrant.team.name, rules), rules).findings


def _explained(findings: Sequence[Finding], standings: Standings) -> bool:
    """Whether it is already said why there is no score, so that it would be told twice.

    Only our own scores hang on the predictions that were handed in; Kaggle's may be there anyway.
    """
    return standings.source == "none" or (
        standings.source == "own"
        and any(
            each.blocks and (each.code.startswith("csv.") or each.code == NOTHING_HANDED_IN.name)
            for each in findings
        )
    )


def _no_score(entrant: Entrant, standings: Standings) -> Finding:
    place = Place(entrant.student.id)
    if standings.source == "own":
        message = "no score in the predictions that were handed in; expected one."
        return NO_SCORE.at(place, message, "Ask for a file of predictions that can be scored.")
    return NO_SCORE.at(place, f"no score in Kaggle's {standings.source} leaderboard; expected one.")


def _quality(scores: tuple[OwnScore, ...]) -> Iterator[tuple[str, str]]:
    if scores:
        first = scores[0]
        yield "own score", f"{first.value:.5f} ({first.low:.5f} to {first.high:.5f})"
        yield "mean words", f"{first.mean_words:.1f}"
