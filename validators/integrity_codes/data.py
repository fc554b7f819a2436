"""Kinds of findings about data and models that code loads."""

from __future__ import annotations
