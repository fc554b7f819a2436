"""The demo's data set, made once for all tests of this folder."""

from __future__ import annotations

import pytest

from grader.demo.corpus import Corpus, make_corpus


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return make_corpus()
