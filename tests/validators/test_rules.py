from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from validators.rules import RulesError, load_preset, load_rules, rules_digest
from validators.rules.locate import key_lines

# What stands in the file after `extends = "hw4"` on line 1, and what the refusal must say.
REFUSALS = [
    ("[model]\nmax_ratoi = 0.3", ":3: model.max_ratoi: unknown key.", '"max_ratio"'),
    ("[modle]\nfolder = 'x'", ":2: modle: unknown key.", '"model"'),
    ("[model.architecture]\nd_modle = 4", ":3: model.architecture.d_modle", '"d_model"'),
    ('[model]\nmax_ratio = "0.3"', ":3: model.max_ratio: Input should be a number", 'found "0.3"'),
    ("[model]\nmax_ratio = 1.5", ":3: model.max_ratio: ", "less than or equal to 1"),
    ("[model]\nmax_ratio = nan", ":3: model.max_ratio: ", "finite"),
    ("[model]\nmax_ratio = true", ":3: model.max_ratio: ", "found true"),
    ("[model]\nfolder = '../x'", ":3: model.folder: ", "plain file or folder name"),
    ("[model]\nparameters = 7", ":3: model.parameters: is 7", "60,506,624"),
    ("[model]\n\ncounting = 'both'", ":4: model.counting: ", "'handout' or 'strict'"),
    ("[competition]\nname = ''", ":3: competition.name: ", "at least 1"),
    ("[competition]\ntime_zone = 'Taipeh'", ":3: competition.time_zone: ", "IANA"),
    ("[competition]\ncloses = 2020-01-01T00:00:00", ":3: competition.closes: ", "later"),
    ("[competition]\ncloses = 2025-01-01T00:00:00Z", ":3: competition.closes: ", "local"),
    ("[competition]\ncloses = '2025'", ":3: competition.closes: ", "datetime"),
    ("[team]\nid = '['", ":3: team.id: ", "regular expression"),
    ("[team]\npattern = ['{name}']", ":3: team.pattern.0: ", "{id} once"),
    ("[package]\nzip = []", ":3: package.zip: ", "at least 1"),
    ("[package]\ncode_suffixes = ['py']", ":3: package.code_suffixes.0: ", "suffix"),
    ("[predictions]\nencoding = 'utf-9'", ":3: predictions.encoding: ", "encoding"),
    ("[predictions]\ntext_column = 'ID'", ":3: predictions.text_column: ", "differ"),
    ("[predictions]\nids = {first = 0}", ":3: predictions.ids.count: missing.", ""),
    ("[predictions]\nids = {frist = 0, count = 3}", ":3: predictions.ids.frist: ", '"first"'),
    ("[predictions]\nids = {values = []}", ":3: predictions.ids.values: ", "at least 1"),
    ("[metric]\nstemmer = true", ":3: metric.stemmer: ", "without stemmer"),
    ("[marks]\nlast_rank_points = 21", ":3: marks.last_rank_points: ", "between 0 and"),
    ("[penalties]\nlate = ['shoot']", ":3: penalties.late.0: ", "'halve'"),
    ("[severities]\n'csv.duplicate_id' = 'notes'", ":3: severities: ", "csv.duplicate-id"),
    ("[grading]\nanswers = 'a.csv'", ":2: grading: unknown key.", ""),
    ("[model\n", "not valid TOML", "line 2"),
]


def refusal(folder: Path, text: str) -> str:
    path = folder / "competition.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_rules(path)
    return str(caught.value)


@pytest.mark.parametrize(("text", "place", "reason"), REFUSALS, ids=lambda part: part[:30])
def test_a_mistake_is_refused_with_its_line_and_reason(
    tmp_path: Path, text: str, place: str, reason: str
) -> None:
    said = refusal(tmp_path, f'extends = "hw4"\n{text}\n')
    assert place in said
    assert reason in said
    assert said.startswith("competition.toml")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'extends = "hw4"\n[model]\nfolder = 1\nfoldre = 2\n')
    assert said.count("\n") == 1


def test_an_unknown_preset_is_refused(tmp_path: Path) -> None:
    assert 'Did you mean "hw4"?' in refusal(tmp_path, 'extends = "hw44"\n')


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "competition.toml"
    path.write_bytes('extends = "hw4"\n# 王\n'.encode("big5"))
    with pytest.raises(RulesError, match=r"competition\.toml:2: not UTF-8"):
        load_rules(path)


def test_hw4_holds_the_values_of_the_handout() -> None:
    rules = load_rules()
    assert rules == load_preset("hw4")
    assert rules.model is not None
    assert Fraction(rules.model.max_ratio) == Fraction(3, 10)
    assert rules.metric.baseline == Decimal("0.1134")
    opens = rules.competition.moment(rules.competition.opens)
    assert opens.utcoffset() == timedelta(hours=8)
    assert (rules.marks.baseline_points, rules.marks.rank_points) == (80, 20)
    assert [step.value for step in rules.penalties.full_model_results] == ["halve", "zero"]


def test_every_value_of_hw4_names_its_source() -> None:
    text = Path(load_rules.__code__.co_filename).with_name("presets") / "hw4.toml"
    for line in text.read_text(encoding="utf-8").splitlines():
        inside = line.startswith((" ", "]", "name =", "[")) or not line.strip()
        sizes = line.split(" =")[0] in load_rules().model.architecture.model_dump()  # type: ignore[union-attr]
        assert inside or sizes or "#" in line, line


def test_rules_are_frozen() -> None:
    rules = load_rules()
    with pytest.raises(ValidationError):
        rules.metric.baseline = Decimal(0)


def test_an_override_changes_only_what_it_names(tmp_path: Path) -> None:
    path = tmp_path / "competition.toml"
    path.write_text('extends = "hw4"\n[model]\nmax_ratio = 0.25\n', encoding="utf-8")
    rules, preset = load_rules(path), load_preset("hw4")
    assert rules.model is not None
    assert preset.model is not None
    assert rules.model.max_ratio == Decimal("0.25")
    assert rules.model.model_copy(update={"max_ratio": Decimal("0.3")}) == preset.model
    assert rules_digest(rules) != rules_digest(preset)


def test_a_listed_architecture_replaces_the_preset_one(tmp_path: Path) -> None:
    path = tmp_path / "competition.toml"
    path.write_text(
        'extends = "hw4"\n[model]\nparameters = 6\n[model.architecture]\nfamily = "listed"\n'
        'tensors = [{ name = "w", shape = [2, 3], group = "all" }]\n',
        encoding="utf-8",
    )
    assert load_rules(path).model is not None


def test_the_digest_ignores_how_the_file_is_written(tmp_path: Path) -> None:
    digests = set()
    for number, text in enumerate(["[model]\nmax_ratio = 0.25", "model.max_ratio = 0.250 # x"]):
        path = tmp_path / f"{number}.toml"
        path.write_text(f'extends = "hw4"\n{text}\n', encoding="utf-8")
        digests.add(rules_digest(load_rules(path)))
    assert len(digests) == 1


def test_lines_are_found_around_strings_arrays_and_comments() -> None:
    text = (
        '# [not] = 1\na = """\n[no]\nb = 2\n"""\nc = [\n  1, # x = 2\n  "]",\n]\n\n'
        "[t.u]\n'q.r' = { x = 1, y = 2 }\ns.v = '''\nz = 1'''\nw = 1\n"
    )
    assert key_lines(text) == {
        ("a",): 2,
        ("c",): 6,
        ("t", "u"): 11,
        ("t", "u", "q.r"): 12,
        ("t", "u", "q.r", "x"): 12,
        ("t", "u", "q.r", "y"): 12,
        ("t", "u", "s", "v"): 13,
        ("t", "u", "w"): 15,
    }


@given(st.text(alphabet="[]{}\"'#=.\\\n abc,", max_size=60))
def test_finding_lines_never_fails(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in key_lines(text).values())
