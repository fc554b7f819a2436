"""From the released model to a folder that can be handed in: what `prune.py` does, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compress.batches import encoded
from compress.bills import Bill, load_bills, split_validation
from compress.checkpoints import remove_checkpoint
from compress.generation import write_summaries
from compress.layers import nonzero_count, parameter_count
from compress.masks import Masks
from compress.models import device_of, load_model, load_tokenizer, moved
from compress.patterns import read_pattern
from compress.progress import Progress
from compress.pruning import prune
from compress.recovery import calibrated, recover
from compress.saving import Saved, check_model, check_output, save
from compress.scoring import ScoringError, score
from compress.settings import Settings, SettingsError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class Course:
    """What every attempt starts from: the tokenizer, the rows, the released model's size."""

    tokenizer: PreTrainedTokenizerBase
    train: tuple[Bill, ...]
    validation: tuple[Bill, ...]
    total: int


def load_course(settings: Settings, model: PreTrainedModel) -> Course:
    """The course that the settings name."""
    data = settings.data
    train, validation = split_validation(load_bills(data.dataset, "train"), data.validation_rows)
    train = train[: data.train_rows or None]
    return Course(
        load_tokenizer(settings.model.tokenizer), train, validation, parameter_count(model)
    )


def released_model(settings: Settings) -> PreTrainedModel:
    """The model that everything starts from, on the device of the settings."""
    return moved(load_model(settings.model.released), device_of(settings.model.device))


def compress(settings: Settings, folder: Path, fresh: bool) -> None:
    """Prune, train, save and count again; `folder` keeps the checkpoint of an unfinished run."""
    output = Path(settings.model.output)
    _refuse_over(settings)
    check_output(output, settings.model.released)
    if fresh:
        remove_checkpoint(folder)
    progress = Progress()
    model = released_model(settings)
    check_model(model)
    course = load_course(settings, model)
    rows = course.validation[: settings.recover.evaluate_rows]
    progress.note(f"{settings.model.released}: {course.total:,} parameters")
    progress.note(f"  {_scored(model, course, rows, settings)}")
    masks = Masks({})
    if settings.prune.schedule == "one-shot" or settings.prune.pattern:
        masks = pruned(model, course, settings)
        ratio = nonzero_count(model) / course.total
        progress.note(f"pruned in one shot by {settings.prune.method} to the ratio {ratio:.4f}")
        progress.note(f"  {_scored(model, course, rows, settings)}")
    recover(
        model, masks, course.tokenizer, course.train, course.validation, settings, folder, progress
    )
    saved = save(model, course.tokenizer, output, course.total)
    progress.note(f"  {_scored(model, course, course.validation, settings)}")
    for line in told(saved, settings):
        progress.note(line)


def pruned(model: PreTrainedModel, course: Course, settings: Settings) -> Masks:
    """Prune the model to the ratio of the settings at once, and return the masks."""
    some = encoded(course.tokenizer, course.train[: settings.prune.calibration_rows], settings.data)
    inputs = calibrated(model, some, int(course.tokenizer.pad_token_id or 0), settings)
    return prune(model, settings.prune, settings.prune.ratio, course.total, inputs)


def scored(
    model: PreTrainedModel, course: Course, rows: Sequence[Bill], settings: Settings
) -> float:
    """The score of what the model writes about these rows. Raises ScoringError."""
    texts = [bill.text for bill in rows]
    written = write_summaries(model, course.tokenizer, texts, settings.data, settings.predict)
    return score(written, [bill.summary for bill in rows])


def told(saved: Saved, settings: Settings) -> tuple[str, ...]:
    """What the student reads at the end."""
    sizes = f"{_megabytes(saved.dense_bytes)} on disk, {_megabytes(saved.packed_bytes)} packed"
    return (
        f"saved {settings.model.output}/, read it back and counted: {saved.nonzero:,} non-zero",
        f"  ratio {saved.ratio:.4f}; at most {settings.model.max_ratio:g} allowed; {sizes}",
        "next: python predict.py",
    )


def _scored(
    model: PreTrainedModel, course: Course, rows: Sequence[Bill], settings: Settings
) -> str:
    if not rows:
        return "no validation rows, so no score"
    try:
        return f"score {scored(model, course, rows, settings):.4f} on {len(rows)} validation rows"
    except ScoringError as trouble:
        return str(trouble)


def _refuse_over(settings: Settings) -> None:
    """Raise SettingsError where the model could not be handed in: before training, not after."""
    goal, limit = settings.prune, settings.model.max_ratio
    if goal.pattern:
        pattern = read_pattern(goal.pattern)
        if pattern.keep > limit * pattern.of:
            raise SettingsError(
                f'prune.pattern "{goal.pattern}" keeps {pattern.keep / pattern.of:g} of every '
                f"layer; the limit is {limit:g}. Raise model.max_ratio to try it all the same."
            )
    elif goal.ratio > limit:
        raise SettingsError(f"prune.ratio is {goal.ratio:g}; at most {limit:g} is allowed.")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
