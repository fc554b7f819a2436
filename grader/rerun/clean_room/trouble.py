"""Why something could not be done here: stated outcomes, no failures."""

from __future__ import annotations


class CannotFold(Exception):
    """A weight set that is no whole model of a known architecture; the text says why."""


class OutOfTime(Exception):
    """The time that was given is over."""


class GivenUp(Exception):
    """What is being written can't become what is looked for."""
