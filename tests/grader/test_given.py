"""What commands of the teaching side say where the system says no."""

from __future__ import annotations

import errno
import os

import click
import pytest

from grader.given import told_plainly


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "No space left on device. Free some disk space and type it again;"),
        (errno.EROFS, "grade-work/grade.lock: Read-only file system"),
    ],
)
def test_a_system_that_says_no_is_told_with_the_mend(number: int, says: str) -> None:
    name = None if number == errno.ENOSPC else "grade-work/grade.lock"
    with pytest.raises(click.ClickException) as caught, told_plainly():
        raise OSError(number, os.strerror(number), name)
    assert caught.value.message.startswith(says)
    assert ("what is done is kept" in caught.value.message) == (number == errno.ENOSPC)
