"""A tiny valid submission and its competition, made from nothing in no time: to break in tests.

Its model has random weights. `submission` makes one with the demo's real model and texts.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from validators.model.architecture import Reference, reference_of
from validators.rules import Rules, load_rules

Arrays = dict[str, npt.NDArray[np.float32]]

STUDENT = "HW4_9900940_王小明"
ROWS = 12
SIZES = {
    "vocab_size": 96, "d_model": 16, "d_kv": 4, "d_ff": 32, "num_layers": 2,
    "num_decoder_layers": 2, "num_heads": 4, "relative_attention_num_buckets": 8,
}  # fmt: skip
_DTYPE_NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "uint16": "BF16"}

_COMPETITION = """\
# Homework 4 with a toy model and {rows} rows, so that a sample fits on one screen.
extends = "hw4"

[competition]
name = "Sample competition (a toy T5, {rows} rows)"

[predictions]
ids = {{ first = 0, count = {rows} }}

[model]
parameters = {parameters}

[model.architecture]
{sizes}
"""

README = """\
# Homework 4

1. `python main.py` prunes the released model and writes `pruned_model/`.
2. `python predict.py` writes `predictions.csv`.
"""
"""A README that a student might write."""

CODE = '''\
"""Prune every weight matrix to the same share of its largest values."""

import numpy as np


def prune(weight, keep=0.28):
    """The weight with all but its largest values set to zero."""
    cut = np.quantile(np.abs(weight), 1 - keep)
    return np.where(np.abs(weight) > cut, weight, 0)
'''
"""Code that a student might write."""

_PREDICTION = "Amends the Act of {year} to require the Secretary to report on bill {row}."


@dataclass(frozen=True)
class Sample:
    """Where a sample lies: its competition file, its folder, and what is handed in."""

    competition: Path
    folder: Path
    report: Path
    rules: Rules

    @property
    def model(self) -> Path:
        """The model folder of the unpacked submission."""
        return self.folder / "pruned_model"

    @property
    def predictions(self) -> Path:
        """The CSV of the unpacked submission."""
        return self.folder / "predictions.csv"

    def packed(self, name: str = STUDENT) -> Path:
        """The folder as a zip beside it, made anew."""
        return pack(self.folder, self.folder.parent / f"{name}.zip")


def make_sample(root: Path, seed: int = 0) -> Sample:
    """A valid submission under `root`: competition file, submission folder, report."""
    root.mkdir(parents=True, exist_ok=True)
    competition = root / "competition.toml"
    competition.write_text(competition_text(), encoding="utf-8")
    rules = load_rules(competition)
    folder = root / "submission"
    _write_package(folder, rules, seed)
    report = root / f"{STUDENT}.pdf"
    report.write_bytes(pdf_bytes("Homework 4 report"))
    return Sample(competition, folder, report, rules)


def competition_text() -> str:
    """The `competition.toml` of the sample."""
    sizes = "\n".join(f"{key} = {value}" for key, value in SIZES.items())
    rules = load_rules()
    assert rules.model is not None
    architecture = rules.model.architecture.model_copy(update=SIZES)
    reference = reference_of(rules.model.model_copy(update={"architecture": architecture}))
    return _COMPETITION.format(rows=ROWS, parameters=reference.total, sizes=sizes)


def pruned_arrays(reference: Reference, seed: int = 0, keep: float = 0.28) -> Arrays:
    """Random weights of the released shapes, the matrices pruned to a share of their values."""
    random = np.random.default_rng(seed)
    arrays: Arrays = {}
    for tensor in reference.tensors:
        values = random.standard_normal(tensor.shape, dtype=np.float32)
        if len(tensor.shape) > 1:
            cut = np.quantile(np.abs(values), 1 - keep)
            values = np.where(np.abs(values) > cut, values, np.float32(0))
        arrays[tensor.name] = values
    return arrays


def write_safetensors(path: Path, arrays: Mapping[str, npt.NDArray[Any]], **metadata: str) -> None:
    """The arrays as a safetensors file, without torch; uint16 stands for bfloat16 bits."""
    path.write_bytes(safetensors_bytes(arrays, **metadata))


def safetensors_bytes(arrays: Mapping[str, npt.NDArray[Any]], **metadata: str) -> bytes:
    """What a safetensors file with these arrays holds."""
    header: dict[str, object] = {"__metadata__": {"format": "pt", **metadata}}
    offset = 0
    for name, values in arrays.items():
        end = offset + values.nbytes
        header[name] = {
            "dtype": _DTYPE_NAMES[values.dtype.name],
            "shape": list(values.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join(np.ascontiguousarray(values).tobytes() for values in arrays.values())
    return len(text).to_bytes(8, "little") + text + data


def config_text(**changes: object) -> str:
    """The sample model's `config.json`."""
    config = {
        "architectures": ["T5ForConditionalGeneration"], "model_type": "t5",
        **{key: value for key, value in SIZES.items() if key != "d_model"},
        "d_model": SIZES["d_model"], "feed_forward_proj": "relu", "is_encoder_decoder": True,
        "tie_word_embeddings": True, "decoder_start_token_id": 0, "pad_token_id": 0,
        "eos_token_id": 1,
    }  # fmt: skip
    return json.dumps({**config, **changes}, indent=2)


def predictions_text(rows: int = ROWS) -> str:
    """A valid predictions CSV, every field quoted as the tutorial does it."""
    lines = [f'"{row}","{_PREDICTION.format(year=1970 + row, row=row)}"' for row in range(rows)]
    return "\n".join(['"ID","Predict"', *lines, ""])


def pdf_bytes(text: str) -> bytes:
    """A one-page PDF that says the text."""
    content = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    count = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer % (count, len(out))


def pack(folder: Path, archive: Path) -> Path:
    """The folder's files as a zip with the same bytes every time."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o100644 << 16
                out.writestr(entry, path.read_bytes())
    return archive


def _write_package(folder: Path, rules: Rules, seed: int) -> None:
    assert rules.model is not None
    model = folder / rules.model.folder
    model.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(README, encoding="utf-8")
    (folder / "main.py").write_text(CODE, encoding="utf-8")
    (folder / "predictions.csv").write_text(predictions_text(), encoding="utf-8")
    (model / "config.json").write_text(config_text(), encoding="utf-8")
    write_safetensors(model / "model.safetensors", pruned_arrays(reference_of(rules.model), seed))
