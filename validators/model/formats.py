"""What format a file of the model folder is in, by its first bytes; names only break ties.

- Weights that are read: safetensors, torch's zip format, torch's legacy format.
- A plain pickle is looked at when it is called like a torch file or is large, because
  torch.load would unpickle it.
- Formats that hold weights or arrays and aren't read here (`title` names them) become a
  finding when they are large or called like weights.
- Files that the Trainer leaves behind (optimizer, scheduler, random states, arguments) are
  known by name, where they are no larger than such files are. They are not opened at all.
- Anything else is not ours to judge here: the caller gets it with its size.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from validators.model.model_files import ModelFile
from validators.model.torch_zip import entry_names

LARGE_BYTES = 1_000_000
"""A file of unknown content from this size on must be accounted for."""

_HEAD_BYTES = 512
# A header that claims more than this is no damaged header but something else.
_CREDIBLE = 2**40
_OPTIMIZER = re.compile(r"optimizer\.(pt|bin)")
_TRAINER_FILE = re.compile(
    r"training_args\.bin|(scheduler|scaler)\.(pt|bin)|rng_state(_\d+)?\.pth"
    r"|random_states_\d+\.pkl"
)
_TORCH_SUFFIXES = frozenset({".pt", ".pth", ".ckpt"})
_WEIGHT_SUFFIXES = _TORCH_SUFFIXES | {".safetensors", ".gguf", ".ggml", ".onnx", ".h5", ".msgpack"}
_MAGIC_NUMBER = bytes.fromhex("6cfc9c46f9206aa85019")
_MAGIC_DIGITS = str(0x1950A86A20F9469CFC6C).encode()
_FOREIGN = (
    (b"GGUF", "a GGUF file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 (Keras) file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x1f\x8b", "a gzip file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
)
_FOREIGN_SUFFIXES = {
    ".onnx": "an ONNX file",
    ".msgpack": "a Flax (msgpack) file",
    ".ggml": "a GGML file",
    ".tflite": "a TFLite file",
}


class Format(enum.Enum):
    """How a file is read, if at all."""

    SAFETENSORS = "safetensors"
    TORCH_ZIP = "torch zip"
    TORCH_LEGACY = "torch legacy"
    FOREIGN = "foreign"
    NOT_WEIGHTS = "not weights"
    OTHER = "other"


@dataclass(frozen=True)
class Recognised:
    """A file's format; `title` says in words what a file is that can't be read."""

    format: Format
    title: str = ""


def recognise(file: ModelFile, stream: BinaryIO) -> Recognised:
    """The format of the file, from its content."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    name = PurePosixPath(file.relative).name.lower()
    weighty = is_called_weights(name)
    if _is_safetensors(head, file.size):
        return Recognised(Format.SAFETENSORS)
    if head.startswith(b"PK\x03\x04"):
        return _zip(file, stream, weighty)
    if (_MAGIC_NUMBER in head[:32] or _MAGIC_DIGITS in head[:64]) and not _is_tar(head):
        return Recognised(Format.TORCH_LEGACY)
    title = _foreign_title(head, name)
    if not title and not weighty:
        large_pickle = file.size >= LARGE_BYTES and _is_pickle(head)
        return Recognised(Format.TORCH_LEGACY if large_pickle else Format.OTHER)
    if title:
        known = weighty or file.size >= LARGE_BYTES
        return Recognised(Format.FOREIGN if known else Format.OTHER, title)
    if name.endswith(".safetensors") and 0 < int.from_bytes(head[:8], "little") < _CREDIBLE:
        return Recognised(Format.SAFETENSORS)
    if _is_stand_in(head) or not _may_be_pickle(head):
        return Recognised(Format.NOT_WEIGHTS, _stand_in_title(head))
    return Recognised(Format.TORCH_LEGACY)


def is_trainer_file(relative: str, size: int) -> bool:
    """Whether it is one of the files that training leaves beside the model."""
    name = PurePosixPath(relative).name
    small = size < LARGE_BYTES and _TRAINER_FILE.fullmatch(name) is not None
    return small or _OPTIMIZER.fullmatch(name) is not None


def is_called_weights(name: str) -> bool:
    """Whether a file of this name is expected to hold weights."""
    suffix = PurePosixPath(name).suffix
    return suffix in _WEIGHT_SUFFIXES or (suffix == ".bin" and "model" in name)


def _zip(file: ModelFile, stream: BinaryIO, weighty: bool) -> Recognised:
    names = entry_names(stream)
    if any(name.endswith("/data.pkl") for name in names):
        return Recognised(Format.TORCH_ZIP)
    if weighty and not names:
        return Recognised(Format.TORCH_ZIP)  # whose reader says what is wrong with it
    if not weighty and file.size < LARGE_BYTES:
        return Recognised(Format.OTHER)
    arrays = bool(names) and all(name.endswith(".npy") for name in names)
    return Recognised(Format.FOREIGN, "NumPy arrays (npz)" if arrays else "a zip archive")


def _is_safetensors(head: bytes, size: int) -> bool:
    length = int.from_bytes(head[:8], "little")
    return head[8:9] == b"{" and length <= max(size, 100_000_000)


def _is_tar(head: bytes) -> bool:
    """Whether torch.load, which tries that first, would open it as a tar archive."""
    if head[257:262] == b"ustar":
        return True
    field = head[148:156].strip(b"\0 ")
    summed = sum(head[:148]) + sum(b" " * 8) + sum(head[156:_HEAD_BYTES])
    return len(head) == _HEAD_BYTES and field.isdigit() and field == b"%o" % summed


def _foreign_title(head: bytes, name: str) -> str:
    if _is_tar(head):
        return "a tar archive (torch before 2017 wrote such files)"
    titles = [title for magic, title in _FOREIGN if head.startswith(magic)]
    return titles[0] if titles else _FOREIGN_SUFFIXES.get(PurePosixPath(name).suffix, "")


def _is_pickle(head: bytes) -> bool:
    return len(head) > 2 and head[0] == 0x80 and 2 <= head[1] <= 5


def _may_be_pickle(head: bytes) -> bool:
    """Whether torch.load would find an operation in it: protocol 0 begins with nearly any."""
    return _is_pickle(head) or head[0] in b"(c])}iILNSVFUX"


def _is_stand_in(head: bytes) -> bool:
    start = head.lstrip()[:40].lower()
    return not start or start.startswith((b"version https://git-lfs", b"<!doctype", b"<html"))


def _stand_in_title(head: bytes) -> str:
    start = head.lstrip()[:40].lower()
    if not head:
        return "is empty"
    if start.startswith(b"version https://git-lfs"):
        return "is a Git LFS pointer, not the file that it points to"
    if start.startswith((b"<!doctype", b"<html")):
        return "is a web page"
    return f"begins with the bytes {head[:8].hex(' ')}, which no weight file does"
