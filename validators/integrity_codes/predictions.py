"""Kinds of findings about predictions nearer to others, or to the answers, than models come."""

from __future__ import annotations

from validators.findings import Code, Severity

ALIKE = Code(
    "predictions.alike",
    Severity.WARNS,
    "The predictions are alike to another submission's, by more than the released model that both"
    " started from explains.",
    "Compare the code, the seeds and the weights of both before you decide.",
    offence="special_rule",
    accuses=True,
)
FULL_MODEL = Code(
    "predictions.full-model",
    Severity.WARNS,
    "The predictions are those of the released model without compression, or nearly so.",
    "Make predictions from the weights that were handed in, and compare, before you decide.",
    offence="full_model_results",
    accuses=True,
)
NEAR_KEY = Code(
    "predictions.near-key",
    Severity.WARNS,
    "The predictions are nearer to the answers than models come.",
    "Make predictions from the weights that were handed in, and compare, before you decide.",
    offence="special_rule",
    accuses=True,
)
MADE_AGAIN = Code(
    "predictions.made-again",
    Severity.NOTES,
    "The predictions stand out beside others, and our own code made them again with the weights"
    " that were handed in.",
    "Nothing to do here: the texts are the model's own. Where the model comes from is asked apart.",
)
