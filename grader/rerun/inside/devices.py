"""`cuda` on a machine without a GPU: everything that names it lands on the CPU."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Callable

from grader.rerun.inside.layer import Layer, wrap

_MAKERS = (
    "arange", "as_tensor", "empty", "empty_like", "eye", "full", "full_like", "linspace", "ones",
    "ones_like", "rand", "rand_like", "randint", "randint_like", "randn", "randn_like", "randperm",
    "scalar_tensor", "tensor", "zeros", "zeros_like",
)  # fmt: skip
_QUIET = ("set_device", "synchronize", "reset_peak_memory_stats", "empty_cache", "manual_seed",
          "manual_seed_all")  # fmt: skip
Method = Callable[..., Any]


def install(layer: Layer) -> None:
    """Map devices when torch has been imported, unless this run has a GPU."""
    if not layer.config.gpu:
        layer.hooks.after("torch", lambda torch: _Mapping(layer, torch).apply())


class _Mapping:
    def __init__(self, layer: Layer, torch: ModuleType) -> None:
        self._layer, self._torch = layer, torch
        self._device: type = torch.device

    def apply(self) -> None:
        """Put the mapping before torch's own functions; `torch.device` itself stays as it is."""
        torch: Any = self._torch
        for owner in (torch.Tensor, torch.nn.Module):
            wrap(owner, "to", self._to)
            wrap(owner, "cuda", self._cuda)
        for name in _MAKERS:
            wrap(torch, name, self._by_keyword("device"))
        wrap(torch, "load", self._by_keyword("map_location"))
        for name in _QUIET:
            wrap(torch.cuda, name, lambda real: lambda *_, **__: None)
        wrap(torch.cuda, "get_device_name", lambda real: lambda *_, **__: "none: this is a CPU")

    def _to(self, real: Method) -> Method:
        def to(self: Any, *args: Any, **named: Any) -> Any:
            if args and mapped(args[0]):
                args = ("cpu", *args[1:])
            if mapped(named.get("device")):
                named["device"] = "cpu"
            return real(self, *args, **named)

        mapped = self._is_cuda
        return to

    def _cuda(self, real: Method) -> Method:
        def cuda(self: Any, *_: Any, **__: Any) -> Any:
            tell("hardware", "cuda", "the CPU: there is no GPU here")
            return self

        tell = self._layer.journal.tell
        return cuda

    def _by_keyword(self, keyword: str) -> Callable[[Method], Method]:
        def around(real: Method) -> Method:
            def call(*args: Any, **named: Any) -> Any:
                if keyword in named and self._is_cuda(named[keyword]):
                    named[keyword] = "cpu"
                return real(*args, **named)

            return call

        return around

    def _is_cuda(self, device: Any) -> bool:
        kind = type(device)
        if kind is str:
            named = device.partition(":")[0] == "cuda"
        elif kind is self._device:
            named = bool(device.type == "cuda")
        else:
            # A plain number is a GPU's; True and False never name a device.
            named = kind is int
        if named:
            self._layer.journal.tell("hardware", "cuda", "the CPU: there is no GPU here")
        return bool(named)
