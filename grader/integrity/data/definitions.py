"""Following definitions and imports."""

from __future__ import annotations

import ast

from grader.integrity.data.expressions import Expressions
from grader.integrity.data.state import Frame
from grader.integrity.data.values import Class, Function, Value


class Definitions(Expressions):
    """What a definition or an import binds."""

    def _do_functiondef(self, node: ast.FunctionDef, frame: Frame) -> bool:
        for decorator in node.decorator_list:
            self.value(decorator, frame)
        frame.names[node.name] = Value(functions=(self.function(node, frame),))
        return False

    def _do_asyncfunctiondef(self, node: ast.FunctionDef, frame: Frame) -> bool:
        return self._do_functiondef(node, frame)

    def function(self, node: ast.FunctionDef, frame: Frame) -> Function:
        """A function with its defaults, which are known where it is defined."""
        given = [*node.args.posonlyargs, *node.args.args]
        pairs = list(zip(reversed(given), reversed(node.args.defaults)))
        pairs += [(a, d) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults) if d]
        defaults = tuple((one.arg, self.value(default, frame)) for one, default in pairs)
        return Function(node, frame, frame.label, defaults)

    def _do_classdef(self, node: ast.ClassDef, frame: Frame) -> bool:
        bases = [self.value(base, frame) for base in node.bases]
        inner = Frame(frame.label, outer=frame, path=frame.path)
        self.block(node.body, inner)
        # A method doesn't see the names of its class without asking it.
        inner.names, names = {}, inner.names
        own = tuple(base.class_ for base in bases if base.class_ is not None)
        library = tuple(base.api for base in bases if base.api)
        frame.names[node.name] = Value(class_=Class(node.name, names, own, library))
        return False

    def _do_import(self, node: ast.Import, frame: Frame) -> bool:
        for alias in node.names:
            own = self.imported(alias.name, frame)
            name = alias.asname or alias.name.partition(".")[0]
            if own is not None:
                frame.names[name] = Value(module=own)
            elif alias.asname:
                frame.names[name] = Value(api=alias.name)
            else:
                frame.names[name] = Value(api=name)
        return False

    def _do_importfrom(self, node: ast.ImportFrom, frame: Frame) -> bool:
        base = "." * node.level + (node.module or "")
        own = self.imported(base, frame) if base.strip(".") else None
        for alias in node.names:
            within = f"{base}.{alias.name}" if base.strip(".") else f"{base}{alias.name}"
            name = alias.asname or alias.name
            if own is not None and alias.name == "*":
                frame.names.update(own.names)
            elif own is None and alias.name == "*":
                frame.names["*"] = Value(api=base)
            elif own is not None and alias.name in own.names:
                frame.names[name] = own.names[alias.name]
            else:
                module = self.imported(within, frame)
                frame.names[name] = Value(api=within) if module is None else Value(module=module)
        return False
