"""The ratio against the limit: exact, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Optional

from validators.findings import Finding, Place
from validators.model import ratio_codes
from validators.model.architecture import Reference
from validators.model.measuring import Measure
from validators.model.numbers import decimals, ratio_text
from validators.model.records import Count
from validators.rules.records import ModelRules

_UNPRUNED = Fraction(95, 100)
_CLOSE = Fraction(1, 100)
_APART = Fraction(2, 100)
_AMOUNT_PLACES = 4


def ratio_findings(model: Measure, rules: ModelRules) -> Iterator[Finding]:
    """That the ratio is over the limit."""
    count = model.counted[0].count.count
    nonzero, limit = deciding(count, rules), Fraction(rules.max_ratio)
    allowed = most_nonzero(rules)
    if nonzero <= allowed:
        return
    ratio = ratio_text(nonzero, rules.parameters, limit)
    places = len(ratio.partition(".")[2])
    unpruned = _UNPRUNED < Fraction(nonzero, rules.parameters) <= 1
    message = (
        f"{nonzero:,} of {rules.parameters:,} parameters are non-zero ({ratio}"
        f"{', so it looks unpruned' if unpruned else ''}); "
        f"at most {decimals(limit, places)} allowed."
    )
    remedy = f"Zero {nonzero - allowed:,} more."
    if unpruned:
        remedy += " If you did prune, save the model again while its masks are in place."
    amount = least_amount(model.reference, allowed)
    if Fraction(nonzero, rules.parameters) - limit < _CLOSE and amount is not None:
        remedy += f" With prune.global_unstructured that takes amount={amount} or more."
    yield ratio_codes.OVER.at(
        Place(f"{model.name}/"), message, remedy,
        nonzero=nonzero, parameters=rules.parameters, allowed=allowed, counting=rules.counting,
    )  # fmt: skip


def counting_findings(model: Measure, rules: ModelRules) -> Iterator[Finding]:
    """That the two countings differ, and why."""
    count = model.counted[0].count.count
    hidden, total = count.strict - count.handout, rules.parameters
    limit, allowed = Fraction(rules.max_ratio), most_nonzero(rules)
    nonzero = deciding(count, rules)
    other = count.strict if rules.counting == "handout" else count.handout
    over = nonzero <= allowed < other
    if not over and Fraction(hidden, total) <= _APART:
        return
    message = (
        f"the handout's counting gives {ratio_text(count.handout, total, limit)}, the strict one "
        f"{ratio_text(count.strict, total, limit)}: the mask of a tied layer hides {hidden:,} "
        f"values that the embedding still uses. What decides is the {rules.counting} counting."
    )
    code = ratio_codes.OTHER_OVER if over else ratio_codes.COUNTINGS_DIFFER
    yield code.at(
        Place(f"{model.name}/"), message, handout=count.handout, strict=count.strict, hidden=hidden
    )


def deciding(count: Count, rules: ModelRules) -> int:
    """The non-zero parameters by the counting that the rules let decide."""
    return count.handout if rules.counting == "handout" else count.strict


def most_nonzero(rules: ModelRules) -> int:
    """The largest number of non-zero parameters that is within the limit."""
    limit = Fraction(rules.max_ratio)
    return limit.numerator * rules.parameters // limit.denominator


def least_amount(reference: Reference, allowed: int) -> Optional[str]:
    """The `amount` with which pruning every matrix of the model reaches the limit."""
    matrices = sum(
        tensor.elements
        for tensor in reference.tensors
        if len(tensor.shape) == 2 and "relative_attention_bias" not in tensor.name
    )
    needed = reference.total - allowed
    if not 0 < needed <= matrices:
        return None
    scale = 10**_AMOUNT_PLACES
    return decimals(Fraction(-(-needed * scale // matrices), scale), _AMOUNT_PLACES)
