"""Execute one notebook in a fresh kernel of this interpreter: `run_notebook.py NOTEBOOK`.

This file runs inside the sandbox, under the interpreter of the course (Python 3.9 or newer). It
needs nothing but the standard library, nbclient and ipykernel. The kernel is spoken to through
Unix sockets under /tmp, so that it needs no network. What the cells print goes to the same stream
of ours, after a line with the number of the cell: 1 is the first code cell.

Exit codes: 0 every cell ran; 1 the notebook ended with an exception, or is no notebook for
Python; 2 wrong usage; 3 this interpreter can't run notebooks, which is not the notebook's doing.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, TextIO

DONE, FAILED, USAGE, UNPREPARED = 0, 1, 2, 3
_KERNEL = "--kernel"
# A busy machine may need long for a kernel; what bounds the notebook is the sandbox.
_START_SECONDS = 300
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# Kernels that are not Python's, for notebooks that don't name their language.
_OTHER_KERNELS = re.compile(r"(ir|julia.*|java.*|scala.*|bash|sos|matlab|octave)", re.IGNORECASE)


class NotebookTroubleError(Exception):
    """What keeps a notebook from being run; the text is for its author."""


class Printer:
    """What the cells say, each on its own stream, with the number of the cell above it."""

    def __init__(self) -> None:
        self.cell = 0
        self._above = {"stdout": 0, "stderr": 0}

    def write(self, text: str, stream: str = "stdout") -> None:
        """Write the text of the current cell."""
        file: TextIO = sys.stderr if stream == "stderr" else sys.stdout
        name = "stderr" if stream == "stderr" else "stdout"
        if self._above[name] != self.cell:
            self._above[name] = self.cell
            file.write(f"\n--- cell {self.cell} ---\n")
        file.write(text)
        file.flush()

    def take(self, message: dict[str, Any]) -> bool:
        """Write what the message of the kernel says; whether it was one that says something."""
        kind, content = message.get("msg_type"), message.get("content", {})
        if kind == "stream":
            self.write(str(content.get("text", "")), str(content.get("name")))
        elif kind in ("display_data", "execute_result"):
            data = content.get("data", {})
            if "text/plain" in data:
                self.write(f"{data['text/plain']}\n")
        elif kind == "error":
            lines = "\n".join(map(str, content.get("traceback", ())))
            self.write(_COLOUR.sub("", lines) + "\n", "stderr")
        else:
            return False
        return True


def code_cells(path: Path) -> list[tuple[str, list[str]]]:
    """The source and the tags of each code cell, for a notebook of any version.

    Only these are taken from the file: old outputs, attachments and widgets are left behind.
    """
    try:
        notebook = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as trouble:
        why = f"{type(trouble).__name__}: {trouble}"[:200]
        raise NotebookTroubleError(f"{path.name} can't be read as a notebook ({why}).") from trouble
    if not isinstance(notebook, dict):
        raise NotebookTroubleError(f"{path.name} is JSON, but no notebook.")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = notebook.get("worksheets")
        if not isinstance(sheets, list):
            raise NotebookTroubleError(f"{path.name} is JSON, but no notebook (it has no cells).")
        found = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
        cells = [cell for some in found if isinstance(some, list) for cell in some]
    code = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    language = _language(_table(notebook.get("metadata")), code)
    if not language.lower().startswith(("python", "ipython")):
        raise NotebookTroubleError(f"{path.name} is a notebook for {language[:40]}, not Python.")
    return [(_source(cell), _tags(cell)) for cell in code]


def _language(metadata: dict[str, Any], code: list[dict[str, Any]]) -> str:
    kernel, about = _table(metadata.get("kernelspec")), _table(metadata.get("language_info"))
    named = [kernel.get("language"), about.get("name"), *(cell.get("language") for cell in code)]
    for name in named:
        if isinstance(name, str) and name:
            return name
    name = kernel.get("name")
    return name if isinstance(name, str) and _OTHER_KERNELS.fullmatch(name) else "python"


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _tags(cell: dict[str, Any]) -> list[str]:
    tags = _table(cell.get("metadata")).get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def execute(path: Path, cells: list[tuple[str, list[str]]], scratch: Path) -> int:
    """Run the cells in order in a fresh kernel; the exit code."""
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    if importlib.util.find_spec("ipykernel") is None:
        raise ImportError("No module named 'ipykernel'")
    made = [
        nbformat.v4.new_code_cell(source, metadata={"tags": tags})  # type: ignore[no-untyped-call]
        for source, tags in cells
    ]
    notebook = nbformat.v4.new_notebook(cells=made)  # type: ignore[no-untyped-call]
    manager = AsyncKernelManager(
        kernel_spec_manager=_spec_manager(scratch),
        transport="ipc",
        connection_file=str(scratch / "k.json"),
    )
    printer = Printer()
    client = _client(notebook, manager, path.parent, printer)
    try:
        client.execute()
    except CellExecutionError as raised:
        _say(f"cell {printer.cell}: {raised.ename}: {raised.evalue}"[:500])
        return FAILED
    except RuntimeError as trouble:
        if not printer.cell:
            _say(f"the kernel did not start ({trouble})."[:500])
            return UNPREPARED
        if not isinstance(trouble, DeadKernelError):
            raise
        _say(f"the kernel ended while cell {printer.cell} ran.")
        return FAILED
    return DONE


def _spec_manager(scratch: Path) -> Any:
    """A manager that knows one kernel by every name: this file, under this interpreter."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    words = [sys.executable, str(Path(__file__).resolve()), _KERNEL, "-f", "{connection_file}"]

    class ThisInterpreter(KernelSpecManager):  # type: ignore[misc, unused-ignore]
        def get_kernel_spec(self, kernel_name: str) -> Any:
            return KernelSpec(argv=words, display_name=kernel_name, language="python")

    return ThisInterpreter(data_dir=str(scratch))


def _client(notebook: Any, manager: Any, folder: Path, printer: Printer) -> Any:
    """The one that runs the cells; what they print is written, not kept."""
    from nbclient import NotebookClient

    class Client(NotebookClient):
        async def async_execute_cell(
            self, cell: Any, cell_index: int, *more: Any, **named: Any
        ) -> Any:
            printer.cell = cell_index + 1
            return await super().async_execute_cell(cell, cell_index, *more, **named)

        def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
            return None if printer.take(msg) else super().process_message(msg, cell, cell_index)

    client = Client(
        notebook,
        km=manager,
        timeout=None,
        startup_timeout=_START_SECONDS,
        resources={"metadata": {"path": str(folder)}},
    )
    # A kernel manager that is given is left running at the end, unless it counts as the client's.
    client.owns_km = True
    return client


def serve_kernel() -> None:
    """Be the kernel. Nothing beside the notebook can take the place of what the kernel imports."""
    here = str(Path(__file__).resolve().parent)
    sys.path[:] = [place for place in sys.path if place not in ("", here)]
    from ipykernel.kernelapp import IPKernelApp

    del sys.argv[1]
    # No history file; the kernel puts the notebook's folder on the path when it is ready.
    sys.argv.append("--HistoryManager.enabled=False")
    IPKernelApp.launch_instance()


def _surroundings(scratch: Path) -> None:
    """Let nothing be read from or written to a home folder."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        os.environ[name] = str(scratch)
    os.environ.update(JUPYTER_NO_CONFIG="1", JUPYTER_PLATFORM_DIRS="1")


def _scratch() -> Path:
    """A new folder with a short path: the name of a Unix socket has room for 100 bytes."""
    short = Path("/tmp")  # noqa: S108 (mkdtemp makes a private folder in it)
    usable = short.is_dir() and os.access(short, os.W_OK)
    return Path(tempfile.mkdtemp(prefix="nb", dir=short if usable else None))


def _say(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"\nrun_notebook: {' '.join(text.split())}\n")
    sys.stderr.flush()


def main(words: list[str]) -> int:
    """Run the notebook named; the exit code."""
    if len(words) != 1:
        _say("expected one word, the path of the notebook.")
        return USAGE
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    # Warnings about the libraries that run the cells are no concern of the notebook's author.
    warnings.simplefilter("ignore")
    path = Path(words[0]).absolute()
    scratch = _scratch()
    try:
        cells = code_cells(path)
        _surroundings(scratch)
        return execute(path, cells, scratch)
    except NotebookTroubleError as trouble:
        _say(str(trouble))
        return FAILED
    except ImportError as trouble:
        _say(f"this Python has no nbclient and ipykernel that work ({trouble}).")
        return UNPREPARED
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == [_KERNEL] and len(sys.argv) > 2:
        serve_kernel()
    else:
        sys.exit(main(sys.argv[1:]))
