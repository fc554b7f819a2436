"""Kinds of findings about where a model's weights come from, and who shares them."""

from __future__ import annotations
