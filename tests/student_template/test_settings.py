"""The template's settings: the file says what the records say, and a slip is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compress.settings import GROUPS, Settings, SettingsError
from compress.settings_file import read_settings, refuse_over
from tests.student_template.conftest import TEMPLATE

FILE = TEMPLATE / "settings.toml"


def test_the_file_that_is_copied_holds_what_is_meant_when_it_is_left_out() -> None:
    assert read_settings(FILE) == Settings()


def test_every_setting_stands_in_the_file_and_is_explained() -> None:
    text = FILE.read_text("utf-8")
    for line in text.splitlines():
        if re.match(r"#? ?[a-z_-]+ += ", line) and not line.startswith("#"):
            assert "#" in line, line
    for table, record in vars(Settings()).items():
        assert f"[{table}]" in text
        for name in vars(record):
            assert re.search(rf"^(\[{table}\.)?{name}( +=|\])", text, re.MULTILINE), name
    assert all(re.search(rf"^# {group} = ", text, re.MULTILINE) for group in GROUPS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[prune]\nmetod = 'wanda'", 'no setting "metod" in [prune]. Did you mean "method"?'),
        ("[nothing]\n", 'there is no setting "nothing". There are: student, model,'),
        ("[prune]\nmethod = 'magic'", 'prune.method is "magic"; choose from magnitude-global,'),
        ("[prune]\nratio = 1.5", ": prune.ratio is 1.5; expected 0.001 to 1."),
        ("[prune]\nratio = nan", ": prune.ratio is nan; expected 0.001 to 1."),
        ("[model]\nmax_ratio = -1", ": model.max_ratio is -1; expected 0.001 to 1."),
        ("[sweep]\nratios = [0.5, 0]", ": sweep.ratios is 0; expected 0.001 to 1."),
        ("[prune]\npattern = '2:x'", 'The pattern is "2:x"; expected two numbers'),
        ("[prune]\nsteps = 0", ": prune.steps is 0; expected at least 1."),
        ("[recover]\naccumulate = 0", ": recover.accumulate is 0; expected at least 1."),
        ("[recover]\ntrain_steps = -1", ": recover.train_steps is -1; expected at least 0."),
        ("[recover]\nlearning_rate = inf", ": recover.learning_rate is inf; expected at least 0."),
        ("[data]\nvalidation_rows = -5", ": data.validation_rows is -5; expected at least 0."),
        ("[distill]\ntemperature = 0", ": distill.temperature is 0; expected at least 0.01."),
        ("[distill]\nweight = 2", ": distill.weight is 2; expected 0 to 1."),
        ("[predict]\nnum_beams = 0", ": predict.num_beams is 0; expected at least 1."),
        ("[sweep]\nratios = 0.5", "ratios is 0.5; expected a list"),
        ("[sweep]\nratios = ['a']", "ratios is 'a'; expected a number"),
        ("[sweep]\nmethods = ['magic']", 'sweep.methods is "magic"; choose from magnitude-global'),
        ("[prune]\nsteps = 2.5", "steps is 2.5; expected a whole number"),
        ("[prune]\nsteps = true", "steps is True; expected a whole number"),
        ("[prune]\nmethod = 3", "method is 3; expected a text in quotes"),
        ("prune = 3", "prune is 3; expected a table"),
        ("[prune]\nkeep = 3", "keep is 3; expected a table"),
        ("[prune.keep]\nhead = 0.3", 'prune.keep has no group "head"; choose from embedding,'),
        ("[prune.keep]\nembedding = 2", "prune.keep.embedding is 2; expected 0 to 1"),
        ("[prune.keep]\nembedding = 'x'", "keep.embedding is 'x'; expected a number"),
        ("[model]\ndevice = 'tpu'", 'model.device is "tpu"; choose from auto, cuda, mps, cpu'),
        ("ratio", "is no TOML"),
    ],
)
def test_a_slip_is_told(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as trouble:
        read_settings(path)
    assert told in str(trouble.value)
    assert "settings.toml" in str(trouble.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[prune]\nratio = 0.3", ""),
        ("[prune]\nratio = 0.31", "prune.ratio is 0.31; at most 0.3 is allowed."),
        ("[prune]\nratio = 0.9\npattern = '1:4'", ""),
        ("[prune]\npattern = '2:4'", 'pattern "2:4" keeps 0.5 of every layer; the limit is 0.3.'),
        ("[prune]\npattern = '2:4'\n[model]\nmax_ratio = 0.5", ""),
    ],
)
def test_what_could_not_be_handed_in_is_refused(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, "utf-8")
    settings = read_settings(path)
    if not told:
        refuse_over(settings)
        return
    with pytest.raises(SettingsError) as trouble:
        refuse_over(settings)
    assert told in str(trouble.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"can't be read \(No such file"):
        read_settings(tmp_path / "settings.toml")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="is no TOML"):
        read_settings(path)


def test_a_whole_number_is_a_number(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("\ufeff[prune]\nratio = 1\n[prune.keep]\nembedding = 1", "utf-8")
    assert read_settings(path).prune.keep == {"embedding": 1.0}
