"""Honest programs and their twins: each planted twin is found, no honest pair is."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import lru_cache

import pytest

from grader.integrity.code.compare import compare_code
from grader.integrity.records import CodeTraits, Inspection, Work
from tests.integrity_sets.code.measuring import TOO_LITTLE, area, planted
from tests.integrity_sets.code.twins import TRANSFORMATIONS, some, twin
from tests.integrity_sets.code.works import honest, tutorial, work, works
from validators.rules.inspecting import CodeRules


@lru_cache(maxsize=1)
def honest_works() -> tuple[Work[CodeTraits], ...]:
    return tuple(works(honest()))


@lru_cache(maxsize=1)
def base() -> tuple[Work[CodeTraits], ...]:
    return (work("tutorial", tutorial()),)


def compared_with_twins(changes: tuple[str, ...], seed: int) -> tuple[Inspection, set[str]]:
    """The class with a twin of everybody, and whose twins were found."""
    others = works(
        {f"{name} twin": twin(honest()[name], changes, seed) for name in sorted(with_own_code())}
    )
    found = compare_code([*honest_works(), *others], base(), CodeRules())
    pairs = {(pair.first, pair.second) for pair in found.pairs}
    assert all(second == f"{first} twin" for first, second in pairs)  # no honest pair
    return found, {first for first, _ in pairs}


def with_own_code() -> set[str]:
    return set(honest()) - set(TOO_LITTLE)


def test_no_honest_work_carries_a_finding() -> None:
    found = compare_code(honest_works(), base(), CodeRules())
    assert not found.found
    assert not found.pairs
    (spread,) = found.spreads
    assert spread.compared == 15 * 14 // 2
    assert 0.1 < spread.highest < 0.3 < spread.threshold
    assert [fact.name for fact in found.facts] == list(TOO_LITTLE)


@pytest.mark.parametrize("change", sorted(TRANSFORMATIONS))
def test_every_twin_is_found(change: str) -> None:
    found, whose = compared_with_twins((change,), 0)
    assert whose == with_own_code()
    assert {each.name for each in found.found} == whose | {f"{name} twin" for name in whose}


@pytest.mark.parametrize("count", [3, 6, 12])
def test_twins_changed_in_several_ways_are_found(count: int) -> None:
    _, whose = compared_with_twins(some(count, 1), 1)
    assert len(whose) >= len(with_own_code()) - 1


@pytest.mark.parametrize("change", sorted(TRANSFORMATIONS))
def test_a_change_changes_something_and_always_the_same(change: str) -> None:
    for name, project in honest().items():
        changed = twin(project, (change,), 3)
        assert changed == twin(dict(reversed(project.items())), (change,), 3), name
        if name not in TOO_LITTLE and change != "aliases":
            assert changed != project, name


def test_without_the_base_code_honest_works_look_alike() -> None:
    """What the base is subtracted for; the notes say what to do about it."""
    found = compare_code(honest_works(), [], CodeRules(common_share=Decimal(1)))
    assert found.pairs
    assert any("No base code was named" in note for note in found.notes)
    assert any("of 17 works stand out, which points to code" in note for note in found.notes)


def test_what_most_of_the_class_has_is_left_out_without_being_named() -> None:
    """The tutorial in forty works: nobody named it, and it is nobody's own all the same."""
    text = "".join(tutorial().values())
    own = [[f"x{n} = tool.make_{n}_{line}(y, a_{n}=z)\n" for line in range(20)] for n in range(40)]
    with_own = {f"{n}": {"a.py": "".join((text, *lines))} for n, lines in enumerate(own)}
    found = compare_code(works(with_own), [], CodeRules())
    assert not found.found
    assert found.spreads[0].highest == 0
    assert any("was left out" in note for note in found.notes)


def test_the_order_of_works_and_of_base_code_changes_nothing() -> None:
    some_twins = [work(f"{each.of} {each.how}", each.project) for each in list(planted())[:30:7]]
    all_works = [*honest_works(), *some_twins]
    bases = [*base(), work("more", {"a.py": "x = some.thing(other)\n" * 3})]
    first = compare_code(all_works, bases, CodeRules())
    assert first.found
    for seed in range(3):
        random.Random(seed).shuffle(all_works)
        random.Random(seed).shuffle(bases)
        assert compare_code(all_works, bases, CodeRules()) == first


def test_the_area_under_the_roc() -> None:
    assert area([0.9, 0.8], [0.1, 0.2]) == 1
    assert area([0.1], [0.1, 0.1]) == 0.5
    assert area([0.1, 0.3], [0.2]) == 0.5
