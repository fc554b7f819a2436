"""Kinds of findings about where a model's weights come from, and who shares them."""

from __future__ import annotations

from validators.findings import Code, Severity

OTHER_MODEL = Code(
    "weights.other-model",
    Severity.WARNS,
    "The surviving weights are not those of the released model, or nearer to another known model.",
    "Ask which model the work began with, and read the line that loads it, then decide.",
    offence="special_rule",
    accuses=True,
)
SHARED = Code(
    "weights.shared",
    Severity.WARNS,
    "Two models have trained weights in common to the last bit. The same code with the same seed"
    " on the same kind of machine gives that too.",
    "Compare code, settings and seeds of both first, then decide.",
    offence="special_rule",
    accuses=True,
)
ALIKE = Code(
    "weights.alike",
    Severity.NOTES,
    "Two models have moved away from the released one in the same direction, beyond what the class"
    " has in common. A common seed with nearly the same settings gives that too.",
    "Compare code, settings and seeds of both if anything else points to the same two.",
)
DERIVED = Code(
    "weights.derived",
    Severity.NOTES,
    "As weights.alike, and one seed is not the reason: both works state the seeds that they use,"
    " and none is the same. The same few rows, or one unusual way of pruning, give that too.",
    "Compare the rows, the method and the code of both if anything else points to the same two.",
)
DENSE = Code(
    "weights.dense",
    Severity.NOTES,
    "Nearly all sampled weights are non-zero. The check of the ratio decides by itself.",
    "Nothing to do here.",
)
COINCIDE = Code(
    "weights.coincide",
    Severity.NOTES,
    "Weights or predictions are those of another submission, as is expected: both were only pruned"
    " by one rule, or made by the same given code with the same settings.",
    "Nothing to do.",
)
