"""How long a T5-small takes to check and count, beside numpy and torch on the same bytes.

    python benchmarks/model_check.py [--runs 7]

Each contestant runs in a process of its own, all in turn, several times. `work` is the time after
imports, `process` the wall time of the whole process, `peak` the largest memory that it held;
`× numpy` compares `work` with the numpy pass that needs least memory, which is also a fast one.
Contestants whose library is missing are left out, and said so.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
from tabulate import tabulate

Work = Callable[[], object]
BASIS = "numpy.count_nonzero, in pieces"
PIECE_BYTES = 1024 * 1024


def check(path: Path) -> Work:
    """Ours: the section of the report, with every check."""
    from validators import model
    from validators.rules import load_rules

    rules = load_rules()
    model.section  # noqa: B018 - loads what it needs, as an import would
    return lambda: model.section(path.parent, "pruned_model", rules).facts


def numpy_pass(path: Path) -> Work:
    """One pass of numpy over all bytes, read into memory."""
    import numpy as np

    return lambda: np.count_nonzero(np.fromfile(path, dtype=np.float32))


def numpy_pieces(path: Path) -> Work:
    """One pass of numpy over all bytes, read into one piece of memory again and again."""
    import numpy as np

    def work() -> int:
        piece, total = np.empty(PIECE_BYTES // 4, dtype=np.float32), 0
        with path.open("rb", buffering=0) as stream:
            while size := stream.readinto(piece.data):
                total += int(np.count_nonzero(piece[: size // 4]))
        return total

    return work


def numpy_mapped(path: Path) -> Work:
    """One pass of numpy over all bytes, mapped."""
    import numpy as np

    values = path.stat().st_size // 4
    return lambda: np.count_nonzero(np.memmap(path, dtype=np.float32, mode="r", shape=(values,)))


def safetensors_torch(path: Path) -> Work:
    """Load with safetensors into torch, then count."""
    import torch
    from safetensors.torch import load_file

    return lambda: sum(int(torch.count_nonzero(each)) for each in load_file(path).values())


def torch_load(path: Path) -> Work:
    """Load with torch, then count."""
    import torch

    return lambda: sum(int(torch.count_nonzero(each)) for each in torch.load(path).values())


def make(path: Path, masked: bool, torch_file: bool) -> None:
    """The file that contestants read; in a process of its own, for the parent must stay small."""
    from benchmarks.make_model import write_folder

    written = write_folder(path.parent, masked)
    if torch_file:
        import torch
        from safetensors.torch import load_file

        torch.save(load_file(written), path)
        written.unlink()


CONTESTANTS: dict[str, tuple[Callable[[Path], Work], str]] = {
    "ours: all checks and both counts": (check, "numpy"),
    BASIS: (numpy_pieces, "numpy"),
    "numpy.count_nonzero, fromfile": (numpy_pass, "numpy"),
    "numpy.count_nonzero, memmap": (numpy_mapped, "numpy"),
    "torch: load_file and count": (safetensors_torch, "safetensors"),
    "torch: torch.load and count": (torch_load, "torch"),
}
FILES = {
    "zeros baked in, safetensors": ("model.safetensors", False),
    "masked, safetensors": ("model.safetensors", True),
    "masked, torch.save": ("pytorch_model.bin", True),
}


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def alone(name: str, path: Path) -> None:
    """One contestant, once: prints its seconds and its peak."""
    work = CONTESTANTS[name][0](path)
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    click.echo(json.dumps([seconds, peak_megabytes(), str(result)]))


def run(*arguments: str) -> tuple[float, str]:
    """This script in a process of its own: its wall time, and what it printed."""
    command = [sys.executable, "-m", "benchmarks.model_check", *arguments]
    root = Path(__file__).resolve().parent.parent
    start = time.perf_counter()
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    return time.perf_counter() - start, done.stdout


def fitting(file: str) -> list[str]:
    """The contestants that can read the file here."""
    wrong = "torch.load" if file.endswith(".safetensors") else "load_file"
    names = [name for name in CONTESTANTS if wrong not in name]
    return [name for name in names if importlib.util.find_spec(CONTESTANTS[name][1])]


def measure(kind: str, runs: int) -> list[tuple[object, ...]]:
    """A row for each contestant on one kind of file."""
    file, masked = FILES[kind]
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "pruned_model" / file
        run("--make", str(path), *(["--masked"] if masked else []))
        size = f"{path.stat().st_size / 1e6:.0f}"
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in fitting(file)}
        for _ in range(runs):
            for name, times in taken.items():
                wall, printed = run("--contestant", name, "--path", str(path))
                work, peak, _ = json.loads(printed.splitlines()[-1])
                times.append((work, wall, peak))
        basis = statistics.median(work for work, _, _ in taken[BASIS])
        for name, times in taken.items():
            work, wall, peak = (statistics.median(column) for column in zip(*times))
            figures = (f"{work:.3f}", f"{work / basis:.2f}", f"{wall:.2f}", f"{peak:.0f}")
            rows.append((kind, size, name, *figures))
    return rows


@click.command()
@click.option("--runs", default=7, show_default=True)
@click.option("--contestant", hidden=True)
@click.option("--path", type=click.Path(path_type=Path), hidden=True)
@click.option("--make", "made", type=click.Path(path_type=Path), hidden=True)
@click.option("--masked", is_flag=True, hidden=True)
def main(runs: int, contestant: str, path: Path, made: Path, masked: bool) -> None:
    """Measure the check of a model beside numpy and torch on the same bytes."""
    if made:
        make(made, masked, made.suffix == ".bin")
        return
    if contestant:
        alone(contestant, path)
        return
    rows: list[tuple[object, ...]] = []
    for kind, (file, _) in FILES.items():
        if file.endswith(".bin") and not importlib.util.find_spec("torch"):
            click.echo(f"left out without torch: {kind}", err=True)
            continue
        rows += measure(kind, runs)
    headers = ("file", "MB", "what", "work s", "× numpy", "process s", "peak MB")
    click.echo(tabulate(rows, headers=headers, disable_numparse=True))


if __name__ == "__main__":
    main()
