"""What a pickle's operations work on: a stack with marks, a memo, and what is asked for."""

from __future__ import annotations

from validators.pickles.source import Source
from validators.pickles.values import Global, PersistentId, PickleTrouble

NAME_BYTES = 1_000
"""The longest name of a module or of something in it."""

_GLOBALS = 10_000
# Python 3 writes these names of Python 2 into the old protocols.
_RENAMED = {"__builtin__": "builtins", "copy_reg": "copyreg"}


class Desk:
    """The stack with its marks, the memo, and all names and outside things asked for so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[object] = []
        self.marks: list[int] = []
        self.memo: dict[int, object] = {}
        self.globals: dict[Global, None] = {}
        self.persistent: list[PersistentId] = []

    def pop(self) -> object:
        """The top of the stack, taken off; a mark is a floor."""
        floor = self.marks[-1] if self.marks else 0
        if len(self.stack) <= floor:
            raise PickleTrouble("the pickle takes more from its stack than it put there")
        return self.stack.pop()

    def top(self) -> object:
        """The top of the stack, left there."""
        value = self.pop()
        self.stack.append(value)
        return value

    def since_mark(self) -> list[object]:
        """Everything since the last mark, taken off with the mark."""
        if not self.marks:
            raise PickleTrouble("the pickle goes back to a mark that it never set")
        start = self.marks.pop()
        values = self.stack[start:]
        del self.stack[start:]
        return values

    def ask(self, module: str, name: str) -> Global:
        """Write down that a global is asked for."""
        if len(module) + len(name) > NAME_BYTES:
            raise PickleTrouble(f"the pickle asks for a name of over {NAME_BYTES:,} characters")
        asked = Global(_RENAMED.get(module, module), name)
        if len(self.globals) >= _GLOBALS and asked not in self.globals:
            raise PickleTrouble(f"the pickle asks for more than {_GLOBALS:,} different names")
        self.globals[asked] = None
        return asked

    def refer(self, value: object) -> PersistentId:
        """Write down that something outside the pickle is referred to."""
        reference = PersistentId(value)
        self.persistent.append(reference)
        return reference

    def recall(self, key: int) -> None:
        """Put on the stack what the memo holds under the key."""
        try:
            self.stack.append(self.memo[key])
        except KeyError:
            raise PickleTrouble("the pickle refers to a value that it never stored") from None
