"""`from_pretrained` as students call it, answered from the submission and from the course."""

# The layer loads little into the program's process, and there a path is the text it was asked by.
# ruff: noqa: PTH109, PTH110, PTH112, PTH118

from __future__ import annotations

import os
import threading
from types import ModuleType
from typing import Any, Callable, Optional

from grader.rerun.inside.config import Config
from grader.rerun.inside.layer import Layer, wrap_class_method
from grader.rerun.inside.splits import last_part, named

_PLACES = (
    ("transformers.modeling_utils", "PreTrainedModel", "model"),
    ("transformers.models.auto.auto_factory", "_BaseAutoModelClass", "model"),
    ("transformers.tokenization_utils_base", "PreTrainedTokenizerBase", "tokenizer"),
    ("transformers.models.auto.tokenization_auto", "AutoTokenizer", "tokenizer"),
    ("transformers.configuration_utils", "PreTrainedConfig", "configuration"),
    ("transformers.configuration_utils", "PretrainedConfig", "configuration"),
    ("transformers.models.auto.configuration_auto", "AutoConfig", "configuration"),
    ("transformers.generation.configuration_utils", "GenerationConfig", "configuration"),
)
"""Where `from_pretrained` is defined, and what is asked for there."""


class NoSuchModel(OSError):
    """A name that this run has nothing for; the text says what there is."""


def install(layer: Layer) -> None:
    """Resolve names when the parts of `transformers` that load by name are imported."""
    inner = threading.local()
    for module, name, kind in _PLACES:
        layer.hooks.after(module, _patch(layer, name, kind, inner))


def resolved(name: str, config: Config) -> Optional[tuple[str, str]]:
    """The folder that is meant by a name, and what to call it; None if there is none.

    A folder that is there comes first, then one of the submission's own by the last part of the
    name (as in a path of the author's machine), then one of the course's models.
    """
    last = last_part(name)
    if os.path.exists(name):
        return name, _called(name, config)
    if last and last == last_part(config.model_folder) and os.path.isdir(config.model_folder):
        return config.model_folder, "the handed-in folder"
    for folder in (os.getcwd(), *config.student_folders):
        path = os.path.join(folder, last)
        if last and os.path.isdir(path):
            return path, _called(path, config)
    known = named(name, config.models)
    return None if known is None else (config.models[known], f"the course's {known}")


def _called(path: str, config: Config) -> str:
    here = os.path.realpath(path)
    if here == os.path.realpath(config.model_folder):
        return "the handed-in folder"
    for name, folder in config.models.items():
        if here == os.path.realpath(folder):
            return f"the course's {name}"
    return "a local folder or file"


def _patch(layer: Layer, name: str, kind: str, inner: Any) -> Callable[[ModuleType], None]:
    def around(real: Callable[..., Any]) -> Callable[..., Any]:
        def from_pretrained(cls: Any, path: Any = None, *args: Any, **asked: Any) -> Any:
            if path is None and "pretrained_model_name_or_path" in asked:
                path = asked.pop("pretrained_model_name_or_path")
            if path is None or getattr(inner, "now", False):
                return real(cls, path, *args, **asked)
            found = _answer(layer, str(path), kind)
            if not layer.config.gpu and asked.get("device_map") is not None:
                asked.pop("device_map")
                layer.journal.tell("hardware", "device_map", "the CPU: there is no GPU here")
            inner.now = True
            try:
                return real(cls, found, *args, **asked)
            finally:
                inner.now = False

        return from_pretrained

    def patch(module: ModuleType) -> None:
        owner = getattr(module, name, None)
        # Two names of one class, as in transformers 5, are patched once.
        if owner is not None and owner.__name__ == name:
            wrap_class_method(owner, "from_pretrained", around)

    return patch


def _answer(layer: Layer, name: str, kind: str) -> str:
    found = resolved(name, layer.config)
    what = "tokenizer" if kind == "tokenizer" else "model"
    if found is None:
        layer.journal.tell(what, name, "refused")
        there = sorted({*layer.config.models, last_part(layer.config.model_folder)} - {""})
        raise NoSuchModel(
            f'There is no {kind} "{name}" here: this run has no network. '
            f"There are: {', '.join(there)}."
        )
    folder, called = found
    bare = [each for each in layer.config.unweighted if called == f"the course's {each}"]
    if kind == "model" and bare:
        layer.journal.tell(what, name, f"refused: {called} has no weights")
        raise NoSuchModel(
            f'"{name}": the course gives its tokenizer and settings, not its weights.'
        )
    only = ", its configuration only" if kind == "configuration" else ""
    layer.journal.tell(what, name, called + only)
    return folder
