"""What the parts of an inspection have shown, put together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from grader.integrity.records import Inspection


def merged(parts: Iterable[Inspection]) -> Inspection:
    """One inspection with all that these have."""
    several = tuple(parts)
    return Inspection(
        tuple(chain.from_iterable(each.found for each in several)),
        tuple(chain.from_iterable(each.pairs for each in several)),
        tuple(chain.from_iterable(each.clusters for each in several)),
        tuple(chain.from_iterable(each.spreads for each in several)),
        tuple(chain.from_iterable(each.facts for each in several)),
        tuple(chain.from_iterable(each.notes for each in several)),
        tuple(chain.from_iterable(each.faults for each in several)),
    )
