"""Compress the released model: prune it, train what is left, save it, count it again.

python prune.py                       as settings.toml says; goes on where it was stopped
python prune.py --fresh               from the beginning
python prune.py --sweep               a table of methods and ratios, and a plot
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compress.commands import Parser, run
from compress.folders import check_model_there, check_output
from compress.settings_file import read_settings, refuse_over


def main() -> int:
    """Do what the command line says; the exit code says how it ended."""
    parser = Parser(
        prog="prune.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--settings", type=Path, default=Path("settings.toml"))
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run kept")
    parser.add_argument("--sweep", action="store_true", help="try every method at every ratio")
    given = parser.parse_args()
    return run("prune.py", lambda: _prune(given))


def _prune(given: argparse.Namespace) -> None:
    settings = read_settings(given.settings)
    released = settings.model.released
    check_model_there(released, "Put the released model there, or name its folder in [model].")
    # torch is imported from here on only: it takes seconds, and a slip is told before.
    if given.sweep:
        from compress.sweep import sweep

        sweep(settings, Path("sweep"), given.fresh)
    else:
        refuse_over(settings)
        check_output(Path(settings.model.output), released)
        from compress.compressing import compress

        compress(settings, Path("checkpoint"), given.fresh)


if __name__ == "__main__":
    sys.exit(main())
