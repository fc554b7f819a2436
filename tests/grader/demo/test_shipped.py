"""What is shipped: small, as its digests say, and as far apart as the guide says."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from grader.demo.corpus import Corpus
from grader.demo.course import BASELINE, competition_text
from grader.demo.scoring import score
from grader.demo.shipped import COMPRESSIONS, Compression, weights, written
from grader.demo.weights import nonzero, parameters
from tests.grader.demo.submission import make_submission
from tests.grader.demo.without_a_model import without_a_model
from tests.write_docs import DOCS
from validators.checks import check_submission
from validators.model.architecture import reference_of
from validators.report import Outcome
from validators.rules import load_rules

FOLDER = Path(str(files("grader.demo"))) / "model"
LIMIT = Fraction(3, 10)


def test_all_of_it_is_under_four_megabytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 4_000_000


def test_the_digests_of_the_readme_are_those_of_the_files() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\S+)` \| [\d,]+ \| `([0-9a-f]{64})` \|$", readme, re.M))
    found = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix != ".md"}
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_the_weights_have_the_shapes_that_the_rules_state(
    tmp_path: Path, compression: Compression
) -> None:
    path = tmp_path / "competition.toml"
    path.write_text(competition_text(300), encoding="utf-8")
    rules = load_rules(path)
    assert rules.model is not None
    reference = reference_of(rules.model)
    arrays = weights(compression)
    assert {name: values.shape for name, values in arrays.items()} == {
        tensor.name: tensor.shape for tensor in reference.tensors
    }
    assert parameters(arrays) == reference.total == rules.model.parameters
    assert all(np.isfinite(values).all() for values in arrays.values())
    within = nonzero(arrays) <= LIMIT * reference.total
    assert within == (compression != "dense")


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_only_what_is_compressed_is_safe_to_submit(
    tmp_path: Path, compression: Compression
) -> None:
    sample = make_submission(tmp_path, compression)
    report = check_submission(sample.packed(), sample.rules)
    blocking = {finding.code for finding in report.findings if finding.blocks}
    assert blocking == ({"ratio.over"} if compression == "dense" else set())
    assert (report.outcome is Outcome.SAFE) == (compression != "dense")


def test_pruning_breaks_the_model_and_training_brings_it_back(corpus: Corpus) -> None:
    scores = {each: score(corpus.test, written(each).texts) for each in COMPRESSIONS}
    others = {told: score(corpus.test, texts) for told, texts in without_a_model(corpus).items()}
    assert scores["dense"] > BASELINE + 0.1
    assert scores["recovered"] > BASELINE
    assert scores["recovered"] > 0.9 * scores["dense"]
    assert scores["one-shot"] < 0.15 < min(others.values())
    assert max(others.values()) < BASELINE


def test_the_guide_tells_these_scores(corpus: Corpus) -> None:
    guide = (DOCS / "guides" / "demo.md").read_text(encoding="utf-8")
    table = guide.partition("| what | score |")[2].partition("\n\n")[0]
    told = [float(figure) for figure in re.findall(r"(\d\.\d{3}) \|$", table, re.M)]
    ways = [written(each).texts for each in COMPRESSIONS]
    few = replace(corpus, train=corpus.train[:100])
    found = [score(corpus.test, texts) for texts in (*ways, *without_a_model(few).values())]
    assert told[:-1] == [round(value, 3) for value in found]
