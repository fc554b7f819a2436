"""What a program is given of the course: never the real rows, always the blinded ones."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.rerun.assets import AssetsError, read_assets
from grader.rerun.course_folder import LAYER, CourseFolder, write_course
from grader.rerun.inside.config import Config
from tests.grader.rerun.inside.programs import BLIND, COURSE, Place, make_place

SECRET = "the real summary of a test bill"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = make_place(tmp_path)
    rows = "".join(json.dumps({"text": f"b{n}", "summary": SECRET}) + "\n" for n in range(5))
    (place.assets / "datasets" / "billsum" / "test.jsonl").write_text(rows)
    return place


def written(place: Place, **changes: object) -> CourseFolder:
    course = replace(COURSE, model_folder="/output/work/pruned_model", **changes)  # type: ignore[arg-type]
    return write_course(place.home / "given", read_assets(place.assets), BLIND, course)


def all_bytes(given: CourseFolder) -> bytes:
    data = b""
    for mount in given.mounts:
        files = sorted(mount.source.rglob("*")) if mount.source.is_dir() else [mount.source]
        data += b"".join(file.read_bytes() for file in files if file.is_file())
    return data


def test_the_real_rows_are_nowhere_inside(place: Place) -> None:
    cache = place.assets / "hub"
    for name in ("datasets--FiscalNote--billsum", "models--t5-small"):
        (cache / name).mkdir(parents=True)
        (cache / name / "file").write_text(SECRET if name.startswith("datasets") else "weights")
    given = written(place)
    assert SECRET.encode() not in all_bytes(given)
    assert f"{place.assets}".encode() not in all_bytes(given)
    targets = {mount.target for mount in given.mounts}
    assert "/course/hub/models--t5-small" in targets
    assert not [target for target in targets if "datasets--" in target]
    assert dict(given.environment)["HF_HUB_CACHE"] == "/course/hub"


def test_the_blinded_rows_stand_where_the_test_split_was(place: Place) -> None:
    given = written(place)
    assert given.data == "/course/datasets/billsum/test.jsonl"
    source = next(mount.source for mount in given.mounts if mount.target == given.data)
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == list(range(10))
    assert [row["text"] for row in rows] == [row.bill.text for row in BLIND.rows]
    assert [row["summary"] for row in rows] == [row.bill.summary for row in BLIND.rows]
    others = {mount.target for mount in given.mounts if "/datasets/" in mount.target}
    assert others == {
        f"/course/datasets/billsum/{name}.jsonl" for name in ("train", "test", "ca_test")
    }


def test_without_labels_there_is_no_such_column(place: Place) -> None:
    given = written(place, labels="none")
    source = next(mount.source for mount in given.mounts if mount.target == given.data)
    lines = source.read_text(encoding="utf-8").splitlines()
    assert all("summary" not in json.loads(line) for line in lines)
    assert b"Decoy" not in source.read_bytes()


def test_a_split_can_be_hidden(place: Place) -> None:
    given = written(place, hidden=("ca_test",))
    assert not [mount for mount in given.mounts if "ca_test" in mount.target]
    assert "ca_test" not in config(given).datasets["billsum"]


def test_the_test_split_under_another_name_is_refused(place: Place) -> None:
    data = place.assets / "datasets" / "billsum"
    (data / "validation.jsonl").symlink_to("test.jsonl")
    with pytest.raises(AssetsError, match=r"validation\.jsonl: is the same file"):
        written(place)


def config(given: CourseFolder) -> Config:
    inside = next(mount for mount in given.mounts if mount.target == "/course/inside").source
    return Config.read(str(inside / "course.json"))


def test_the_layer_is_told_where_everything_is(place: Place) -> None:
    told = config(written(place, gpu=True, policy="full"))
    targets = {mount.target for mount in written(place).mounts}
    assert set(told.models.values()) <= targets
    assert {path for files in told.datasets.values() for path in files.values()} <= targets
    assert told.unweighted == ("t5-small",)
    assert (told.policy, told.gpu, told.labels) == ("full", True, "decoys")
    assert told.journal == "/output/asked.jsonl"
    assert told.parted("billsum", "train+test")
    assert not told.parted("billsum", "train")


def test_the_layer_needs_nothing_of_ours_inside(place: Place) -> None:
    given = written(place)
    inside = next(mount for mount in given.mounts if mount.target == "/course/inside").source
    sources = sorted(inside.rglob("*.py"))
    assert (inside / "sitecustomize.py") in sources
    assert (inside / LAYER / "metric" / "rouge.py") in sources
    for source in sources:
        text = source.read_text(encoding="utf-8")
        assert "import grader" not in text, source
        assert "from grader" not in text, source
        compile(text, str(source), "exec")
        assert source.stat().st_mode & 0o444 == 0o444


def test_the_environment_is_offline_and_sorted(place: Place) -> None:
    environment = written(place, threads=3).environment
    assert list(environment) == sorted(environment)
    told = dict(environment)
    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"):
        assert told[name] == "1"
    assert told["OMP_NUM_THREADS"] == "3"
    assert told["PYTHONPATH"] == "/course/inside"
    assert "HF_HUB_CACHE" not in told
    assert "PYTHONHASHSEED" not in told


def test_writing_it_again_gives_the_same(place: Place) -> None:
    first = written(place)
    before = all_bytes(first)
    assert written(place) == first
    assert all_bytes(first) == before
