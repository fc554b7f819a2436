"""What is kept of a file of predictions, and what no file can do to it."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.answer_files import AnswerKey
from grader.demo.corpus import make_corpus
from grader.demo.shipped import written
from grader.integrity.predictions.arrays import Kept, packed, unpacked
from grader.integrity.predictions.compare import compare_predictions
from grader.integrity.predictions.extract import Course, course_of, prediction_traits
from grader.integrity.predictions.facts import SAYS
from grader.integrity.predictions.measures import longest_run
from grader.integrity.predictions.words import MOST_WORDS, cut, words_of
from grader.integrity.records import PredictionTraits, Work
from grader.metric import PreparedAnswers, rouge_row
from tests.integrity_sets.predictions.breaches import WEAK, source_texts
from tests.integrity_sets.predictions.classes import make_course
from validators.rules.inspecting import PredictionForensicsRules

WORDS = st.lists(st.sampled_from("abc"), max_size=30)
LINE = (
    "the act of {0} directs the {0} secretary to make {1} grants and {1} loans for farm water {0}"
)


def key_of(answers: list[str], ids: tuple[str, ...] = ()) -> AnswerKey:
    rows = tuple(range(len(answers)))
    return AnswerKey(ids or tuple(map(str, rows)), rows, PreparedAnswers(answers), (), (), "made")


def naive_run(first: list[str], second: list[str]) -> int:
    best = 0
    for one in range(len(first)):
        for two in range(len(second)):
            length = 0
            while (
                max(one, two) + length < max(len(first), len(second))
                and one + length < len(first)
                and two + length < len(second)
                and first[one + length] == second[two + length]
            ):
                length += 1
            best = max(best, length)
    return best


@given(WORDS, WORDS)
@settings(max_examples=200, deadline=None)
def test_the_longest_run_is_that_of_a_plain_search(first: list[str], second: list[str]) -> None:
    both = cut([first, second])
    assert longest_run(both.row(0), both.row(1)) == naive_run(first, second)


@given(st.lists(WORDS, max_size=6), st.sampled_from([2, 4, 8]))
@settings(max_examples=200, deadline=None)
def test_runs_of_words_stay_inside_their_text(rows: list[list[str]], size: int) -> None:
    grams, places = cut(rows).grams(size)
    plain = [
        (tuple(row[at : at + size]), place)
        for place, row in enumerate(rows)
        for at in range(len(row) - size + 1)
    ]
    assert places.tolist() == [place for _, place in plain]
    kinds = dict(zip(grams.tolist(), (gram for gram, _ in plain)))
    assert len(kinds) == len({gram for gram, _ in plain})
    assert [kinds[gram] for gram in grams.tolist()] == [gram for gram, _ in plain]


def test_hashes_are_the_same_on_every_machine() -> None:
    assert cut([["water", "Ω"]]).hashes.tolist() == [11808139217482630114, 1113753735488517323]
    assert cut([list("abcdefgh")]).grams(8)[0].tolist() == [906720969947255441]


def test_words_pass_over_marks_case_and_spaces() -> None:
    assert words_of('Amends  "the ACT", of 1993.') == words_of("amends the act. of 1993")
    assert words_of("Ärzte für 法律 1.5") == ["ärzte", "für", "法律", "1", "5"]
    assert len(words_of("a " * 9_000)) == MOST_WORDS


def test_figures_of_a_small_file() -> None:
    full = [LINE.format("salt", "big"), LINE.format("iron", "red"), "one two three four five six"]
    bills = [f"{full[0]} and more", "nothing here", "zero one two three four five six seven eight"]
    key = key_of([full[0], "other words altogether stand here", "x"])
    texts = [full[0], f"{full[1][:50]} but then it goes elsewhere", "one two three"]
    traits, _ = prediction_traits(texts, "p.csv", "00", course_of(key, bills, full))
    assert (traits.file, traits.sha256, traits.rows) == ("p.csv", "00", 3)
    near = [rouge_row(a, t)["rougeL"].fmeasure > 0.7 for a, t in zip(key.answers.references, texts)]
    assert near == [True, False, False]
    assert traits.key_rows == pytest.approx(1 / 3, abs=1e-6)
    runs = [len(words_of(full[0])), 0, 0]
    assert traits.key_run_words == pytest.approx(np.percentile(runs, 90))
    windows = [len(words_of(text)) - 7 for text in texts[:2]]
    assert traits.source_8grams == pytest.approx(windows[0] / sum(windows), abs=1e-6)
    assert traits.full_model_equal == pytest.approx(1 / 3, abs=1e-6)
    # 17 words of 17, 10 of the 15 that both have but the last, 2 of 2.
    assert traits.full_model_prefix == pytest.approx(traits.full_model_prefix or 0)
    assert 0.8 < (traits.full_model_prefix or 0) < 0.9


def test_quality_of_files_that_are_easily_told() -> None:
    loop = " ".join(["sewer and water are sewer and water are"] * 3)
    texts = ["", "  ", loop, "One plain sentence that ends well.", "One that breaks"]
    traits, _ = prediction_traits(texts, "p.csv", "", Course(None))
    found = dict(traits.quality)
    assert found["blank"] == 0.4
    assert found["repeating"] == found["constant"] == 0.2
    assert found["cut_off"] == 0.4
    assert 0 < found["distinct_2"] < 1
    assert "recall_gap" not in found
    assert set(found) | {"recall_gap", "source_8grams", "common"} == set(SAYS)
    assert traits == PredictionTraits("p.csv", "", 5, traits.quality)
    gap = dict(
        prediction_traits(["a b c d"], "", "", course_of(key_of(["a b"]), (), None))[0].quality
    )
    assert gap["recall_gap"] == pytest.approx(1 - 2 / 3, abs=1e-6)


def test_a_course_is_the_same_made_ready_or_not() -> None:
    made = make_course(40)
    course = made.course
    plain = Course(course.key, course.bills, course.full_model)
    texts = source_texts(made)
    assert prediction_traits(texts, "a", "", plain) == prediction_traits(texts, "a", "", course)


def test_rows_that_dont_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="3 answers, 2 bills"):
        course_of(key_of(["a", "b", "c"]), ["a", "b"], None)
    with pytest.raises(ValueError, match="there are 2 texts"):
        prediction_traits(["a", "b"], "", "", course_of(key_of(["a", "b", "c"]), (), None))


def test_ids_are_the_keys_where_it_leaves_rows_out() -> None:
    answers = [LINE.format(f"w{row}", f"v{row}") for row in range(40)]
    key = replace(
        key_of(answers, tuple(f"bill-{row}" for row in range(80))), rows=tuple(range(40, 80))
    )
    _, arrays = prediction_traits(answers, "", "", course_of(key, (), None))
    kept = unpacked(arrays)
    assert kept.near_key == tuple(f"bill-{row}" for row in range(40, 60))
    assert {each.id for each in kept.sampled} == {f"bill-{row}" for row in range(40, 80)}


HOSTILE = {
    "nothing": [],
    "empty rows": [""] * 40,
    "no words": ["\0\x1b[31m\u202e", "- - -", "…", "\n\r\t"] * 10,
    "half a character": ["\ud800 \udfff " + "\ud800".join("abcdefghijklmnop")] * 40,
    "one long row": ["word " * 300_000, "x" * 1_000_000, *["a b c d e f g h i j k"] * 38],
    "control characters": [f"\x07{row} \x1b]0;x\x07 a b c d e f g h i j k l" for row in range(40)],
    "other scripts": ["議会は法律を改正する " * 9, "Закон о воде " * 9, "🐟 " * 99] * 13,
    "small letters that grow": ["İΑΣ " * 200] * 40,
    "numbers": [str(10**row) for row in range(40)],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_breaks_the_reading(name: str) -> None:
    texts = HOSTILE[name]
    course = Course(None)
    if texts:
        texts = texts + [""] * (40 - len(texts))
        made = make_course(40)
        course = made.course
    traits, arrays = prediction_traits(texts, name, "", course)
    kept = unpacked(arrays)
    assert kept.rows == traits.rows == len(texts)
    assert len(arrays) < 1_000_000
    assert all(each.text.isprintable() for each in kept.sampled)
    works = [Work(place, traits, arrays) for place in "abc"]
    found = compare_predictions(works, None, PredictionForensicsRules())
    assert [each for each in found.found if name != "control characters"] == []


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_texts_can_be_kept_and_read_again(texts: list[str]) -> None:
    _, arrays = prediction_traits(texts, "p", "", Course(None))
    assert packed(unpacked(arrays)) == arrays


def test_other_bytes_are_refused() -> None:
    made = make_course(40)
    arrays = prediction_traits(source_texts(made), "a", "", made.course)[1]
    data = zlib.decompress(arrays)
    broken = [
        b"", b"x", arrays[:-5], arrays + b"x", zlib.compress(b""), zlib.compress(data[:-1]),
        zlib.compress(data + b"x"), zlib.compress(data.replace(b'"texts": 40', b'"texts": -4')),
        zlib.compress(data.replace(b"predictions 1", b"predictions 0")),
    ]  # fmt: skip
    for each in broken:
        with pytest.raises(ValueError, match="these bytes hold no predictions"):
            unpacked(each)
    assert isinstance(unpacked(arrays), Kept)


def test_weak_rows_say_nothing_and_true_ones_do() -> None:
    made = make_course(200)
    for name, weak in WEAK.items():
        kept = unpacked(prediction_traits(weak(made, 1), "", "", made.course)[1])
        assert np.count_nonzero(kept.texts) < 30, name
    kept = unpacked(prediction_traits(source_texts(made), "", "", made.course)[1])
    assert np.count_nonzero(kept.texts) > 180


def test_the_demos_own_models_are_honest() -> None:
    """Really generated: the released model, cut at once, and cut and trained again."""
    bills = make_corpus().test
    key = key_of([bill.summary for bill in bills])
    texts = {name: written(name).texts for name in ("dense", "one-shot", "recovered")}
    course = course_of(key, [bill.text for bill in bills], texts["dense"])
    works = [
        Work(name, *prediction_traits(given, f"{name}.csv", name, course))
        for name, given in texts.items()
    ]
    full = Work(
        "released", *prediction_traits(texts["dense"], "", "", course_of(None, (), None)), True
    )
    found = compare_predictions(works, full, PredictionForensicsRules())
    assert [(each.name, each.finding.code) for each in found.found] == [
        ("dense", "predictions.full-model")
    ]
    # These answers are easy: the released model itself writes most of them nearly word for word.
    assert [each.traits.key_rows > 0.8 for each in works if each.traits.key_rows] == [True, True]
