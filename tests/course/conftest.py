"""The made-up class, made once for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.course.make import Course, make_course


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make_course(tmp_path_factory.mktemp("course"))
