"""Kinds of findings about code that works have in common."""

from __future__ import annotations
