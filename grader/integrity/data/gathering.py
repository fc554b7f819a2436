"""Following lists, tuples, dictionaries and comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Optional

from grader.integrity.data.columns import element_of, known_elements
from grader.integrity.data.state import Frame, State
from grader.integrity.data.values import Value, sequence, sources_of


class Gathered(State):
    """What is known of values that are put together of others."""

    def truth(self, value: Value) -> Optional[bool]:
        """Whether a condition holds; None where that isn't known."""
        raise NotImplementedError

    def _list(self, node: ast.List, frame: Frame) -> Value:
        return self._elements(node.elts, frame)

    def _tuple(self, node: ast.Tuple, frame: Frame) -> Value:
        return self._elements(node.elts, frame)

    def _set(self, node: ast.Set, frame: Frame) -> Value:
        return self._elements(node.elts, frame)

    def _elements(self, nodes: Sequence[ast.expr], frame: Frame) -> Value:
        values: list[Value] = []
        rest: list[Value] = []
        for node in nodes:
            value = self.value(node, frame)
            if not isinstance(node, ast.Starred):
                values.append(value)
                continue
            spread = known_elements(value)
            if spread is None:
                rest.append(element_of(value))
            values += spread or []
        made = sequence(values)
        for value in rest:
            made.add(value)
        return made

    def _starred(self, node: ast.Starred, frame: Frame) -> Value:
        return self.value(node.value, frame)

    def _dict(self, node: ast.Dict, frame: Frame) -> Value:
        made = Value(items={})
        for key, each in zip(node.keys, node.values):
            value = self.value(each, frame)
            if key is None:  # **other
                for name, part in (value.items or {}).items():
                    made.put(name, part)
                if not value.items:
                    made.sources |= sources_of(value)
                continue
            known = self.value(key, frame).consts
            if len(known) == 1:
                made.put(known[0], value)
            else:
                made.add(value)
        return made

    def _listcomp(self, node: ast.ListComp, frame: Frame) -> Value:
        return self._comprehended(node.generators, node.elt, frame)

    def _setcomp(self, node: ast.SetComp, frame: Frame) -> Value:
        return self._comprehended(node.generators, node.elt, frame)

    def _generatorexp(self, node: ast.GeneratorExp, frame: Frame) -> Value:
        return self._comprehended(node.generators, node.elt, frame)

    def _comprehended(
        self, generators: Sequence[ast.comprehension], elt: ast.expr, frame: Frame
    ) -> Value:
        made = Value()
        unrolled = self._unrolled(generators, frame)
        for number, inner in enumerate(self._rounds(generators, frame)):
            value = self.value(elt, inner)
            if unrolled:
                made.put(number, value)
            else:
                made.add(value)
        return made

    def _dictcomp(self, node: ast.DictComp, frame: Frame) -> Value:
        made = Value(items={})
        for inner in self._rounds(node.generators, frame):
            known, value = self.value(node.key, inner).consts, self.value(node.value, inner)
            if len(known) == 1:
                made.put(known[0], value)
            else:
                made.add(value)
        return made

    def _unrolled(self, generators: Sequence[ast.comprehension], frame: Frame) -> bool:
        first = generators[0]
        simple = len(generators) == 1 and not first.ifs
        return simple and known_elements(self.value(first.iter, frame)) is not None

    def _rounds(self, generators: Sequence[ast.comprehension], frame: Frame) -> Iterator[Frame]:
        """The frames in which the comprehension's element is what it can be."""
        inner = Frame(frame.label, outer=frame, path=frame.path)
        first, rest = generators[0], generators[1:]
        over = self.value(first.iter, frame)
        for each in known_elements(over) or [element_of(over)]:
            self.bind(first.target, each, inner)
            holds = [self.truth(self.value(condition, inner)) for condition in first.ifs]
            if False in holds:
                continue
            if rest:
                yield from self._rounds(rest, inner)
            else:
                yield inner
