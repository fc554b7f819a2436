"""What can be wrong with a weight file before a single value of it is counted."""

from __future__ import annotations

from validators.findings import Code, Severity

_SAVE_AGAIN = "Save the model again with model.save_pretrained(folder) and hand in what it writes."

NOT_OPENED = Code(
    "model.not-opened",
    Severity.BLOCKS,
    "Something in the model folder is not a plain file that can be read: a link, a device, a file "
    "without read permission, or more files than a model has. Links are never followed.",
    "Put the file itself in its place.",
)
NOT_WEIGHTS = Code(
    "model.not-weights",
    Severity.BLOCKS,
    "A file is called like weights and holds none: it is empty, a Git LFS pointer, a web page "
    "saved under that name, or something unknown.",
    "Replace the file by the real weights, or delete it.",
)
FORMAT = Code(
    "model.format",
    Severity.BLOCKS,
    "The file holds weights or arrays in a format that isn't read here, so what it adds to the "
    "model can't be counted.",
    "Save the weights as safetensors with model.save_pretrained(folder) and delete this file.",
)
MISNAMED = Code(
    "model.misnamed",
    Severity.WARNS,
    "The weights are in another format than the file's name says. They were counted, but "
    "from_pretrained goes by the name and can't load them.",
    "Save the weights again with model.save_pretrained(folder), which names them rightly.",
)
SAFETENSORS = Code(
    "model.safetensors",
    Severity.BLOCKS,
    "The safetensors file is damaged or was not written by the safetensors library: its header "
    "or the places of its tensors don't add up, and loading it would fail.",
    _SAVE_AGAIN,
)
DTYPE_UNKNOWN = Code(
    "model.dtype-unknown",
    Severity.BLOCKS,
    "A tensor is stored in a number format that isn't known here, so its values can't be counted.",
    "Save the weights as float32, float16 or bfloat16.",
)
HIDDEN_BYTES = Code(
    "model.hidden-bytes",
    Severity.WARNS,
    "The weight file holds more than 64 kB that belongs to no counted tensor: long metadata, a "
    "large storage of which the tensors use a part, or data beside the weights.",
    "Save only the weights: clone sliced tensors, and keep anything else out of the file.",
)
SHARD_INDEX = Code(
    "model.shard-index",
    Severity.BLOCKS,
    "The index that says which tensor lies in which file can't be read, or names a file that "
    "isn't plainly in the same folder.",
    _SAVE_AGAIN,
)
SHARDS = Code(
    "model.shards",
    Severity.BLOCKS,
    "The index and its weight files don't belong together: a file is missing, or a tensor is in "
    "no file, in another file than the index says, or in two.",
    "Hand in all files of one save_pretrained together, or save with a larger max_shard_size.",
)
TORCH_FILE = Code(
    "model.torch-file",
    Severity.BLOCKS,
    "The torch file is damaged or was not written by torch.save: its parts don't add up, and its "
    "values can't be counted.",
    "Save the weights again with torch.save(model.state_dict(), file).",
)
TORCH_COMPRESSED = Code(
    "model.torch-compressed",
    Severity.BLOCKS,
    "The torch file was packed again with compression or a password; torch.save stores its parts "
    "as they are, and only so can they be counted.",
    "Hand in the file as torch.save wrote it.",
)
TORCHSCRIPT = Code(
    "model.torchscript",
    Severity.BLOCKS,
    "The file is a TorchScript archive: a program with its weights, which runs when it is loaded.",
    "Save model.state_dict() with torch.save, not the scripted model.",
)
PICKLE_CODE = Code(
    "model.pickle-code",
    Severity.BLOCKS,
    "Loading the file would call something that weights don't need. It was read without running "
    "any of it; whoever loads it with torch.load runs it.",
    "Save only model.state_dict(), and load weights with torch.load(file, weights_only=True).",
)
WHOLE_OBJECT = Code(
    "model.whole-object",
    Severity.BLOCKS,
    "The file holds a whole model or other Python objects instead of plain tensors; loading it "
    "runs code and needs the very versions it was saved with.",
    "Save model.state_dict() instead of the model: torch.save(model.state_dict(), file).",
)
NESTED_WEIGHTS = Code(
    "model.nested-weights",
    Severity.NOTES,
    "The weights lie inside a larger dictionary, as in a training checkpoint; those inside are "
    "counted. from_pretrained does not find them there.",
    "Save model.state_dict() by itself when the file is meant for from_pretrained.",
)
PACKED = Code(
    "model.packed",
    Severity.BLOCKS,
    "The tensors are quantised: packed into small integers with a scale. A zero among the stored "
    "numbers is no zero weight, so they can't be counted like weights.",
    "Save the weights before quantisation.",
)
TENSOR_KIND = Code(
    "model.tensor-kind",
    Severity.BLOCKS,
    "A tensor is of a kind whose values don't simply lie in the file, so it can't be counted.",
    "Save ordinary dense tensors: torch.save(model.state_dict(), file).",
)
