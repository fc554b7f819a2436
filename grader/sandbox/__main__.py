"""`python -m grader.sandbox`."""

from __future__ import annotations

from grader.sandbox.cli import main

if __name__ == "__main__":
    main()
