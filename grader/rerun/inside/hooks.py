"""Doing something to a library when it has been imported, and standing in for a missing one."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Callable, Optional

from grader.rerun.inside.journal import Journal

Patch = Callable[[ModuleType], None]
Fill = Callable[[ModuleType], None]


class Hooks(MetaPathFinder):
    """The patches by the module that they wait for. A patch that fails is said, never hidden."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._patches: dict[str, list[Patch]] = {}

    def install(self) -> None:
        """Look at every import from now on."""
        sys.meta_path.insert(0, self)

    def after(self, name: str, patch: Patch) -> None:
        """Call the patch with the module when it has been imported."""
        self._patches.setdefault(name, []).append(patch)
        if name in sys.modules:
            self.apply(patch, sys.modules[name])

    def apply(self, patch: Patch, module: ModuleType) -> None:
        """Call one patch; what goes wrong in it is ours."""
        try:
            patch(module)
        except Exception as trouble:
            self._journal.complain(f"{module.__name__} was left as it is", trouble)

    def find_spec(
        self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        """The spec that the others find, with our patches behind it; None for any other module."""
        if name not in self._patches:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Patching(spec.loader, self, tuple(self._patches[name]))
            if spec is not None:
                return spec
        return None


class _Patching(Loader):
    """A loader that calls patches when the real one has done its work."""

    def __init__(self, real: Any, hooks: Hooks, patches: tuple[Patch, ...]) -> None:
        self._real, self._hooks, self._patches = real, hooks, patches

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        made: Optional[ModuleType] = self._real.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._real
        if module.__spec__ is not None:
            module.__spec__.loader = self._real
        self._real.exec_module(module)
        for patch in self._patches:
            # The module may have put another one in its place, as lazy packages do.
            self._hooks.apply(patch, sys.modules.get(module.__name__, module))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class StandIns(MetaPathFinder):
    """Small modules for libraries that are not there; asked last, so a real one comes first."""

    def __init__(self) -> None:
        self._fills: dict[str, Fill] = {}

    def install(self) -> None:
        """Answer imports that nobody else can."""
        sys.meta_path.append(self)

    def add(self, name: str, fill: Fill) -> None:
        """Let `fill` make the module of this name, should it be missing."""
        self._fills[name] = fill

    def find_spec(
        self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        """The spec of a stand-in; None for any other module."""
        fill = self._fills.get(name)
        if fill is None:
            return None
        return importlib.util.spec_from_loader(name, _Filling(fill), is_package=True)


class _Filling(Loader):
    def __init__(self, fill: Fill) -> None:
        self._fill = fill

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__version__"] = "0"
        self._fill(module)
