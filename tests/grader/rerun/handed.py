"""Small packages on disk, as students hand them in, for the tests of what is run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Union

Content = Union[str, bytes]

PREDICTS = "model.generate(x)\ndf.to_csv('submission.csv')\n"
TRAINS = "trainer.train()\nmodel.save_pretrained('pruned_model')\n"
TEMPLATE = (
    "import argparse\np = argparse.ArgumentParser()\n"
    "p.add_argument('-m', '--model')\np.add_argument('--data')\np.add_argument('--output')\n"
)


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": s} for s in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def package(root: Path, files: Mapping[str, Content]) -> Sequence[str]:
    """Write the files; their paths, in the order given."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return tuple(files)
