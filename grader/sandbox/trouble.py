"""The sandbox's own failure, which is never the program's."""

from __future__ import annotations


class SandboxFault(RuntimeError):
    """The sandbox could not do its work; the text says what broke, `remedy` how to mend it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
