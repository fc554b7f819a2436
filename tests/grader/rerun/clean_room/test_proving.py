"""Weights that made the submitted texts are found out, and others are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest

from grader.rerun.clean_room import proving
from grader.rerun.records import Settings
from tests.grader.rerun.clean_room.small import (
    ROWS,
    ask,
    course,
    linear_layers,
    pruned,
    write_texts,
)
from tests.rerun_course import tiny

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def greedy(folder: Path) -> list[str]:
    """What the released model writes greedily."""
    return write_texts(tiny.released_model(), folder, max_length=20)


def plain(folder: Path) -> Any:
    from transformers import T5ForConditionalGeneration

    tiny.released_model().save_pretrained(folder)
    return T5ForConditionalGeneration.from_pretrained(folder)


def masked_state_dict(folder: Path) -> Any:
    """As the tutorial's user loads it: hooks first, then the masked weights."""
    import torch
    from torch.nn.utils import prune

    torch.save(pruned().state_dict(), folder / "pruned_model_state_dict.pth")
    model = tiny.released_model(seed=3)
    for part in linear_layers(model):
        prune.identity(part, "weight")
    model.load_state_dict(torch.load(folder / "pruned_model_state_dict.pth"))
    return model


def masked_safetensors(folder: Path) -> Any:
    model = pruned()
    model.save_pretrained(folder)
    return model


def both_files(folder: Path) -> Any:
    masked_safetensors(folder)
    return masked_state_dict(folder)


def baked_in(folder: Path) -> Any:
    from torch.nn.utils import prune
    from transformers import T5ForConditionalGeneration

    model = pruned()
    for part in linear_layers(model):
        prune.remove(part, "weight")
    model.tie_weights()
    model.save_pretrained(folder)
    return T5ForConditionalGeneration.from_pretrained(folder)


def half(folder: Path) -> Any:
    from transformers import T5ForConditionalGeneration

    tiny.released_model().half().save_pretrained(folder)
    return T5ForConditionalGeneration.from_pretrained(folder)


def one_layer(folder: Path) -> Any:
    """A smaller model, told by its config.json."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    sizes = {**tiny.sizes(), "num_layers": 1, "num_decoder_layers": 1}
    model = T5ForConditionalGeneration(T5Config(**sizes, decoder_start_token_id=0)).eval()
    random = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for values in model.parameters():
            if values.dim() > 1:
                values.copy_(torch.randn(values.shape, generator=random) * tiny.SPREAD)
    model.save_pretrained(folder)
    return model


BEAMS = {"max_length": 40, "num_beams": 4}
BLOCKED = {"max_length": 40, "no_repeat_ngram_size": 3}


@pytest.mark.parametrize(
    ("stored", "asked", "settings"),
    [
        (plain, {"max_length": 20}, Settings(20)),
        (plain, {"max_new_tokens": 20}, Settings(21)),
        (plain, {"max_length": 64}, Settings(64)),
        (plain, BEAMS, Settings(40, 4)),
        (plain, BLOCKED, Settings(40, 1, 3)),
        (plain, {"max_length": 20, "prefix": ""}, Settings(20, prefix="")),
        (masked_state_dict, {"max_length": 20}, Settings(20)),
        (masked_state_dict, {**BEAMS, **BLOCKED}, Settings(40, 4, 3)),
        (masked_safetensors, {"max_length": 20}, Settings(20)),
        (both_files, {"max_length": 20}, Settings(20)),
        (baked_in, {"max_length": 20}, Settings(20)),
        (half, {"max_length": 20}, Settings(20)),
        (one_layer, {"max_length": 20}, Settings(20)),
    ],
)
def test_the_weights_that_made_the_texts_are_proved(
    stored: Callable[[Path], Any],
    asked: dict[str, Any],
    settings: Settings,
    folder: Path,
    tmp_path: Path,
) -> None:
    texts = write_texts(stored(tmp_path), folder, **asked)
    assert len(set(texts)) > ROWS // 2
    proof = ask(tmp_path, folder, texts)
    assert proof.agreed is not None, proof
    assert proof.agreed.settings == settings
    assert proof.agreed.equal == proof.agreed.rows == ROWS
    assert proof.agreed.distinct == len(set(texts))
    assert list(proof.agreed.texts) == texts
    assert not proof.why


def test_texts_as_the_tutorial_writes_them_are_the_same_texts(
    folder: Path, greedy: list[str], tmp_path: Path
) -> None:
    plain(tmp_path)
    told = [text.replace(",", ".").replace('"', '""').strip() for text in greedy]
    assert ask(tmp_path, folder, told).agreed is not None


def test_declared_settings_are_tried_first_and_others_if_they_are_wrong(
    folder: Path, greedy: list[str], tmp_path: Path
) -> None:
    plain(tmp_path)
    right = ask(tmp_path, folder, greedy, Settings(20))
    assert len(right.tried) == 1
    wrong = ask(tmp_path, folder, greedy, Settings(20, beams=4))
    assert wrong.agreed is not None
    assert wrong.agreed.settings == Settings(20)
    assert "max_length 20, beams 4: differs" in wrong.tried[0]


def test_settings_that_the_folder_names_are_tried(folder: Path, tmp_path: Path) -> None:
    model = plain(tmp_path)
    texts = write_texts(model, folder, max_length=33, num_beams=7, length_penalty=0.3)
    named = {"num_beams": 7, "max_length": 33, "length_penalty": 0.3, "do_sample": "x" * 9}
    (tmp_path / "generation_config.json").write_text(json.dumps(named), encoding="utf-8")
    proof = ask(tmp_path, folder, texts)
    assert proof.agreed is not None
    assert proof.agreed.settings == Settings(33, 7, 0, 0.3)


def test_one_weight_that_differs_is_seen(
    folder: Path, greedy: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(proving, "ALL_TRIALS", proving.FIRST_TRIALS)
    model = tiny.released_model()
    with torch.no_grad():
        model.decoder.final_layer_norm.weight[7] = -2.0
    model.save_pretrained(tmp_path)
    proof = ask(tmp_path, folder, greedy)
    assert proof.agreed is None
    assert proof.why == "no settings gave the submitted texts"


def test_texts_of_another_model_are_not_proved(
    folder: Path, greedy: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "ALL_TRIALS", proving.FIRST_TRIALS)
    tiny.released_model(seed=1).save_pretrained(tmp_path)
    proof = ask(tmp_path, folder, greedy)
    assert (proof.agreed, proof.best) == (None, None)
    assert "settings ruled out: no beam of theirs comes to the submitted words" in proof.tried[-1]


def test_one_edited_row_is_no_agreement_and_the_rest_is_told(
    folder: Path, greedy: list[str], tmp_path: Path
) -> None:
    plain(tmp_path)
    for place in (0, ROWS // 2):
        texts = [*greedy]
        texts[place] = "The bill is good."
        proof = ask(tmp_path, folder, texts)
        assert proof.agreed is None
        assert proof.best is not None
        assert proof.best.equal == ROWS - 1
        assert proof.best.texts[place] == greedy[place]


def test_the_second_set_of_weights_is_found_out_when_it_made_the_texts(
    folder: Path, tmp_path: Path
) -> None:
    import torch

    tiny.released_model(seed=1).save_pretrained(tmp_path)
    dense = tiny.released_model(seed=2)
    torch.save(dense.state_dict(), tmp_path / "dense.pth")
    proof = ask(tmp_path, folder, write_texts(dense, folder, max_length=20))
    assert proof.agreed is not None
    assert proof.agreed.files == ("dense.pth",)


def test_the_time_is_bounded(folder: Path, greedy: list[str], tmp_path: Path) -> None:
    tiny.released_model(seed=1).save_pretrained(tmp_path)
    proof = ask(tmp_path, folder, greedy, seconds=0)
    assert proof.why == "the time for it, 0 seconds, was over"
