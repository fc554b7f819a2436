"""The picture of a count: small, aligned, and true."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from validators.model.picture import bar, group_lines
from validators.model.records import Count, GroupCount, ModelCount, WeightSetCount

MASKED = (
    GroupCount("decoder/cross-attention", Count(6_291_456, 1_887_437, 1_887_437)),
    GroupCount("decoder/feed-forward", Count(12_582_912, 3_774_873, 3_774_873)),
    GroupCount("decoder/norms", Count(9_728, 9_728, 9_728)),
    GroupCount("embedding", Count(16_449_536, 3_947_889, 16_449_536)),
    GroupCount("head", Count(16_449_536, 3_947_889, 3_947_889), "embedding"),
    GroupCount("adapter with a very long name", Count(7, 0, 0)),
)


def made(groups: tuple[GroupCount, ...], total: Count) -> ModelCount:
    return ModelCount(total, (WeightSetCount(("model.safetensors",), total, groups),), ())


def test_a_masked_model_shows_the_dense_embedding_beside_the_masked_head() -> None:
    total = Count(35_333_639, 9_619_927, 22_121_574)
    assert group_lines(made(MASKED, total)) == (
        "                        non-zero    parameters  ratio                   strict",
        "embedding              3,947,889 /  16,449,536  0.240 ███▉············   1.000",
        "decoder                5,672,038 /  18,884,096  0.300 ████▊···········   0.300",
        "  cross-attention      1,887,437 /   6,291,456  0.300 ████▊···········   0.300",
        "  feed-forward         3,774,873 /  12,582,912  0.300 ████▊···········   0.300",
        "  norms                    9,728 /       9,728  1.000 ████████████████   1.000",
        "head (tied)            3,947,889 /  16,449,536  0.240 ███▉············   0.240",
        "adapter with a very…           0 /           7  0.000 ················   0.000",
        "total                  9,619,927 /  35,333,639  0.272 ████▍···········   0.626",
    )


def test_where_the_countings_agree_one_of_them_is_enough() -> None:
    count = Count(10, 3, 3)
    lines = group_lines(made((GroupCount("norms", count),), count))
    assert lines[0].endswith("ratio")
    assert lines[1] == "norms                          3 /          10  0.300 ████▊···········"


def test_nothing_counted_gives_no_picture() -> None:
    assert group_lines(ModelCount(None, (), ())) == ()


@given(total=st.integers(1, 10**9 - 1), share=st.fractions(0, 1))
def test_lines_fit_a_narrow_terminal(total: int, share: Fraction) -> None:
    count = Count(total, int(total * share), total)
    for line in group_lines(made((GroupCount("encoder/x", count),), count)):
        assert len(line) <= 78


@given(ratio=st.fractions(0, 3))
def test_a_bar_is_as_long_as_its_ratio(ratio: Fraction) -> None:
    drawn = bar(ratio)
    assert len(drawn) == 16
    assert (drawn == "█" * 16) == (ratio >= Fraction(255, 256))
    assert (drawn == "·" * 16) == (ratio == 0)
