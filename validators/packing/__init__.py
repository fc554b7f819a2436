"""Making the zip that is handed in: what goes in, what stays out, and how it is called."""

from __future__ import annotations
