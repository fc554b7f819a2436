"""onnxruntime writes what torch writes, greedy and by beams, for every kind of T5."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compress.settings import Predict
from tests.student_template import small_course
from tests.student_template.test_generation import DATA, SETTINGS, naive, written

pytestmark = pytest.mark.torch


def by_onnx(model: Any, cache: Path) -> Any:
    from compress.onnx_runtime import onnx_model
    from compress.resuming import model_digest

    return onnx_model(model, model_digest(model), cache)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return by_onnx(small_course.model(), tmp_path_factory.mktemp("graphs"))


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_texts_are_those_of_the_naive_loop(exported: Any, settings: Predict) -> None:
    assert written(exported, settings) == naive(settings)


def scores(model: Any, ids: Any, begun: Any) -> Any:
    """The scores of every token after `begun`, step by step."""
    import torch
    from transformers.modeling_outputs import BaseModelOutput

    with torch.inference_mode():
        read = model.get_encoder()(input_ids=ids).last_hidden_state
        held, found = None, []
        for place in range(begun.shape[1]):
            told = model(
                decoder_input_ids=begun[:, place : place + 1],
                past_key_values=held,
                attention_mask=torch.ones_like(ids),
                encoder_outputs=BaseModelOutput(last_hidden_state=read),
                use_cache=True,
            )
            held = told.past_key_values
            found.append(told.logits[:, -1])
        return torch.stack(found)


@pytest.mark.parametrize("kind", ["usual", "gated", "untied", "few buckets"])
def test_the_scores_are_torchs_scores_at_every_distance(kind: str, tmp_path: Path) -> None:
    """Longer than the farthest distance that T5 tells apart, read and written."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    more: dict[str, dict[str, Any]] = {
        "usual": {},
        "gated": {"feed_forward_proj": "gated-gelu"},
        "untied": {"tie_word_embeddings": False},
        "few buckets": {"relative_attention_num_buckets": 6, "relative_attention_max_distance": 9},
    }
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=50, d_model=24, d_kv=6, d_ff=20, num_layers=2, num_decoder_layers=3,
        num_heads=3, decoder_start_token_id=0, initializer_factor=1.0, **more[kind],
    )  # fmt: skip
    model = T5ForConditionalGeneration(config).eval()
    ids, begun = torch.randint(2, 50, (2, 150)), torch.randint(2, 50, (2, 140))
    expected = scores(model, ids, begun)
    found = scores(by_onnx(model, tmp_path), ids, begun)
    assert (found - expected).abs().max() < 1e-4 * expected.std()


def test_graphs_are_made_once_for_a_model_and_only_the_newest_are_kept(tmp_path: Path) -> None:
    import torch

    cache = tmp_path / "new" / "graphs"
    model = small_course.model()
    by_onnx(model, cache)
    (folder,) = cache.iterdir()
    times = {each.name: each.stat().st_mtime_ns for each in folder.iterdir()}
    assert sorted(times) == ["cross.onnx", "encoder.onnx", "step.onnx"]
    by_onnx(model, cache)
    assert {each.name: each.stat().st_mtime_ns for each in folder.iterdir()} == times
    with torch.no_grad():
        model.shared.weight[5] += 1
    other = by_onnx(model, cache)
    (newer,) = cache.iterdir()
    assert newer.name != folder.name
    assert written(other, SETTINGS[0]) == written(model, SETTINGS[0])


def test_an_export_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compress import onnx_export

    def failing(_: Any, folder: Path) -> None:
        (folder / "encoder.onnx").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(onnx_export, "_export_all", failing)
    with pytest.raises(KeyboardInterrupt):
        by_onnx(small_course.model(), tmp_path / "graphs")
    assert list((tmp_path / "graphs").iterdir()) == []


def test_another_kind_of_model_is_told(tmp_path: Path) -> None:
    from transformers import BartConfig, BartForConditionalGeneration

    from compress.onnx_runtime import OnnxError, onnx_model

    sizes = {"vocab_size": 20, "d_model": 8, "encoder_layers": 1, "decoder_layers": 1}
    heads = {"encoder_attention_heads": 2, "decoder_attention_heads": 2}
    width = {"encoder_ffn_dim": 8, "decoder_ffn_dim": 8}
    model = BartForConditionalGeneration(BartConfig(**sizes, **heads, **width))
    with pytest.raises(OnnxError, match=r'T5 only, and this model is a "bart"; write runtime'):
        onnx_model(model, "digest", tmp_path)


def test_missing_packages_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from compress.onnx_runtime import OnnxError, onnx_model

    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(OnnxError, match="pip install onnx onnxruntime"):
        onnx_model(small_course.model(), "digest", tmp_path)


def test_padding_is_not_looked_at(exported: Any) -> None:
    """A short bill beside a long one reads as it does alone."""
    from compress.generation import write_summaries

    short, long = small_course.bills()[0].text[:60], small_course.bills()[1].text
    settings = Predict(max_length=20, num_beams=2)

    def both(*texts: str) -> list[str]:
        tokenizer = small_course.tokenizer()
        return write_summaries(exported, tokenizer, texts, DATA, settings)

    assert both(short, long) == [*both(short), *both(long)]
