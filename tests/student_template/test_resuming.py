"""What is kept of a run that was stopped, and when it counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compress.settings import Data, Predict
from tests.student_template import small_course

pytestmark = pytest.mark.torch

BATCHES: tuple[dict[int, str], ...] = ({3: "three", 0: 'a "zero"\n'}, {1: "Ünö 法\ud800"}, {2: ""})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "predictions.csv.rows"


def kept(path: Path, digest: str = "one") -> Any:
    from compress.resuming import Kept

    return Kept(path, digest)


def filled(path: Path) -> Any:
    made = kept(path)
    for batch in BATCHES:
        made.add(batch)
    return made


def whole(batches: int) -> dict[int, str]:
    return {row: text for batch in BATCHES[:batches] for row, text in batch.items()}


def test_finished_batches_are_there_in_the_next_run(path: Path) -> None:
    assert filled(path).rows == whole(3)
    assert kept(path).rows == whole(3)
    kept(path).remove()
    assert not path.exists()
    assert kept(path).rows == {}


def test_another_digest_starts_anew(path: Path) -> None:
    filled(path)
    assert kept(path, "two").rows == {}
    assert kept(path, "one").rows == {}


def test_a_file_that_was_cut_anywhere_gives_whole_batches_and_goes_on(path: Path) -> None:
    filled(path)
    data = path.read_bytes()
    seen = set()
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        again = kept(path)
        batches = max(data[:length].count(b"\n") - 1, 0)
        assert again.rows == whole(batches)
        again.add({9: "nine"})
        assert kept(path).rows == {**whole(batches), 9: "nine"}
        seen.add(batches)
    assert seen == {0, 1, 2, 3}


@pytest.mark.parametrize("data", [b"\n", b"\xff\xfe\n", b"[]\n", b"{}\n", b'{"digest": 1}\n{}\n'])
def test_a_file_of_something_else_starts_anew(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    assert kept(path).rows == {}
    assert filled(path).rows == whole(3)


def test_what_follows_a_damaged_line_is_not_believed(path: Path) -> None:
    filled(path)
    lines = path.read_bytes().split(b"\n")
    lines[2] = b'{"1": 5}'
    path.write_bytes(b"\n".join(lines))
    assert kept(path).rows == whole(1)


def digest(**changes: Any) -> str:
    from compress.resuming import digest_of

    told: dict[str, Any] = {
        "model": "m",
        "device": "cpu",
        "tokenizer": small_course.tokenizer(),
        "texts": ["one", "two"],
        "data": Data(),
        "settings": Predict(),
    }
    return digest_of(**{**told, **changes})


def test_everything_that_decides_about_a_text_is_in_the_digest() -> None:
    class Other:
        def get_vocab(self) -> dict[str, int]:
            return {**small_course.tokenizer().get_vocab(), "more": 10**6}

    changes: list[dict[str, Any]] = [
        {}, {"model": "n"}, {"device": "cuda"}, {"texts": ["one", "two "]}, {"texts": ["onetwo"]},
        {"texts": ["two", "one"]}, {"data": replace(Data(), prefix="")}, {"tokenizer": Other()},
        *({"settings": replace(Predict(), **{key: value})} for key, value in
          (("max_length", 9), ("num_beams", 2), ("no_repeat_ngram_size", 0), ("runtime", "onnx"))),
    ]  # fmt: skip
    assert len({digest(**each) for each in changes}) == len(changes)
    assert digest() == digest()


def test_a_model_is_known_by_its_weights_and_its_config(tmp_path: Path) -> None:
    import torch

    from compress.models import load_model
    from compress.resuming import model_digest

    small_course.model().save_pretrained(tmp_path / "here")
    model = load_model(tmp_path / "here")
    first = model_digest(model)
    (tmp_path / "here").rename(tmp_path / "there")
    other = load_model(tmp_path / "there")
    assert model_digest(other) == first
    with torch.no_grad():
        model.decoder.block[0].layer[0].layer_norm.weight[0] += 1e-6
    assert model_digest(model) != first
    other.config.layer_norm_epsilon = 1e-5
    assert model_digest(other) != first
