"""What is saved is counted again from the disk, and passes the course's own count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compress.settings import SettingsError
from tests.rerun_course import tiny
from tests.student_template import small_course

pytestmark = pytest.mark.torch


def pruned(ratio: float = 0.3) -> Any:
    from compress.layers import parameter_count
    from compress.pruning import prune

    model = small_course.model()
    prune(model, small_course.SETTINGS.prune, ratio, parameter_count(model), None)
    return model


def total() -> int:
    from compress.layers import parameter_count

    return parameter_count(small_course.model())


def test_a_saved_model_passes_the_course_s_strict_count(tmp_path: Path) -> None:
    from compress.saving import save
    from validators.model import section
    from validators.rules import load_rules

    rules = tmp_path / "competition.toml"
    rules.write_text(
        tiny.competition_text().replace("[model]\n", '[model]\ncounting = "strict"\n'), "utf-8"
    )
    folder = tmp_path / "pruned_model"
    saved = save(pruned(), small_course.tokenizer(), folder, total())
    result = section(folder, "pruned_model", load_rules(rules))
    assert result.model is not None
    count = result.model.total
    assert count is not None
    assert (count.strict, count.handout) == (saved.nonzero, saved.nonzero)
    assert count.parameters == saved.parameters == total()
    assert not [each for each in result.findings if each.blocks], result.findings


def test_the_figures_are_those_of_the_file(tmp_path: Path) -> None:
    import torch

    from compress.saving import save

    saved = save(pruned(), None, tmp_path / "model", total())
    state = small_course.stored(tmp_path / "model" / "model.safetensors")
    assert saved.nonzero == sum(int(torch.count_nonzero(each)) for each in state.values())
    assert saved.parameters == sum(each.numel() for each in state.values()) == total()
    assert saved.ratio == saved.nonzero / total() <= 0.3
    assert saved.dense_bytes == (tmp_path / "model" / "model.safetensors").stat().st_size
    bits = sum(-(-each.numel() // 8) for each in state.values())
    assert saved.packed_bytes == bits + 2 * saved.nonzero < saved.dense_bytes / 4


def test_anyone_can_load_it(tmp_path: Path) -> None:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    from compress.saving import save

    model = pruned()
    save(model, small_course.tokenizer(), tmp_path / "model", total())
    loaded, found = AutoModelForSeq2SeqLM.from_pretrained(
        str(tmp_path / "model"), output_loading_info=True
    )
    assert not any(found[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    assert small_course.same(small_course.weights(loaded), small_course.weights(model))
    assert loaded.lm_head.weight is loaded.shared.weight
    assert (tmp_path / "model" / "generation_config.json").is_file()
    text = "summarize: a bill"
    again = AutoTokenizer.from_pretrained(str(tmp_path / "model"))
    assert again(text)["input_ids"] == small_course.tokenizer()(text)["input_ids"]


def test_a_minus_zero_is_saved_as_zero(tmp_path: Path) -> None:
    import torch

    from compress.saving import save

    model = pruned()
    with torch.no_grad():
        model.shared.weight.mul_(-1)
    assert any(torch.signbit(model.shared.weight[model.shared.weight == 0]))
    save(model, None, tmp_path / "model", total())
    values = small_course.stored(tmp_path / "model" / "model.safetensors")["shared.weight"]
    assert not any(torch.signbit(values[values == 0]))


def test_a_file_that_is_another_model_is_refused(tmp_path: Path) -> None:
    from compress.layers import nonzero_count
    from compress.saving import SavingError, save

    dense, model = small_course.model(), pruned()
    save(dense, None, tmp_path / "model", total())
    model.save_pretrained = dense.save_pretrained
    with pytest.raises(SavingError) as trouble:
        save(model, None, tmp_path / "model", total())
    assert f"{nonzero_count(dense):,} non-zero values of {total():,}" in str(trouble.value)
    assert f"in memory has {nonzero_count(model):,} of {total():,}" in str(trouble.value)
    assert (tmp_path / "model" / "model.safetensors").is_file()  # the earlier one is still there


def test_a_head_of_its_own_under_a_tied_config_is_never_saved_as_another_model(
    tmp_path: Path,
) -> None:
    import torch

    from compress.saving import save

    model = pruned()
    model.lm_head.weight = torch.nn.Parameter(model.shared.weight.detach() * 2)
    with pytest.raises(SettingsError, match="The head has values of its own"):
        save(model, None, tmp_path / "model", total())
    assert not (tmp_path / "model").exists()


def test_an_earlier_model_is_replaced_whole(tmp_path: Path) -> None:
    from compress.saving import save

    folder = tmp_path / "model"
    save(pruned(0.5), small_course.tokenizer(), folder, total())
    (tmp_path / "model.part").mkdir()  # left by a run that was killed
    saved = save(pruned(0.2), None, folder, total())
    assert saved.ratio <= 0.2
    assert not (folder / "tokenizer.json").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("name", ["model_state_dict.pth", "pytorch_model.bin", "notes.md", "deep/"])
def test_what_saving_did_not_make_is_not_destroyed(name: str, tmp_path: Path) -> None:
    from compress.folders import check_output
    from compress.saving import save

    folder = tmp_path / "model"
    save(pruned(), None, folder, total())
    check_output(folder, "released")
    (folder / name).mkdir() if name.endswith("/") else (folder / name).write_text("mine", "utf-8")
    with pytest.raises(SettingsError, match=f"holds {name.rstrip('/')}, which saving didn't"):
        check_output(folder, "released")
    with pytest.raises(SettingsError, match="Move it away"):
        save(pruned(), None, folder, total())
    assert (folder / name).exists()
    assert (folder / "model.safetensors").is_file()


def test_the_released_model_is_not_the_place(tmp_path: Path, monkeypatch: Any) -> None:
    from compress.folders import check_output

    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="is the released model itself"):
        check_output(Path("released/"), str(tmp_path / "released"))
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(SettingsError, match="is a file; expected a folder"):
        check_output(tmp_path / "file", "released")
    check_output(tmp_path / "new", "released")
