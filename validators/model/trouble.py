"""What stops the reading of one weight file: becomes a finding about that file."""

from __future__ import annotations

from validators.findings import Code, Finding, Place


class WeightsTrouble(Exception):
    """A file, or a tensor of it, that can't be read as weights: which code, and in what words."""

    def __init__(self, code: Code, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy

    def at(self, place: Place) -> Finding:
        """The same as a finding."""
        return self.code.at(place, self.message, self.remedy)
