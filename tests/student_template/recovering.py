"""A tiny model that is pruned and recovered, for the tests of recovery.

torch and transformers are imported inside the functions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from compress.bills import Bill
from compress.settings import Settings
from tests.student_template import small_course
from tests.student_template.small_course import changed

GRADUAL = changed("prune", schedule="cubic", method="wanda", calibration_rows=4)
"""Settings that prune while training."""


def silent() -> Any:
    from compress.progress import Progress

    return Progress(None)


def run(
    settings: Settings, folder: Path, progress: Any = None, validation: int = 0, seed: int = 0
) -> tuple[Any, Any]:
    """A model that was pruned and recovered, and its masks."""
    from compress.layers import parameter_count
    from compress.masks import Masks
    from compress.pruning import prune
    from compress.recovery import recover

    model, masks = small_course.model(seed), Masks({})
    if settings.prune.schedule == "one-shot":
        total = parameter_count(model)
        masks = prune(model, settings.prune, settings.prune.ratio, total, None)
    masks = recover(model, masks, course(validation), settings, folder, progress or silent())
    return model, masks


def course(validation: int = 0, train: Optional[tuple[Bill, ...]] = None) -> Any:
    """The made-up rows; the first of them are looked at as well."""
    from compress.course import Course
    from compress.layers import parameter_count

    total = parameter_count(small_course.model())
    rows = small_course.bills() if train is None else train
    return Course(small_course.tokenizer(), rows, rows[:validation], total, small_course.DATA)
