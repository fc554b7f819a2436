"""What names of models and files tell: the course's own, somebody else's, or nothing."""

# Long lists of words are read best as words.
# ruff: noqa: SIM905

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from validators.rules.inspecting import DataRules

Whose = Literal["released", "own", "other", "unknown"]
FileTells = Literal["training", "test", "other", "nothing"]

_PARTS = re.compile(r"[\\/]+")
_WORDS = re.compile(r"[a-z]+|[0-9]+")
_LOCAL = frozenset("""
    results result output outputs out model models checkpoint checkpoints ckpt ckpts save
    saved saves run runs weights tmp temp data drive content home root mnt exp exps experiment
    experiments log logs trained final best pruned my src code hw work workspace working
    kaggle input project cache
""".split())  # fmt: skip
_FAMILIES = re.compile(
    r"(^|[-_./])(t5|flan|mt5|byt5|long-?t5|ul2|m?bart|pegasus|led|longformer|big-?bird|prophetnet|gpt2?"
    r"|opt|llama|mistral|mixtral|qwen\d*|gemma|phi|bloom|falcon|bert|roberta|distil\w*|electra|deberta"
    r"|switch|primera|marian|t0|glm|deepseek|minilm|mpnet|legal)([-_./\d]|$)",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"(google-t5/|google/)?t5-(small|base|large|3b|11b)(-lm-adapt)?|flan-t5-\w+|mt5-\w+|gpt2(-\w+)?"
    r"|bart-(base|large)\w*|bert-(base|large)[\w-]*|roberta-\w+|distil(bert|gpt2|bart|roberta)[\w-]*"
    r"|t5-v1_1-\w+|t5-efficient[\w-]+|t5-small-\w*ssm\w*|pegasus-\w+",
    re.IGNORECASE,
)
_OWN_WORK = re.compile(
    r"prun|spars|compress|quanti[sz]|mask|recover|check-?point|epoch", re.IGNORECASE
)
_ORGANISATIONS = frozenset("""
    google google-t5 google-bert facebook microsoft allenai sshleifer philschmid openai
    openai-community falconsai huggingface huggingfaceh4 meta-llama mistralai qwen eleutherai
    bigscience nlpaueb stabilityai deepseek-ai tiiuae sentence-transformers cross-encoder
    salesforce nvidia human-centered-summarization
""".split())  # fmt: skip
_PLAIN = frozenset("""
    data dataset datasets ds tokenized tokenised processed preprocessed cache cached billsum
    bill bills input inputs feature features encoded encoding all full us final official small
    sample samples subset split splits json jsonl csv pkl pickle parquet arrow txt pt npy npz
    hf tmp temp my our the text texts summary summaries clean cleaned filtered df set val
    valid validation dev of k training train trainset trainset trn pseudo labels teacher
    distill kd logits generated soft
""".split())  # fmt: skip


def last_of(name: str) -> str:
    """The last part of a path or of a hub's name."""
    parts = [part for part in _PARTS.split(name.strip()) if part not in ("", ".")]
    return parts[-1] if parts else ""


def is_among(name: str, known: Sequence[str]) -> bool:
    """Whether a data set or model is one of these, under any path and in any case."""
    folded = {each.casefold() for each in known}
    return last_of(name).casefold() in folded or name.casefold().strip("/") in folded


def whose_model(name: str, rules: DataRules) -> Whose:
    """Whose model a name means: an organisation or a public name tells somebody else's."""
    parts = [part for part in _PARTS.split(name.strip()) if part]
    if not parts or "?" in name or name.startswith("the usual model"):
        return "unknown"
    if any(is_among(part, rules.models) for part in parts):
        return "released"
    if re.match(r"https?://|hf://", name):
        return "other"
    if is_among(name, rules.tokenizers):
        return "other" if len(parts) <= 2 and name[0] not in "./~" else "unknown"
    family = bool(_FAMILIES.search(parts[-1]))
    if name[0] in "./~" or ":" in parts[0] or len(parts) > 2 or name.endswith("/"):
        return "unknown" if _PUBLIC.fullmatch(parts[-1]) else "own"
    if len(parts) == 1:
        return "other" if _PUBLIC.fullmatch(name) else "own"
    if parts[0].casefold() in _ORGANISATIONS:
        return "other"
    if set(_WORDS.findall(parts[0].lower())) & _LOCAL or _OWN_WORK.search(name):
        return "own" if not family or _OWN_WORK.search(name) else "unknown"
    return "other" if family else "unknown"


def tells_of(path: str) -> FileTells:
    """What a file's name tells of the rows in it; a name alone proves nothing."""
    words = set(_WORDS.findall(last_of(path).lower())) - {"t"}
    if not words or "?" in path:
        return "nothing"
    if words & {"train", "training", "trainset"}:
        return "training"
    if words & {"test", "testset", "testing", "ca"}:
        return "test"
    left = {word for word in words if word not in _PLAIN and not word.isdigit() and len(word) > 1}
    return "other" if left else "nothing"
