"""Comparing a class: thresholds, base and common code, references, and what is told to whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.integrity.code.arrays import code_lines
from grader.integrity.code.compare import compare_code
from grader.integrity.records import CodeTraits, Inspection, Work
from tests.integrity_sets.code.works import honest, work
from validators.rules.inspecting import CodeRules

RULES = CodeRules()


def lines(name: str, count: int, start: int = 0) -> str:
    """Code that is like no other: seven tokens a line."""
    return "".join(
        f"x = {name}.step_{number}(y, option_{number}=z)\n"
        for number in range(start, start + count)
    )


def compare(
    texts: Mapping[str, str], base: str = "", rules: CodeRules = RULES, earlier: str = ""
) -> Inspection:
    works = [work(name, {"a.py": text}) for name, text in texts.items()]
    if earlier:
        works.append(work("HW4_2024_Zoe.zip", {"old.py": earlier}, reference=True))
    return compare_code(works, [work("base", {"b.py": base})] if base else [], rules)


def names(found: Inspection) -> list[str]:
    return [each.name for each in found.found]


@pytest.mark.parametrize(
    ("shared", "own", "stands_out"),
    [(30, 0, True), (30, 20, True), (30, 45, False), (7, 0, True), (5, 0, False), (4, 4, False)],
)
def test_both_thresholds_must_be_reached(shared: int, own: int, stands_out: bool) -> None:
    texts = {name: lines("common", shared) + lines(name, own) for name in ("one.zip", "two.zip")}
    found = compare(texts)
    assert names(found) == (["one.zip", "two.zip"] if stands_out else [])
    assert len(found.pairs) == stands_out


def test_the_smaller_work_is_what_coverage_is_of() -> None:
    found = compare({"one.zip": lines("a", 20), "two.zip": lines("a", 20) + lines("b", 200)})
    figures = dict(found.pairs[0].figures)
    assert figures["coverage"] > 0.95
    assert figures["own tokens of the second"] > 10 * figures["own tokens of the first"]


def test_base_code_is_nobodys_own_but_what_stands_beside_it_is() -> None:
    given_code, own = lines("base", 40), lines("own", 20)
    assert not compare({"one": given_code, "two": given_code}, given_code).found
    both = {"one": given_code + own, "two": own + given_code}
    found = compare(both, given_code)
    size = dict(found.pairs[0].figures)["shared tokens"]
    alone = compare({"one": own, "two": own}, given_code)
    assert size == pytest.approx(dict(alone.pairs[0].figures)["shared tokens"], abs=2)


def test_what_is_repeated_but_not_given_stays_own() -> None:
    repeated = lines("own", 15) * 4
    found = compare({"one": repeated, "two": repeated}, lines("base", 40))
    figures = dict(found.pairs[0].figures)
    assert figures["shared tokens"] == figures["own tokens of the first"] > 300


def test_a_work_that_holds_its_code_twice_has_it_once() -> None:
    text = lines("own", 30)
    twice = work("twice", {"a.py": text, "b.ipynb": text})
    once = work("once", {"c.py": text + lines("c", 25)})
    found = compare_code([twice, once], [], RULES)
    figures = dict(found.pairs[0].figures)
    assert figures["coverage"] == 1
    assert figures["own tokens of the second"] == figures["shared tokens"]


def test_what_much_of_the_class_has_does_not_count() -> None:
    texts = {f"work {number}": lines("all", 30) + lines(f"n{number}", 10) for number in range(12)}
    assert not compare(texts).found
    assert compare(texts, rules=CodeRules(common_share=Decimal(1))).found
    note = " ".join(compare(texts).notes)
    assert "In 12 of 12 works, most of the own code is in over 25% of the class" in note


def test_few_works_are_never_much_of_the_class() -> None:
    texts = {f"work {number}": lines("all", 30) for number in range(8)}
    found = compare(texts)
    assert len(found.pairs) == 28
    assert [len(each.names) for each in found.clusters] == [8]
    assert "8 works hang together" in found.found[0].finding.remedy
    assert any("The class has 8 works" in note for note in found.notes)


def test_clusters_are_the_works_that_hang_together() -> None:
    a, b = lines("a", 20), lines("b", 20)
    found = compare({"1": a, "2": a + b, "3": b, "4": lines("c", 40), "5": lines("d", 9),
                     "6": lines("d", 9)})  # fmt: skip
    assert [each.names for each in found.clusters] == [("1", "2", "3"), ("5", "6")]


def test_of_an_earlier_work_nothing_is_found() -> None:
    text = lines("own", 30)
    found = compare({"one.zip": text, "two.zip": lines("b", 30)}, earlier=text)
    assert names(found) == ["one.zip"]
    assert "a work of an earlier year" in found.found[0].finding.message
    assert found.spreads[0].compared == 3
    alone = [work(name, {"a.py": text}, reference=True) for name in ("old 1", "old 2")]
    assert not compare_code(alone, [], RULES).pairs


def test_too_little_code_is_a_fact_and_accuses_nobody() -> None:
    found = compare({"one": lines("a", 3), "two": lines("a", 3), "three": lines("c", 30)})
    assert not found.found
    assert [(fact.name, fact.says) for fact in found.facts] == [
        ("one", "own code"), ("two", "own code"),
    ]  # fmt: skip
    assert "too little to compare (60 are needed)" in found.facts[0].value
    assert any(note.startswith("2 of 3 works have fewer than 60 tokens") for note in found.notes)


def test_nobody_learns_of_the_other() -> None:
    secret = lines("own", 20)
    one = work("HW4_1_Anna.zip", {"anna.py": secret})
    two = work("HW4_2_Bert.zip", {"bert.py": "# Bert's words\nbertha = 1\n" + secret})
    found = compare_code([one, two], [], RULES).found
    label = found[0].labels[0]
    for each, own, other in ((found[0], "anna", "bert"), (found[1], "bert", "anna")):
        finding = each.finding
        told = " ".join(
            (finding.message, finding.remedy, str(finding.evidence), str(finding.place))
        )
        assert own in str(finding.place)
        assert other not in told.lower()
        assert label in finding.message
        assert label in finding.remedy
        assert not re.search(r"plagiari|cheat|copied", told)


def test_a_finding_stays_when_others_hand_in() -> None:
    pair = {"one": lines("own", 20) + lines("a", 5), "two": lines("own", 20) + lines("b", 5)}
    more = {f"w{number}": lines(f"c{number}", 20) + lines("own", 2) for number in range(12)}
    before, after = compare(pair).found, compare({**pair, **more}).found
    assert [each.finding.message for each in before] == [each.finding.message for each in after]
    assert [each.finding.evidence for each in before] == [each.finding.evidence for each in after]
    assert before[0].finding.place == after[0].finding.place
    assert before[0].finding.remedy != after[0].finding.remedy
    assert "Pairs compared: 91; standing out: 1." in after[0].finding.remedy


def test_passages_hold_what_is_shared_line_by_line() -> None:
    one = "# head\n" + lines("own", 12) + lines("a", 9) + lines("own", 12, start=50)
    two = lines("own", 12, start=50) + lines("b", 9) + "\n\n" + lines("own", 12)
    works = [work("one", {"a.py": one}), work("two", {"b.py": two})]
    found = compare_code(works, [], RULES)
    (pair,) = found.pairs
    texts = [code_lines(each.arrays) for each in works]
    assert len(pair.passages) == 2
    for passage in pair.passages:
        first = texts[0][passage.first_file][
            slice(passage.first_lines[0] - 1, passage.first_lines[1])
        ]
        second = texts[1][passage.second_file][
            slice(passage.second_lines[0] - 1, passage.second_lines[1])
        ]
        assert first == second
        assert len(first) == 12
    assert sum(passage.size for passage in pair.passages) == dict(pair.figures)["shared tokens"]
    assert [row[-1] for row in pair.rows] == ["2", "2"]
    assert "2 of its 2 passages hold a part that no other work" in found.found[0].finding.remedy


def test_unread_files_are_told() -> None:
    broken = Work("one", CodeTraits(unread=tuple((f"{n}.py", "why") for n in range(5))))
    notes = compare_code([broken, work("two", {"a.py": lines("a", 20)})], [], RULES).notes
    assert "one: 0.py was not compared: why." in notes
    assert "one: 2 more files were not compared." in notes


def test_nothing_to_compare() -> None:
    assert not compare_code([], [], RULES).spreads
    assert not compare_code([Work("one", CodeTraits())], [], RULES).pairs


PROGRAM = "".join(honest()["bram"].values()).splitlines(keepends=True)


@given(st.lists(st.lists(st.sampled_from(PROGRAM), max_size=40), min_size=2, max_size=4))
@settings(deadline=None, max_examples=25)
def test_shared_tokens_are_never_more_than_either_has(texts: list[list[str]]) -> None:
    named = {str(number): "".join(text) for number, text in enumerate(texts)}
    rules = CodeRules(least_tokens=13, least_coverage=Decimal(0))
    for pair in compare(named, rules=rules).pairs:
        figures = dict(pair.figures)
        assert 0 < figures["coverage"] <= 1
        assert figures["shared tokens"] <= figures["own tokens of the first"]
        assert figures["shared tokens"] <= figures["own tokens of the second"]
        assert sum(passage.size for passage in pair.passages) == figures["shared tokens"]
