"""Model folders made to hurt: every one gets a stated outcome, and none runs anything."""

from __future__ import annotations

import json
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any, Callable

import pytest

from grader.rerun.clean_room.hints import hinted
from grader.rerun.records import Settings
from tests.grader.rerun.clean_room.small import ROWS, ask, course
from tests.rerun_course import tiny

TEXTS = [f"text {row}" for row in range(ROWS)]
WEIGHT = "decoder.block.0.layer.2.DenseReluDense.wo.weight"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return course(tmp_path_factory.mktemp("course"))


def changed(values: float) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        import torch

        model = tiny.released_model()
        with torch.no_grad():
            dict(model.named_parameters())[WEIGHT][3, 3] = values
        model.save_pretrained(folder)

    return make


def truncated(folder: Path) -> None:
    changed(0.0)(folder)
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])


def huge_shape(folder: Path) -> None:
    shape = [10**6, 10**6]
    tensor = {"dtype": "F32", "shape": shape, "data_offsets": [0, 4 * 10**12]}
    header = json.dumps({WEIGHT: tensor}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)


def huge_config(folder: Path) -> None:
    changed(float("nan"))(folder)
    config = {"model_type": "t5", **tiny.sizes(), "d_ff": 1_000_000, "num_layers": 256}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


class _Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def bomb(folder: Path) -> None:
    with zipfile.ZipFile(folder / "model.pth", "w") as packed:
        packed.writestr("archive/data.pkl", pickle.dumps({"w": _Bomb(folder / "went-off")}))
        packed.writestr("archive/version", "3")


def nothing(folder: Path) -> None:
    (folder / "README").write_text("weights by mail", encoding="utf-8")


@pytest.mark.torch
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (changed(float("nan")), "has 1 infinite or undefined value"),
        (changed(float("-inf")), "has 1 infinite or undefined value"),
        (truncated, "model.safetensors"),
        (huge_shape, "model.safetensors"),
        (huge_config, "has 1 infinite or undefined value"),
        (bomb, "model.pth"),
        (nothing, "there are no weights that can be read"),
    ],
)
def test_a_hostile_folder_gets_a_stated_outcome(
    make: Callable[[Path], None], why: str, folder: Path, tmp_path: Path
) -> None:
    make(tmp_path)
    proof = ask(tmp_path, folder, TEXTS)
    assert (proof.agreed, proof.best, proof.fault) == (None, None, "")
    assert why in proof.why
    assert not (tmp_path / "went-off").exists()


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({"num_beams": 4}, (Settings(20, 4), Settings(21, 4))),
        ({"max_new_tokens": 64, "max_length": 99}, (Settings(65),)),
        ({"num_beams": 10**9}, ()),
        ({"num_beams": True, "max_length": "9"}, ()),
        ({"max_length": 10**30}, ()),
        ({"num_beams": 2, "length_penalty": 1e300}, (Settings(20, 2), Settings(21, 2))),
        ({"num_beams": 2, "length_penalty": "x", "early_stopping": "never"},
         (Settings(20, 2), Settings(21, 2))),
        ([1, 2], ()),
    ],
)  # fmt: skip
def test_a_folders_own_settings_are_only_taken_where_they_are_sane(
    named: object, expected: tuple[Settings, ...], tmp_path: Path
) -> None:
    (tmp_path / "generation_config.json").write_text(json.dumps(named), encoding="utf-8")
    assert hinted(tmp_path, (20, 21)) == expected


def test_a_settings_file_that_is_no_json_is_no_hint(tmp_path: Path) -> None:
    assert hinted(tmp_path, (20,)) == ()
    (tmp_path / "generation_config.json").write_bytes(b"[" * 100_000)
    assert hinted(tmp_path, (20,)) == ()
    (tmp_path / "generation_config.json").write_text('{"num_beams": NaN}', encoding="utf-8")
    assert hinted(tmp_path, (20,)) == ()
