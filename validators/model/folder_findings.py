"""What is to be said of the model folder: several weight sets, other files, the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from validators.display import listed, size
from validators.findings import Finding, Place
from validators.model import codes, ratio_codes
from validators.model.formats import is_trainer_file
from validators.model.measuring import Measure
from validators.model.numbers import counted, ratio_text

_LARGE = 1_000_000
_NAMED = 5
# Small files of unknown use are nothing, thousands of them are.
_MOST_TOGETHER = {"small": 4_000_000, "tokenizer's": 6_000_000}
# Files of the tokenizer, and how large each may be (T5's own have 2.4 and 0.8 MB).
_KNOWN = {
    "tokenizer.json": 8_000_000,
    "spiece.model": 4_000_000,
    "sentencepiece.bpe.model": 8_000_000,
    "vocab.json": 4_000_000,
    "vocab.txt": 4_000_000,
    "merges.txt": 4_000_000,
}
_TRAINER_FILES = frozenset({"trainer_state.json"})
_CODE_SUFFIXES = frozenset({".py", ".pyc", ".pyd", ".so", ".dll", ".ipynb", ".sh"})


def set_findings(model: Measure) -> Iterator[Finding]:
    """Several weight sets: whether they come to the same."""
    sets = [part for part in model.counted if part.fits]
    if len(sets) < 2:
        return
    table = tuple((part.file, part.count.count.handout, part.count.count.strict) for part in sets)
    total = model.reference.total
    shown = ", ".join(
        f"{part.file[len(model.name) + 1 :]} {ratio_text(part.count.count.handout, total)} "
        f"(strict {ratio_text(part.count.count.strict, total)})"
        for part in sets[:_NAMED]
    )
    if len(sets) > _NAMED:
        shown += f" and {len(sets) - _NAMED:,} more"
    place = Place(f"{model.name}/")
    first = (sets[0].count.count, sets[0].count.groups)
    if all(part.same_as(sets[0]) for part in sets):
        message = f"{len(sets)} sets of weights that hold the same values: {shown}."
        yield ratio_codes.SETS_AGREE.at(place, message, sets=table)
    else:
        alike = all((part.count.count, part.count.groups) == first for part in sets)
        told = "have the same count but other values" if alike else "are different models"
        message = f"{len(sets)} sets of weights that {told}: {shown}; expected one."
        yield ratio_codes.SETS_DIFFER.at(place, message, sets=table)


def file_findings(model: Measure) -> Iterator[Finding]:
    """Files beside the weights that a model folder has no use for."""
    leftovers, code = [], []
    together = {"small": 0, "tokenizer's": 0}
    for path, length in model.files.other:
        pure = PurePosixPath(path)
        name = pure.name.lower()
        if is_trainer_file(path, length) or name in _TRAINER_FILES:
            leftovers.append((path, length))
        elif length <= _KNOWN.get(name, _LARGE):
            together["tokenizer's" if name in _KNOWN else "small"] += length
        elif f"{model.name}/{path}" != model.config.name:  # which has findings of its own
            message = f"{size(length)} that are neither weights nor the tokenizer's."
            yield codes.EXTRA_FILE.at(Place(f"{model.name}/{path}"), message, bytes=length)
        if pure.suffix.lower() in _CODE_SUFFIXES:
            code.append(path)
    yield from _much_together(model, together)
    if code:
        message = f"{counted(len(code), 'file')} with code; expected none."
        yield codes.CODE_FILE.at(Place(f"{model.name}/{code[0]}"), message, files=code[:20])
    if leftovers:
        names = tuple(path for path, _ in leftovers)
        bytes_left = sum(length for _, length in leftovers)
        message = f"{listed(names, len(names))} of the Trainer, {size(bytes_left)} together."
        yield codes.TRAINING_LEFTOVERS.at(Place(f"{model.name}/{names[0]}"), message, files=names)


def _much_together(model: Measure, together: Mapping[str, int]) -> Iterator[Finding]:
    """Files that are each of a usual size, and too many."""
    for kind, length in together.items():
        if length > _MOST_TOGETHER[kind]:
            message = f"its {kind} files have {size(length)} together; expected a few megabytes."
            remedy = "Delete those that the model doesn't need."
            yield codes.EXTRA_FILE.at(Place(f"{model.name}/"), message, remedy, bytes=length)


def config_findings(model: Measure) -> Iterator[Finding]:
    """What config.json asks for, or that there is none."""
    if model.config.present:
        yield from model.config.findings
    elif model.sets:
        message = "is not there; from_pretrained needs it."
        yield codes.CONFIG_MISSING.at(model.config.place, message)


def weights_findings(model: Measure) -> Iterator[Finding]:
    """That there are no weights, unless something else was said of the files already."""
    if not model.counted and not any(finding.blocks for finding in model.read_findings):
        message = "no weights in it; expected tensors in model.safetensors or pytorch_model.bin."
        yield codes.NO_WEIGHTS.at(Place(f"{model.name}/"), message)
