"""The tiny course and its honest projects, made once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rerun_course.projects import PROJECTS, TinyCourse, make_tiny_course
from tests.rerun_course.tiny import make_assets


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assets")
    make_assets(folder, test_rows=40)
    return folder


@pytest.fixture(scope="session")
def tiny_course(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """Few rows, and of the twins only those whose program takes no time."""
    some = [each for each in PROJECTS if each.kind == "template" or each.cheat == "honest"]
    return make_tiny_course(tmp_path_factory.mktemp("tiny"), some, rows=16)
