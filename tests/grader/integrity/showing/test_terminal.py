"""Evidence on a terminal: the class, an entrant, a pair, letter by letter where it matters."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace

import click
import pytest

from grader.integrity.records import Inspection
from grader.integrity.showing.evidence import Evidence
from grader.integrity.showing.terminal import class_lines, pair_lines, person_lines
from grader.integrity.showing.terminal_pair import pair_body
from grader.outcomes import Case
from leaderboard.terminal import display_width
from tests.grader.integrity.showing import made

Told = Callable[[Evidence], "list[str]"]


def plain(lines: object) -> list[str]:
    assert hasattr(lines, "__iter__")
    return [click.unstyle(line) for line in lines]


def whole(evidence: Evidence) -> list[str]:
    return plain(class_lines(evidence, 80, "grade-work"))


def one(student: str) -> Told:
    return lambda evidence: plain(person_lines(evidence, student, 80, "grade-work"))


def pair(label: str) -> Told:
    return lambda evidence: plain(pair_lines(evidence, label, 80, "grade-work"))


WAYS: list[Told] = [
    whole, one(made.ADA), one(made.LONE), one(made.AWAY),
    *(pair(each.label) for each in made.PAIRS),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_it_names_tool_time_and_run_and_says_what_it_is_not(way: Told) -> None:
    lines = way(made.evidence())
    assert lines[0] == (f"evidence of run 3 ({made.AT}), told {made.TOLD} by grade 0.9.0")
    assert lines[1].startswith("These are observations: ")


@pytest.mark.parametrize("way", WAYS)
def test_no_word_of_it_accuses_anybody(way: Told) -> None:
    told = "\n".join(way(made.evidence())).lower()
    for word in ("plagiar", "cheat", "copied", "guilt", "stole", "suspect"):
        assert word not in told


@pytest.mark.parametrize("way", WAYS)
def test_nothing_of_it_steers_a_terminal(way: Told) -> None:
    told = "\n".join(way(made.evidence()))
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "\x07" not in told


@pytest.mark.parametrize("label", [each.label for each in made.PAIRS])
def test_a_pair_fits_80_columns(label: str) -> None:
    lines = pair(label)(made.evidence())
    assert max(map(display_width, lines[1:])) <= 80  # the first one names two moments


def test_the_class_tells_what_was_compared_and_where_it_lies() -> None:
    lines = whole(made.evidence())
    assert lines[5:12] == [
        "What was compared",
        "-----------------",
        "figure                    compared  stand out  median  95 %   next   from",
        "------------------------  --------  ---------  ------  -----  -----  -----",
        "code: coverage            10        3          0.080   0.220  0.310  0.500",
        "weights: residual cosine  6         1          0.020   0.200  0.350  0.600",
        "predictions: equal rows   10        1          0       0.010  0.120  0.500",
    ]
    assert any(line.startswith("works: code 2, weights 1, predictions 1") for line in lines)


def test_a_wide_window_has_parts_and_works_in_columns() -> None:
    for width in (120, None):
        lines = plain(class_lines(made.evidence(), width, "grade-work"))
        start = lines.index("What was compared")
        assert lines[start + 2].split()[:4] == ["part", "works", "figure", "compared"]
        assert lines[start + 4].split()[:4] == ["code", "2", "coverage", "10"]


def test_no_name_or_figure_is_cut_where_the_window_is_narrow() -> None:
    spreads = tuple(replace(each, figure=f"{each.figure} of long words" * 2)
                    for each in made.SPREADS)  # fmt: skip
    told = whole(made.evidence(replace(made.INSPECTION, spreads=spreads)))
    start = next(at for at, line in enumerate(told) if line.startswith("next: the nearest"))
    assert max(map(display_width, told[1:start])) <= 80
    assert not [line for line in told[1:start] if "…" in line]


def test_rows_of_a_pair_can_be_told_apart_by_the_ends_of_their_names() -> None:
    names = [f"decoder.block.{at}.layer.0.SelfAttention.k.weight" for at in range(20)]
    rows = tuple((name, "237", "237", "1.00") for name in names)
    headers = ("layer", "trained in both", "same to the last bit", "likeness of the changes")
    layers = replace(made.LAYERS, headers=headers, rows=rows)
    lines = plain(pair_body(made.evidence(), layers, 80))
    assert max(map(display_width, lines)) <= 80
    assert [line.split()[0] for line in lines if "SelfAttention" in line] == names


def test_the_class_lists_pairs_works_alone_and_the_next_command() -> None:
    lines = whole(made.evidence())
    code = made.CODE.label
    assert any(line.startswith(f"{code}  code ") and "coverage 0.934" in line for line in lines)
    assert any("weights.other-model" in line and "pruned_model" in line for line in lines)
    assert f"next: grade evidence {code}" in lines
    assert f"next: grade evidence {made.EVIL}" in lines
    assert lines[-1] == "as pages: grade evidence --html evidence"


def test_what_rests_on_a_pair_that_is_not_there_is_listed_by_itself() -> None:
    lines = whole(made.evidence(Inspection(found=made.FOUND[:1])))
    assert "Observations about one work alone: 1" in lines
    assert f"next: grade evidence {made.ADA}" in lines
    assert not [line for line in lines if made.CODE.label in line]


def test_a_class_in_which_nothing_stands_out_says_so() -> None:
    lines = whole(made.evidence(Inspection()))
    assert lines[lines.index("Pairs that stand out: 0") + 2] == "none"


def test_an_entrant_is_told_with_context_pairs_lines_and_what_to_type() -> None:
    told = "\n".join(plain(person_lines(made.evidence(), made.ADA, 80, "a b")))
    for part in (
        "code.alike  train.py:3 pair",
        "[waits]",
        "10 pairs were compared; the median is 0.080",
        f"sha-256 of train.py: {'a' * 64}",
        '    5 > ds = load_dataset("billsum", split="test")',
        "rows that repeat four words: 12 %",
        "9900102 王小明",
        f"grade decide {made.ADA} code.alike --confirm (or --dismiss) --why \"…\" --work 'a b'",
        f"for them: grade evidence --for-student {made.ADA} --work 'a b'",
    ):
        assert part in told


def test_a_pair_is_told_side_by_side_with_digests_class_and_explanations() -> None:
    lines = pair(made.CODE.label)(made.evidence())
    for line in (
        f"        sha-256 {'a' * 64}",
        f"        sha-256 {'b' * 64}",
        "  coverage: 0.934",
        "  shared tokens: 812",
        "train.py:3-9                           | src/主程式.py:5-11",
        "    3 > def count(model, amount):      ~     5 > def zähle(model, amount):",
        "   12 >     count(None, 0.3)           ~    14 >     zähle(None, 0.3)",
        "1. 640 tokens",
        f"next: grade evidence {made.WANG}",
    ):
        assert line in lines
    assert any("0.310. It may be that both used one example from the web" in x for x in lines)


def test_a_pair_without_a_finding_has_general_explanations() -> None:
    told = " ".join(pair(made.LAYERS.label)(made.evidence()))
    assert "May be innocent: The same seed and recipe" in told
    assert "Next: Compare seeds and recipes" in told


def test_layers_at_the_threshold_are_marked() -> None:
    lines = pair(made.LAYERS.label)(made.evidence())
    assert ">  encoder.block.0.q  0.910            4096" in lines
    assert "   decoder.<b>x       0.210            4096" in lines


def test_rows_of_predictions_have_the_words_in_common_marked() -> None:
    lines = pair(made.TEXTS.label)(made.evidence())
    assert "      > the bill amends the tax code   =       > the bill amends the tax code" in lines
    assert "        of 1986 to allow               |         to let there be" in lines


def test_a_text_that_is_not_kept_is_told() -> None:
    assert "   the text of the second isn't kept" in pair(made.OLD.label)(made.evidence())


def test_what_was_found_in_the_case_alone_is_told_too() -> None:
    """Data rules are applied when a case is made, and are no part of what is kept."""
    from validators.catalogue import integrity_codes
    from validators.findings import Place

    code = integrity_codes()[0]
    run = made.run()
    assert run.state is not None
    first, *others = run.state.judged
    finding = code.at(Place("run.py", 7), "seen here.", "Read it.")
    case: Case = replace(first.case, findings=(finding,), quality=(("distinct words", "81 %"),))
    state = replace(run.state, judged=(replace(first, case=case), *others))
    from grader.integrity.showing.evidence import evidence_of

    told = evidence_of(replace(run, state=state), Inspection(), "0.9.0", made.TOLD)
    lines = one(made.ADA)(told)
    assert f"{code.name}  run.py:7" in lines
    assert "distinct words: 81 %" in lines


@pytest.mark.parametrize("way", WAYS)
def test_the_order_in_which_things_were_found_changes_nothing(way: Told) -> None:
    drawn = random.Random(7)
    told = made.INSPECTION
    for _ in range(3):
        shuffled = replace(
            told,
            **{
                each.name: tuple(
                    drawn.sample(getattr(told, each.name), len(getattr(told, each.name)))
                )
                for each in fields(told)
                if each.name != "notes"
            },
        )
        assert way(made.evidence(shuffled)) == way(made.evidence())
