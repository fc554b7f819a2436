"""Stand-ins for what a run doesn't need: experiment logs, Colab, bars made of widgets."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Callable

from grader.rerun.inside.layer import Layer


def install(layer: Layer) -> None:
    """Stand in for wandb and Colab where they are missing, and make bars plain text."""

    def told(fill: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
        def filling(module: ModuleType) -> None:
            layer.journal.tell("import", module.__name__, "a stand-in that does nothing")
            fill(module)

        return filling

    layer.stand_ins.add("wandb", told(_wandb))
    layer.stand_ins.add("google", lambda module: None)
    layer.stand_ins.add("google.colab", told(_colab))
    for name in ("drive", "files", "userdata"):
        layer.stand_ins.add(f"google.colab.{name}", _colab_part)
    layer.hooks.after("tqdm.notebook", _plain_bars)


class Nothing:
    """Takes whatever is done with it, and gives itself back."""

    def __call__(self, *_: Any, **__: Any) -> Nothing:
        """Itself, whatever it is called with."""
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: Any) -> Nothing:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        return

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def __iter__(self) -> Any:
        return iter(())

    def __bool__(self) -> bool:
        return False


def _wandb(module: ModuleType) -> None:
    def anything(name: str) -> Any:
        # Without `run` transformers takes wandb for missing, and doesn't log by it.
        if name.startswith("__") or name == "run":
            raise AttributeError(name)
        return Nothing()

    module.__dict__["__getattr__"] = anything


def _colab(module: ModuleType) -> None:
    from importlib import import_module

    for name in ("drive", "files", "userdata"):
        setattr(module, name, import_module(f"{module.__name__}.{name}"))


def _colab_part(module: ModuleType) -> None:
    def nothing(*_: Any, **__: Any) -> dict[str, bytes]:
        return {}

    for name in ("mount", "flush_and_unmount", "download", "upload", "view", "get"):
        setattr(module, name, nothing)


def _plain_bars(module: ModuleType) -> None:
    from importlib import import_module

    plain: Any = import_module("tqdm.std")
    bar, counting = plain.tqdm, plain.trange
    module.__dict__.update(tqdm=bar, tqdm_notebook=bar, trange=counting, tnrange=counting)
