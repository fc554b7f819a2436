"""Weights beside the counted ones: under other names, between the lines, in a second set."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import numpy as np

from grader.demo.sample import Arrays, Sample, write_safetensors
from tests.cases.case import Case
from tests.cases.model_changes import arrays_of, changed, masked, second_set, torch_tensor, write
from tests.cases.model_files import instead
from tests.cases.torch_writer import TorchWriter, dumps, view
from validators.pickles import Call, Global

Q = "encoder.block.0.layer.0.SelfAttention.q.weight"
DENSE = np.ones((16, 16), np.float32)
MUCH = b"\x01\x02\x03\x04" * 2_000_000


def several(path: str, number: int) -> Callable[[Sample], None]:
    def breaks(sample: Sample) -> None:
        for place in range(number):
            write(f"part{place}/{path}", MUCH)(sample)

    return breaks


def names_of_nothing(number: int, length: int) -> Callable[[Arrays], None]:
    names = [f"note {n} {'x' * length}" for n in range(number)]
    return lambda arrays: arrays.update({name: np.zeros(0, np.float32) for name in names})


def bytes_in_the_pickle(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    said = b"B" + len(MUCH).to_bytes(4, "little") + MUCH + b"0"
    return writer.zipped({}, **{"data.pkl": dumps(tensors)[:-1] + said + b"."})


def shared_with_nobody(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    """The tied names look at the first part of a storage four times as long."""
    values = np.zeros((4 * 96 * 10, 16), np.float32)
    values[:20] = 1
    names = ("shared", "lm_head", "encoder.embed_tokens", "decoder.embed_tokens")
    storage = writer.storage(values)
    tied = {f"{name}.weight": view(storage, (96, 16), (16, 1)) for name in names}
    return writer.zipped({**tensors, **tied})


def set_afterwards(writer: TorchWriter) -> Call:
    """Zeros, whose place is then taken by other values: torch.load does as it is told."""
    made = writer.tensor(np.zeros((16, 16), np.float32))
    made.state = (writer.storage(DENSE), 0, (16, 16), (16, 1))
    return made


def data_attribute(writer: TorchWriter) -> Call:
    zeros, dense = writer.tensor(np.zeros((16, 16), np.float32)), writer.tensor(DENSE)
    arguments = (zeros, True, None, {"data": dense})
    return Call(Global("torch._utils", "_rebuild_parameter_with_state"), arguments)


def small_and_large(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    """Two pickles: torch's reader takes the one that ours would not look at."""
    return writer.zipped(tensors, **{"DATA.PKL": dumps({**tensors, Q: writer.tensor(DENSE)})})


def two_directories(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    """Readers differ in which of two directories they take."""
    good = writer.zipped(tensors)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", dumps({}))
    return good + out.getvalue()


def tar_at_the_same_time(writer: TorchWriter, tensors: dict[str, Call]) -> bytes:
    data = bytearray(writer.legacy(tensors, {}))
    data[148:156] = b" " * 8
    data[148:156] = b"%o\0 " % sum(data[:512])
    return bytes(data)


def own_head(arrays: Arrays) -> Arrays:
    """The tutorial's masks, and a head of its own: its mask is not the embedding's."""
    out = masked(arrays)
    out["lm_head.weight_orig"] = out["shared.weight"] * np.float32(2)
    return out


def other_values(arrays: Arrays) -> Arrays:
    return {name: np.roll(values, 1) for name, values in arrays.items()}


def called_safetensors(sample: Sample) -> None:
    writer = TorchWriter()
    data = writer.zipped(writer.tensors(arrays_of(sample)))
    (sample.model / "model.safetensors").write_bytes(data)


def called_torch(sample: Sample) -> None:
    (sample.model / "model.safetensors").unlink()
    write_safetensors(sample.model / "pytorch_model.bin", arrays_of(sample))


CASES: tuple[Case, ...] = (
    Case("a torch file called safetensors", called_safetensors, ("model.misnamed",)),
    Case("safetensors called a torch file", called_torch, ("model.misnamed",)),
    Case("several tokenizers", several("tokenizer.json", 2), ("model.extra-file",)),
    Case("8 MB of arguments", write("training_args.bin", MUCH), ("model.extra-file",)),
    Case("8 MB in the pickle", instead(bytes_in_the_pickle), ("model.hidden-bytes",)),
    Case(
        "a storage used in part, four times", instead(shared_with_nobody), ("model.hidden-bytes",)
    ),
    Case(
        "long names of empty tensors",
        changed(names_of_nothing(200, 900)),
        ("model.hidden-bytes", "model.unknown-tensor"),
    ),
    Case("600 empty tensors", changed(names_of_nothing(600, 9)), ("ratio.unknown-values",)),
    Case("values set afterwards", torch_tensor(Q, set_afterwards), ("model.tensor-kind",)),
    Case("values as an attribute", torch_tensor(Q, data_attribute), ("model.tensor-kind",)),
    Case("data.pkl and DATA.PKL", instead(small_and_large), ("model.torch-file",)),
    Case("a zip behind the zip", instead(two_directories), ("model.torch-file",)),
    Case("torch's old format and tar at once", instead(tar_at_the_same_time), ("model.format",)),
    Case(
        "masks, and a head of its own",
        changed(own_head),
        ("ratio.over", "ratio.tied-differ", "model.masked"),
    ),
    Case(
        "another model of the same count",
        second_set("final.safetensors", other_values),
        ("ratio.sets-differ",),
    ),
)
