"""What the layers saw: the same as when each row is read alone, without padding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.student_template import toys

pytestmark = pytest.mark.torch

LENGTHS = [(9, 5), (4, 7), (12, 1), (6, 6), (3, 12)]
Rows = list[tuple[list[int], list[int]]]


def told_by(model: Any, batches: list[dict[str, Any]], products: bool = True) -> Any:
    from compress.calibration import inputs_of
    from compress.layers import layers

    return inputs_of(model, layers(model), batches, products)


def check(model: Any, rows: Rows, batches: list[dict[str, Any]], labels: bool) -> None:
    from compress.layers import layers

    told, seen = told_by(model, batches), toys.seen(model, rows, labels)
    multiplied = [layer for layer in layers(model) if layer.modules]
    assert list(told) == [layer.name for layer in multiplied]
    for layer in multiplied:
        inputs = np.concatenate([seen[module] for module in layer.modules])
        ours = told[layer.name]
        assert ours.rows == len(inputs), layer.name
        products = inputs.T @ inputs
        close = {"rtol": 1e-3, "atol": 1e-5 * np.abs(products).max()}
        assert np.allclose(ours.squares.numpy(), np.diag(products), **close), layer.name
        assert np.allclose(ours.products.numpy(), products, **close), layer.name


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_padding_is_left_out_of_t5(tied: bool, size: int) -> None:
    """With 2 and 5 rows in a batch, the longest bill is 9, 12, 3 or 12, the longest text 7 or 12:
    in the last case both sides of the batch are of one shape."""
    rows = toys.rows(LENGTHS)
    batches = [toys.batch(rows[at : at + size]) for at in range(0, len(rows), size)]
    check(toys.t5(tied), rows, batches, labels=True)


def test_a_decoder_only() -> None:
    rows = toys.rows(LENGTHS)
    check(toys.llama(), rows, [toys.batch(rows, labels=False)], labels=False)


def test_an_encoder_only_with_a_pooler_that_sees_one_word_of_each_row() -> None:
    rows, model = toys.rows(LENGTHS), toys.bert()
    check(model, rows, [toys.batch(rows, labels=False)], labels=False)
    told = told_by(model, [toys.batch(rows, labels=False)])
    assert told["pooler.dense.weight"].rows == len(rows)


def test_the_head_sees_what_t5_has_scaled_down() -> None:
    import torch

    model, rows = toys.t5(), toys.rows([(8, 6)])
    with torch.no_grad():
        states = model(**toys.batch(rows), output_hidden_states=True).decoder_hidden_states[-1]
    scaled = states * toys.WIDTH**-0.5
    told = told_by(model, [toys.batch(rows)])["shared.weight"]
    assert torch.allclose(told.squares, scaled.square().sum((0, 1)), rtol=1e-4)


def test_masks_that_are_not_given_let_everything_count() -> None:
    import torch

    model = toys.t5()
    ids = torch.tensor([[3, 4, 5, 6]])
    told = told_by(model, [{"input_ids": ids, "decoder_input_ids": ids[:, :2]}])
    assert told["encoder.block.0.layer.0.SelfAttention.q.weight"].rows == 4
    assert told["decoder.block.0.layer.1.EncDecAttention.k.weight"].rows == 4
    assert told["decoder.block.0.layer.1.EncDecAttention.q.weight"].rows == 2
    assert told["shared.weight"].rows == 2


def test_a_mask_for_the_decoder_is_used() -> None:
    import torch

    mask = {"decoder_attention_mask": torch.tensor([[1, 1, 1, 0]])}
    told = told_by(toys.t5(), [{**toys.batch(toys.rows([(4, 4)])), **mask}])
    assert told["shared.weight"].rows == 3
    assert told["decoder.block.0.layer.1.EncDecAttention.k.weight"].rows == 4


def test_products_are_only_made_when_asked_for() -> None:
    told = told_by(toys.t5(), [toys.batch(toys.rows(LENGTHS))], products=False)
    assert all(inputs.products is None for inputs in told.values())


def test_one_weight_of_two_modules_sees_both_inputs() -> None:
    import torch
    from torch import nn

    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)
            self.two.weight = self.one.weight

        def forward(self, first: Any, second: Any) -> Any:
            return self.one(first) + self.two(second)

    told = told_by(Both(), [{"first": torch.ones(3, 2), "second": torch.full((3, 2), 2.0)}])
    assert told["one.weight"].rows == 6
    assert told["one.weight"].squares.tolist() == [15.0, 15.0]


@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_left_as_it_was(training: bool) -> None:
    model = toys.t5().train(training)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    batch = toys.batch(toys.rows(LENGTHS))
    first, second = told_by(model, [batch]), told_by(model, [batch])
    for name, inputs in first.items():  # dropout is off, so both saw the same
        assert inputs.squares.equal(second[name].squares)
        assert inputs.products.equal(second[name].products)
        assert not inputs.products.requires_grad
    assert model.training is training
    assert not any(part._forward_pre_hooks for part in model.modules())
    assert all(weight.equal(before[name]) for name, weight in model.state_dict().items())


def test_hooks_are_gone_after_trouble_too() -> None:
    import torch

    model = toys.t5().train()
    with pytest.raises(IndexError):
        told_by(model, [{"input_ids": torch.tensor([[toys.WORDS + 1]])}])
    assert not any(part._forward_pre_hooks for part in model.modules())
    assert model.training


def test_without_rows_nothing_was_seen() -> None:
    assert told_by(toys.t5(), []) == {}
