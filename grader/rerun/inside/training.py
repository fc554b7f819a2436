"""Training that is skipped by policy, and arguments that this machine or library lacks."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any, Callable

from grader.rerun.inside.layer import Layer, wrap
from grader.rerun.inside.weights import load_into

_RENAMED = (("evaluation_strategy", "eval_strategy"), ("no_cuda", "use_cpu"))
_GONE = ("overwrite_output_dir", "logging_dir")
_NEEDS_GPU = ("fp16", "fp16_full_eval", "bf16", "bf16_full_eval", "tf32")
_NETWORK = ("push_to_hub",)
Method = Callable[..., Any]


def install(layer: Layer) -> None:
    """Look after `TrainingArguments` and `Trainer` when they are imported."""
    arguments = _arguments(layer)
    for name in ("transformers.training_args", "transformers.training_args_seq2seq"):
        layer.hooks.after(name, arguments)
    for name in ("transformers.trainer", "transformers.trainer_seq2seq"):
        layer.hooks.after(name, lambda module: _trainers(layer, module))


def _arguments(layer: Layer) -> Callable[[ModuleType], None]:
    def around(real: Method) -> Method:
        known = frozenset(inspect.signature(real).parameters)

        def init(self: Any, *args: Any, **named: Any) -> None:
            _fit(layer, named, known)
            real(self, *args, **named)

        return init

    def patch(module: ModuleType) -> None:
        for name in ("TrainingArguments", "Seq2SeqTrainingArguments"):
            owner = getattr(module, name, None)
            if owner is not None and owner.__module__ == module.__name__:
                wrap(owner, "__init__", around)

    return patch


def _fit(layer: Layer, named: dict[str, Any], known: frozenset[str]) -> None:
    """Change arguments in place to those which this library and this machine can take."""
    tell = layer.journal.tell
    for old, new in _RENAMED:
        if old in named and old not in known and new in known:
            named[new] = named.pop(old)
            tell("training", old, f"given as {new}")
    for gone in _GONE:
        if gone in named and gone not in known:
            named.pop(gone)
            tell("training", gone, "left out: this library has no such argument")
    for flag in () if layer.config.gpu else _NEEDS_GPU:
        if named.get(flag):
            named[flag] = None if flag == "tf32" else False
            tell("hardware", flag, "off: there is no GPU here")
    for flag in _NETWORK:
        if named.get(flag):
            named[flag] = False
            tell("training", flag, "off: there is no network here")
    reports = named.get("report_to", "all")
    if reports is None or reports == "all" or "wandb" in reports:
        named["report_to"] = "none"


def _trainers(layer: Layer, module: ModuleType) -> None:
    for name in ("Trainer", "Seq2SeqTrainer"):
        owner = getattr(module, name, None)
        if owner is None or owner.__module__ != module.__name__:
            continue
        if "__init__" in vars(owner):
            wrap(owner, "__init__", lambda real: _building(layer, real))
        if "train" in vars(owner) and layer.config.policy == "predict":
            wrap(owner, "train", lambda real: _skipping(layer))
        elif "train" in vars(owner):
            wrap(owner, "train", lambda real: _training(layer, real))


def _building(layer: Layer, real: Method) -> Method:
    known = frozenset(inspect.signature(real).parameters)

    def init(self: Any, *args: Any, **named: Any) -> None:
        if "tokenizer" in named and "tokenizer" not in known and "processing_class" in known:
            named["processing_class"] = named.pop("tokenizer")
            layer.journal.tell("training", "tokenizer", "given as processing_class")
        real(self, *args, **named)

    return init


def _training(layer: Layer, real: Method) -> Method:
    def train(self: Any, *args: Any, **named: Any) -> Any:
        layer.journal.tell("training", f"{type(self).__name__}.train", "run")
        return real(self, *args, **named)

    return train


def _skipping(layer: Layer) -> Method:
    def train(self: Any, *_: Any, **__: Any) -> Any:
        from transformers.trainer_utils import TrainOutput

        loaded = load_into(self.model, layer.config.model_folder)
        layer.journal.tell("training", f"{type(self).__name__}.train", f"skipped: {loaded}")
        metrics = {
            "train_runtime": 0.0, "train_samples_per_second": 0.0, "train_steps_per_second": 0.0,
            "train_loss": 0.0, "epoch": 0.0,
        }  # fmt: skip
        return TrainOutput(0, 0.0, metrics)

    return train
