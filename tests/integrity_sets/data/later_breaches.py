"""Programs with a planted breach, written last."""

# The programs stand here as students write them.

from __future__ import annotations

from tests.integrity_sets.data.case import START, Case

T = "data.test-in-training"

LATER_BREACHES = (
    Case(
        "joined by a function of one's own",
        {
            "a.py": START
            + """
def merge(*parts):
    from datasets import concatenate_datasets as cat
    return cat(list(parts))
raw=load_dataset("billsum")
full=merge(raw["train"], raw["test"])
def go(ds, epochs=1):
    t=Seq2SeqTrainer(model=model, train_dataset=ds.map(preprocess))  # HERE
    t.train()
go(ds=full, epochs=2)
"""
        },
        T,
    ),
    Case(
        "a partial function",
        {
            "a.py": START
            + """
from functools import partial
get = partial(load_dataset, "billsum")
rows = get(split="test")
t=Seq2SeqTrainer(model=model, train_dataset=rows.map(preprocess))  # HERE
t.train()
"""
        },
        T,
    ),
    Case(
        "an iterator in a while loop",
        {
            "a.py": START
            + """
it = iter(torch.utils.data.DataLoader(load_dataset("billsum", split="test").map(preprocess)))
opt=torch.optim.AdamW(model.parameters())
step=0
while step < 1000:
    try:
        b = next(it)
    except StopIteration:
        break
    l = model(**b)["loss"]
    l.backward()  # HERE
    step += 1
"""
        },
        T,
    ),
    Case(
        "rows set after the trainer was made",
        {
            "a.py": START
            + """
t = Seq2SeqTrainer(model=model, train_dataset=None)  # HERE
t.train_dataset = load_dataset("billsum")["test"].map(preprocess)
t.train()
"""
        },
        T,
    ),
    Case(
        "a Dataset class that takes the split",
        {
            "a.py": START
            + """
class DS(torch.utils.data.Dataset):
    def __init__(self, split):
        d = load_dataset("billsum")[split]
        self.x = [tokenizer(t) for t in d["text"]]
    def __getitem__(self, i): return self.x[i]
dl = torch.utils.data.DataLoader(DS("test"), batch_size=2)
def train(m, dl):
    for b in dl:
        out = m(**b)
        out.loss.backward()  # HERE
train(model, dl)
"""
        },
        T,
    ),
)
