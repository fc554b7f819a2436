"""What goes wrong in the files of a package: its predictions, and its model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Callable

import numpy as np

from grader.demo.sample import Arrays
from tests.cases.torch_writer import SYSTEM_CALL, TorchWriter
from tests.course.contents import MODEL, WEIGHTS, Files, Kit, csv_of, weights
from tests.rawzip import Raw, zip_bytes

CHINESE = "修正該法案，要求部長向國會提出報告，並規定相關經費的使用方式"
_DOCX = b"<w:document><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>"
GIANT_BYTES = 3_000_000


def predicting(make: Callable[[Sequence[str]], bytes]) -> Callable[[Kit, Files], None]:
    """Another CSV in the package, made of the texts that went to Kaggle."""
    return lambda kit, files: files.update({"predictions.csv": make(kit.sent)})


def other_csv(kit: Kit, files: Files) -> None:
    """The CSV of an earlier try."""
    files["predictions.csv"] = csv_of(kit.other)


def unquoted(texts: Sequence[str]) -> bytes:
    """Quoted nowhere, with the line ends of Windows."""
    lines = ["ID,Predict", *(f"{row},{text}" for row, text in enumerate(texts)), ""]
    return "\r\n".join(lines).encode()


def backwards(texts: Sequence[str]) -> bytes:
    """A byte order mark, and the last row first."""
    rows = range(len(texts))
    return b"\xef\xbb\xbf" + csv_of(texts[::-1], rows[::-1])


def big5(texts: Sequence[str]) -> bytes:
    """Chinese text in the encoding of Windows in Traditional Chinese."""
    return csv_of([f"{CHINESE} {text}" for text in texts]).decode().encode("cp950")


def utf16(texts: Sequence[str]) -> bytes:
    """What Excel calls Unicode."""
    return csv_of(texts).decode().encode("utf-16")


def rows_missing(texts: Sequence[str]) -> bytes:
    return csv_of(texts[:-3])


def rows_twice(texts: Sequence[str]) -> bytes:
    return csv_of([*texts, "another summary"], [*range(len(texts)), 4])


def from_one(texts: Sequence[str]) -> bytes:
    return csv_of(texts, range(1, len(texts) + 1))


def with_index(texts: Sequence[str]) -> bytes:
    """As pandas writes it without index=False."""
    lines = [f'{row},{row},"{text}"' for row, text in enumerate(texts)]
    return "\n".join([",ID,Predict", *lines, ""]).encode()


def some_empty(texts: Sequence[str]) -> bytes:
    return csv_of([text if row % 4 else "" for row, text in enumerate(texts)])


def nan_words(texts: Sequence[str]) -> bytes:
    return csv_of([text if row % 4 else "nan" for row, text in enumerate(texts)])


def giant_line(texts: Sequence[str]) -> bytes:
    """All line ends lost, and the last text repeated without end."""
    line = csv_of(texts).replace(b"\n", b" ")
    return line + b"sewer. " * (GIANT_BYTES // 7)


def torch_file(arrays: Arrays) -> bytes:
    """The weights as torch.save writes them."""
    writer = TorchWriter()
    return writer.zipped(writer.tensors(arrays))


def only_torch(kit: Kit, files: Files) -> None:
    """The weights in torch's own form, as older versions of transformers save them."""
    del files[WEIGHTS]
    files[f"{MODEL}pytorch_model.bin"] = torch_file(kit.arrays())


def saved_twice(kit: Kit, files: Files) -> None:
    """The tutorial's second file, with the same values."""
    files[f"{MODEL}final_model_state_dict.pth"] = torch_file(kit.arrays())


def masked_twice(kit: Kit, files: Files) -> None:
    """As the tutorial saves a model whose masks are still on: in both files."""
    masked = _masked(kit.arrays())
    files[WEIGHTS] = weights(kit, masked)
    files[f"{MODEL}pruned_model_state_dict.pth"] = torch_file(masked)


def second_weights(kit: Kit, files: Files) -> None:
    """A second set of weights, of which nearly everything is left."""
    files[f"{MODEL}model_final.safetensors"] = weights(kit, kit.arrays(0.9))


def sharded(kit: Kit, files: Files) -> None:
    """The weights in two files and an index."""
    arrays = kit.arrays()
    names, placed = sorted(arrays), {}
    for number in (1, 2):
        file = f"model-0000{number}-of-00002.safetensors"
        part = names[number - 1 :: 2]
        files[f"{MODEL}{file}"] = weights(kit, {name: arrays[name] for name in part})
        placed.update(dict.fromkeys(part, file))
    del files[WEIGHTS]
    index = {"metadata": {}, "weight_map": placed}
    files[f"{MODEL}model.safetensors.index.json"] = json.dumps(index).encode()


def calling_pickle(kit: Kit, files: Files) -> None:
    """A weight file that runs a command when it is loaded."""
    writer = TorchWriter()
    tensors = writer.tensors(kit.arrays())
    files[f"{MODEL}extra.pth"] = writer.zipped({**tensors, "epoch": SYSTEM_CALL})


def hostile_header(kit: Kit, files: Files) -> None:
    """A header of lists in lists in lists, which a careless parser doesn't survive."""
    header = b'{"shared.weight":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    files[WEIGHTS] = len(header).to_bytes(8, "little") + header + bytes(64)


def docx(words: bytes) -> bytes:
    """A Word document of these words."""
    return zip_bytes([Raw(b"[Content_Types].xml"), Raw(b"word/document.xml", _DOCX % words)])


def as_notebook(kit: Kit, files: Files) -> None:
    """The code as one notebook."""
    code = files.pop("main.py").decode().splitlines(keepends=True)
    del files["predict.py"]
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": code}
    files["hw4.ipynb"] = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}).encode()


def of_macos(kit: Kit, files: Files) -> None:
    """What macOS adds to every zip."""
    files.update({"__MACOSX/._main.py": bytes(64), ".DS_Store": bytes(64)})


def of_windows(kit: Kit, files: Files) -> None:
    """What Windows leaves in every folder."""
    files.update({"Thumbs.db": bytes(64), f"{MODEL}desktop.ini": b"[.ShellClassInfo]\r\n"})


def flattened(kit: Kit, files: Files) -> None:
    """Without folders, as the course site takes loose files."""
    for name in [name for name in files if name.startswith(MODEL)]:
        files[name[len(MODEL) :]] = files.pop(name)


def _masked(arrays: Arrays) -> Arrays:
    """Every matrix but the embedding dense under `_orig`, its mask beside it."""
    out: Arrays = {}
    for name, values in arrays.items():
        if values.ndim == 2 and "relative_attention_bias" not in name and name != "shared.weight":
            out[f"{name}_orig"] = np.where(values == 0, np.float32(0.5), values)
            out[f"{name}_mask"] = (values != 0).astype(np.float32)
        else:
            out[name] = values
    return out
