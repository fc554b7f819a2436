"""From the released model to a folder that can be handed in: what `prune.py` does, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compress.bills import Bill
from compress.checkpoints import remove_checkpoint
from compress.course import Course, load_course, scored
from compress.layers import nonzero_count
from compress.masks import Masks
from compress.models import device_of, load_model, moved
from compress.progress import Progress
from compress.pruning import prune
from compress.recovery import calibrated, recover
from compress.saving import Saved, check_model, save
from compress.scoring import ScoringError
from compress.settings import Settings

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def compress(settings: Settings, folder: Path, fresh: bool) -> None:
    """Prune, train, save and count again; `folder` keeps the checkpoint of an unfinished run."""
    if fresh:
        remove_checkpoint(folder)
    progress = Progress()
    model = released_model(settings)
    check_model(model)
    course = load_course(settings, model, progress)
    rows = course.validation[: settings.recover.evaluate_rows]
    progress.note(f"{settings.model.released}: {course.total:,} parameters")
    progress.note(f"  {_score_line(model, course, rows, settings)}")
    masks = Masks({})
    if settings.prune.at_once or not settings.recover.train_steps:
        masks = pruned(model, course, settings)
        ratio = nonzero_count(model) / course.total
        progress.note(f"pruned in one shot by {settings.prune.method} to the ratio {ratio:.4f}")
        progress.note(f"  {_score_line(model, course, rows, settings)}")
    if settings.recover.train_steps:
        recover(model, masks, course, settings, folder, progress)
    saved = save(model, course.tokenizer, Path(settings.model.output), course.total)
    progress.note(f"  {_score_line(model, course, course.validation, settings)}")
    for line in _last_lines(saved, settings):
        progress.note(line)


def released_model(settings: Settings) -> PreTrainedModel:
    """The model that everything starts from, on the device of the settings."""
    return moved(load_model(settings.model.released), device_of(settings.model.device))


def pruned(model: PreTrainedModel, course: Course, settings: Settings) -> Masks:
    """Prune the model to the ratio of the settings at once, and return the masks."""
    inputs = calibrated(model, course, settings)
    return prune(model, settings.prune, settings.prune.ratio, course.total, inputs)


def _last_lines(saved: Saved, settings: Settings) -> tuple[str, ...]:
    """What the student reads at the end."""
    sizes = f"{_megabytes(saved.dense_bytes)} on disk, {_megabytes(saved.packed_bytes)} packed"
    return (
        f"saved {settings.model.output}/, read it back and counted: {saved.nonzero:,} non-zero",
        f"  ratio {saved.ratio:.4f}; at most {settings.model.max_ratio:g} allowed; {sizes}",
        "next: python predict.py",
    )


def _score_line(
    model: PreTrainedModel, course: Course, rows: Sequence[Bill], settings: Settings
) -> str:
    if not rows:
        return "no validation rows, so no score"
    try:
        return f"score {scored(model, course, rows, settings):.4f} on {len(rows)} validation rows"
    except ScoringError as trouble:
        return str(trouble)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
