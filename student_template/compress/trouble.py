"""What goes wrong in a way that whoever runs it can mend."""

from __future__ import annotations


class Trouble(Exception):
    """The text says in a line what was found, what was expected, and what to do."""
