"""What can be wrong with the model of a submission, its ratio apart."""

from __future__ import annotations

from validators.findings import Code, Severity

_SAVE_AGAIN = "Save the whole model again with model.save_pretrained(folder)."

NO_WEIGHTS = Code(
    "model.no-weights",
    Severity.BLOCKS,
    "The model folder holds no weights, so there is nothing to count and nothing to run.",
    "Save the pruned model into the folder with model.save_pretrained(folder).",
)
OTHER_ARCHITECTURE = Code(
    "model.other-architecture",
    Severity.BLOCKS,
    "None of the tensors in the file has a name of the released model, so it is another model or "
    "only a part that is added to one (an adapter).",
    "Hand in the released model, pruned, with the tensor names that save_pretrained gives them.",
)
MISSING = Code(
    "model.missing",
    Severity.BLOCKS,
    "Tensors of the released model are not in the file, and config.json does not declare a smaller "
    "one. from_pretrained fills them with random numbers without a word.",
    _SAVE_AGAIN,
)
SHAPE = Code(
    "model.shape",
    Severity.BLOCKS,
    "A tensor has another shape than the model it belongs to, so loading fails. Whatever it holds "
    "is counted in full, while the ratio's denominator stays the released model's.",
    "Save the model together with the config.json that fits it: model.save_pretrained(folder).",
)
SMALLER = Code(
    "model.smaller",
    Severity.NOTES,
    "config.json declares a smaller architecture than the released one. What is left out counts "
    "as zero: the denominator is always the released model's number of parameters.",
    "Nothing to do, if you made the model smaller on purpose.",
)
OTHER_SIZES = Code(
    "model.other-sizes",
    Severity.WARNS,
    "config.json declares a T5 of which every size is another than the released model's. Who cuts "
    "that model down keeps some of them, so this looks like a submission of another course that is "
    "checked by the wrong rules. The ratio then means nothing.",
    "If it belongs to another course, name that course's rules with --competition. Nothing to do, "
    "if you cut the released model down in every size.",
)
LARGER = Code(
    "model.larger",
    Severity.WARNS,
    "config.json declares a larger architecture than the released one. Added values count as "
    "non-zero, and the denominator does not grow with them.",
    "Keep the sizes of the released model, unless you can explain the larger ones.",
)
PREFIX = Code(
    "model.prefix",
    Severity.WARNS,
    "All tensor names carry a prefix that the released model's names don't have (as DataParallel "
    "and torch.compile add it). It was ignored for the count, but from_pretrained finds none of "
    "its weights under these names and starts from random numbers.",
    "Save the inner model, such as with model.module.save_pretrained(folder).",
)
MASKED = Code(
    "model.masked",
    Severity.WARNS,
    "The file that from_pretrained reads holds weight_orig and weight_mask instead of weight, as "
    "the tutorial saves them. from_pretrained alone knows neither name and fills every such layer "
    "with random numbers without a word. For the count this is fine.",
    "Load it as the tutorial does (prune.identity on every Linear, then load_state_dict), or call "
    "prune.remove on every pruned layer before save_pretrained.",
)
UNKNOWN_TENSOR = Code(
    "model.unknown-tensor",
    Severity.NOTES,
    "Tensors whose names the released model doesn't have hold next to nothing: up to 4,096 "
    "non-zero values in 512 tensors. They are left out of the count. Older transformers versions "
    "save one.",
    "Nothing to do; you may delete them.",
)
DTYPE = Code(
    "model.dtype",
    Severity.BLOCKS,
    "Weights are stored in a number format that the course doesn't accept: wider ones could hold "
    "two weights in one number, packed or integer ones can't be counted as weights.",
    "Save the weights in an accepted format, such as model.float().save_pretrained(folder).",
)
LAYOUT = Code(
    "model.layout",
    Severity.WARNS,
    "The values of a tensor lie over one another in the file, or so far apart that they aren't "
    "read. What can't be read is counted as if no value were zero.",
    "Save plain tensors: call .contiguous().clone() on each before torch.save.",
)
REPEATED = Code(
    "model.repeated",
    Severity.WARNS,
    "Different parameters are the very same bytes in the file, or one value stands for many. In "
    "the released model they are separate, so each is counted in full.",
    "Save every parameter with values of its own: call .clone() on each before torch.save.",
)
NOT_FINITE = Code(
    "model.not-finite",
    Severity.WARNS,
    "Weights are NaN or infinite, mostly after training in float16. They count as non-zero, and a "
    "model that uses them predicts nothing sensible.",
    "Find the step that made them (a loss of nan in training) and save the model again.",
)
ZERO_TENSOR = Code(
    "model.zero-tensor",
    Severity.NOTES,
    "Every value of a tensor is zero, so its layer does nothing any more.",
    "Nothing to do, if you removed the layer on purpose.",
)
CONFIG_MISSING = Code(
    "model.config-missing",
    Severity.WARNS,
    "There is no config.json beside the weights; from_pretrained can't load the folder without it.",
    "Add the config.json that model.save_pretrained(folder) writes.",
)
CONFIG_BROKEN = Code(
    "model.config-broken",
    Severity.BLOCKS,
    "The config.json beside the weights can't be read, or its sizes are impossible.",
    "Replace it by the config.json that model.save_pretrained(folder) writes.",
)
CONFIG_CODE = Code(
    "model.config-code",
    Severity.BLOCKS,
    "config.json asks for code of its own when the model is loaded. The model must be the released "
    "architecture as transformers has it.",
    "Remove the entry, and load the model with T5ForConditionalGeneration.",
)
CONFIG_TYPE = Code(
    "model.config-type",
    Severity.WARNS,
    "config.json names another family of models than the released one.",
    "Hand in the config.json that belongs to the released model.",
)
QUANTIZED = Code(
    "model.quantized",
    Severity.BLOCKS,
    "config.json declares a quantised model, whose stored numbers aren't weights one by one.",
    "Save the model before quantisation, and remove quantization_config from config.json.",
)
TIE = Code(
    "model.tie",
    Severity.BLOCKS,
    "config.json says that the head has weights of its own, but the file has none for it, so it "
    "would start from random numbers.",
    "Set tie_word_embeddings to true in config.json, as the released model has it.",
)
CODE_FILE = Code(
    "model.code-file",
    Severity.WARNS,
    "There is code inside the model folder. The released model needs none, and code can hold "
    "weights or replace the model when it is loaded.",
    "Move the code out of the model folder.",
)
EXTRA_FILE = Code(
    "model.extra-file",
    Severity.WARNS,
    "A large file in the model folder is neither weights that were counted nor a file of the "
    "tokenizer, so nobody knows what it adds to the model.",
    "Delete it from the model folder.",
)
TRAINING_LEFTOVERS = Code(
    "model.training-leftovers",
    Severity.NOTES,
    "Files with which the Trainer would go on training lie in the model folder. They are not "
    "counted and not needed to predict.",
    "Delete them from the model folder; they are often larger than the model.",
)
