"""Two sides beside each other: which lines belong together, and that none is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.integrity.records import Pair, Passage
from grader.integrity.showing.aligned import LONGEST_LINE, Block, blocks_of, fit, folded, text_rows
from tests.grader.integrity.showing.made import CODE, LINES, source

ONE = ("a = 1", "def f(x):", "    return x + a", "", "print(f(2))")
LINE = st.sampled_from(["x = 1", "yy = 22", "", "for a in b:", "for c in d:", "# note", "f(x)"])


def blocks(first: tuple[str, ...], second: tuple[str, ...], *passages: Passage) -> list[Block]:
    pair = Pair("code", "1", "2", "p", (), passages)
    return list(blocks_of(pair, {"a": first}, {"b": second}, 9))


def numbers(block: Block, matched: bool = True) -> list[tuple[object, object, bool]]:
    def number(cell: object) -> object:
        return getattr(cell, "number", None)

    rows = [
        row for row in block.rows if any(c and c.matched == matched for c in (row.left, row.right))
    ]
    return [(number(row.left), number(row.right), row.same) for row in rows]


def test_lines_that_differ_in_names_alone_stand_beside_each_other() -> None:
    other = ("# mine", "bb = 1", "# a remark", "def gg(z):", "    return z + bb", "print(gg(2))")
    (block,) = blocks(ONE, other, Passage("a", (1, 5), "b", (2, 6), 30))
    assert numbers(block) == [(1, 2, False), (2, 4, False), (3, 5, False), (5, 6, False)]
    assert [row.between for row in block.rows] == ["", "~", "", "~", "~", "", "~"]
    assert numbers(block, matched=False) == [(None, 1, False), (None, 3, False), (4, None, False)]


def test_a_call_over_several_lines_stands_beside_that_in_one() -> None:
    one = ("result = torch.load(path, map_location='cpu')", "result.eval()")
    two = ("r = torch.load(", "    p,", "    map_location='cuda',", ")", "r.eval()")
    (block,) = blocks(one, two, Passage("a", (1, 2), "b", (1, 5), 9))
    assert numbers(block) == [(1, 1, False), (None, 3, False), (2, 5, False)]


def test_many_lines_that_do_not_match_are_folded_and_empty_ones_left_out() -> None:
    between = tuple(f"import module_{n}" if n % 2 else "" for n in range(40))
    one = ("a = f(b)", *between, "c = g(a, 4)")
    (block,) = blocks(one, ("a = f(b)", "c = g(a, 4)"), Passage("a", (1, 42), "b", (1, 2), 9))
    texts = [row.left.text for row in folded(block.rows) if row.left is not None]
    assert texts == [
        "a = f(b)", "import module_1", "import module_3", "… 16 lines that don't match",
        "import module_37", "import module_39", "c = g(a, 4)",
    ]  # fmt: skip


def test_lines_that_read_the_same_are_told_from_those_that_do_not() -> None:
    (block,) = blocks(ONE, ("a=1", "def f( y ):"), Passage("a", (1, 2), "b", (1, 2), 9))
    assert numbers(block) == [(1, 1, True), (2, 2, False)]


def test_two_lines_around_a_passage_are_shown_unmarked() -> None:
    (block,) = blocks(ONE, ONE, Passage("a", (4, 4), "b", (2, 2), 3))
    assert numbers(block, matched=False) == [
        (2, None, False), (3, 1, False), (5, 3, False), (None, 4, False),
    ]  # fmt: skip


def test_lines_that_are_not_there_give_no_row_and_say_whose_they_are() -> None:
    (gone,) = blocks((), (), Passage("a", (1, 2), "b", (1, 2), 9))
    assert (gone.rows, gone.lacking) == ((), ())
    (half,) = blocks(ONE, (), Passage("a", (1, 2), "b", (1, 2), 9))
    assert half.lacking == ("second",)
    (outside,) = blocks(ONE, ONE, Passage("a", (-3, 2), "b", (4, 99), 9))
    assert numbers(outside) == [(1, 4, False), (2, 5, False)]


def test_the_largest_passages_are_shown_in_the_order_of_the_file() -> None:
    passages = [Passage("a", (n, n), "b", (n, n), size) for n, size in ((3, 5), (1, 9), (2, 1))]
    pair = Pair("code", "1", "2", "p", (), tuple(passages))
    shown = blocks_of(pair, {"a": ONE}, {"b": ONE}, 2)
    assert [(each.number, each.passage.size) for each in shown] == [(1, 9), (3, 5)]


@given(st.lists(LINE, max_size=12), st.lists(LINE, max_size=12))
def test_every_line_of_both_stands_in_one_row_in_its_order(one: list[str], two: list[str]) -> None:
    (block,) = blocks(tuple(one), tuple(two), Passage("a", (1, len(one)), "b", (1, len(two)), 9))
    for side, lines in (("left", one), ("right", two)):
        cells = [getattr(row, side) for row in block.rows]
        assert not lines or cells
        assert [c.number for c in cells if c is not None] == list(range(1, len(lines) + 1))
        assert [c.text for c in cells if c is not None] == lines


def test_a_passage_of_many_equal_lines_takes_no_long_time() -> None:
    many = ("x = 1",) * 4_000
    (block,) = blocks(many, many, Passage("a", (1, 4_000), "b", (1, 4_000), 9))
    assert len(numbers(block)) == 4_000


@given(
    st.lists(st.sampled_from("abcd"), max_size=20), st.lists(st.sampled_from("abcd"), max_size=20)
)
def test_no_word_of_two_texts_is_lost(one: list[str], two: list[str]) -> None:
    rows = text_rows(" ".join(one), " ".join(two))
    for side, words in (("left", one), ("right", two)):
        cells = [getattr(row, side) for row in rows]
        assert " ".join(c.text for c in cells if c is not None).split() == words
    assert all(row.left == row.right for row in rows if row.same)


def test_three_words_in_a_row_are_marked_and_two_are_not() -> None:
    rows = text_rows("one two three four", "zero two three four")
    assert [row.same for row in rows] == [False, True]
    assert not any(row.same for row in text_rows("one two x", "one two y"))
    assert [row.same for row in text_rows("one two", "one two")] == [True]


def test_a_line_is_made_fit_to_be_shown() -> None:
    assert fit("\tx\x1b[31m\u202e") == "    x\\x1b[31m\\u202e"
    assert fit("y" * 1_000) == "y" * LONGEST_LINE + "… (600 more characters)"
    assert len(fit("\t" * 10_000_000)) < 4 * LONGEST_LINE + 40


def test_the_made_class_is_aligned_as_expected() -> None:
    first, second = blocks_of(CODE, LINES[source("9900101")], LINES[source("9900102")], 9)
    assert [mark[:2] for mark in numbers(first)] == [(n, n + 2) for n in range(3, 10)]
    assert numbers(second) == [(12, 14, False)]
