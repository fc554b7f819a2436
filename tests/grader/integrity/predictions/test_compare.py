"""Every planted breach is found, and nobody honest carries a finding."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from grader.integrity.predictions.compare import compare_predictions
from grader.integrity.records import Found, Inspection, PredictionTraits, Work
from tests.integrity_sets.predictions.breaches import FULL, LEAKS, SOURCE, TWINS, WEAK, source_texts
from tests.integrity_sets.predictions.classes import Made, honest_works, make_course
from tests.integrity_sets.predictions.models import Model
from validators.rules.inspecting import PredictionForensicsRules

RULES = PredictionForensicsRules()
BELOW = {"20 % of words others", "80 % of rows one's own", "trained a little on"}
"""Twins of which too little is left: two who were honestly trained alike have as much in common."""

BORDERLINE = {"other decoding"}
"""Told or not, as the rows happen to be."""

HONEST = 20
ROWS = 200
Works = list[Work[PredictionTraits]]


@pytest.fixture(scope="module")
def made() -> Made:
    return make_course(ROWS)


def inspected(made: Made, works: Works, full: bool = True) -> Inspection:
    return compare_predictions(works, made.full_work() if full else None, RULES)


def in_class(made: Made, *works: Work[PredictionTraits]) -> Works:
    return [*honest_works(made, HONEST), *works]


def codes(inspection: Inspection) -> set[tuple[str, str]]:
    return {(each.name, each.finding.code.partition(".")[2]) for each in inspection.found}


def findings_of(inspection: Inspection, name: str) -> list[Found]:
    return [each for each in inspection.found if each.name == name]


def test_nobody_honest_carries_a_finding(made: Made) -> None:
    found = inspected(made, in_class(made))
    assert found.found == found.pairs == found.clusters == ()
    worst = {each.figure: each.highest for each in found.spreads}
    assert worst["equal rows"] < 0.3
    assert worst["shared 4-grams"] < 0.2
    assert worst["released model's rows"] < 0.4
    assert worst["released model's beginnings"] < 0.7
    assert worst["rows near the answer"] <= 0.02
    assert {each.compared for each in found.spreads} == {HONEST, HONEST * (HONEST - 1) // 2}


@pytest.mark.parametrize("seed", [11, 12])
def test_classes_of_one_recipe_carry_no_finding(made: Made, seed: int) -> None:
    """All train in the same way, so all leave the released model in the same direction."""
    models = [
        Model(100 * seed + number, 0.4, recipe=seed, shared=0.8, words=40) for number in range(14)
    ]
    works = [made.work(f"w{number}", made.texts(model)) for number, model in enumerate(models)]
    found = inspected(made, works)
    assert found.found == ()
    assert max(each.highest for each in found.spreads if each.figure == "shared deviation") > 0.04


@pytest.mark.parametrize("name", sorted(set(TWINS) - BELOW - BORDERLINE))
def test_twins_are_found_on_both_sides(made: Made, name: str) -> None:
    source, twin = (
        made.work("a source", source_texts(made)),
        made.work("twin", TWINS[name](made, 1)),
    )
    found = inspected(made, in_class(made, source, twin))
    assert codes(found) == {("a source", "alike"), ("twin", "alike")}
    (pair,) = found.pairs
    assert (pair.first, pair.second, pair.label[0]) == ("a source", "twin", "p")
    assert {each.labels for each in found.found} == {(pair.label,)}
    assert [each.names for each in found.clusters] == [("a source", "twin")]
    assert 0 < len(pair.rows) <= 20
    assert {len(row) for row in pair.rows} == {len(pair.headers)} == {3}
    assert all(pair.rows[0][1:])


@pytest.mark.parametrize("name", sorted(BELOW))
def test_twins_of_which_little_is_left_accuse_nobody(made: Made, name: str) -> None:
    twin = made.work("twin", TWINS[name](made, 1))
    found = inspected(made, in_class(made, made.work("a source", source_texts(made)), twin))
    assert found.found == ()


@pytest.mark.parametrize("count", [3, 9])
def test_a_few_good_models_that_begin_alike_are_no_pair(made: Made, count: int) -> None:
    """In a small class too few share a text for it to be left out."""
    found = inspected(made, list(honest_works(made, count)))
    assert found.found == ()
    (alike,) = [each for each in found.spreads if each.figure == "shared deviation"]
    assert alike.highest > alike.threshold


def test_rows_in_another_order_are_shown_side_by_side(made: Made) -> None:
    texts = source_texts(made)
    twin = TWINS["rows in another order"](made, 1)
    found = inspected(made, in_class(made, made.work("a", texts), made.work("b", twin)))
    moved = [row for row in found.pairs[0].rows if " / " in row[0]]
    assert moved
    for place, first, second in moved:
        one, two = map(int, place.split(" / "))
        assert first == second
        assert texts[one] == twin[two]


@pytest.mark.parametrize("name", FULL)
def test_the_released_models_texts_are_found(made: Made, name: str) -> None:
    found = inspected(made, in_class(made, made.work("it", FULL[name](made, 1))))
    assert codes(found) == {("it", "full-model")}
    (pair,) = found.pairs
    assert {pair.first, pair.second} == {"it", "released model"}
    assert found.clusters == ()


def test_two_with_the_released_models_file_are_no_pair(made: Made) -> None:
    works = [made.work(name, made.full, "same") for name in ("one", "two", "three")]
    assert {code for _, code in codes(inspected(made, in_class(made, *works)))} == {"full-model"}


@pytest.mark.parametrize("name", LEAKS)
def test_answers_in_a_file_are_found_and_never_shown(made: Made, name: str) -> None:
    work = made.work("it", LEAKS[name](made, 1))
    found = inspected(made, in_class(made, work))
    assert codes(found) == {("it", "near-key")}
    (told,) = findings_of(found, "it")
    text = f"{told.finding} {told.finding.evidence}"
    assert not any(" ".join(answer.split()[6:10]) in text for answer in made.answers)
    assert dict(told.finding.evidence)["near_rows"] == round((work.traits.key_rows or 0) * ROWS)
    assert found.pairs == ()


def test_two_who_are_right_are_not_alike_for_that(made: Made) -> None:
    works = [made.work(name, LEAKS["all answers"](made, 1), name) for name in ("one", "two")]
    assert {code for _, code in codes(inspected(made, in_class(made, *works)))} == {"near-key"}


@pytest.mark.parametrize("name", WEAK)
def test_weak_files_are_no_offence_and_not_alike(made: Made, name: str) -> None:
    works = [made.work(f"weak {seed}", WEAK[name](made, seed)) for seed in range(3)]
    found = inspected(made, in_class(made, *works))
    assert found.found == ()
    assert any(note.startswith("3 files of predictions say too little") for note in found.notes)
    assert {fact.name for fact in found.facts} > {"weak 0", "weak 1", "weak 2"}


def test_what_many_share_is_a_note_and_no_finding(made: Made) -> None:
    """Eight follow one example; each has some rows of its own."""
    draw = random.Random(0)
    texts, own = source_texts(made), made.texts(Model(seed=77, change=2.0))
    works = [
        made.work(
            f"w{number}",
            [own[row] if draw.random() < 0.1 else text for row, text in enumerate(texts)],
        )
        for number in range(8)
    ]
    found = inspected(made, in_class(made, *works))
    assert found.found == ()
    assert any(note.startswith("8 files share at least half") for note in found.notes)
    shared = [fact.value for fact in found.facts if "many files of the class share" in fact.says]
    assert len(shared) == 8


def test_one_file_in_many_hands_is_told_whoever_has_it(made: Made) -> None:
    works = [made.work(f"w{number}", source_texts(made), "same") for number in range(9)]
    found = inspected(made, in_class(made, *works))
    assert {name for name, _ in codes(found)} == {work.name for work in works}
    assert [len(each.names) for each in found.clusters] == [9]
    assert all("the same to the last byte" in each.finding.message for each in found.found)
    assert any("pairs that stand out are not told one by one" in note for note in found.notes)


def test_the_order_of_works_changes_nothing(made: Made) -> None:
    works = in_class(
        made, made.work("a", source_texts(made)), made.work("b", TWINS["cut to 60 %"](made, 1)),
        made.work("c", made.full), made.work("d", LEAKS["20 % of the answers"](made, 1)),
    )  # fmt: skip
    first = inspected(made, works)
    assert len(first.found) == 4
    for seed in range(3):
        random.Random(seed).shuffle(works)
        assert inspected(made, works) == first


def test_a_third_student_doesnt_change_what_was_decided_on(made: Made) -> None:
    """A decision is bound to code, place, message and evidence, so these must stay."""
    twin = TWINS["10 % of rows one's own"](made, 1)
    works = in_class(made, made.work("a", source_texts(made)), made.work("b", twin))
    more = [
        *works,
        made.work("c", TWINS["10 % of rows one's own"](made, 2)),
        made.work("d", made.full),
    ]
    before, after = inspected(made, works), inspected(made, more)
    for name in ("a", "b"):
        (one,) = findings_of(before, name)
        again = [each for each in findings_of(after, name) if each.labels == one.labels]
        assert [replace(each.finding, remedy="") for each in again] == [
            replace(one.finding, remedy="")
        ]
        assert again[0].finding.remedy != one.finding.remedy


def test_a_finding_names_nobody_and_says_all_that_it_must(made: Made) -> None:
    first = made.work("0240309_佐藤", source_texts(made))
    second = made.work("0111111_secret", TWINS["saved again"](made, 1))
    found = inspected(made, in_class(made, first, second, made.work("full", made.full)))
    assert len(found.found) == 3
    for each in found.found:
        text = f"{each.finding} {each.finding.evidence}"
        assert "0111111" not in text or each.name == "0111111_secret"
        assert "0240309" not in text or each.name == "0240309_佐藤"
        assert not any(" ".join(row.split()[7:11]).lower() in text for row in source_texts(made))
        for words in ("In this class", "compared", "Innocent explanations", "Next:"):
            assert words in each.finding.remedy
        assert not {"copied from", "cheat", "plagiar"} & set(text.lower().split())


def test_a_reference_is_compared_with_and_never_found(made: Made) -> None:
    old = replace(made.work("earlier/a", source_texts(made)), reference=True)
    older = replace(made.work("earlier/b", source_texts(made)), reference=True)
    new = made.work("new", TWINS["10 % of rows one's own"](made, 1))
    found = inspected(made, in_class(made, old, older, new))
    assert {each.name for each in found.found} == {"new"}
    assert len(found.found) == 2
    assert all("of an earlier year" in each.finding.message for each in found.found)


def test_without_the_released_model_only_strong_likeness_counts(made: Made) -> None:
    source = made.work("a", source_texts(made))
    same, related = made.work("b", source_texts(made)), made.texts(replace(SOURCE, noise=0.3))
    found = inspected(made, in_class(made, source, same, made.work("c", related)), full=False)
    assert codes(found) == {("a", "alike"), ("b", "alike")}
    assert any("was not given" in note for note in found.notes)
    assert "shared deviation" not in {each.figure for each in found.spreads}
    assert dict(found.found[0].finding.evidence)["begin_alike"] is None


def test_answers_that_the_whole_class_comes_near_to_accuse_nobody(made: Made) -> None:
    """Without the released model's texts, half of the class says what is usual."""
    works = in_class(made, made.work("leak", LEAKS["20 % of the answers"](made, 1)))
    near = [replace(work, traits=replace(work.traits, key_rows=0.3)) for work in works]
    rules = PredictionForensicsRules(key_run_words=999)
    assert codes(compare_predictions(works, None, rules)) == {("leak", "near-key")}
    assert codes(compare_predictions(near, None, rules)) == set()


def test_too_few_rows_or_peers_accuse_nobody(made: Made) -> None:
    small = make_course(25)
    works = [small.work(name, source_texts(small)) for name in ("a", "b")]
    found = inspected(small, [*works, small.work("c", small.full), small.work("d", small.answers)])
    assert found.found == ()
    assert any("too few to say what is usual" in note for note in found.notes)
    assert any("say too little" in note for note in found.notes)
    related = made.work("b", TWINS["cut to 60 %"](made, 1))
    assert inspected(made, [made.work("a", source_texts(made)), related]).found == ()


def test_works_of_other_rows_are_left_out_with_a_note(made: Made) -> None:
    other = make_course(40).work("other", make_course(40).full)
    empty = Work("empty", replace(other.traits, rows=ROWS))
    found = inspected(made, in_class(made, other, empty))
    assert found.found == ()
    assert found.notes == (
        "2 files of predictions have other rows than the 200 of the class, and were compared with"
        " nothing.",
    )
    full = make_course(40).full_work()
    notes = compare_predictions(in_class(made), full, RULES).notes
    assert any("have 40 rows and the class has 200" in note for note in notes)
    lone = compare_predictions(in_class(made, made.work("it", made.full)), full, RULES)
    assert codes(lone) == {("it", "full-model")}
    assert lone.pairs == lone.found[0].labels == ()
    assert "pair" not in lone.found[0].finding.message
    assert compare_predictions([], None, RULES).found == ()
