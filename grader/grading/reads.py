"""What was read of each submission, kept so that an unchanged class is not read again."""

from __future__ import annotations

from typing import Optional

from grader.grading.keys import READ, digest_of, stage_code
from grader.records import Submission
from grader.store import Kept, Store


class StoredReads:
    """The memory of collecting, in the store; what is new is written in one go."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.new: list[Kept] = []

    def recall(self, key: str) -> Optional[Submission]:
        """The submission as it was read under this key."""
        return self.store.result(READ, self._own(key), Submission)

    def keep(self, key: str, submission: Submission) -> None:
        """Remember the submission as it was read; what could not be read is tried again."""
        if not submission.trouble:
            self.new.append(Kept(READ, self._own(key), submission.source, submission))

    def write(self) -> None:
        """Write what was read anew."""
        self.store.keep(self.new)
        self.new = []

    def _own(self, key: str) -> str:
        """The key of what our code, as it is, read there."""
        return digest_of([key, stage_code(READ)])
