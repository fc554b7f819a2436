"""Predictions CSVs: read as Kaggle's pandas reads them, and checked."""

from validators.predictions.checks import elsewhere_section, missing_section, section
from validators.predictions.ids import same_ids
from validators.predictions.table import (
    Predictions,
    looks_like_predictions,
    read_ids,
    read_predictions,
)

__all__ = [
    "Predictions",
    "elsewhere_section",
    "looks_like_predictions",
    "missing_section",
    "read_ids",
    "read_predictions",
    "same_ids",
    "section",
]
