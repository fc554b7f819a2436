"""Kinds of findings about predictions nearer to others, or to the answers, than models come."""

from __future__ import annotations
