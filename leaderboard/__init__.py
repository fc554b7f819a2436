"""Ranking, exports and pages."""
