"""One form for texts that a CSV keeps as the same.

Students write their predictions in different ways: the tutorial turns commas into full stops,
doubles quotation marks and turns line ends into spaces, so that its hand-made CSV stays whole;
others use a CSV writer, which keeps all of that; many strip the text. Tokenizers differ as well:
older ones take the space before a full stop or an apostrophe away, newer ones leave it. None of
this says anything about the model, so both sides of a comparison are brought to one form first.
"""

from __future__ import annotations

import re

_QUOTES = re.compile('"+')
# What decoding "cleans up": spaces before marks, around apostrophes, and before "n't".
_APOSTROPHE = re.compile(r" ?' ?")
_BEFORE_MARK = re.compile(r" +(?=[.?!]|n't)")


def canonical(text: str) -> str:
    """The text in the form that every way of writing it to a CSV leads to.

    Commas are full stops, repeated quotation marks are one, any white space is one space, and
    there is none at the ends, before a full stop, a question or an exclamation mark, and around an
    apostrophe. Nothing is undone: what one writer lost is dropped on both sides. Two texts with
    equal forms may differ in exactly these marks, and in nothing else.
    """
    plain = " ".join(_QUOTES.sub('"', text.replace(",", ".")).split())
    return _BEFORE_MARK.sub("", _APOSTROPHE.sub("'", plain))
