"""Folders as honest students have them: counted rightly, and said once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.demo.sample import SIZES, Sample, make_sample, write_safetensors
from tests.cases.model_changes import arrays_of
from validators import model
from validators.model import model_files
from validators.model.architecture import reference_of
from validators.model.records import ModelCount


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_sample(tmp_path)


@pytest.fixture
def pruned() -> Any:
    """A toy T5 of the sample's sizes, its zeros baked in."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(4)
    made = T5ForConditionalGeneration(T5Config(**SIZES, decoder_start_token_id=0))
    with torch.no_grad():
        for each in made.parameters():
            each[torch.rand_like(each) < 0.75] = 0
    return made


def counted(sample: Sample) -> ModelCount:
    assert sample.rules.model is not None
    return model.count(sample.model, reference_of(sample.rules.model))


def saved(sample: Sample, value: Any, name: str = "pytorch_model.bin") -> ModelCount:
    """The count when torch saved this instead of the sample's weights."""
    import torch

    (sample.model / "model.safetensors").unlink()
    torch.save(value, sample.model / name)
    return counted(sample)


def nonzero(pruned: Any) -> int:
    import torch

    return sum(int(torch.count_nonzero(each)) for each in pruned.parameters())


def codes(found: ModelCount) -> set[str]:
    return {finding.code for finding in found.findings}


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:Sparse CS. tensor support is in beta:UserWarning")
@pytest.mark.parametrize("layout", ["coo", "csr", "csc"])
def test_tied_sparse_tensors_are_saved_one_by_one_and_counted_once(
    layout: str, sample: Sample, pruned: Any
) -> None:
    def sparse(values: Any) -> Any:
        return getattr(values, f"to_sparse_{layout}")() if values.ndim == 2 else values

    found = saved(sample, {name: sparse(values) for name, values in pruned.state_dict().items()})
    assert found.total is not None
    assert (found.total.handout, found.total.strict) == (nonzero(pruned), nonzero(pruned))
    assert codes(found) == set()


@pytest.mark.torch
def test_sparse_tensors_with_other_places_are_counted_each(sample: Sample, pruned: Any) -> None:
    weights = pruned.state_dict()
    head = weights["shared.weight"]
    weights["shared.weight"] = head.to_sparse_coo()
    weights["lm_head.weight"] = head.flip(0).to_sparse_coo()
    for name in ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight"):
        del weights[name]
    found = saved(sample, weights)
    assert found.total is not None
    assert found.total.strict == nonzero(pruned) + int((head != 0).sum())


@pytest.mark.torch
def test_very_sparse_tensors_are_read(sample: Sample, pruned: Any) -> None:
    """Their file is far smaller than their shapes."""
    weights = {name: values * 0 for name, values in pruned.state_dict().items()}
    weights["encoder.final_layer_norm.weight"] += 1
    sparse = {name: values.to_sparse_coo() for name, values in weights.items()}
    found = saved(sample, sparse)
    assert found.total is not None
    assert found.total.handout == SIZES["d_model"]


@pytest.mark.torch
def test_a_loss_beside_the_state_dictionary_hides_nothing(sample: Sample, pruned: Any) -> None:
    import torch

    checkpoint = {"loss": torch.tensor(1.5), "model_state_dict": pruned.state_dict()}
    found = saved(sample, checkpoint, "checkpoint.pth")
    assert found.total is not None
    assert found.total.handout == nonzero(pruned)
    assert codes(found) == {"model.nested-weights"}


@pytest.mark.torch
def test_a_compiled_model_is_told_its_own_remedy(sample: Sample, pruned: Any) -> None:
    weights = {f"_orig_mod.{name}": values for name, values in pruned.state_dict().items()}
    (finding,) = saved(sample, weights).findings
    assert finding.code == "model.prefix"
    assert "model._orig_mod.save_pretrained(folder)" in finding.remedy


@pytest.mark.torch
def test_attributes_of_a_parameter_are_no_harm(sample: Sample, pruned: Any) -> None:
    weights = dict(pruned.named_parameters())
    for each in weights.values():
        each.is_mine = True
    found = saved(sample, weights)
    assert found.total is not None
    assert found.total.handout == nonzero(pruned)
    assert codes(found) == set()


def test_what_holds_for_many_files_is_said_once(sample: Sample) -> None:
    for number in range(30):
        (sample.model / f"{number:02d}.pth").touch()
    (finding,) = counted(sample).findings
    assert finding.code == "model.not-weights"
    assert 'The same holds for "pruned_model/01.pth", ' in finding.message
    assert finding.message.endswith("and 26 more.")


def test_folders_count_as_entries(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "_ENTRIES", 20)
    for number in range(30):
        (sample.model / f"z{number}").mkdir()
    (finding,) = counted(sample).findings
    assert finding.code == "model.not-opened"
    assert "more than 20 files and folders" in finding.message


def test_a_file_that_claims_far_more_than_the_model_is_not_read(sample: Sample) -> None:
    """As a sparse file can: a terabyte of zeros takes no room on the disk."""
    path = sample.model / "model.safetensors"
    rows = 10**10
    write_safetensors(path, {"shared.weight": arrays_of(sample)["shared.weight"]})
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = data[8 : 8 + length].replace(b"[96, 16]", b"[%d, 16]" % rows)
    header = header.replace(b"6144", b"%d" % (rows * 64))
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    with path.open("r+b") as stream:
        stream.truncate(8 + len(header) + rows * 64)
    found = counted(sample)
    assert found.total is not None
    assert found.total.handout == rows * 16


def test_the_same_set_twice_agrees_and_names_both(sample: Sample) -> None:
    write_safetensors(sample.model / "again.safetensors", arrays_of(sample))
    (finding,) = counted(sample).findings
    assert finding.code == "ratio.sets-agree"
    assert "model.safetensors" in finding.message
    assert "again.safetensors" in finding.message
