"""The class on disk: models that come back whole, settings, packages, and the demo's folder."""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
import zipfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from grader.demo.cohort.folder import OtherFolderError, made_once
from grader.demo.cohort.make import Cohort, make_cohort
from grader.demo.cohort.members import MEMBERS
from grader.demo.cohort.packages import made
from grader.demo.cohort.recipes import BUDGET, RECIPES, changed, recipe, template_settings
from grader.demo.cohort.storing import pruned_again, restored, stored
from grader.demo.shipped import weights
from validators.rules import load_rules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DENSE = weights("dense")


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return make_cohort(tmp_path_factory.mktemp("cohort") / "class")


@pytest.mark.parametrize("name", [each.name for each in RECIPES])
def test_a_shipped_model_comes_back_whole(name: str) -> None:
    data = made("models", f"{name}.xz")
    model = restored(data, DENSE)
    assert {key: values.shape for key, values in model.items()} == {
        key: values.shape for key, values in DENSE.items()
    }
    assert stored(model, DENSE) == data


def test_what_is_shipped_is_what_its_page_lists() -> None:
    page = files("grader.demo.cohort").joinpath("made", "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"\| `([^`]+)` \| [\d,]+ \| `([0-9a-f]{64})` \|", page))
    folder = Path(str(files("grader.demo.cohort").joinpath("made")))
    found = digests(folder)
    del found["README.md"]
    assert found == listed
    names = {each.name for each in RECIPES}
    assert {f"models/{name}.xz" for name in names} <= set(listed)


def test_a_pruned_model_takes_no_room_for_its_values() -> None:
    only_pruned = {key: np.where(np.abs(v) > 0.05, v, 0).astype("f2") for key, v in DENSE.items()}
    trained = {key: (values * np.float16(1.01)) for key, values in only_pruned.items()}
    assert 3 * len(stored(only_pruned, DENSE)) < len(stored(trained, DENSE))


def test_pruned_again_only_takes_away() -> None:
    model = restored(made("models", "giver.xz"), DENSE)
    again = pruned_again(model)
    left = sum(int(np.count_nonzero(values)) for values in again.values())
    total = sum(int(np.count_nonzero(values)) for values in model.values())
    assert 0.94 * total < left < 0.96 * total
    assert all(np.array_equal(v[v != 0], model[key][v != 0]) for key, v in again.items())


@pytest.mark.parametrize("name", [each.name for each in RECIPES])
def test_settings_are_the_templates_but_for_the_recipe(name: str) -> None:
    wanted = {**BUDGET, **recipe(name).settings}
    usual, own = (
        tomllib.loads(text) for text in (template_settings(), recipe(name).settings_text())
    )
    for key, value in wanted.items():
        table, _, entry = key.rpartition(".")
        assert own[table].pop(entry) == value
        usual[table].pop(entry)
    assert own == usual


def test_a_setting_that_the_template_lacks_is_refused() -> None:
    with pytest.raises(KeyError, match=r"prune\.metod"):
        changed(template_settings(), {"prune.metod": "magnitude"})


def test_the_class_is_the_same_each_time(cohort: Cohort, tmp_path: Path) -> None:
    assert digests(make_cohort(tmp_path / "again").home) == digests(cohort.home)


def test_without_running_code_there_are_no_assets_to_name(tmp_path: Path) -> None:
    few = make_cohort(tmp_path / "few", MEMBERS[:1], rerun=False)
    assert "\nassets" not in few.grading.read_text(encoding="utf-8")


def test_everybody_is_in_the_bulk_zip_once(cohort: Cohort) -> None:
    with zipfile.ZipFile(cohort.bulk) as archive:
        names = archive.namelist()
    assert len(names) == 2 * len(MEMBERS)
    for member in MEMBERS:
        assert sum(name.startswith(f"{member.name}_") for name in names) == 2
    assert any(name != unicodedata.normalize("NFC", name) for name in names)


def test_everybody_has_an_id_and_a_recipe_of_the_course(cohort: Cohort) -> None:
    rules = load_rules(cohort.competition)
    assert rules.model is not None
    assert len({member.id for member in MEMBERS}) == len(MEMBERS) == 24
    assert all(re.fullmatch(rules.team.id, member.id) for member in MEMBERS)
    used = {member.handed.recipe for member in MEMBERS}
    assert used == {each.name for each in RECIPES}


def test_a_folder_is_made_once_and_a_half_made_one_anew(tmp_path: Path) -> None:
    calls: list[int] = []

    def make(home: Path) -> None:
        calls.append(len(list(home.iterdir())))
        (home / "half").mkdir()
        (home / "half" / "file").write_text("x", encoding="utf-8")
        if len(calls) == 1:
            raise KeyboardInterrupt

    folder = tmp_path / "demo"
    with pytest.raises(KeyboardInterrupt):
        made_once(folder, make)
    assert made_once(folder, make)
    assert not made_once(folder, make)
    assert calls == [1, 1]  # only the mark lay there, both times


@pytest.mark.parametrize("name", ["notes.txt", ".class-of-the-demo"])
def test_a_folder_of_somebody_else_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(OtherFolderError, match="name a new folder"):
        made_once(tmp_path, lambda home: None)
    assert digests(tmp_path) == {name: hashlib.sha256(b"mine").hexdigest()}
