"""The template's `predict.py` as the course runs it again: in its sandbox, on other rows."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from grader.collect import collect, open_export
from grader.rerun import conducting
from grader.rerun.orders import Orders, orders_text
from tests.rerun_course import template_code
from tests.rerun_course.exporting import CLEAN_ROOM_SECONDS, export
from tests.rerun_course.kinds import Cheat, Texts
from tests.rerun_course.projects import PRUNED, Project, make_tiny_course
from tests.student_template.conftest import TEMPLATE
from validators.rules import load_rules

pytestmark = pytest.mark.torch

AT_HOME = "import predict\n\npredict.main()\n"
SAMPLED = 24


def handed_in(cheat: Cheat, texts: Texts) -> dict[str, str]:
    """The template's own files, with a `prune.py` that takes no training."""
    parts = [*(TEMPLATE / "compress").glob("*.py"), TEMPLATE / "predict.py"]
    parts += [TEMPLATE / name for name in ("settings.toml", "rerun.toml")]
    found = {path.relative_to(TEMPLATE).as_posix(): path.read_text("utf-8") for path in parts}
    return {**found, "prune.py": template_code.PRUNE, "at_home.py": AT_HOME, "README.md": "See."}


def test_it_makes_its_predictions_again_by_its_own_code(tmp_path: Path) -> None:
    words = ("--model", PRUNED, "--data", "test.jsonl")
    project = Project(
        0, "template", "honest", handed_in, ("prune.py",), ("at_home.py", *words), "predictions.csv"
    )
    folder = export(make_tiny_course(tmp_path, [project], rows=40))
    rules = load_rules(tmp_path / "competition.toml")
    opened = open_export(folder, tmp_path, rules)
    (submission,) = collect(opened, rules).submissions
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assets, seconds = str(tmp_path / "assets"), CLEAN_ROOM_SECONDS
    orders = Orders(assets=assets, seed="a seed", threads=1, clean_room_seconds=seconds)
    # Without the clean room's proof, which would spare the run.
    with mock.patch.object(conducting, "proof_of", return_value=None):
        look = conducting.look_again(
            submission, opened.root, scratch, rules, None, ("rerun",), orders_text(orders)
        )
    found = look.reran
    assert found is not None
    assert found.faults == ()
    assert [each.code for each in found.findings] == ["rerun.reproduced"]
    assert found.agreement is not None
    assert (found.agreement.rows, found.agreement.exact) == (SAMPLED, SAMPLED)
    (ran,) = found.ran
    assert ran.ended == "ended well"
    assert {each.what for each in ran.asked} == {"dataset", "model", "tokenizer"}
