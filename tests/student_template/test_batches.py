"""Every row is in one batch, no batch is larger than it may be, and the order is the seed's."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compress.bills import Bill
from compress.settings import Data
from tests.student_template import small_course

pytestmark = pytest.mark.torch
without_deadline = settings(deadline=None)  # the first case imports torch
LENGTHS = st.lists(st.integers(0, 40), max_size=40)


@without_deadline
@given(LENGTHS, st.integers(1, 120))
def test_every_row_is_in_one_batch_within_its_bound(lengths: list[int], most: int) -> None:
    from compress.batches import token_batches

    batches = token_batches(lengths, most)
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[row] for row in batch)
        assert len(batch) == 1 or len(batch) * longest <= most
    order = [row for batch in batches for row in batch]
    assert order == sorted(order, key=lambda row: (-lengths[row], row))


@without_deadline
@given(LENGTHS, st.integers(1, 120))
def test_no_batch_could_take_the_next_row(lengths: list[int], most: int) -> None:
    from compress.batches import token_batches

    batches = token_batches(lengths, most)
    for batch in batches[:-1]:
        assert (len(batch) + 1) * max(lengths[row] for row in batch) > most


@without_deadline
@given(LENGTHS.filter(bool), st.integers(1, 120), st.integers(0, 5))
def test_training_sees_every_row_once_before_it_sees_one_again(
    lengths: list[int], most: int, seed: int
) -> None:
    from compress.batches import shuffled_batches

    batches = shuffled_batches(lengths, most, seed)
    for _ in range(3):
        seen: list[int] = []
        while len(seen) < len(lengths):
            batch = next(batches)
            assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= most
            seen += batch
        assert sorted(seen) == list(range(len(lengths)))


def test_the_seed_fixes_the_order() -> None:
    from compress.batches import shuffled_batches

    lengths = [row % 7 for row in range(50)]

    def first(seed: int, rows: int = 60) -> list[list[int]]:
        return list(islice(shuffled_batches(lengths, 12, seed), rows))

    assert first(1) == first(1)
    assert first(1) != first(2)
    epoch = next(n for n in range(61) if sum(map(len, first(1)[:n])) == 50)
    assert first(1)[:epoch] != first(1)[epoch : 2 * epoch]  # another order the second time


def test_no_rows_are_told_instead_of_searched_for_ever() -> None:
    from compress.batches import shuffled_batches

    with pytest.raises(ValueError, match="no rows to train on"):
        next(shuffled_batches([], 10, 1))


def test_bills_are_cut_and_have_their_prefix() -> None:
    from compress.batches import encoded

    tokenizer = small_course.tokenizer()
    bills = (*small_course.bills(3), Bill("short", ""))
    examples = encoded(tokenizer, bills, Data(input_tokens=12, target_tokens=5))
    assert [len(each.input_ids) for each in examples[:3]] == [12] * 3
    assert [len(each.labels) for each in examples] == [5, 5, 5, 0]
    for bill, example in zip(bills, examples):
        alone = tokenizer(f"summarize: {bill.text}", max_length=12, truncation=True)["input_ids"]
        assert example.input_ids.tolist() == alone
    assert examples[3].input_ids[-1] == tokenizer.eos_token_id


def test_many_rows_are_encoded_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    from compress import batches

    monkeypatch.setattr(batches, "_ROWS_AT_ONCE", 4)
    some = small_course.bills(11)
    made = batches.encoded(small_course.tokenizer(), some, small_course.DATA)
    monkeypatch.undo()
    whole = batches.encoded(small_course.tokenizer(), some, small_course.DATA)
    assert [each.input_ids.tolist() for each in made] == [each.input_ids.tolist() for each in whole]
    assert [each.labels.tolist() for each in made] == [each.labels.tolist() for each in whole]


@pytest.fixture
def row() -> Callable[..., object]:
    import torch

    from compress.batches import Example

    def make(ids: list[int], labels: list[int]) -> Example:
        kind = torch.int32
        return Example(torch.tensor(ids, dtype=kind), torch.tensor(labels, dtype=kind))

    return make


def test_a_batch_is_padded_at_its_end(row: Callable[..., object]) -> None:
    from compress.batches import collated

    batch = collated([row([5, 6, 7], [8]), row([9], [3, 4])], 0)  # type: ignore[list-item]
    assert batch["input_ids"].tolist() == [[5, 6, 7], [9, 0, 0]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"].tolist() == [[8, -100], [3, 4]]
    assert {str(each.dtype) for each in batch.values()} == {"torch.int64"}


def test_a_token_that_is_the_padding_is_still_looked_at(row: Callable[..., object]) -> None:
    from compress.batches import collated

    batch = collated([row([0, 5], []), row([5], [])], 0)  # type: ignore[list-item]
    assert batch["attention_mask"].tolist() == [[1, 1], [1, 0]]
    assert "labels" not in batch
