"""A T5 made of folded arrays, and the texts that it writes.

Everything is the same for the same arrays, rows and settings: rows are read one by one, written in
batches by length, and nothing is drawn by chance. torch and transformers are imported here and
nowhere else in the clean room.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Optional

from grader.rerun.clean_room.folding import HEAD, Folded
from grader.rerun.clean_room.trouble import GivenUp, OutOfTime
from grader.rerun.records import Settings
from validators.model.architecture import t5_reference
from validators.rules.model import T5Architecture

# Their types differ from version to version, and they are not there in every installation.
torch: Any = import_module("torch")
transformers: Any = import_module("transformers")

SEQUENCES = 16
"""How many texts are written at once, each beam counted: more take more memory than time."""

_REMEMBERED = 32
# What of the released config.json changes a result, beside the sizes.
_COMPUTED = (
    "layer_norm_epsilon", "relative_attention_max_distance", "feed_forward_proj",
    "pad_token_id", "eos_token_id", "decoder_start_token_id",
)  # fmt: skip
_TOKENS = {"pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0}
_KEPT_WIDE = ".wo.weight"

Ids = tuple[int, ...]


@dataclass(frozen=True)
class Form:
    """How a model is put together: with the tied model's scaling or not, in which float format."""

    scaled: bool = True
    precision: str = "float32"

    def __str__(self) -> str:
        told = [] if self.precision == "float32" else [f"computed in {self.precision}"]
        return ", ".join(told if self.scaled else [*told, "without the tied model's scaling"])


def build(
    folded: Folded, sizes: T5Architecture, released: Mapping[str, object], form: Form, device: str
) -> Any:
    """The network with these arrays, ready to write; `released` is the released config.json."""
    network = _empty(sizes, released, form)
    # Under every path: the embedding is one module or several, by version.
    parts = dict(network.named_modules(remove_duplicate=False))
    head = folded.arrays.get(HEAD)
    for tensor in t5_reference(sizes.model_copy(update={"tied": True})).tensors:
        own = _parameter(folded.arrays[tensor.name], tensor.name, form)
        for name in tensor.names:
            values = own if name != HEAD or head is None else _parameter(head, name, form)
            parts[name.rpartition(".")[0]].weight = values
    left = [name for name, values in network.named_parameters() if values.is_meta]
    left += [name for name, values in network.named_buffers() if values.is_meta]
    if left:
        raise RuntimeError(f"this version of transformers has other parts: {left[0]}")
    return network.to(device).eval()


def _empty(sizes: T5Architecture, released: Mapping[str, object], form: Form) -> Any:
    known = {**_TOKENS, **{key: released[key] for key in _COMPUTED if key in released}}
    if str(known.get("feed_forward_proj", "relu")).startswith("gated-") != sizes.gated:
        known["feed_forward_proj"] = "gated-gelu" if sizes.gated else "relu"
    numbers = sizes.model_dump(exclude={"family", "gated", "tied"})
    # This one setting decides about the scaling in every version; what is tied is set by hand.
    config = transformers.T5Config(**numbers, **known, tie_word_embeddings=form.scaled)
    with torch.device("meta"):
        network = transformers.T5ForConditionalGeneration(config)
    tokens = {key: known[key] for key in _TOKENS}
    network.generation_config = transformers.GenerationConfig(**tokens)
    return network


def _parameter(values: Any, name: str, form: Form) -> Any:
    tensor = torch.from_numpy(values)
    # transformers keeps these layers wide in half precision, where they overflow.
    wide = form.precision == "float16" and name.endswith(_KEPT_WIDE)
    made = tensor if wide else tensor.to(getattr(torch, form.precision))
    return torch.nn.Parameter(made, requires_grad=False)


class _Deadline:
    """Ends the writing by an exception once the time is over: texts that were cut are no texts."""

    def __init__(self, expired: Callable[[], bool]) -> None:
        self._expired = expired

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        if self._expired():
            raise OutOfTime
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)


class _Watched:
    """Ends the writing by an exception once nothing of it is of use.

    `hopeless` is asked after each token, with the tokens of all that is still there, row by row. A
    beam search may show more than it goes on with, never less.
    """

    def __init__(
        self,
        rows: Sequence[int],
        padding: int,
        hopeless: Callable[[Mapping[int, Sequence[Ids]]], bool],
    ) -> None:
        self._rows = rows
        self._padding = padding
        self._hopeless = hopeless

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        live: dict[int, list[Ids]] = {}
        every = input_ids.reshape(len(self._rows), -1, input_ids.shape[1]).tolist()
        for row, beams in zip(self._rows, every):
            # Padding stands in all beams of a row once its text has been chosen.
            over = all(beam[-1] == self._padding for beam in beams)
            live[row] = [] if over else [tuple(beam[1:]) for beam in beams]
        if self._hopeless(live):
            raise GivenUp
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)


class Writer:
    """A network with its tokenizer: bills in, tokens and texts out."""

    def __init__(self, network: Any, tokenizer: Any, expired: Callable[[], bool]) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._expired = expired
        self._deadline = _Deadline(expired)
        self._read: OrderedDict[Ids, Any] = OrderedDict()
        self._tokens = {key: getattr(network.generation_config, key) for key in _TOKENS}

    def inputs(self, bills: Sequence[str], prefix: str, most_tokens: int) -> tuple[Ids, ...]:
        """The bills as the network reads them."""
        texts = [prefix + bill for bill in bills]
        found = self._tokenizer(texts, max_length=most_tokens, truncation=True)["input_ids"]
        return tuple(tuple(ids) for ids in found)

    def tokens(self, text: str) -> Ids:
        """The text as tokens, without the one that ends it."""
        return tuple(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def text(self, tokens: Sequence[int]) -> str:
        """The tokens as text, as predictions are decoded."""
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))

    def ranks(self, read: Ids, tokens: Ids) -> tuple[int, ...]:
        """How far down each token is in the network's order, given those before it."""
        with torch.inference_mode():
            hidden = self._hidden(read)
            device = hidden.device
            begun = [self._tokens["decoder_start_token_id"], *tokens[:-1]]
            scores = self._network(
                encoder_outputs=transformers.modeling_outputs.BaseModelOutput(
                    last_hidden_state=hidden.unsqueeze(0)
                ),
                decoder_input_ids=torch.tensor([begun], device=device),
            ).logits[0]
            own = scores.gather(1, torch.tensor([tokens], device=device).T)
            return tuple((scores > own).sum(dim=1).add(1).tolist())

    def write(self, inputs: Sequence[Ids], settings: Settings) -> list[Ids]:
        """What the network writes for each input: tokens to the end of the text, without it.

        Raises OutOfTime.
        """
        written: dict[int, Ids] = {}
        for rows in _batches(inputs, settings):
            found = self._batch([inputs[row] for row in rows], settings, [self._deadline])
            written.update(zip(rows, found))
        return [written[row] for row in range(len(inputs))]

    def follow(
        self,
        inputs: Sequence[Ids],
        settings: Settings,
        hopeless: Callable[[Mapping[int, Sequence[Ids]]], bool],
    ) -> list[Optional[Ids]]:
        """As `write`; None for the inputs that were given up on the way.

        `hopeless` is asked again and again whether to give up the inputs that are written together,
        with the tokens of each beginning that is still there, by the place of the input.
        """
        written: dict[int, Ids] = {}
        for rows in _batches(inputs, settings):
            watched = _Watched(rows, self._tokens["pad_token_id"], hopeless)
            try:
                criteria = [self._deadline, watched]
                found = self._batch([inputs[row] for row in rows], settings, criteria)
            except GivenUp:
                continue
            written.update(zip(rows, found))
        return [written.get(row) for row in range(len(inputs))]

    def _batch(
        self, inputs: Sequence[Ids], settings: Settings, criteria: Sequence[Any]
    ) -> list[Ids]:
        with torch.inference_mode():
            read = [self._hidden(ids) for ids in inputs]
            longest = max(len(ids) for ids in inputs)
            hidden = torch.stack([_padded(each, longest) for each in read])
            seen = [[1] * len(ids) + [0] * (longest - len(ids)) for ids in inputs]
            found = self._network.generate(
                encoder_outputs=transformers.modeling_outputs.BaseModelOutput(
                    last_hidden_state=hidden
                ),
                attention_mask=torch.tensor(seen, device=hidden.device),
                generation_config=self._asked(settings),
                stopping_criteria=transformers.StoppingCriteriaList(criteria),
            )
        return [self._ended(row[1:]) for row in found.tolist()]

    def _asked(self, settings: Settings) -> Any:
        beams = {
            "length_penalty": settings.length_penalty,
            "early_stopping": settings.early_stopping,
        }
        return transformers.GenerationConfig(
            max_length=settings.max_length,
            num_beams=settings.beams,
            no_repeat_ngram_size=settings.no_repeat_ngram,
            do_sample=False,
            use_cache=True,
            **(beams if settings.beams > 1 else {}),
            **self._tokens,
        )

    def _hidden(self, ids: Ids) -> Any:
        """What the encoder makes of the input; the last ones are remembered."""
        if ids not in self._read:
            if self._expired():
                raise OutOfTime
            device = next(self._network.parameters()).device
            encoder = self._network.get_encoder()
            made = encoder(input_ids=torch.tensor([ids], device=device)).last_hidden_state[0]
            self._read[ids] = made
            if len(self._read) > _REMEMBERED:
                self._read.popitem(last=False)
        return self._read[ids]

    def _ended(self, row: list[int]) -> Ids:
        end = self._tokens["eos_token_id"]
        ends = [end] if isinstance(end, int) else list(end)
        length = next((place for place, token in enumerate(row) if token in ends), len(row))
        return tuple(row[:length])


def _batches(inputs: Sequence[Ids], settings: Settings) -> Iterator[Sequence[int]]:
    """The places of inputs that are written together: of about one length, few with many beams."""
    order = sorted(range(len(inputs)), key=lambda row: (len(inputs[row]), row))
    size = max(1, SEQUENCES // settings.beams)
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _padded(hidden: Any, length: int) -> Any:
    return torch.nn.functional.pad(hidden, (0, 0, 0, length - hidden.shape[0]))


def tokenizer_in(folder: Path) -> Any:
    """The tokenizer of the folder, which is the course's own."""
    return transformers.AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
