"""Kinds of findings about how teams behave on Kaggle."""

from __future__ import annotations
