"""Which files of a folder go into the zip: what the course asks for and what the code names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from validators.answering import is_receipt
from validators.package.filenames import ARCHIVE_SUFFIXES, student_id
from validators.package.readme import is_readme
from validators.package.workspace import WEIGHT_SUFFIXES, Entry, Workspace
from validators.packing.records import LeftOut, Packed, Selection, Walked
from validators.packing.walking import walk
from validators.packing.writing import made_by_pack
from validators.predictions import looks_like_predictions
from validators.rules.records import Rules

PREDICTIONS = "predictions.csv"
"""The name by which one file of predictions is known among several."""

_SMALL_BYTES = 1_000_000
# How much of a code file is searched for names of files; outputs of a notebook may follow.
_SEARCHED_BYTES = 8 << 20
_SETTINGS = frozenset({".toml", ".yaml", ".yml", ".cfg", ".ini", ".sh"})
_REQUIREMENTS = re.compile(r"(requirements|constraints).*\.txt", re.IGNORECASE)
_DATA = frozenset(
    {".csv", ".tsv", ".jsonl", ".ndjson", ".feather", ".h5", ".hdf5", ".npy", ".npz", ".pkl",
     ".pickle", ".joblib", ".db", ".sqlite", ".sqlite3"}
)  # fmt: skip
# What a program writes for people to look at: its code names it, and nobody reads it back.
_SHOWN = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".pdf", ".html", ".log", ".out"})
_MODEL_NAMES = frozenset(
    {"vocab.txt", "merges.txt", "chat_template.jinja", "tokenizer.model", "spiece.model"}
)
_MODEL_SUFFIXES = frozenset({".safetensors", ".json", ".model", ".spm", ".bpe"})
_CARD = "the model's card, which the course doesn't need"


def select(root: Path, rules: Rules) -> Selection:
    """What is packed of the folder, what stays out, and what is missing although it belongs in."""
    walked = walk(root, rules)
    chooser = _Chooser(root, walked, rules)
    packed, left_out = [], list(walked.left_out)
    for entry in walked.files:
        goes_in, why = chooser.choice(entry)
        if goes_in:
            packed.append(Packed(entry, why))
        else:
            left_out.append(LeftOut(entry.path, entry.bytes, 1, why))
    missing = []
    for trouble in walked.broken:
        belongs = chooser.belongs(Entry(trouble.path, 0))
        if belongs:
            missing.append(trouble)
        else:
            left_out.append(LeftOut(trouble.path, 0, 1, trouble.found))
    left_out.sort(key=lambda each: each.path)
    return Selection(root, tuple(packed), tuple(left_out), tuple(missing), walked.unsure)


class _Chooser:
    """What is known of the whole folder when one file of it is judged."""

    def __init__(self, root: Path, walked: Walked, rules: Rules) -> None:
        self.rules = rules
        self.files = Workspace(root.name, root, entries=walked.files)
        wanted = rules.model is not None and "model" in rules.competition.parts
        self.model = rules.model.folder if rules.model is not None and wanted else ""
        self.has_safetensors = any(
            entry.suffix == ".safetensors" and self._in_model(entry) for entry in walked.files
        )
        self._code = [entry for entry in walked.files if self._is_code(entry)]
        self._predictions = self._chosen_predictions(walked.files)
        self._texts: Optional[tuple[tuple[str, bytes], ...]] = None

    def choice(self, entry: Entry) -> tuple[bool, str]:
        """Whether the file goes in, and as what or why not."""
        if self._in_model(entry):
            return self._model_choice(entry)
        if self.belongs(entry):
            return True, self._known_as(entry)
        refused = self._refused(entry)
        if refused:
            return False, refused
        named = self._named_in(entry) if entry.bytes <= _SMALL_BYTES else ""
        if named:
            return True, f"named in {named}"
        large = "large, and " if entry.bytes > _SMALL_BYTES else ""
        return False, f"{large}the course doesn't ask for it"

    def belongs(self, entry: Entry) -> bool:
        """Whether a file of this name belongs in the zip by what the course asks for."""
        if entry.path == self.model or self._in_model(entry):
            return True
        return bool(self._known_as(entry))

    def _known_as(self, entry: Entry) -> str:
        if self._is_code(entry):
            return "code"
        accepted = entry.suffix in self.rules.package.readme_suffixes
        is_document = accepted or ("/" not in entry.path and entry.suffix not in ARCHIVE_SUFFIXES)
        if is_readme(entry) and is_document:
            return "README"
        if entry.path == self._predictions:
            return "predictions"
        if _REQUIREMENTS.fullmatch(entry.name):
            return "requirements"
        small = entry.bytes <= _SMALL_BYTES
        return "settings" if entry.suffix in _SETTINGS and small else ""

    def _is_code(self, entry: Entry) -> bool:
        return entry.suffix in self.rules.package.code_suffixes and not self._in_model(entry)

    def _in_model(self, entry: Entry) -> bool:
        return bool(self.model) and entry.path.startswith(f"{self.model}/")

    def _model_choice(self, entry: Entry) -> tuple[bool, str]:
        """Weights, configuration and tokenizer go in; other weights where they are needed."""
        small = entry.bytes <= _SMALL_BYTES or entry.name.lower() == "tokenizer.json"
        if entry.suffix == ".safetensors":
            return True, "weights"
        if entry.suffix in WEIGHT_SUFFIXES:
            if not self.has_safetensors:
                return True, "weights"
            named = self._named_in(entry)
            remark = "a second set of weights; the safetensors are enough"
            return (True, f"weights, named in {named}") if named else (False, remark)
        if is_readme(entry):
            return False, _CARD
        known = entry.suffix in _MODEL_SUFFIXES or entry.name.lower() in _MODEL_NAMES
        if known and (small or entry.suffix != ".json"):
            return True, "configuration and tokenizer"
        return False, "not needed to load the model"

    def _refused(self, entry: Entry) -> str:
        """Why a file stays out even where the code names it; empty when that decides."""
        if entry.suffix == ".zip" and made_by_pack(self.files.root / entry.path):
            return "an earlier zip of this command"
        if entry.suffix in ARCHIVE_SUFFIXES:
            return "an archive; the course doesn't open it"
        asked = self.rules.package
        is_report = bool(asked.report) and entry.suffix in asked.report_suffixes
        if is_report and student_id(entry.name, self.rules) is not None:
            return "the report: hand it in beside the zip"
        if entry.suffix == ".json" and is_receipt(self.files.root / entry.path):
            return "a receipt, which is yours to keep"
        if entry.suffix in WEIGHT_SUFFIXES | {".onnx", ".gguf", ".msgpack"}:
            return f"weights outside {self.model}/" if self.model else "weights"
        if entry.suffix == ".csv" and looks_like_predictions(
            self.files.root / entry.path, self.rules
        ):
            return f"other predictions; those that count are called {PREDICTIONS}"
        if entry.suffix in _SHOWN:
            return "a picture, page or log"
        return "a data set" if entry.suffix in _DATA else ""

    def _chosen_predictions(self, files: tuple[Entry, ...]) -> str:
        """The one file of predictions at the top; empty when there is none or it isn't clear."""
        found = [
            entry.path
            for entry in files
            if "/" not in entry.path
            and entry.suffix == ".csv"
            and looks_like_predictions(self.files.root / entry.path, self.rules)
        ]
        if PREDICTIONS in found or len(found) != 1:
            return PREDICTIONS
        return found[0]

    def _named_in(self, entry: Entry) -> str:
        """The first code file that names the file; empty when none does."""
        if self._texts is None:
            self._texts = tuple(self._searched())
        name = entry.name.encode("utf-8", "surrogateescape")
        word = re.compile(rb"(?<![\w.-])" + re.escape(name) + rb"(?![\w-])")
        return next((path for path, text in self._texts if word.search(text)), "")

    def _searched(self) -> Iterator[tuple[str, bytes]]:
        return ((code.path, self.files.read(code, _SEARCHED_BYTES)) for code in self._code)
