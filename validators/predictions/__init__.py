"""Predictions CSVs: read as Kaggle's pandas reads them, and checked."""

from validators.predictions.checks import absent_section, section
from validators.predictions.table import (
    Predictions,
    looks_like_predictions,
    read_ids,
    read_predictions,
)

__all__ = [
    "Predictions",
    "absent_section",
    "looks_like_predictions",
    "read_ids",
    "read_predictions",
    "section",
]
