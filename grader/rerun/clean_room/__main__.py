"""`python -m grader.rerun.clean_room QUESTION MODEL TOKENIZER RELEASED`: into `$OUTPUT_DIR`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.rerun.clean_room.program import main

sys.exit(main(sys.argv[1:], Path(os.environ["OUTPUT_DIR"])))
