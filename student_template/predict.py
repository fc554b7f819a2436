"""Write the predictions file for Kaggle with the compressed model.

python predict.py                     the test split; goes on where it was stopped
python predict.py --data rows.jsonl   other rows: a JSON object with a "text" in each line
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from compress.commands import Parser, run
from compress.folders import check_model_there
from compress.settings_file import read_settings


def main() -> int:
    """Do what the command line says; the exit code says how it ended."""
    parser = Parser(
        prog="predict.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--model", help="the model's folder; else model.output of the settings")
    parser.add_argument("--data", help="a .jsonl file or a data set; else data.dataset")
    parser.add_argument("--output", type=Path, default=Path("predictions.csv"))
    parser.add_argument("--settings", type=Path, default=Path("settings.toml"))
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run kept")
    given = parser.parse_args()
    return run("predict.py", lambda: _predict(given))


def _predict(given: argparse.Namespace) -> None:
    settings = read_settings(given.settings)
    model = given.model or settings.model.output
    check_model_there(model, "python prune.py makes one; or name another with --model.")
    # torch is imported from here on only: it takes seconds, and a slip is told before.
    from compress import predicting
    from compress.progress import Progress

    asked = predicting.Asked(model, given.data or settings.data.dataset, given.output)
    progress = Progress(sys.stderr)
    predicting.predict(settings, asked, given.fresh, progress)
    for line in predicting.disagreements(settings, Path("rerun.toml")):
        progress.note(line)


if __name__ == "__main__":
    sys.exit(main())
