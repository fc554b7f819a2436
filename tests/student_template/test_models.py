"""A model and its tokenizer, by folder; what is missing is told in one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.rerun_course.tiny import make_pruned
from tests.student_template import small_course

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "folded"
    make_pruned(folder, "folded")
    return folder


@pytest.fixture
def folded(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "folded"))


def test_a_plain_folder_is_loaded_as_transformers_does(folded: Path) -> None:
    from transformers import T5ForConditionalGeneration

    from compress.models import load_model

    expected = T5ForConditionalGeneration.from_pretrained(str(folded))
    model = load_model(str(folded))
    assert small_course.same(small_course.weights(model), small_course.weights(expected))
    assert model.lm_head.weight is model.shared.weight
    assert not model.training


def test_half_the_bits_are_computed_with_all(folded: Path) -> None:
    import torch

    from compress.models import load_model

    small_course.model().half().save_pretrained(folded)
    model = load_model(folded)
    assert {each.dtype for each in model.parameters()} == {torch.float32}


def test_a_weight_that_is_missing_is_not_left_to_chance(folded: Path) -> None:
    from safetensors.torch import save_file

    from compress.models import ModelError, load_model

    path = str(folded / "model.safetensors")
    state = small_course.stored(Path(path))
    lost = state.pop("encoder.block.1.layer.0.SelfAttention.q.weight")
    save_file(state, path, {"format": "pt"})
    with pytest.raises(ModelError, match=r"1 weights are missing.*encoder\.block\.1"):
        load_model(folded)
    save_file({**state, "another": lost}, path, {"format": "pt"})
    with pytest.raises(ModelError, match=r"2 weights are missing or don't fit, as another"):
        load_model(folded)


def test_what_is_nowhere_is_told_in_one_line(
    tmp_path: Path, folded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compress.models import ModelError, load_model, load_tokenizer
    from compress.settings import SettingsError

    monkeypatch.chdir(tmp_path)
    for load in (load_model, load_tokenizer):
        with pytest.raises(ModelError, match=r'There is no .* "no/such/folder": ') as trouble:
            load("no/such/folder")
        assert "\n" not in str(trouble.value)
        assert isinstance(trouble.value, SettingsError)  # so that prune.py tells it
    (folded / "config.json").unlink()
    with pytest.raises(ModelError):
        load_model(folded)


def test_a_tokenizer_reads_as_the_one_that_was_saved(folded: Path) -> None:
    from compress.models import load_tokenizer

    text = "summarize: The Secretary shall report."
    assert load_tokenizer(folded)(text) == small_course.tokenizer()(text)


def test_devices_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from compress.models import ModelError, device_of

    found = {"cuda": False, "mps": False}
    monkeypatch.setattr(torch.cuda, "is_available", lambda: found["cuda"])
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: found["mps"])
    assert device_of("auto") == device_of("cpu") == torch.device("cpu")
    with pytest.raises(ModelError, match=r'no device "cuda" here; there is cpu\.'):
        device_of("cuda")
    found["mps"] = True
    assert device_of("auto").type == device_of("mps").type == "mps"
    found["cuda"] = True
    assert device_of("auto").type == "cuda"
