"""Rules of the compressed model: the released architecture, and how the ratio is counted."""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import BeforeValidator, Field

from validators.rules.fields import (
    Fraction01,
    PlainName,
    Positive,
    Table,
    Text,
    as_tuple,
)


class T5Architecture(Table):
    """The released model, when it is a T5: its tensors follow from these sizes."""

    family: Literal["t5"]
    """The family of the model."""
    vocab_size: Positive
    """As in the model's `config.json`."""
    d_model: Positive
    """As in the model's `config.json`."""
    d_kv: Positive
    """As in the model's `config.json`."""
    d_ff: Positive
    """As in the model's `config.json`."""
    num_layers: Positive
    """As in the model's `config.json`."""
    num_decoder_layers: Positive
    """As in the model's `config.json`."""
    num_heads: Positive
    """As in the model's `config.json`."""
    relative_attention_num_buckets: Positive
    """As in the model's `config.json`."""
    gated: bool
    """Whether the feed-forward layers are gated (T5 v1.1)."""
    tied: bool
    """Whether the head is the embedding."""


class ListedTensor(Table):
    """One parameter of a listed architecture."""

    name: Text
    """Its name in the released model's file."""
    shape: Annotated[tuple[Positive, ...], BeforeValidator(as_tuple)]
    """Its shape."""
    group: Text
    """The group that it is counted under in the report."""
    aliases: Annotated[tuple[Text, ...], BeforeValidator(as_tuple)] = ()
    """Other names that the same values are saved under (tied weights)."""


class ListedArchitecture(Table):
    """The released model, when it is no T5: all its tensors, one by one."""

    family: Literal["listed"]
    """The family of the model."""
    tensors: Annotated[tuple[ListedTensor, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    """Every parameter of the model."""


class ModelRules(Table):
    """The compressed model and how its ratio is counted."""

    folder: PlainName
    """The folder of the package that holds the model."""
    parameters: Positive
    """The released model's parameters: what the ratio divides by, always."""
    max_ratio: Fraction01
    """The largest ratio of non-zero parameters that is accepted."""
    counting: Literal["handout", "strict"]
    """Which of the two countings decides."""
    dtypes: Annotated[
        tuple[Literal["F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"], ...],
        BeforeValidator(as_tuple),
        Field(min_length=1),
    ]
    """The number formats that weights may be stored in."""
    architecture: Annotated[
        Union[T5Architecture, ListedArchitecture], Field(discriminator="family")
    ]
    """The released model's tensors."""
