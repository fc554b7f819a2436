"""Summaries that are finished are kept in a file, so that a stopped `predict.py` goes on.

The file begins with a digest of all that a summary depends on: the weights, the tokenizer, the
settings and the bills. When one of them has changed, what was kept counts for nothing. Then comes
one line for each batch. A line that was cut off, as when the machine was switched off, is dropped.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import torch
import transformers

from compress.settings import Data, Predict

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


class Kept:
    """The summaries that are finished, by their row; `add` keeps more of them."""

    def __init__(self, path: Path, digest: str) -> None:
        """Read what was kept under this digest, and forget what was kept under another."""
        self._path = path
        self.rows: dict[int, str] = {}
        lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
        if not lines or _read(lines[0]) != {"digest": digest}:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_line({"digest": digest}))
            return
        length = len(lines[0]) + 1
        for line in lines[1:]:
            batch = _read(line)
            if batch is None:
                break
            self.rows.update({int(row): text for row, text in batch.items()})
            length += len(line) + 1
        os.truncate(path, length)

    def add(self, rows: Mapping[int, str]) -> None:
        """Keep the summaries of a finished batch, all of them or none."""
        with self._path.open("ab") as stream:
            stream.write(_line({str(row): text for row, text in rows.items()}))
            stream.flush()
            os.fsync(stream.fileno())
        self.rows.update(rows)

    def remove(self) -> None:
        """Forget them: they now stand in the predictions file."""
        self._path.unlink(missing_ok=True)


def digest_of(
    model: str,
    device: str,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    data: Data,
    settings: Predict,
) -> str:
    """A digest of everything that decides how the summaries read; `model` is its `model_digest`.

    The device and the versions count as well: another one rounds in another way, and then the
    rows of one file would not be of one kind.
    """
    words = json.dumps([type(tokenizer).__name__, sorted(tokenizer.get_vocab().items())])
    parts = [
        model,
        f"torch {torch.__version__}, transformers {transformers.__version__}, {device}",
        hashlib.sha256(words.encode()).hexdigest(),
        json.dumps([asdict(data), asdict(settings)], sort_keys=True),
        *texts,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def model_digest(model: PreTrainedModel) -> str:
    """A digest of the model's weights and of its config, wherever it was loaded from."""
    config: dict[str, Any] = json.loads(model.config.to_json_string(use_diff=False))
    for place in ("_name_or_path", "transformers_version"):
        config.pop(place, None)
    found = hashlib.sha256(json.dumps(config, sort_keys=True).encode())
    for name, tensor in sorted(model.state_dict().items()):
        values = tensor.detach().cpu().contiguous()
        found.update(f"{name} {values.dtype} {tuple(values.shape)}".encode())
        found.update(values.reshape(-1).view(torch.uint8).numpy())
    return found.hexdigest()


def _line(values: Mapping[str, str]) -> bytes:
    return json.dumps(values).encode("ascii") + b"\n"


def _read(line: bytes) -> Optional[dict[str, str]]:
    """The line's object; None for a line that is no such object."""
    try:
        values = json.loads(line)
    except ValueError:
        return None
    texts = isinstance(values, dict) and all(isinstance(each, str) for each in values.values())
    return values if texts else None
