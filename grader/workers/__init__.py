"""Looking at many submissions, each in a limited process of its own that nothing outlives.

One keeper process loads rules and answers and forks a child for each submission. What goes wrong
with a submission, even by a crash, is a fault of that one; the others go on.
"""

from __future__ import annotations

from grader.workers.pool import clear_scratch, looked_at
from grader.workers.records import Answer, Setup, SetupError, Task, WorkersError

__all__ = ["Answer", "Setup", "SetupError", "Task", "WorkersError", "clear_scratch", "looked_at"]
