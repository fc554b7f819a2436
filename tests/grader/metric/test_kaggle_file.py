from __future__ import annotations

import ast
import inspect
import io
import math
import subprocess
import sys
import types
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from grader.metric import handout_row, rouge_row
from grader.metric.kaggle_file import MODULES, kaggle_source
from tests.grader.metric.golden import ROWS, naive_mean

SOLUTION = pd.DataFrame({"ID": [0, 1, 2], "Label": ["a bill", "the act pays", "x y"]})
GOOD = pd.DataFrame({"ID": [0, 1, 2], "Predict": ["a bill", "act", "z"]})
SCORE = naive_mean([1.0, 1 / 3, 0.0])


@pytest.fixture(scope="module")
def metric() -> types.ModuleType:
    module = types.ModuleType("metric")
    exec(compile(kaggle_source(), "metric.py", "exec", dont_inherit=True), module.__dict__)
    return module


def with_ids(*ids: object) -> pd.DataFrame:
    return GOOD.assign(ID=list(ids))


def with_texts(*texts: object) -> pd.DataFrame:
    return GOOD.assign(Predict=list(texts))


# The submission, and what a participant must read.
REFUSED: dict[str, tuple[pd.DataFrame, tuple[str, ...]]] = {
    "repeated ID": (with_ids(0, 1, 1), ("1 ID appears more than once", '"1"', "one row per ID")),
    "missing row": (GOOD[:2], ("1 of 3 expected IDs is missing", '"2"')),
    "ID of another": (with_ids(0, 1, 9), ('missing: "2"', 'not of this competition: "9"')),
    "blank ID": (with_ids(0, 1, math.nan), ("1 row has no ID", "row 3")),
    "IDs like 2.0": (with_ids("0.0", "1.0", "2.0"), ('found "0.0"', 'expected "0"')),
    "IDs with blanks": (with_ids("0", "1", " 2"), ('found " 2"', 'expected "2"')),
    "cells missing": (with_texts("a", None, math.nan), ("2 of 3 cells", '"1", "2"', "null")),
    "numbers": (with_texts(1, 2, 3), ("3 of 3 cells", "as numbers", "words")),
    "fractions": (with_texts(1.5, 2.0, 3.5), ("3 of 3 cells", "as numbers")),
    "true and false": (with_texts(True, False, True), ("3 of 3 cells", "true or false")),
    "index column": (GOOD.assign(**{"Unnamed: 0": 1}), ('"Unnamed: 0"', "index=False")),
    "other name": (GOOD.rename(columns={"Predict": "Text"}), ('no column "Predict"', '"Text"')),
    "commas": (
        pd.read_csv(io.StringIO("ID,Predict\n0,a bill, b\n1,act, c\n2,z, d\n")),
        ("one field more than the header", "double quotes"),
    ),
    "cells missing, no ID": (
        with_texts("a", "b", None).drop(columns="ID"),
        ("1 of 3 cells", "row 3 below the header"),
    ),
    "rows missing, no ID": (GOOD[:2].drop(columns="ID"), ("2 rows; expected 3",)),
}

ACCEPTED: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {
    "as is": (SOLUTION, GOOD),
    "other order": (SOLUTION, GOOD[::-1]),
    "Usage": (SOLUTION.assign(Usage="Public"), GOOD.assign(Usage="Public")),
    "no ID": (SOLUTION.drop(columns="ID"), GOOD.drop(columns="ID")),
    "no ID here": (SOLUTION, GOOD.drop(columns="ID")),
    "no ID there": (SOLUTION.drop(columns="ID"), GOOD),
    "IDs as text": (SOLUTION, with_ids("0", "1", "2")),
    "IDs as floats": (SOLUTION, with_ids(0.0, 1.0, 2.0)),
    "other index": (SOLUTION.set_axis([7, 8, 9]), GOOD.set_axis([5, 3, 1])),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_good_submission_gets_its_score(metric: types.ModuleType, name: str) -> None:
    solution, submission = ACCEPTED[name]
    copies = solution.copy(), submission.copy()
    for _ in range(2):
        value = metric.score(solution, submission, "ID")
        assert type(value) is float
        assert value == SCORE
    pd.testing.assert_frame_equal(solution, copies[0])
    pd.testing.assert_frame_equal(submission, copies[1])


@pytest.mark.parametrize("name", REFUSED)
def test_a_participant_reads_what_is_wrong(metric: types.ModuleType, name: str) -> None:
    submission, said = REFUSED[name]
    before = submission.copy()
    with pytest.raises(metric.ParticipantVisibleError) as caught:
        metric.score(SOLUTION, submission, "ID")
    assert not [part for part in said if part not in str(caught.value)], str(caught.value)
    pd.testing.assert_frame_equal(submission, before)


@pytest.mark.parametrize(
    ("solution", "said"),
    [
        (SOLUTION.drop(columns="Label"), "no column 'Label'"),
        (SOLUTION[:0], "no rows"),
        (SOLUTION.assign(Label=["a", None, "b"]), "1 labels"),
        (SOLUTION.assign(ID=[0, 1, 1]), "repeated ID"),
    ],
)
def test_trouble_with_the_solution_is_not_the_participants(
    metric: types.ModuleType, solution: pd.DataFrame, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        metric.score(solution, GOOD, "ID")


def test_it_computes_what_the_package_computes(metric: types.ModuleType) -> None:
    solution = pd.DataFrame({"id": range(len(ROWS)), "Label": [label for label, _ in ROWS]})
    submission = pd.DataFrame({"id": range(len(ROWS)), "Predict": [text for _, text in ROWS]})
    expected = naive_mean([handout_row(*row) for row in ROWS])
    assert metric.score(solution, submission, "id") == expected
    for name in ("rouge1", "rougeLsum"):
        stemmed = [rouge_row(*row, stemmer=True)[name].fmeasure for row in ROWS]
        found = metric.score(solution, submission, "id", metric=name, stemmer=True)
        assert found == naive_mean(stemmed)


def test_every_argument_of_score_has_a_plain_annotation(metric: types.ModuleType) -> None:
    signature = inspect.signature(metric.score)
    assert list(signature.parameters)[:3] == ["solution", "submission", "row_id_column_name"]
    kinds = {parameter.annotation for parameter in signature.parameters.values()}
    assert kinds == {pd.DataFrame, str, bool}
    assert signature.return_annotation is float
    assert issubclass(metric.ParticipantVisibleError, Exception)


def test_no_name_is_defined_twice_in_the_file() -> None:
    names: Counter[str] = Counter()
    for node in ast.parse(kaggle_source()).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names[node.name] += 1
        elif isinstance(node, ast.Assign):
            names.update(ast.unparse(target) for target in node.targets)
    assert [name for name, count in names.items() if count > 1] == []
    assert len(MODULES) == len(set(MODULES))


RUN_ALONE = """
import doctest, importlib.util, sys
import pandas


class OnlyPandas:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ("numpy", "pandas"):
            raise ModuleNotFoundError(name)


sys.meta_path.insert(0, OnlyPandas())
spec = importlib.util.spec_from_file_location("metric", sys.argv[1])
metric = sys.modules["metric"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(metric)
print(*doctest.testmod(metric))
"""


def test_the_file_runs_alone(tmp_path: Path) -> None:
    """With nothing but pandas in reach, its doctest holds."""
    path = tmp_path / "metric.py"
    path.write_text(kaggle_source(), encoding="utf-8")
    failed, attempted = run([sys.executable, "-I", "-c", RUN_ALONE, str(path)], tmp_path).split()
    assert (failed, attempted) == ("0", "4")


def test_the_file_imports_pandas_and_the_standard_library_alone() -> None:
    tops = set()
    for node in ast.walk(ast.parse(kaggle_source())):
        if isinstance(node, ast.Import):
            tops |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            tops.add((node.module or "").partition(".")[0])
    assert tops == {"collections", "functools", "itertools", "pandas", "sys", "typing"}


def run(command: list[str], folder: Path) -> str:
    done: Any = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout)
