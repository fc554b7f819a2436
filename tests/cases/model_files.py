"""Weight files that are damaged, disguised, or more than weights."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from grader.demo.sample import Arrays, Sample, pruned_arrays, write_safetensors
from tests.cases.case import Case
from tests.cases.torch_writer import SYSTEM_CALL, TorchWriter, view
from validators.model.architecture import reference_of
from validators.pickles import Call, Global


def arrays_of(sample: Sample) -> Arrays:
    """The weights of the sample."""
    assert sample.rules.model is not None
    return pruned_arrays(reference_of(sample.rules.model), 0)


def weights(sample: Sample) -> Path:
    return sample.model / "model.safetensors"


def instead(make: Callable[[TorchWriter, dict[str, Call]], bytes]) -> Callable[[Sample], None]:
    """The sample with its weights in a torch file, made from a writer and the tensors."""

    def breaks(sample: Sample) -> None:
        writer = TorchWriter()
        data = make(writer, writer.tensors(arrays_of(sample)))
        weights(sample).unlink()
        (sample.model / "pytorch_model.bin").write_bytes(data)

    return breaks


def link(sample: Sample) -> Path:
    target = sample.folder / "elsewhere.bin"
    target.write_bytes(b"weights of another folder")
    (sample.model / "adapter.bin").symlink_to(target)
    return sample.model


def deep_folders(sample: Sample) -> Path:
    sample.model.joinpath(*["d"] * 30).mkdir(parents=True)
    return sample.model


def lfs_pointer(sample: Sample) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 242041896\n"
    weights(sample).write_text(text)


def replaced_by(data: bytes) -> Callable[[Sample], None]:
    return lambda sample: weights(sample).write_bytes(data) and None


def torch_named(data: bytes) -> Callable[[Sample], None]:
    def breaks(sample: Sample) -> None:
        (sample.model / "pruned.pth").write_bytes(data)

    return breaks


def foreign(name: str, data: bytes) -> Callable[[Sample], None]:
    return lambda sample: (sample.model / name).write_bytes(data) and None


def cut(sample: Sample) -> None:
    data = weights(sample).read_bytes()
    weights(sample).write_bytes(data[: len(data) * 2 // 3])


def header(change: Callable[[dict[str, Any]], None], more: bytes = b"") -> Callable[[Sample], None]:
    """The sample's safetensors file with its header changed, and bytes behind its data."""

    def breaks(sample: Sample) -> None:
        data = weights(sample).read_bytes()
        length = int.from_bytes(data[:8], "little")
        entries = json.loads(data[8 : 8 + length])
        change(entries)
        text = json.dumps(entries).encode()
        head = len(text).to_bytes(8, "little") + text
        weights(sample).write_bytes(head + data[8 + length :] + more)

    return breaks


def unknown_dtype(entries: dict[str, Any]) -> None:
    entries["decoder.final_layer_norm.weight"]["dtype"] = "F6_E2M3"


def long_metadata(sample: Sample) -> None:
    write_safetensors(weights(sample), arrays_of(sample), notes="notes " * 20_000)


def sharded(sample: Sample, **changes: str) -> dict[str, Path]:
    """The sample's weights in two files and an index."""
    arrays = arrays_of(sample)
    names = sorted(arrays)
    parts = {"1": names[::2], "2": names[1::2]}
    paths, placed = {}, {}
    for number, part in parts.items():
        path = sample.model / f"model-0000{number}-of-00002.safetensors"
        write_safetensors(path, {name: arrays[name] for name in part})
        placed.update(dict.fromkeys(part, path.name))
        paths[number] = path
    weights(sample).unlink()
    placed.update(changes)
    paths["index"] = sample.model / "model.safetensors.index.json"
    paths["index"].write_text(json.dumps({"metadata": {}, "weight_map": placed}))
    return paths


def one_shard_missing(sample: Sample) -> None:
    sharded(sample)["2"].unlink()


def index_missing(sample: Sample) -> None:
    sharded(sample)["index"].unlink()


def wrong_shard(sample: Sample) -> None:
    sharded(sample, **{"shared.weight": "model-00002-of-00002.safetensors"})


def index_leaves_the_folder(sample: Sample) -> None:
    sharded(sample, **{"shared.weight": "../other/model-00001-of-00002.safetensors"})


def index_is_no_json(sample: Sample) -> None:
    sharded(sample)["index"].write_text('{"weight_map": {"a": ')


def compressed(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    out = io.BytesIO()
    plain = zipfile.ZipFile(io.BytesIO(writer.zipped(tensors)))
    with plain, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    return out.getvalue()


def whole_model(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    model = Call(Global("transformers.models.t5.modeling_t5", "T5ForConditionalGeneration"), ())
    model.state = {"_parameters": tensors, "_buffers": {}, "_modules": {}}
    return writer.zipped(model)


def with_call(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    return writer.zipped({**tensors, "epoch": SYSTEM_CALL})


def quantised(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    values = writer.storage(np.ones(96, "int8"), "QInt8Storage")
    scaled = view(values, (96,), (1,), function="_rebuild_qtensor")
    return writer.zipped({**tensors, "decoder.final_layer_norm.weight": scaled})


def strange_dtype(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    plain = view(writer.storage(np.ones(16, "uint8"), "UntypedStorage"), (16,), (1,))
    arguments = (*plain.arguments, Global("torch", "float8_e8m0fnu"))
    strange = Call(Global("torch._utils", "_rebuild_tensor_v3"), arguments)
    return writer.zipped({**tensors, "decoder.final_layer_norm.weight": strange})


def out_of_storage(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    far = view(writer.storage(np.ones(16, "float32")), (16,), (1,), offset=8)
    return writer.zipped({**tensors, "decoder.final_layer_norm.weight": far})


def unused_storage(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    slice_of_much = view(writer.storage(np.ones(100_000, "float32")), (16,), (1,))
    return writer.zipped({**tensors, "decoder.final_layer_norm.weight": slice_of_much})


CASES: tuple[Case, ...] = (
    Case("a link in the model folder", link, ("model.not-opened",)),
    Case("folders without end", deep_folders, ("model.not-opened",)),
    Case("a Git LFS pointer for the weights", lfs_pointer, ("model.not-weights",)),
    Case("an empty weight file", torch_named(b""), ("model.not-weights",)),
    Case("a web page saved as weights", torch_named(b"<!DOCTYPE html>"), ("model.not-weights",)),
    Case("a .pth of unknown bytes", torch_named(b"\xff\xfe" * 99), ("model.not-weights",)),
    Case("Keras weights", foreign("tf_model.h5", b"\x89HDF\r\n\x1a\n"), ("model.format",)),
    Case("a large array", foreign("w.npy", b"\x93NUMPY" * 200_000), ("model.format",)),
    Case("a torch file of 2016", torch_named(b"\0" * 257 + b"ustar"), ("model.format",)),
    Case("a safetensors file cut off", cut, ("model.safetensors",)),
    Case("garbage called safetensors", replaced_by(b"\xff" * 64), ("model.not-weights",)),
    Case("data behind the last tensor", header(len, b"\1" * 64), ("model.safetensors",)),
    Case("a number format unknown to us", header(unknown_dtype), ("model.dtype-unknown",)),
    Case("120 kB of metadata", long_metadata, ("model.hidden-bytes",)),
    Case("a small slice of a large storage", instead(unused_storage), ("model.hidden-bytes",)),
    Case("an index that leaves the folder", index_leaves_the_folder, ("model.shard-index",)),
    Case("an index cut off", index_is_no_json, ("model.shard-index",)),
    Case("a shard that is missing", one_shard_missing, ("model.shards",)),
    Case("shards without their index", index_missing, ("model.shards",)),
    Case("a tensor in another shard", wrong_shard, ("model.shards",)),
    Case(
        "a torch file cut off",
        instead(lambda writer, tensors: writer.zipped(tensors)[:-9_000]),
        ("model.torch-file",),
    ),
    Case("a tensor larger than its storage", instead(out_of_storage), ("model.torch-file",)),
    Case("a torch file packed again", instead(compressed), ("model.torch-compressed",)),
    Case(
        "a scripted model",
        instead(lambda writer, tensors: writer.zipped(tensors, **{"constants.pkl": b"\x80\x02)."})),
        ("model.torchscript",),
    ),
    Case("a pickle that calls the system", instead(with_call), ("model.pickle-code",)),
    Case(
        "a plain pickle that calls the system",
        torch_named(b"cposix\nsystem\n(S'true'\ntR."),
        ("model.pickle-code", "model.torch-file"),
    ),
    Case("a whole model", instead(whole_model), ("model.whole-object",)),
    Case(
        "a training checkpoint",
        instead(lambda writer, tensors: writer.zipped({"epoch": 3, "model": tensors})),
        ("model.nested-weights",),
    ),
    Case("a quantised tensor", instead(quantised), ("model.packed",)),
    Case("a tensor of an unknown kind", instead(strange_dtype), ("model.tensor-kind",)),
)
