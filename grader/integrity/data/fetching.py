"""Calls that fetch something while the code runs, or that hide what they do."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import suppress
from typing import Callable, Optional

from grader.integrity.data.shell import follow_words
from grader.integrity.data.state import Call, State
from grader.integrity.data.values import Source, Value, of_sources
from grader.integrity.data.words import FETCHED, INSTALLS, UNKNOWN, says

_ROOTS = frozenset({
    "requests", "urllib", "urllib2", "urllib3", "httpx", "wget", "gdown", "aiohttp", "kaggle",
    "huggingface_hub", "kagglehub", "opendatasets", "torchvision", "pooch", "fsspec",
})  # fmt: skip


def _fetched(place: Optional[int], *names: str) -> Callable[[State, Call], Optional[Value]]:
    """A call that fetches a URL; the place is that of the file it is written into."""

    def fetch(state: State, call: Call) -> Optional[Value]:
        owner = call.function.receiver
        api = call.function.api or (owner.made if owner is not None else "")
        if api.partition(".")[0] not in _ROOTS:
            return None
        target = call.argument(0, "url", "fullurl", "id")
        url = target.text if target is not None and target.text else "?"
        state.observe("download", url, call.site, says(FETCHED))
        source = frozenset({Source("url", url, call.site)})
        into = call.argument(place, *names) if place is not None else None
        path = into.text if into is not None else None
        if place is not None:
            state.write(path or url.rstrip("/").rpartition("/")[2], source)
        made = of_sources(source)
        return made if path is None else Value(consts=(path,), sources=source)

    return fetch


def _hub(state: State, call: Call) -> Optional[Value]:
    """Files of a model or a data set on the hub."""
    wanted = call.argument(0, "repo_id", "handle")
    name = wanted.text if wanted is not None and wanted.text else "?"
    state.observe("download", name, call.site, says(FETCHED))
    kind = call.keyword("repo_type")
    if kind is not None and kind.text == "dataset":
        return of_sources((Source("data", name, call.site, "*"),))
    into = call.keyword("local_dir")
    source = Source("model", name, call.site)
    state.write(into.text if into is not None else None, frozenset({source}))
    return of_sources((source,))


def _weights(state: State, call: Call) -> Optional[Value]:
    """`torch.hub`: a model, or weights by their URL."""
    if "hub" not in call.function.api:
        return None
    wanted = call.argument(0, "url", "repo_or_dir")
    name = wanted.text if wanted is not None and wanted.text else "?"
    state.observe("download", name, call.site, says(FETCHED))
    return of_sources((Source("model", name, call.site),))


def _prepared(state: State, call: Call) -> Optional[Value]:
    """`nltk.download` and its like: words for a library, no data of the course's kind."""
    api = call.function.api
    if api.startswith(("nltk.", "spacy.")):
        wanted = call.argument(0)
        name = f"{api} {wanted.text if wanted is not None and wanted.text else ''}".strip()
        state.observe("download", name, call.site, says(INSTALLS))
        return Value()
    return _fetched(1, "output", "out")(state, call)


def _process(state: State, call: Call) -> Optional[Value]:
    """A command of the shell."""
    if call.function.api.partition(".")[0] not in ("os", "subprocess", "get_ipython"):
        return None
    first = call.argument(0, "args", "cmd", "command")
    if first is None:
        return None
    words: list[str] = []
    if first.text is not None:
        with suppress(ValueError):
            words = shlex.split(first.text)
    elif first.items:
        words = [part.text or "?" for part in first.items.values()]
    follow_words(state, words, call.site)
    return Value()


def _hidden(state: State, call: Call) -> Optional[Value]:
    """Code that is made while it runs."""
    if call.function.api in ("eval", "exec", "builtins.eval", "builtins.exec"):
        state.observe("file", call.function.api, call.site, says(UNKNOWN))
        return Value()
    return None


def _attribute(state: State, call: Call) -> Optional[Value]:
    """`getattr`: the attribute where its name is known, else nobody can tell."""
    if call.function.api != "getattr" or len(call.args) < 2:
        return None
    base, name = call.args[0], call.args[1].text
    if name is not None:
        return state.attribute(base, name, call.node.args[0], call.frame)
    if base.api:
        state.observe("dataset", f"getattr({base.api})", call.site, says(UNKNOWN))
        return Value(api=f"{base.api}.?")
    return None


def _module(state: State, call: Call) -> Optional[Value]:
    """A module that is imported by a text."""
    if call.function.api not in ("__import__", "importlib.import_module"):
        return None
    name = call.argument(0, "name")
    if name is None or name.text is None:
        state.observe("file", call.function.api, call.site, says(UNKNOWN))
        return Value()
    own = state.imported(name.text, call.frame)
    return Value(api=name.text) if own is None else Value(module=own)


HANDLERS: Mapping[str, Callable[[State, Call], Optional[Value]]] = {
    "get": _fetched(None), "post": _fetched(None), "urlopen": _fetched(None),
    "urlretrieve": _fetched(1, "filename"), "download": _prepared, "dataset_download": _hub,
    "cached_download": _fetched(None), "download_folder": _fetched(1, "output"),
    "download_file_from_google_drive": _fetched(1),
    "hf_hub_download": _hub, "snapshot_download": _hub, "model_download": _hub,
    "load_state_dict_from_url": _weights, "load": _weights, "download_url_to_file": _weights,
    "system": _process, "popen": _process, "Popen": _process, "call": _process,
    "check_call": _process, "check_output": _process, "getoutput": _process, "run": _process,
    "eval": _hidden, "exec": _hidden, "getattr": _attribute, "__import__": _module,
    "import_module": _module,
}  # fmt: skip
