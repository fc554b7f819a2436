"""What the evidence of a re-run comes to: findings, worded as what was seen.

Nothing here decides about a person. A difference becomes a finding only beyond what other
arithmetic explains and beyond the program's own randomness, which takes two runs to know. What
accuses says how an honest program could have come to the same, and what to look at next.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb
from typing import Any, Optional

from grader.rerun.comparing import Comparison, compare, compare_runs
from grader.rerun.evidence import Evidence
from grader.rerun.guarantee import guarantee, percent_up, sentence
from grader.rerun.observing import asked_findings
from grader.rerun.proving import of_full_model, proof_findings, proved
from grader.rerun.telltale import (
    FromLabel,
    by_place,
    from_labels,
    hollow_canaries,
    parted_twins,
)
from validators import rerun_codes as codes
from validators.display import listed, quoted
from validators.findings import Finding

BEYOND = Fraction(1, 1000)
"""A difference is beyond the program's own when chance makes it so large less often than this."""

PLACED_ROWS = 2
"""So many rows with the text of another row's place are no accident."""

PARTED_TWINS = 2
_SHOWN = 5


def weigh(evidence: Evidence) -> tuple[Finding, ...]:
    """The findings about one submission, the gravest first."""
    told = [
        *_how_it_ran(evidence),
        *proof_findings(evidence),
        *_texts_findings(evidence),
        *asked_findings(evidence),
        *score_findings(evidence),
    ]
    return tuple(sorted(set(told), key=Finding.sort_key))


def own_difference(evidence: Evidence) -> Optional[Comparison]:
    """How the first two runs that predicted anything compare; None where there are no two."""
    ran = evidence.readable
    if len(ran) < 2:
        return None
    return compare_runs(ran[0].predictions, ran[1].predictions, evidence.blind)


def wants_second_run(evidence: Evidence) -> bool:
    """Whether a second run is needed before anything can be said about a difference."""
    if not evidence.submitted or len(evidence.ran) > 1 or not evidence.readable:
        return False
    if of_full_model(evidence) is not None:
        return False
    first, theirs = evidence.readable[0].predictions, evidence.texts_by_source
    if not compare(first, evidence.blind, theirs).differs:
        return False
    # Labels and another row's text say where the texts come from: that needs no second run.
    told = from_labels(first, evidence.blind) or _looked_up(evidence)
    return not told


def _how_it_ran(evidence: Evidence) -> Iterator[Finding]:
    place = evidence.place
    if not evidence.isolated and evidence.ran:
        yield codes.UNSAFE.at(place, "the program ran without a sandbox; expected one around it.")
    for ended in sorted({ran.ended for ran in evidence.ran if not ran.succeeded}):
        slow = max(ran.wall_seconds for ran in evidence.ran if ran.ended == ended)
        message = f"the run {ended}, after {slow:.0f} s; expected it to end by itself, with code 0."
        yield codes.ENDED.at(place, message, ended=ended, wall_seconds=round(slow, 3))
    rows = len(evidence.blind.rows)
    for ran in evidence.ran:
        missing = rows - sum(text is not None for text in ran.predictions[:rows])
        if ran.succeeded and missing:
            message = f"{missing:,} of {rows:,} given rows have no prediction; expected all."
            yield codes.NO_PREDICTIONS.at(place, message, missing=missing, rows=rows)
    if not evidence.submitted and (evidence.ran or evidence.proof):
        yield codes.NOTHING_SUBMITTED.at(place, "no submitted predictions to compare with.")


def _texts_findings(evidence: Evidence) -> Iterator[Finding]:
    """What the predictions of the student's own code show; signs in them explain a difference."""
    if evidence.copied:
        yield _copied(evidence)
    if not evidence.readable:
        return
    made, blind = evidence.readable[0].predictions, evidence.blind
    labels = from_labels(made, blind)
    if labels:
        yield _labels(evidence, labels)
    looked_up = None if labels else _looked_up(evidence)
    if looked_up is not None:
        yield looked_up
    if evidence.submitted and not labels and looked_up is None and not evidence.copied:
        yield from _difference(evidence, compare(made, blind, evidence.texts_by_source))


def _difference(evidence: Evidence, first: Comparison) -> Iterator[Finding]:
    if first.holds:
        yield codes.REPRODUCED.at(
            evidence.place, f"{_of(first)}. {_shows(first)}", **_figures(first)
        )
    if not first.differs or of_full_model(evidence) is not None:
        return  # Where the released model made the file, it is known why this program's differs.
    own = own_difference(evidence)
    parted = len(parted_twins(evidence.readable[0].predictions, evidence.blind))
    if own is None or own.made == 0:
        message = f"{_of(first)}. There is no second run that would show the program's own part."
        yield codes.RANDOM.at(evidence.place, message, **_figures(first))
    elif parted >= PARTED_TWINS and not own.agreement.different:
        message = (
            f"{_of(first)}. Both runs gave the same, but {parted} bills that stand in the data"
            " twice got two texts each. So a text depends on the order of the rows: a seeded draw"
            " and padding that is not masked do that, and so does looking up by place."
        )
        yield codes.RANDOM.at(evidence.place, message, parted_twins=parted, **_figures(first))
    elif own.agreement.different and not _beyond(first, own):
        share = percent_up(Fraction(own.agreement.different, own.made))
        message = (
            f"two runs differ from each other in {own.agreement.different:,} of {own.made:,} rows"
            f" ({share}), and from the submitted texts in {first.agreement.different:,}."
        )
        yield codes.RANDOM.at(
            evidence.place, message, own_different=own.agreement.different, **_figures(first)
        )
    elif proved(evidence) is None:  # What made the file is known then: not this program.
        yield _differs(evidence, first, own)


def _beyond(first: Comparison, own: Comparison) -> bool:
    """Whether more rows differ from the submitted texts than a third run would differ from these.

    Fisher's exact test, one-sided: given all differing rows, how probably so many of them fall
    on the first comparison. Rows that differ in both comparisons make it more careful, not less.
    """
    both = first.agreement.different + own.agreement.different
    rows = first.made + own.made
    most = min(both, first.made)
    ways = sum(
        comb(first.made, k) * comb(own.made, both - k)
        for k in range(max(first.agreement.different, both - own.made), most + 1)
    )
    return Fraction(ways, comb(rows, both)) < BEYOND


def _differs(evidence: Evidence, first: Comparison, own: Comparison) -> Finding:
    unlike = first.unlike
    message = (
        f"{_of(first)}, and {len(unlike):,} of these have next to nothing in common."
        f" {_shows(first)} Two runs differ from each other in {own.agreement.different:,} of"
        f" {own.made:,}. Rounding in other arithmetic changed up to 6 % of the rows where it was"
        " measured. Other settings, another version of a library, bfloat16, or the wrong file in"
        " the package do this too."
    )
    rows = [row for row in first.rows if row.likeness == "different"][:_SHOWN]
    made, theirs = evidence.readable[0].predictions, evidence.texts_by_source
    shown = tuple(
        (row.source, _cut(made[row.place] or ""), _cut(theirs[row.source])) for row in rows
    )
    return codes.DIFFERS.at(
        evidence.place, message, own_different=own.agreement.different, unlike=len(unlike),
        row_made_submitted=shown, **_figures(first),
    )  # fmt: skip


def _labels(evidence: Evidence, found: tuple[FromLabel, ...]) -> Finding:
    own = sum(each.owner == each.place for each in found)
    message = (
        f"{len(found):,} of {len(evidence.blind.rows):,} predictions hold what stands in the"
        f" made-up summaries alone, {own:,} of them in that of their own row, as"
        f" {quoted(found[0].text, 80)}. A program that reads bills can't know these words. Training"
        " in the same run on all splits, or a file with several columns that was read from the"
        " wrong one, would explain it."
    )
    shown = tuple((each.place, each.owner, each.words, _cut(each.text)) for each in found[:_SHOWN])
    return codes.LABELS.at(
        evidence.place, message, rows=len(found), of_rows=len(evidence.blind.rows), own_row=own,
        row_owner_words_text=shown,
    )  # fmt: skip


def _looked_up(evidence: Evidence) -> Optional[Finding]:
    made, blind = evidence.readable[0].predictions, evidence.blind
    signs: list[str] = []
    facts: dict[str, Any] = {}
    placed = by_place(made, blind, evidence.texts_by_source)
    if len(placed) >= PLACED_ROWS:
        signs.append(
            f"{len(placed):,} of {len(blind.rows):,} rows have the text that was submitted for"
            f" the row of that number, though another bill stands there now"
        )
        facts["rows_by_place"] = placed[:50]
    first = compare(made, blind, evidence.texts_by_source)
    hollow = hollow_canaries(made, blind, evidence.texts_by_source) if first.holds else ()
    if hollow:
        how = ", ".join(sorted({each for _, each in hollow}))
        signs.append(
            f"{first.agreement.agree:,} of {first.agreement.rows:,} rows have their submitted text,"
            f" but {len(hollow)} of {len(blind.at('canary'))} bills that were never public have"
            f" none of their own ({how})"
        )
        facts["canaries"] = hollow
    if not signs:
        return None
    parted = parted_twins(made, blind)
    if parted:
        signs.append(f"{len(parted)} bills that stand in the data twice got two texts each")
    message = (
        "; ".join(signs)
        + ". Only stored texts are known to do this. Remains of an earlier run that"
        " are reused (a cache of predictions) would explain it."
    )
    return codes.LOOKED_UP.at(evidence.place, message, **facts, parted_twins=len(parted))


def _copied(evidence: Evidence) -> Finding:
    files = listed(evidence.copied, len(evidence.copied))
    message = (
        f"the output is {files} of the package, byte for byte. A program that was given other rows"
        " can't write that; one that failed and left an old file would explain it."
    )
    return codes.LOOKED_UP.at(evidence.place, message, files=evidence.copied)


def score_findings(evidence: Evidence) -> Iterator[Finding]:
    """A finding for each figure that the score of the texts made again lies off."""
    score = evidence.score
    if score is None:
        return
    beside = (
        [] if score.submitted is None else [("the submitted texts on these rows", score.submitted)]
    )
    for name, value in (*beside, *evidence.boards):
        if score.low <= value <= score.high:
            continue
        message = (
            f"the texts made again score {score.value:.4f} on {score.rows:,} rows (between"
            f" {score.low:.4f} and {score.high:.4f} with 99 % confidence); {name}: {value:.4f}."
            " About one honest re-run in a hundred lies outside."
        )
        yield codes.SCORE.at(
            evidence.place, message, score=score.value, low=score.low, high=score.high,
            beside=name, value=value, signature=score.signature,
        )  # fmt: skip


def _of(found: Comparison) -> str:
    """How many rows agree."""
    counts = found.agreement
    told = [f"{counts.exact:,} of {counts.rows:,} rows have the submitted text"]
    if counts.close:
        told.append(f"{counts.close:,} nearly")
    if counts.different:
        told.append(f"{counts.different:,} differ")
    if counts.missing:
        told.append(f"{counts.missing:,} can't be compared")
    return ", ".join(told)


def _shows(found: Comparison) -> str:
    """What that says about all rows."""
    counts = found.agreement
    return sentence(guarantee(counts.rows, counts.of_rows, counts.rows - counts.agree))


def _figures(found: Comparison) -> dict[str, Any]:
    counts = found.agreement
    return {
        "rows": counts.rows, "exact": counts.exact, "close": counts.close,
        "different": counts.different, "missing": counts.missing, "of_rows": counts.of_rows,
    }  # fmt: skip


def _cut(text: str) -> str:
    return text if len(text) <= 200 else text[:199] + "…"
