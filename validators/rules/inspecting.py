"""Rules of inspecting: what is looked at across a class, and from where on it stands out.

Every threshold says where a TA's attention begins, never where guilt does. The usual values were
measured on made classes; docs/guides/integrity/README.md says on which, and where honest pairs lie.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from validators.rules.fields import Exact, Fraction01, Names, Positive, Table, as_tuple

Inspected = Literal["code", "weights", "predictions", "behaviour", "data"]


def _exact(text: str) -> Exact:
    from decimal import Decimal

    return Decimal(text)


class CodeRules(Table):
    """When the code of two works is alike enough to be looked at."""

    least_tokens: Positive = 60
    """So many tokens outside the base code two works must share."""
    least_coverage: Fraction01 = _exact("0.5")
    """And so much of what is the smaller work's own they must be."""
    common_share: Fraction01 = _exact("0.25")
    """What more than this share of the class has in common counts as nobody's own."""


class WeightRules(Table):
    """When the weights of two models, or of one and the released one, are to be looked at."""

    least_peers: Positive = 8
    """So many other trained models the class must have before differences are compared."""
    least_residual: Fraction01 = _exact("0.6")
    """Cosine of two differences from the release, after what the class has in common is gone."""
    least_equal: Fraction01 = _exact("0.05")
    """Share of trained values that are the same to the last bit, for 32-bit numbers."""
    least_equal_half: Fraction01 = _exact("0.5")
    """The same for 16-bit numbers, which coincide by themselves more often."""
    least_release_cosine: Fraction01 = _exact("0.9")
    """Below this likeness of the surviving weights to the release it is another model."""


class PredictionForensicsRules(Table):
    """When predictions are nearer to somebody else's, or to the answers, than models explain."""

    equal_rows: Fraction01 = _exact("0.5")
    """Share of rows with the same text."""
    shared_4grams: Fraction01 = _exact("0.7")
    """Jaccard index of the two files' sequences of four words."""
    shared_deviation: Fraction01 = _exact("0.1")
    """Share of rows that begin alike where both leave the released model's text."""
    full_model_prefix: Fraction01 = _exact("0.7")
    """Share of the released model's words that its text and the submitted one begin with."""
    key_rows: Fraction01 = _exact("0.05")
    """Share of rows nearer to the answer (ROUGE-L F over 0.7) than models come."""
    key_run_words: Positive = 40
    """Longest run of the answer's own words, ninetieth percentile of the rows."""
    source_8grams: Fraction01 = _exact("0.6")
    """Share of eight-word sequences that are copied from the bill, which is worth a note."""


class DataRules(Table):
    """Which data and models a student's code may load."""

    datasets: Names = ("billsum",)
    """Names of the data sets that may be loaded."""
    training_splits: Names = ("train",)
    """The splits of them that may reach training."""
    models: Names = ("t5small_TextSummarization",)
    """The released model, as the handout calls it; its folder under any path is the same."""
    tokenizers: Names = ("t5-small", "google-t5/t5-small")
    """Models of which the tokenizer alone may be loaded."""


ALL_PARTS: tuple[Inspected, ...] = ("code", "weights", "predictions", "behaviour", "data")
"""What is inspected where the course says nothing else."""
ABOUT_MODELS: frozenset[Inspected] = frozenset({"weights", "data"})
"""Of these what goes by the rules of a model: its weights, and what it may be made of."""


class InspectRules(Table):
    """What of a class is inspected, and the thresholds of it."""

    parts: Annotated[tuple[Inspected, ...], BeforeValidator(as_tuple)] = ALL_PARTS
    """Which parts are inspected; none leaves the stage out. Where `competition.parts` has no
    `model` and nothing is written here, `weights` and `data` are left out."""
    code: CodeRules = Field(default_factory=CodeRules)
    """Likeness of code."""
    weights: WeightRules = Field(default_factory=WeightRules)
    """Lineage of models, and weights that two have in common."""
    predictions: PredictionForensicsRules = Field(default_factory=PredictionForensicsRules)
    """Likeness of predictions, and predictions that no model makes."""
    data: DataRules = Field(default_factory=DataRules)
    """Data and models that code loads."""
