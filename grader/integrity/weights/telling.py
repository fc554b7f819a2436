"""What is said of models and pairs: messages with the numbers, and what to look at next.

A message holds what is true of this work and this pair alone; what depends on the class stands in
the remedy, because a decision is bound to the message.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.integrity.records import Fact, Spread
from grader.integrity.weights.formats import NAMES
from grader.integrity.weights.lineage import LEAST_SURVIVORS, Lineage
from grader.integrity.weights.pairing import Standing
from validators.display import quoted
from validators.findings import Finding, Place
from validators.integrity_codes import weights as codes
from validators.predictions.folding import counted
from validators.rules.inspecting import WeightRules

_NEARLY_ALL = 0.95
_ONLY_PRUNED = ": pruned only"
_UNCHANGED = "surviving weights as they are in the released model"
_SAME_SEED = (
    "Innocent explanations: the same code with the same seed on the same kind of machine gives the"
    " same weights, such as the course's template with its own settings; a method without chance,"
    " such as SparseGPT on the same rows, does too; so does another model that both began with."
)
SHOWS_NOTHING = (
    "By itself it shows nothing: honest models with the same seed and nearly the same settings came"
    " to 0.98. Compare the code and the seeds of both if anything else points to these two."
)
"""How the remedy of a likeness ends while nothing is known of seeds."""
_THEN_LOOK = "Compare the code, the settings and the seeds of both, then decide."


def percent(share: float) -> str:
    """A share as a percentage with one digit."""
    return f"{100 * share:.1f} %"


def shared_finding(place: Place, label: str, pair: Standing, said: str) -> Finding:
    """That two models have trained weights in common; `said` tells where the class lies."""
    counts = f"{pair.seen:,} of {pair.compared:,} sampled"
    if pair.how == "values":
        message = (
            f"{percent(pair.share)} of the sampled trained values are also in the same layers of"
            f" another submission's model (pair {label}), to the last bit and mostly at other"
            f" places: {counts}, where {pair.chance:.0f} would be by chance. Channels in another"
            f" order look like that."
        )
    else:
        message = (
            f"{percent(pair.share)} of the trained weights that this model and another"
            f" submission's (pair {label}) both keep are the same to the last bit: {counts}."
        )
    return codes.SHARED.at(
        place, message, f"{said} {_SAME_SEED} {_THEN_LOOK}",
        pair=label, by=pair.how, equal=round(pair.share, 3), compared=pair.compared,
        likeness=round(pair.likeness, 2),
    )  # fmt: skip


def alike_finding(place: Place, label: str, pair: Standing, others: int, said: str) -> Finding:
    """That two models have changed alike beyond what `others`, the rest, have in common."""
    message = (
        f"this model and another submission's (pair {label}) have moved away from the released one"
        f" in the same direction: cosine {pair.likeness:.2f} of their changes where both keep a"
        f" weight."
    )
    remedy = (
        f"With what the {others:,} other trained models have in common taken out it is"
        f" {pair.residual:.2f}. {said} {SHOWS_NOTHING}"
    )
    return codes.ALIKE.at(place, message, remedy, pair=label, likeness=round(pair.likeness, 2))


def lineage_findings(
    place: Place, found: Lineage, rules: WeightRules, said: str
) -> Iterable[Finding]:
    """That a model is not the released one's child, and that it is dense."""
    nearest, foreign = found.nearest, found.cosine < float(rules.least_release_cosine)
    clear = nearest is not None and nearest.clear
    if foreign or clear:
        lowest = found.lowest
        message = (
            f"the {found.survivors:,} surviving sampled weights have a likeness (cosine, layer by"
            f" layer) of {found.cosine:.2f} to the released model's"
        )
        if clear and nearest is not None:
            message += (
                f", and are nearer to the known model {quoted(nearest.name)}: the distance to it is"
                f" {nearest.ratio:.2f} of that to the released one"
            )
        remedy = (
            f"{said} Innocent explanations: channels in another order after structured pruning; a"
            f" wrong folder handed in; layers that were put in anew."
        )
        if lowest is not None:
            remedy += f" The least like layer is {lowest.name} ({lowest.cosine:.2f})."
        yield codes.OTHER_MODEL.at(
            place, f"{message}.",
            f"{remedy} Ask which model the work began with, and read the line that loads it.",
            likeness=round(found.cosine, 2), survivors=found.survivors,
            nearest=nearest.name if clear and nearest is not None else "",
        )  # fmt: skip
    if found.survivors >= _NEARLY_ALL * found.sampled:
        message = f"{percent(found.survivors / found.sampled)} of the sampled weights are non-zero."
        yield codes.DENSE.at(place, message, share=round(found.survivors / found.sampled, 3))


def only_pruned(facts: Iterable[Fact]) -> frozenset[str]:
    """The works of which these facts say that they are pruned only."""
    told = (each for each in facts if each.says == _UNCHANGED)
    return frozenset(each.name for each in told if each.value.endswith(_ONLY_PRUNED))


def facts(name: str, found: Lineage) -> tuple[Fact, ...]:
    """What stands beside the submission's score."""
    if found.survivors < LEAST_SURVIVORS:
        return ()
    likeness = f"{found.cosine:.4f} over {found.survivors:,} sampled weights that survive"
    lowest = found.lowest
    if lowest is not None:
        likeness += f"; lowest in {lowest.name}: {lowest.cosine:.4f}"
    unchanged = percent(found.unchanged)
    if not found.trained:
        unchanged += _ONLY_PRUNED
    return (
        Fact(name, "likeness of the weights to the released model (cosine)", likeness),
        Fact(name, _UNCHANGED, unchanged),
        Fact(name, "numbers of the trained weights", _numbers(found)),
    )


def _numbers(found: Lineage) -> str:
    if not found.trained:
        return "none trained"
    grid = ", on a coarse grid" if found.coarse else ""
    return f"{NAMES[found.kind]}{grid}"


def in_class(spread: Spread, unit: str = "") -> str:
    """Where the rest of the class lies, in a sentence."""

    def shown(value: float) -> str:
        return f"{100 * value:.2f} %" if unit == "%" else f"{value:.{digits}f}"

    models = spread.figure == UNLIKENESS
    what, digits = ("models", 4) if models else ("pairs of trained models", 2)
    by = " by 1 minus that likeness" if models else ""
    rest = spread.compared - spread.flagged
    if rest <= 0:
        return f"{spread.compared:,} {what} of the class were compared, and none is left beside."
    stand_out = counted(spread.flagged, "stands out", "stand out")
    return (
        f"{spread.compared:,} {what} of the class were compared{by}; {stand_out},"
        f" of the others the nearest has {shown(spread.highest)} and the median"
        f" {shown(spread.median)}; from {shown(spread.threshold)} on it stands out."
    )


EQUAL = "trained weights the same to the last bit, 32-bit numbers"
EQUAL_HALF = "trained weights the same to the last bit, 16-bit numbers"
VALUES = "trained values in common wherever they lie, beyond chance"
RESIDUAL = "likeness of changes beyond the class's own"
UNLIKENESS = "unlikeness to the released model (1 - cosine)"
"""What the figures of spreads are called."""
