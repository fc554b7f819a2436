"""How long `--help` takes, beside an interpreter that does nothing and one that imports torch.

python benchmarks/start_up.py [--runs 15]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import click
from tabulate import tabulate

CONTESTANTS = {
    "python -c pass": "pass",
    "import click": "import click",
    "check-submission --help": "import sys; sys.argv[1:] = ['--help']\n"
    "from validators.cli import main; main()",
    "grade --help": "import sys; sys.argv[1:] = ['--help']\nfrom grader.cli import main; main()",
    "leaderboard --help": "import sys; sys.argv[1:] = ['--help']\n"
    "from leaderboard.cli import main; main()",
    "import pandas": "import pandas",
    "import torch": "import torch",
}


def wall_seconds(code: str) -> float:
    """The wall time of one fresh interpreter that runs the code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


@click.command()
@click.option("--runs", default=15, show_default=True)
def main(runs: int) -> None:
    """Measure the start-up of every command, in turn."""
    times: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for turn in range(runs + 1):
        for name, code in CONTESTANTS.items():
            seconds = wall_seconds(code)
            if turn:  # the first turn warms the disk cache
                times[name].append(seconds)
    rows = [
        (name, f"{statistics.median(taken) * 1000:.0f}", f"{max(taken) * 1000:.0f}")
        for name, taken in times.items()
    ]
    click.echo(tabulate(rows, headers=("what", "median ms", "slowest ms")))


if __name__ == "__main__":
    main()
