"""What a student reads about why their mark is what it is: codes, and what each of them means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Optional

from grader.outcomes import Case, Decision, Judged, Offence
from validators.catalogue import all_codes
from validators.findings import Code, Finding
from validators.rules.marking import Penalty, PenaltyRules

_ASKED = {
    "team": "which Kaggle team is yours is not settled. Tell whoever teaches the course its name.",
    "submission": "whose a package is that may be yours is not settled. Tell whoever teaches the "
    "course what you handed in, and when.",
    "choice": "which of your packages counts is not settled. Tell whoever teaches the course.",
    "time": "when your package came is not settled. Tell whoever teaches the course when you "
    "handed it in.",
}
_QUESTION, _UNFINISHED = "question: ", "unfinished: "
_NOT_DONE = "this part of the grading is not done yet. You need do nothing."
_OURS = "This is a fault of the course's programs, not yours, and costs you nothing."


def notes_of(judged: Judged, decisions: Sequence[Decision] = ()) -> tuple[str, ...]:
    """The judge's reasons in order, and behind them what their codes mean, each told once.

    Of a code that accuses, its meaning is told and never a finding's message, which may name
    another. The reason of a decision is told where it confirmed what costs: `grade decide` says
    that the student may read it.
    """
    known = {code.name: code for code in all_codes()}
    costing = [each for each in judged.offences if each.penalty != Penalty.NONE.value]
    bare = [reason for reason in judged.reasons if reason in known]
    whys = {each.number: each.why for each in decisions}
    codes = dict.fromkeys([*(each.cites[0] for each in costing), *bare])
    told = [
        *map(_reason, judged.reasons),
        *filter(None, (_meaning(name, judged.case, known) for name in codes)),
        *(f"{kind} means: {_kind(kind)}" for kind in dict.fromkeys(e.kind for e in costing)),
        *(said for each in costing for said in _decided(each, whys)),
    ]
    if judged.case.faults:
        told.append(_OURS)
    return tuple(dict.fromkeys(filter(None, told)))


def _reason(reason: str) -> str:
    """The reason; what keeps a verdict open, with what that means for the student."""
    if reason.startswith(_QUESTION):
        about = reason[len(_QUESTION) :]
        return f"{reason}: {_ASKED[about]}" if about in _ASKED else reason
    return f"{reason}: {_NOT_DONE}" if reason.startswith(_UNFINISHED) else reason


def _meaning(name: str, case: Case, known: Mapping[str, Code]) -> Optional[str]:
    """What a code means; the numbers themselves where it accuses nobody."""
    code = known.get(name)
    if code is None:  # an offence that the TA found has no code of a finding
        return None
    if code.accuses:
        return f"{name} means: {code.meaning}"
    own = sorted((each for each in case.findings if each.code == name), key=Finding.sort_key)
    return f"{name}: {own[0].message}" if own else f"{name} means: {code.meaning}"


def _kind(kind: str) -> str:
    """The words of the rules for a kind of offence."""
    field = PenaltyRules.model_fields.get(kind)
    return (field.description if field is not None else None) or kind


def _decided(offence: Offence, whys: Mapping[int, str]) -> Iterator[str]:
    """Why the teaching side confirmed the offence; nothing where arithmetic alone decided it."""
    for cited in offence.cites[1:2]:
        kind, _, number = cited.partition(" ")
        if kind == "decision" and number.isdecimal() and int(number) in whys:
            yield f"{offence.cites[0]}: the teaching side confirmed it: {whys[int(number)]}"
