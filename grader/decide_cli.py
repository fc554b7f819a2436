"""`grade decide`: the TA's word on what waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click

from grader.given import json_option, name_of_ta, reason, who_option, work_option, writing
from validators.console import DONE
from validators.display import clean, quoted

if TYPE_CHECKING:
    from grader.grading.decide import Decided
    from grader.outcomes import Word as Verb
    from grader.runs import Run

_LONGEST_NUMBER = 20


@click.command()
@click.argument("entrant")
@click.argument("code")
@click.option("--confirm", is_flag=True, help="It is so: it takes its effect.")
@click.option("--dismiss", is_flag=True, help="It is not so, or doesn't count: it has no effect.")
@click.option("--withdraw", is_flag=True, help="Take the decision back; it waits again.")
@click.option("--appeal", is_flag=True, help="The student objects: --why has what they say.")
@click.option("--set", "points", metavar="POINTS", help="What a part of the mark is worth.")
@click.option("--why", metavar="TEXT", required=True, help="The reason; the student may read it.")
@who_option
@work_option
@json_option
def decide(
    entrant: str, code: str, confirm: bool, dismiss: bool, withdraw: bool, appeal: bool,
    points: Optional[str], why: str, who: Optional[str], work: Path, as_json: bool,
) -> int:  # fmt: skip
    """Decide on CODE of ENTRANT: a finding, a breach that you found, or a part of the mark.

    ENTRANT is a student id or a pseudonym. CODE is a finding's code, "offence." and a penalty of
    the rules (such as offence.special_rule) for a breach that you found yourself, or
    mark.baseline, mark.rank or mark.penalties. A decision holds for the evidence that it was
    taken on, is kept for good with your name, the time and the reason, and takes force at once.

    --appeal writes down what the student says to something confirmed. It costs what it did until
    you answer with --confirm or --dismiss.

    \b
    Examples:
      grade decide 9900940 ratio.over --dismiss --why "counted by hand: 0.2998"
      grade decide 9900940 offence.special_rule --confirm --why "copied main.py, admitted it"
      grade decide 9900940 offence.special_rule --appeal --why "says the two worked as a pair"
      grade decide 9900940 mark.rank --set 12.5 --why "Kaggle lost the submission"
    """
    verb = _verb(confirm, dismiss, withdraw, appeal, points)
    told = reason(why)
    if not told:
        raise click.UsageError("--why TEXT must say something; the student may ask.")
    from grader.clock import now, stamp
    from grader.grading.decide import UndecidableError, Wish
    from grader.grading.decide import decide as take
    from grader.grading.request import Word

    wish = Wish(entrant, code, verb, _points(points))
    word = Word(name_of_ta(who), stamp(now()), f"grade decide {entrant} {code}", told)
    try:
        with writing(work, word.command, word.at) as store:
            decided = take(store, work, wish, word)
    except UndecidableError as error:
        raise click.UsageError(str(error)) from error
    click.echo(_as_json(decided) if as_json else _as_text(decided))
    return DONE


def _verb(
    confirm: bool, dismiss: bool, withdraw: bool, appeal: bool, points: Optional[str]
) -> Verb:
    given: dict[Verb, bool] = {
        "confirm": confirm, "dismiss": dismiss, "withdraw": withdraw, "appeal": appeal,
        "set": points is not None,
    }  # fmt: skip
    chosen = [verb for verb, there in given.items() if there]
    if len(chosen) != 1:
        raise click.UsageError(
            "give one of --confirm, --dismiss, --withdraw, --appeal and --set POINTS."
        )
    return chosen[0]


def _points(text: Optional[str]) -> Optional[Fraction]:
    if text is None:
        return None
    try:
        # As long as a person writes it: 1e999999999 would be worked out digit by digit.
        if len(text) > _LONGEST_NUMBER or "e" in text.lower():
            raise ValueError(text)
        return Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise click.UsageError(
            f"--set {quoted(text)}: expected a number such as 12.5, or 40/3."
        ) from error


def _as_text(decided: Decided) -> str:
    from grader.showing.moves import moves_summary

    decision, judged = decided.decision, decided.judged
    mark = "no mark yet" if judged.total is None else f"mark {judged.total}"
    lines = [
        f"decision {decision.number}: {decision.word} {decision.code} of {decision.entrant}, "
        f"by {decision.who}",
        f"{decision.entrant}: {judged.verdict}, {mark}; {moves_summary(decided.moves)}",
    ]
    lines += _standing(decided)
    lines += [f"offence {each.kind}, no. {each.number}: {each.penalty}" for each in judged.offences]
    return "\n".join(map(clean, lines))


def _standing(decided: Decided) -> Iterator[str]:
    """What the code stands at now; of a part of the mark, the points that it is set to."""
    decision = decided.decision
    ruling = next((each for each in decided.judged.rulings if each.code == decision.code), None)
    if ruling is None:
        return
    if decision.points is None or ruling.standing != "confirmed":
        yield f"{decision.code} is now: {ruling.standing}"
    else:
        yield f"{decision.code} is set to {_points_told(decision.points, decided.run)}"


def _points_told(points: Fraction, run: Run) -> str:
    """As typed where decimals can say it, else rounded by the course's rule."""
    from grader.judging import rounded
    from grader.judging.marks import points_told
    from validators.rules import rules_from_json

    told = points_told(points)
    if "/" not in told:
        return told
    return f"{rounded(points, rules_from_json(run.plan.rules).marks)} (exactly {told})"


def _as_json(decided: Decided) -> str:
    from grader.showing.documents import as_text, decisions_json, judged_json, moves_json

    return as_text(
        {
            "decision": decisions_json((decided.decision,))[0],
            "run": decided.run.number,
            "entrant": judged_json(decided.judged),
            "moves": moves_json(decided.moves),
        }
    )
