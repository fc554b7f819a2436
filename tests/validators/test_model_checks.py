"""What the checks of the model say, where one broken sample of each kind is not enough."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.demo.sample import Sample, config_text, make_sample, write_safetensors
from tests.cases import model as cases
from tests.cases.model_changes import arrays_of, masked
from tests.cases.torch_writer import write_torch
from validators import model
from validators.model.architecture import reference_of
from validators.model.measuring import Measure
from validators.model.numbers import decimals, ratio_text
from validators.model.records import Count
from validators.model.verdict import counting_findings, least_amount, most_nonzero, ratio_findings
from validators.report import Section
from validators.rules import load_rules
from validators.rules.records import ModelRules

PARAMETERS = 60_506_624


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_sample(tmp_path)


@pytest.fixture(scope="module")
def hw4() -> ModelRules:
    rules = load_rules().model
    assert rules is not None
    return rules


def checked(sample: Sample) -> Section:
    section: Section = model.section(sample.model, "pruned_model", sample.rules)
    return section


def codes(section: Section) -> set[str]:
    return {finding.code for finding in section.findings}


def measured(handout: int, strict: int, rules: ModelRules) -> Any:
    """As much of a measure as the verdict looks at."""
    count = SimpleNamespace(count=Count(rules.parameters, handout, strict))
    one = SimpleNamespace(count=count)
    return SimpleNamespace(name="pruned_model", counted=(one,), reference=reference_of(rules))


def verdict(handout: int, rules: ModelRules) -> list[str]:
    found: Measure = measured(handout, handout, rules)
    return [str(finding) for finding in ratio_findings(found, rules)]


def test_the_ratio_over_the_limit_is_told_with_every_number(hw4: ModelRules) -> None:
    assert verdict(41_203_712, hw4) == [
        "ratio.over  pruned_model/: 41,203,712 of 60,506,624 parameters are non-zero (0.681); "
        "at most 0.300 allowed. Zero 23,051,725 more."
    ]


def test_amount_seven_tenths_is_just_over_and_is_told_which_amount_is_not(hw4: ModelRules) -> None:
    linear = 60_489_728
    nonzero = PARAMETERS - round(0.7 * linear)
    (told,) = verdict(nonzero, hw4)
    assert "(0.3002); at most 0.3000 allowed" in told
    assert "amount=0.7002 or more" in told
    assert verdict(PARAMETERS - round(0.7002 * linear), hw4) == []
    assert verdict(PARAMETERS - round(0.7001 * linear), hw4) != []


def test_the_limit_itself_is_allowed_and_one_more_is_not(hw4: ModelRules) -> None:
    assert most_nonzero(hw4) == 18_151_987
    assert verdict(18_151_987, hw4) == []
    (told,) = verdict(18_151_988, hw4)
    assert "(0.30000001); at most 0.30000000 allowed. Zero 1 more." in told


@given(nonzero=st.integers(0, PARAMETERS), limit=st.fractions(0, 1, max_denominator=10_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_zeroing_as_many_as_told_is_just_enough(
    nonzero: int, limit: Fraction, hw4: ModelRules
) -> None:
    rules = hw4.model_copy(update={"max_ratio": limit})
    more = nonzero - most_nonzero(rules)
    assert Fraction(nonzero - more, PARAMETERS) <= limit
    assert Fraction(nonzero - more + 1, PARAMETERS) > limit


def test_no_amount_is_told_where_none_would_do(hw4: ModelRules) -> None:
    assert least_amount(reference_of(hw4), 16_895) is None
    assert least_amount(reference_of(hw4), PARAMETERS) is None


def test_a_small_difference_of_the_countings_is_not_worth_a_word(hw4: ModelRules) -> None:
    close = measured(17_000_000, 18_000_000, hw4)
    assert list(counting_findings(close, hw4)) == []
    far = measured(15_000_000, 18_000_000, hw4)
    assert [f.code for f in counting_findings(far, hw4)] == ["ratio.countings-differ"]
    over = measured(18_151_987, 18_151_988, hw4)
    assert [f.code for f in counting_findings(over, hw4)] == ["ratio.other-over"]


@pytest.mark.parametrize(
    ("part", "total", "limit", "text"),
    [
        (1, 3, None, "0.333"),
        (2, 3, None, "0.667"),
        (1, 1, None, "1.000"),
        (0, 0, None, "0.000"),
        (1, 2000, None, "0.001"),
        (300_195, 1_000_000, Fraction(3, 10), "0.3002"),
        (299_999, 1_000_000, Fraction(3, 10), "0.299999"),
        (3, 10, Fraction(3, 10), "0.300"),
    ],
)
def test_ratios_show_the_side_of_the_limit(
    part: int, total: int, limit: Optional[Fraction], text: str
) -> None:
    assert ratio_text(part, total, limit) == text


@given(value=st.fractions(0, 2), places=st.integers(1, 12))
def test_decimals_round_to_the_nearest(value: Fraction, places: int) -> None:
    assert abs(Fraction(decimals(value, places)) - value) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.title)
def test_count_says_without_rules_what_the_checks_say(case: Any, sample: Sample) -> None:
    """No finding of the count is forgotten by the checks, nor told by two of them."""
    case.breaks(sample)
    assert sample.rules.model is not None
    found = model.count(sample.model, reference_of(sample.rules.model))
    section = checked(sample)
    told = [finding.code for finding in section.findings]
    if not section.unchecked:
        assert {finding.code for finding in found.findings} <= set(told)
    places = [str(finding) for finding in section.findings]
    assert len(places) == len(set(places))


def test_copies_that_a_mask_alone_tells_apart_are_no_contradiction(sample: Sample) -> None:
    arrays = masked(arrays_of(sample))
    arrays["lm_head.weight_orig"] = arrays["shared.weight"].copy()
    write_safetensors(sample.model / "model.safetensors", arrays)
    assert "ratio.tied-differ" not in codes(checked(sample))


def test_a_damaged_first_set_leaves_the_rest_unjudged(sample: Sample) -> None:
    write_torch(sample.model / "weights.pth", arrays_of(sample, 0.9))
    (sample.model / "model.safetensors").write_bytes(b"\x09\0\0\0\0\0\0\0{" + b"\xff" * 20)
    section = checked(sample)
    assert codes(section) == {"model.safetensors"}
    assert "The ratio of non-zero parameters is within the limit." in section.unchecked
    assert section.model is not None
    assert section.model.total is not None


def test_an_adapter_beside_the_model_is_not_taken_for_the_model(sample: Sample) -> None:
    (sample.model / "model.safetensors").rename(sample.model / "weights.safetensors")
    adapter = {"lora_A.weight": np.ones((4, 4), np.float32)}
    write_safetensors(sample.model / "model.safetensors", adapter)
    section = checked(sample)
    assert codes(section) == {"model.other-architecture"}
    assert section.model is not None
    assert section.model.total is not None
    assert section.model.total.handout > 3000


@pytest.mark.parametrize(
    ("name", "length", "told"),
    [
        ("tokenizer.json", 2_400_000, False),
        ("tokenizer.json", 8_000_001, True),
        ("spiece.model", 800_000, False),
        ("notes.txt", 1_000_000, False),
        ("notes.txt", 1_000_001, True),
    ],
)
def test_large_files_are_accounted_for(name: str, length: int, told: bool, sample: Sample) -> None:
    (sample.model / name).write_bytes(b" " * length)
    assert codes(checked(sample)) == ({"model.extra-file"} if told else set())


def test_many_small_files_are_a_large_one(sample: Sample) -> None:
    for number in range(5):
        (sample.model / f"part{number}.txt").write_bytes(b" " * 900_000)
    assert codes(checked(sample)) == {"model.extra-file"}


@given(data=st.binary(max_size=60) | st.dictionaries(
    st.sampled_from(["model_type", "d_model", "num_layers", "auto_map", "vocab_size"]),
    st.none() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_config_json_gives_findings(data: bytes, sample: Sample) -> None:
    from validators.model.model_config import read_config

    (sample.model / "config.json").write_bytes(data)
    config = read_config(sample.model, "pruned_model")
    assert config.present
    for finding in config.findings:
        assert str(finding).isprintable()
        assert len(finding.message) < 300


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"num_decoder_layers": None}, set()),
        ({"feed_forward_proj": "gated-gelu"}, {"model.missing", "model.larger"}),
        ({"d_ff": 64}, {"model.shape", "model.larger"}),
        ({"d_ff": 10**9}, {"model.config-broken"}),
        ({"trust_remote_code": False}, set()),
        ({"model_type": None}, {"model.config-type"}),
    ],
)
def test_the_configuration_is_held_against_the_file(
    changes: dict[str, Any], expected: set[str], sample: Sample
) -> None:
    (sample.model / "config.json").write_text(config_text(**changes), encoding="utf-8")
    assert codes(checked(sample)) == expected


def test_importing_the_package_loads_no_numpy() -> None:
    code = (
        "import sys, validators.model, validators.model.codes, validators.model.records\n"
        "import validators.model.picture, validators.model.architecture\n"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
