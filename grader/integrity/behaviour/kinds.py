"""Which files of a submission are somebody's own work, by their names."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal, Optional

from validators.name_patterns import match_name
from validators.rules import Rules

Kind = Literal["notebook", "code", "weights", "predictions", "readme", "report"]

_WEIGHTS = frozenset(
    {".safetensors", ".bin", ".pth", ".pt", ".ckpt", ".onnx", ".npz", ".npy", ".h5", ".msgpack"}
)
# What a training writes beside the weights, alike for everybody who trains for as many steps.
_NOT_WEIGHTS = ("training_args", "scheduler", "rng_state")
# Tables of data that a course hands out, by their usual names.
_DATA = frozenset(
    {"sample_submission", "samplesubmission", "sample", "train", "training", "test", "dev", "val",
     "valid", "validation", "solution", "labels"}
)  # fmt: skip
_NOBODYS = ("licence", "license", "copying", "notice", "requirements")
_FOLDERS = frozenset({"__macosx", "__pycache__", "site-packages", "node_modules"})


def kind_of(path: str, rules: Rules) -> Optional[Kind]:
    """What kind of own work the file is; None for what is nobody's, or can't be told by its name.

    Settings, tokenizers, licences and lists of requirements are the same for everybody.
    """
    *folders, name = PurePosixPath(path.casefold()).parts or ("",)
    if any(each.startswith(".") or each in _FOLDERS for each in (*folders, name)):
        return None
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    if stem.startswith(_NOBODYS):
        return None
    if suffix in _WEIGHTS:
        return None if stem.startswith(_NOT_WEIGHTS) else "weights"
    if suffix == ".csv":
        return None if stem in _DATA else "predictions"
    if suffix in rules.package.code_suffixes:
        return "notebook" if suffix == ".ipynb" else "code"
    if stem.startswith("readme") and suffix in rules.package.readme_suffixes:
        return "readme"
    report = suffix in rules.package.report_suffixes
    if report and match_name(PurePosixPath(path).stem, rules.package.report, rules.team.id):
        return "report"
    return None
