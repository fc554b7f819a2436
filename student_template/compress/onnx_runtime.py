"""A model that onnxruntime computes and transformers' own `generate` drives.

`onnx_model(model, folder)` writes the model's graphs into the folder, once, and gives a model that
takes the torch model's place in `write_summaries`: greedy or by beams, the search is the same code.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from transformers import GenerationMixin, PreTrainedModel, T5Config
from transformers.modeling_outputs import BaseModelOutput, Seq2SeqLMOutput

from compress.onnx_export import GRAPHS, export
from compress.trouble import Trouble

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import,unused-ignore]

NEEDED = "runtime = 'onnx' needs two more packages: pip install onnx onnxruntime"


class OnnxError(Trouble):
    """The model can't be computed by onnxruntime; the text says why, and what to do."""


def onnx_model(model: PreTrainedModel, digest: str, cache: Path) -> OnnxModel:
    """The model as onnxruntime computes it, on the CPU. Raises OnnxError.

    The graphs lie in the cache, in a folder named after the digest of the model. Those of an
    earlier model are thrown away: for a T5-small they take 370 MB.
    """
    try:
        import onnx  # type: ignore[import,unused-ignore]  # noqa: F401 - the exporter needs it
        import onnxruntime  # type: ignore[import,unused-ignore]  # noqa: F401
    except ImportError:
        raise OnnxError(NEEDED) from None
    if model.config.model_type != "t5":
        told = f'this model is a "{model.config.model_type}"'
        raise OnnxError(f"runtime = 'onnx' knows T5 only, and {told}; write runtime = 'torch'")
    folder = cache / digest[:32]
    if not folder.is_dir():
        for earlier in cache.glob(f"*/{GRAPHS[0]}.onnx"):
            shutil.rmtree(earlier.parent)
        export(model, folder)
    return OnnxModel(model, folder)


@dataclass
class Held:
    """What the decoder keeps between two steps: keys and values, two arrays for each layer."""

    before: Sequence[Any]
    bill: Sequence[Any]

    def reorder_cache(self, rows: Tensor) -> None:
        """Go on with these rows, as beam search chooses them.

        A beam is only ever replaced by another one of the same bill, so `bill` stays.
        """
        chosen = rows.cpu().numpy()
        self.before = [each[chosen] for each in self.before]


class OnnxModel(PreTrainedModel, GenerationMixin):  # type: ignore[misc,no-untyped-call,unused-ignore]
    """What `generate` asks of a model, answered by three graphs."""

    config_class = T5Config
    main_input_name = "input_ids"
    _supports_sdpa = True

    def __init__(self, model: Any, folder: Path) -> None:
        super().__init__(copy.deepcopy(model.config))
        self.generation_config = copy.deepcopy(model.generation_config)
        # `generate` works on the device of the parameters; these have none that are torch's.
        self.nothing = torch.nn.Parameter(torch.zeros(0), requires_grad=False)
        self._encoder, self._cross, self._step = (
            _session(folder / f"{name}.onnx") for name in GRAPHS
        )

    def get_encoder(self, *_: Any, **__: Any) -> Any:
        """A function from tokens to hidden states; all rows must be of one length, unpadded."""
        return self._encoded

    def _encoded(self, input_ids: Tensor) -> BaseModelOutput:
        (hidden,) = self._encoder.run(None, {"ids": input_ids.numpy()})
        return BaseModelOutput(last_hidden_state=torch.from_numpy(hidden))

    def prepare_inputs_for_generation(  # type: ignore[override]
        self,
        input_ids: Tensor,
        past_key_values: Any = None,
        attention_mask: Tensor | None = None,
        encoder_outputs: Any = None,
        **_: Any,
    ) -> dict[str, Any]:
        """What `forward` is called with: the tokens so far, and what was kept of them."""
        return {
            "decoder_input_ids": input_ids,
            # Before the first step, newer versions put an empty cache of their own here.
            "past_key_values": past_key_values if isinstance(past_key_values, Held) else None,
            "attention_mask": attention_mask,
            "encoder_outputs": encoder_outputs,
        }

    def forward(
        self,
        decoder_input_ids: Tensor,
        past_key_values: Held | None,
        attention_mask: Tensor,
        encoder_outputs: Any,
        **_: Any,
    ) -> Seq2SeqLMOutput:
        """The scores of the next token."""
        held = past_key_values
        if held is None:
            hidden = encoder_outputs.last_hidden_state.numpy()
            bill = self._cross.run(None, {"hidden": hidden})
            held = Held([each[:, :, :0] for each in bill], bill)
        fed: dict[str, Any] = {
            "last": decoder_input_ids[:, -1:].numpy(),
            "mask": attention_mask.numpy(),
        }
        for number, (before, bill) in enumerate(zip(held.before, held.bill)):
            fed[f"before.{number}"] = np.ascontiguousarray(before)
            fed[f"bill.{number}"] = bill
        scores, *kept = self._step.run(None, fed)
        logits = torch.from_numpy(scores).unsqueeze(1)
        after: Any = Held(kept, held.bill)
        return Seq2SeqLMOutput(logits=logits, past_key_values=after)

    @staticmethod
    def _reorder_cache(past_key_values: Held, beam_idx: Tensor) -> Held:
        """The same as `Held.reorder_cache`, as older versions call it."""
        past_key_values.reorder_cache(beam_idx)
        return past_key_values


def _session(path: Path) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
