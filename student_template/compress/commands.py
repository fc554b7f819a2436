"""How both commands end: what went wrong is told in a line, and the exit code says what it was."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from typing import NoReturn

from compress.trouble import Trouble

DONE, DISK, USAGE, STOPPED = 0, 1, 2, 130
"""Exit codes: done; the disk refused; something of yours to mend; Ctrl-C."""

_FULL = re.compile("out of memory|can't allocate memory|not enough memory", re.IGNORECASE)
"""What CUDA, MPS and the CPU say when no memory is left."""


class Parser(argparse.ArgumentParser):
    """Tells what is wrong with the command line in one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with the exit code 2."""
        self.exit(USAGE, f"{self.prog}: {message}; python {self.prog} --help says more\n")


def run(name: str, command: Callable[[], None]) -> int:
    """Run the command, and return its exit code."""
    try:
        command()
    except Trouble as trouble:
        return _told(name, str(trouble), USAGE)
    except (MemoryError, RuntimeError) as trouble:  # torch has no one name for its own
        if not isinstance(trouble, MemoryError) and not _FULL.search(str(trouble)):
            raise
        return _told(name, "memory is full; halve batch_tokens in settings.toml", USAGE)
    except OSError as trouble:
        place = f"{trouble.filename}: " if trouble.filename else ""
        return _told(name, f"{place}{trouble.strerror or trouble}", DISK)
    except KeyboardInterrupt:
        return _told(f"\n{name}", "stopped; the same command goes on from here", STOPPED)
    return DONE


def _told(name: str, what: str, code: int) -> int:
    sys.stderr.write(f"{name}: {what}\n")
    return code
