"""From a compressed model and bills to the predictions file: what `predict.py` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compress.bills import Bill, load_bills, read_bills
from compress.generation import write_summaries
from compress.models import device_of, load_model, load_tokenizer, moved
from compress.predictions_csv import write_predictions
from compress.progress import Progress
from compress.resuming import Kept, digest_of, model_digest
from compress.settings import Settings, SettingsError
from compress.settings_file import read_toml

if TYPE_CHECKING:
    from transformers import PreTrainedModel

GRAPHS = ".onnx"
"""The folder beside the predictions that holds the model as onnxruntime reads it."""


@dataclass(frozen=True)
class Asked:
    """What is predicted by which model, and where the file goes.

    `data` is a `.jsonl` file with a "text" in each row, or a data set of which the test split is
    meant: a folder, or a name on the hub.
    """

    model: str
    data: str
    output: Path


def predict(settings: Settings, asked: Asked, fresh: bool, progress: Progress) -> None:
    """Write the predictions file; a run that was stopped goes on, unless it is to be `fresh`."""
    texts = [bill.text for bill in _rows(asked.data)]
    tokenizer = load_tokenizer(settings.model.tokenizer)
    model = load_model(asked.model)
    digest = model_digest(model)
    if settings.predict.runtime == "onnx":
        model = _by_onnxruntime(model, digest, asked.output.parent / GRAPHS)
    else:
        model = moved(model, device_of(settings.model.device))
    path = asked.output.with_name(f"{asked.output.name}.rows")
    if fresh:
        path.unlink(missing_ok=True)
    device = model.device.type
    kept = Kept(path, digest_of(digest, device, tokenizer, texts, settings.data, settings.predict))
    if kept.rows:
        progress.note(f"going on: {len(kept.rows):,} of {len(texts):,} rows were kept in {path}")
    written = write_summaries(
        model, tokenizer, texts, settings.data, settings.predict, kept, progress
    )
    write_predictions(written, asked.output)
    kept.remove()
    progress.note(f"wrote {asked.output}: {len(written):,} rows")


def disagreements(settings: Settings, rerun: Path) -> list[str]:
    """What `rerun.toml` tells the course about the predictions and the settings tell otherwise."""
    if not rerun.is_file():
        return []
    try:
        told = read_toml(rerun).get("generation")
    except SettingsError as trouble:
        return [f"{trouble} The course can't read it either."]
    if not isinstance(told, dict):
        return []
    return [
        f"{rerun.name} says {key} = {told[key]!r} and the settings say {value!r}; change one"
        for key, value in generation(settings).items()
        if key in told and told[key] != value
    ]


def generation(settings: Settings) -> dict[str, Any]:
    """The settings as the table [generation] of `rerun.toml` names them."""
    return {
        "max_length": settings.predict.max_length,
        "num_beams": settings.predict.num_beams,
        "no_repeat_ngram_size": settings.predict.no_repeat_ngram_size,
        "prefix": settings.data.prefix,
        "max_input_tokens": settings.data.input_tokens,
    }


def _rows(data: str) -> tuple[Bill, ...]:
    path = Path(data)
    return read_bills(path) if path.suffix == ".jsonl" else load_bills(data, "test")


def _by_onnxruntime(model: PreTrainedModel, digest: str, graphs: Path) -> PreTrainedModel:
    # Imported here, because only this runtime needs onnx and onnxruntime.
    from compress.onnx_runtime import onnx_model

    return onnx_model(model, digest, graphs)
