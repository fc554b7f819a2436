"""The limits of a re-run are those of the rules, whatever limits a worker has for itself."""

from __future__ import annotations

from pathlib import Path

from tests.grader.rerun.plain_course import DISK_MB, honest, make_plain_course
from tests.typed import grade


def test_a_program_gets_the_disk_that_the_preset_names(tmp_path: Path) -> None:
    course = make_plain_course(tmp_path / "course", [honest("9900101")])
    rules = course.competition.read_text("utf-8")
    assert f"disk_mb = {DISK_MB}\n" in rules
    course.competition.write_text(rules.replace(f"disk_mb = {DISK_MB}\n", ""), "utf-8")
    done = grade(*course.words, "--work", tmp_path / "work", "--json")
    (entrant,) = done.json["entrants"]
    assert entrant["faults"] == []
    assert "rerun.reproduced" in {each["code"] for each in entrant["findings"]}
