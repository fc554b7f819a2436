"""The search for settings, with a stand-in for the model whose texts follow from the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Callable, Optional

import pytest

from grader.rerun.clean_room.searching import Found, Ids, Search, told
from grader.rerun.records import Settings

LETTERS = "abcdefghijklmnopqrstuvwxyz"
COMMON = 12
BILLS = [f"bill {number} " + "x" * number for number in range(24)]


@dataclass
class StandIn:
    """Writes letters drawn by the input and by everything but the length, and counts its work."""

    written: int = 0
    steps: int = 0
    rank: int = 1
    tried: list[Settings] = field(default_factory=list)

    def inputs(self, bills: Sequence[str], prefix: str, most_tokens: int) -> tuple[Ids, ...]:
        return tuple(tuple(map(ord, (prefix + bill)[:most_tokens])) for bill in bills)

    def tokens(self, text: str) -> Ids:
        return tuple(LETTERS.index(letter) for letter in text)

    def text(self, tokens: Sequence[int]) -> str:
        return "".join(LETTERS[token] for token in tokens)

    def write(self, inputs: Sequence[Ids], settings: Settings) -> list[Ids]:
        self.written += len(inputs)
        self.tried.append(settings)
        # Beams look ahead: their texts are no prefixes of each other.
        asked = replace(settings, max_length=0) if settings.beams == 1 else settings
        asked = replace(asked, prefix="", max_input_tokens=0)
        # How a search ends does not change how all of its texts begin.
        begin = replace(asked, max_length=0, length_penalty=1.0, early_stopping=False)
        longest = min(200, settings.max_length - 1)
        drawn = [(Random(f"{read} {begin!r}"), Random(f"{read} {asked!r} rest")) for read in inputs]
        return [
            tuple(pair[place >= COMMON].randrange(26) for place in range(longest)) for pair in drawn
        ]

    def follow(
        self,
        inputs: Sequence[Ids],
        settings: Settings,
        hopeless: Callable[[Mapping[int, Sequence[Ids]]], bool],
    ) -> list[Optional[Ids]]:
        written = self.write(inputs, settings)
        steps = max(map(len, written), default=0)
        for step in range(1, steps + 1):
            self.steps += 1
            # Of beams only the common beginning is shown: what else they hold, it doesn't know.
            shown = settings.beams == 1 or step <= COMMON
            live = {place: [tokens[:step]] * shown for place, tokens in enumerate(written)}
            if hopeless(live):
                return [None] * len(inputs)
        return [*written]

    def ranks(self, read: Ids, tokens: Ids) -> tuple[int, ...]:
        return tuple(self.rank for _ in tokens)


def submitted(settings: Settings) -> list[str]:
    model = StandIn()
    read = model.inputs(BILLS, settings.prefix, settings.max_input_tokens)
    return [model.text(tokens) for tokens in model.write(read, settings)]


def searched(texts: Sequence[str], model: StandIn) -> Found:
    search = Search(model, BILLS, texts)
    for settings in search.trials():
        settled = search.settled(settings)
        if settled is not None:
            found = search.all_texts(settled)
            if found.near:
                return found
    raise AssertionError("nothing was found")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(20),
        Settings(64),
        Settings(129),
        Settings(37),
        Settings(64, beams=4),
        Settings(65, beams=5, length_penalty=2.0, early_stopping=True),
        Settings(20, prefix=""),
        Settings(40, no_repeat_ngram=3),
    ],
    ids=told,
)
def test_settings_are_found(settings: Settings) -> None:
    found = searched(submitted(settings), StandIn())
    assert found.settings == settings
    assert found.whole
    assert found.distinct == len(BILLS)
    assert list(found.texts) == submitted(settings)


def test_a_wrong_setting_costs_two_rows() -> None:
    model = StandIn()
    search = Search(model, BILLS, submitted(Settings(64, beams=4)))
    assert search.settled(Settings(64)) is None
    assert search.settled(Settings(64, beams=5)) is None
    assert model.written == 4


def test_texts_are_written_no_further_than_they_can_become_the_submitted_ones() -> None:
    model = StandIn()
    search = Search(model, BILLS, submitted(Settings(64, beams=4)))
    assert search.settled(Settings(64, beams=5)) is None
    assert model.steps < 15
    # What these beams lost on the way they lose with every end.
    assert not search.reaches(Settings(150, 5, length_penalty=2.0, early_stopping=True))
    assert search.reaches(Settings(64, beams=8))
    assert search.settled(Settings(64, beams=4)) == Settings(64, beams=4)


def test_rows_that_differed_are_asked_first() -> None:
    settings = Settings(64, beams=4)
    texts = submitted(settings)
    first = StandIn()
    search = Search(first, BILLS, texts)
    odd = search._probes[2:]
    edited = [text[::-1] if row in odd else text for row, text in enumerate(texts)]
    search = Search(first, BILLS, edited)
    odd = tuple(row for row in search._probes if edited[row] != texts[row])
    assert len(odd) == 2
    assert search.made(settings) is None
    assert search._probes[:2] == odd
    assert search.made(settings) is None


def test_one_row_that_differs_hides_nothing_and_is_counted() -> None:
    for place in range(len(BILLS)):
        texts = submitted(Settings(64))
        texts[place] = texts[place][::-1]
        found = searched(texts, StandIn())
        assert found.settings == Settings(64)
        assert (found.equal, found.whole) == (len(BILLS) - 1, False)


def test_texts_of_no_setting_are_not_found_and_the_rest_is_not_written() -> None:
    texts = [text[::-1] for text in submitted(Settings(64))]
    with pytest.raises(AssertionError, match="nothing was found"):
        searched(texts, StandIn())
    model = StandIn()
    found = Search(model, BILLS * 4, texts * 4).all_texts(Settings(64))
    assert (found.equal, found.distinct) == (0, 0)
    assert model.written < 4 * len(BILLS)
    assert None in found.texts


def test_inputs_that_are_cut_nowhere_are_tried_once() -> None:
    texts = submitted(Settings(64))
    cuts = {each.max_input_tokens for each in Search(StandIn(), BILLS, texts).trials()}
    assert cuts == {1024}
    long = [*BILLS[1:], "y" * 900]
    cuts = {each.max_input_tokens for each in Search(StandIn(), long, texts).trials()}
    assert cuts == {1024, 512}


@pytest.mark.parametrize(
    ("rank", "least"), [(1, 1), (14, 1), (15, 2), (20, 4), (21, 5), (32, 10), (33, None)]
)
def test_too_few_beams_for_the_submitted_words_are_ruled_out(
    rank: int, least: Optional[int]
) -> None:
    search = Search(StandIn(rank=rank), BILLS, submitted(Settings(64)))
    usual, other = Settings(64), Settings(64, prefix="")
    beams = [each for each in (1, 2, 4, 5, 8, 10) if search.reaches(replace(other, beams=each))]
    assert beams[:1] == ([] if least is None else [least])
    assert search.reaches(usual)


@pytest.mark.parametrize("text", ["", "'tis", '"A"'])
def test_a_text_without_a_beginning_rules_nothing_out(text: str) -> None:
    class Marks(StandIn):
        def tokens(self, text: str) -> Ids:
            return tuple(map(ord, text))

        def text(self, tokens: Sequence[int]) -> str:
            return "".join(map(chr, tokens))

    search = Search(Marks(rank=999), BILLS, [text] * len(BILLS))
    assert search.reaches(Settings(64, beams=4))
    assert not Search(Marks(rank=999), BILLS, BILLS).reaches(Settings(64, beams=4))


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_few_rows_are_enough_to_look(rows: int) -> None:
    texts = submitted(Settings(64))[:rows]
    search = Search(StandIn(), BILLS[:rows], texts)
    assert Settings(64) in [search.settled(each) for each in search.trials()[:12]]
    assert search.made(Settings(64, beams=4)) is None


def test_the_search_does_the_same_twice() -> None:
    one, other = StandIn(), StandIn()
    texts = submitted(Settings(64, beams=5))
    assert searched(texts, one) == searched(texts, other)
    assert one.tried == other.tried


def test_settings_are_told_with_what_is_unusual() -> None:
    assert told(Settings(20)) == "max_length 20, beams 1"
    odd = Settings(65, 4, 3, 2.0, True, "", 512)
    assert told(odd).endswith("early stopping, no prefix, input cut at 512 tokens")


def test_texts_that_can_not_be_more_than_were_found_already_are_not_written() -> None:
    texts = submitted(Settings(64)) * 4
    for row in (3, 70):
        texts[row] = "another"
    model = StandIn()
    search = Search(model, BILLS * 4, texts)
    assert search.all_texts(Settings(64)).equal == len(texts) - 2
    written = model.written
    # The two rows that differed come first.
    found = search.all_texts(Settings(64), beaten=len(texts) - 2)
    assert model.written - written == 16
    assert found.texts.count(None) == len(texts) - 16
    assert search.all_texts(Settings(64), beaten=len(texts) - 3).equal == len(texts) - 2
