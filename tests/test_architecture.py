"""The arrows between our packages point down, and nothing heavy is loaded before it is needed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("grader", "leaderboard", "validators", "student_template", "tests", "benchmarks")
ALLOWED = {
    "validators": {"validators"},
    "leaderboard": {"leaderboard"},
    "grader": {"grader", "leaderboard", "validators"},
}
# What must never be imported by checks that a student runs, wherever it stands in the file.
FORBIDDEN = {"torch", "transformers", "pickle", "pandas", "safetensors", "shelve", "joblib"}
MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 300


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where an arrow points"
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_arrows_point_down(package: str) -> None:
    for path in sources(package):
        assert imported(path) & set(OURS) <= ALLOWED[package], path


def test_the_template_stands_alone() -> None:
    """But for the metric, which a student who has our package evaluates with."""
    for path in sources("student_template"):
        allowed = {"grader"} if path.name == "scoring.py" else set()
        assert imported(path) & set(OURS) <= allowed, path
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"grader[.\w]*", text)) <= {"grader.metric"}, path


def test_checks_never_import_what_could_run_a_submission() -> None:
    for path in sources("validators"):
        assert not imported(path) & FORBIDDEN, path


def test_private_settings_are_out_of_reach_of_a_students_command() -> None:
    for path in sources("validators"):
        text = path.read_text(encoding="utf-8")
        assert "GradingSettings" not in text, path
        assert "answer_key" not in text, path
    from validators.rules import Rules

    names = str(Rules.model_json_schema()).lower()
    assert not [word for word in ("roster", "answers", "released_model") if f"'{word}'" in names]


def test_functions_and_modules_are_small() -> None:
    too_long = []
    for path in sources(*OURS):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MAX_MODULE_LINES:
            too_long.append(str(path))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES:
                    too_long.append(f"{path}:{node.lineno} {node.name}")
    assert not too_long


def test_the_package_called_validators_is_ours() -> None:
    """PyPI has another package of that name; docs/decisions/0002 says how they stay apart."""
    code = "import validators; print(validators.__file__); print(validators.check_submission)"
    shown = run_python(code)
    assert str(ROOT / "validators" / "__init__.py") in shown
    assert "validators.checks" not in shown.splitlines()[0]
    assert "check_submission" in shown.splitlines()[1]


@pytest.mark.parametrize(
    ("module", "command"),
    [("validators.cli", "check"), ("grader.cli", "grade"), ("leaderboard.cli", "leaderboard")],
)
def test_help_loads_nothing_heavy(module: str, command: str) -> None:
    code = (
        f"import sys; from {module} import {command} as command\n"
        "try: command.main(['--help'], 'command')\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'torch', 'transformers', 'pydantic', 'zipfile'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    assert run_python(code).splitlines()[-1] == "HEAVY []"


def test_a_check_loads_neither_torch_nor_pandas(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from grader.demo.sample import make_sample\n"
        "from validators import check_submission\n"
        f"sample = make_sample(Path({str(tmp_path)!r}))\n"
        "print(check_submission(sample.packed(), sample.rules).outcome)\n"
        "print('HEAVY', sorted({'pandas', 'torch', 'transformers', 'pickle'} & set(sys.modules)))"
    )
    lines = run_python(code).splitlines()
    assert lines[-2] == "Outcome.SAFE"
    # numpy itself imports pickle; that is not ours to forbid.
    assert lines[-1] in ("HEAVY []", "HEAVY ['pickle']")


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
