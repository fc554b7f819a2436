"""A slip is told in one line, in a moment: before torch is loaded, and before anything is made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from compress import commands
from compress.settings import SettingsError
from tests.student_template.conftest import TEMPLATE

# torch as it is where it isn't installed: whoever imports it ends with a traceback.
_WITHOUT_TORCH = """
import os, runpy, sys
sys.modules["torch"] = sys.modules["transformers"] = None
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize(
    ("script", "settings", "told"),
    [
        ("prune.py", "[prune]\nratio = 0.31", "prune.ratio is 0.31; at most 0.3 is allowed.\n"),
        ("prune.py", "[prune]\npattern = '2:4'", 'prune.pattern "2:4" keeps 0.5 of every layer;'),
        ("prune.py", "[prune]\nratoi = 0.3", 'settings.toml: there is no setting "ratoi" in [pru'),
        ("prune.py", "[model]\noutput = 't5small_TextSummarization'", "model.output is the relea"),
        ("prune.py", "[model]\noutput = 'mine'", "model.output: mine holds work.docx, which sav"),
        ("prune.py", "[model]\nreleased = 'gone'", 'There is no model "gone": it is no folder he'),
        ("predict.py", "", 'There is no model "pruned_model": it is no folder here. python prune'),
        ("predict.py", "[predict]\nnum_beams = 0", "settings.toml: predict.num_beams is 0; expec"),
    ],
)
def test_torch_is_not_needed_to_tell_a_slip(
    script: str, settings: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "t5small_TextSummarization").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.docx").write_text("mine", "utf-8")
    (tmp_path / "settings.toml").write_text(settings, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_TORCH, str(TEMPLATE / script)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{script}: {told}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "pruned_model").exists()


def test_a_sweep_needs_no_ratio_within_the_limit(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[prune]\nratio = 0.31", "utf-8")
    done = subprocess.run(
        [sys.executable, str(TEMPLATE / "prune.py"), "--sweep"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr.startswith('prune.py: There is no model "t5small_TextSummarization"')


@pytest.mark.parametrize(
    ("trouble", "code", "told"),
    [
        (SettingsError("this is wrong."), 2, "x.py: this is wrong.\n"),
        (OSError(28, "No space left on device", "a"), 1, "x.py: a: No space left on device\n"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), 2, "x.py: memory is full; "),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), 2, "x.py: mem"),
        (MemoryError(), 2, "x.py: memory is full; halve batch_tokens in settings.toml\n"),
        (KeyboardInterrupt(), 130, "\nx.py: stopped; the same command goes on from here\n"),
    ],
)
def test_what_ends_a_command_is_told_in_a_line(
    trouble: BaseException, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise trouble

    assert commands.run("x.py", broken) == code
    assert capsys.readouterr().err.startswith(told)


def test_a_mistake_of_the_code_is_not_hidden() -> None:
    def broken() -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1"):
        commands.run("x.py", broken)
