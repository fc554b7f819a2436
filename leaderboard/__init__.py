"""Ranking, exports and pages. Imports none of our other packages."""

__version__ = "0.1.0"
