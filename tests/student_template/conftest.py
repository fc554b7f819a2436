"""The template's own package is found as it is in a student's folder: beside `prune.py`."""

from __future__ import annotations

import sys
from pathlib import Path

TEMPLATE = Path(__file__).parents[2] / "student_template"
sys.path.insert(0, str(TEMPLATE))
