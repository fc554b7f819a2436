"""The TA's word on one entrant: written into the journal, judged anew, and put in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Optional

from grader.grading.entrants import found
from grader.grading.moves import Moves
from grader.grading.request import Word
from grader.grading.settling import publish_in_force, settle
from grader.judging import OFFENCE, PART, appealable, binding, decidable, judge_class
from grader.judging.journal import Journal, journals
from grader.outcomes import Decision, Judged, State
from grader.outcomes import Word as Verb
from grader.runs import Run
from grader.store import Store
from validators.catalogue import code_names
from validators.display import quoted
from validators.rules import Rules, rules_from_json

_SO: Mapping[Verb, str] = {
    "confirm": "confirmed", "dismiss": "dismissed", "set": "set to that", "appeal": "appealed",
}  # fmt: skip


class UndecidableError(ValueError):
    """A decision that can't be taken; the text says on what one can."""


@dataclass(frozen=True)
class Wish:
    """What the TA typed: the entrant by id or pseudonym, the code, and the word on it."""

    entrant: str
    code: str
    verb: Verb
    points: Optional[Fraction] = None


@dataclass(frozen=True)
class Decided:
    """The decision as the journal has it, and what came of it."""

    decision: Decision
    judged: Judged
    moves: Moves
    run: Run


def decide(store: Store, work: Path, wish: Wish, word: Word) -> Decided:
    """Write the decision, and put in force what it changes.

    Raises UndecidableError, NoSuchEntrantError or StoreError, and then changes nothing.
    """
    run = store.in_force()
    if run is None or run.state is None:
        raise UndecidableError("nothing is in force yet. Run `grade SUBMISSIONS` first.")
    newest = store.latest()
    rules = rules_from_json(run.plan.rules)
    judged = _judged(run.state, wish.entrant)
    decisions = store.decisions()
    _refuse(judged, wish, rules, decisions)
    draft = Decision(
        0, word.at, word.who, judged.case.entrant.student.id, wish.code, wish.verb,
        word.why or "", wish.points, binding(judged, wish.code), judged.case.submission_digest,
    )  # fmt: skip
    _refuse_again(draft, journals(decisions).get(draft.entrant, Journal()))
    with store.at_once():
        decision = store.decide(draft)
        state = _judged_anew(store, run)
        new, _, moves = settle(store, run.plan, state, _in_force_by(word, wish.verb))
        if newest is not None and newest.number > run.number and newest.state is not None:
            # A preview goes on waiting, with the decision in it.
            settle(store, newest.plan, _judged_anew(store, newest), replace(word, why=None))
    publish_in_force(store, work)
    return Decided(decision, _judged(state, wish.entrant), moves, new)


def _in_force_by(word: Word, verb: Verb) -> Word:
    """The word that the new state is in force by: an appeal is the student's, not the TA's own."""
    if verb != "appeal":
        return word
    return replace(word, why=f"wrote down the student's appeal: {word.why}")


def _judged_anew(store: Store, run: Run) -> State:
    """The class of a run by all decisions that there are now."""
    assert run.state is not None
    cases = tuple(each.case for each in run.state.judged)
    rules = rules_from_json(run.plan.rules)
    return judge_class(cases, store.decisions(), rules, run.state.source, run.plan.earlier)


def _judged(state: State, name: str) -> Judged:
    entrant = found(name, (each.case.entrant for each in state.judged))
    return next(each for each in state.judged if each.case.entrant == entrant)


def _refuse(judged: Judged, wish: Wish, rules: Rules, decisions: tuple[Decision, ...]) -> None:
    """Refuse what can't be decided, before anything is written."""
    code, known = wish.code, decidable(judged, code_names(), rules, decisions)
    if code not in known:
        raise UndecidableError(
            f"there is nothing called {quoted(code)} to decide on; "
            f"expected one of {', '.join(known)}."
        )
    most = Fraction(rules.marks.baseline_points + rules.marks.rank_points)
    is_part = code.startswith(PART)
    if is_part and wish.verb not in ("set", "withdraw"):
        raise UndecidableError(f"{code} is a part of the mark: use --set POINTS, or --withdraw.")
    if wish.verb == "appeal" and not appealable(judged, code, decisions):
        raise UndecidableError(f"nothing about {code} is confirmed, so there is no appeal yet.")
    if not is_part and wish.verb == "set":
        raise UndecidableError(f"--set is for a part of the mark, such as {PART}rank.")
    if code == f"{PART}penalties" and wish.points is not None and wish.points > 0:
        raise UndecidableError(f"{code} is 0 or less, such as -10.")
    if wish.points is not None and not -most <= wish.points <= most:
        raise UndecidableError(f"{wish.points} points: out of range; a mark has at most {most}.")


def _refuse_again(draft: Decision, journal: Journal) -> None:
    """Refuse what is so already: the journal would grow by it, and nothing would change."""
    on = journal.on(draft.code)
    confirmed = (
        journal.breaches(draft.code)
        if draft.code.startswith(OFFENCE)
        else journal.confirmed(draft.code)
    )
    what = f"{draft.code} of {draft.entrant}"
    if draft.word == "withdraw":
        # An older decision may still hold, and is taken back by one more word.
        if journal.in_force(draft.code) is None and not confirmed:
            last = f": decision {on[-1].number} took it back" if on else ""
            raise UndecidableError(f"{what} has no decision to take back{last}.")
        return
    if not on or replace(on[-1], number=0, at=draft.at, who=draft.who) != draft:
        return
    if confirmed and _undoes_one_more(draft):
        return
    if draft.word == "confirm" and draft.code.startswith(OFFENCE):
        return  # one more breach of the kind
    raise UndecidableError(
        f"{what} is {_SO[draft.word]} already, in these words (decision {on[-1].number}). "
        "Another --why is written beside it."
    )


def _undoes_one_more(draft: Decision) -> bool:
    """Whether each dismissal takes away one confirmation, so that a second one isn't the first."""
    return draft.word == "dismiss" and (draft.code.startswith(OFFENCE) or not draft.evidence)
