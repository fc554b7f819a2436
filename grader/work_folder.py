"""The names of what lies in a work folder."""

from __future__ import annotations

WORK = "grade-work"
"""The work folder when none is named."""
BOARD = "board.json"
"""The board of the run that is in force."""
RERUNS = "reruns.csv"
"""What is run of each submission, and what the TA wants run instead."""
SCRATCH = "scratch"
"""What is unpacked for a look, empty between runs."""
