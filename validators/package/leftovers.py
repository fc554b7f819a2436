"""What programs leave behind in a package, recognised by its path alone."""

from __future__ import annotations

import re

_FOLDERS = {
    "__macosx": "macOS's own data",
    ".git": "version history", ".svn": "version history", ".hg": "version history",
    "__pycache__": "compiled Python files",
    ".ipynb_checkpoints": "notebook autosaves",
    ".venv": "a Python environment", "venv": "a Python environment",
    "virtualenv": "a Python environment", "site-packages": "a Python environment",
    "node_modules": "a JavaScript environment",
    "wandb": "training logs", "mlruns": "training logs", "lightning_logs": "training logs",
    ".cache": "caches", ".huggingface": "caches",
    ".pytest_cache": "caches", ".mypy_cache": "caches", ".ruff_cache": "caches",
    ".idea": "editor settings", ".vscode": "editor settings",
}  # fmt: skip
_FILES = {
    ".ds_store": "macOS's own data",
    "thumbs.db": "Windows's own data", "desktop.ini": "Windows's own data",
    "training_args.bin": "the state of training", "trainer_state.json": "the state of training",
    "pyvenv.cfg": "a Python environment",
}  # fmt: skip
# Folders that carry an ordinary name are known by what lies in them.
_ENVIRONMENT = re.compile(r"(^|.*/)[^/]*env/(bin|lib|lib64|scripts|include|share)/.*")
_CACHE = re.compile(r"(^|.*/)huggingface/(hub|datasets|modules)/.*")
_CHECKPOINT = re.compile(r"checkpoint-\d+")
_STATE = re.compile(r"(optimizer|scheduler|scaler|rng_state)[^.]*\.(pt|pth|bin|pkl)")
_SECRET = re.compile(
    r"kaggle\.json|\.netrc|_netrc|\.pypirc|\.env|id_(rsa|dsa|ecdsa|ed25519)|.*\.(pem|p12|pfx)"
)
_ENVIRONMENTS = frozenset({"a Python environment", "a JavaScript environment"})


def kind_of(path: str) -> str:
    """What kind of leftover a file is; empty when it is none."""
    *folders, name = path.lower().split("/")
    for folder in folders:
        if folder in _FOLDERS:
            return _FOLDERS[folder]
        if _CHECKPOINT.fullmatch(folder):
            return "training checkpoints"
    if _ENVIRONMENT.fullmatch(path.lower()):
        return "a Python environment"
    if _CACHE.fullmatch(path.lower()):
        return "caches"
    return _FILES.get(name) or _kind_by_form(name)


def is_leftover(path: str) -> bool:
    """Whether the file (or the folder, written with a "/" at its end) is a leftover."""
    return bool(kind_of(path))


def is_secret(path: str) -> bool:
    """Whether the file is one that keys and passwords are kept in."""
    name = path.lower().rpartition("/")[2]
    return bool(_SECRET.fullmatch(name)) and kind_of(path) not in _ENVIRONMENTS


def _kind_by_form(name: str) -> str:
    if name.startswith("._"):
        return "macOS's own data"
    if name.endswith((".pyc", ".pyo")):
        return "compiled Python files"
    if _STATE.fullmatch(name):
        return "the state of training"
    if name.startswith("events.out.tfevents"):
        return "training logs"
    return "data sets" if name.endswith((".arrow", ".parquet")) else ""
