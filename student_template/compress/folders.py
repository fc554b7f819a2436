"""Folders that are missing or in the way: told before torch is loaded and hours are spent."""

from __future__ import annotations

from pathlib import Path

from compress.settings import SettingsError

_OURS = (".json", ".safetensors", ".model", ".txt", ".jinja", ".DS_Store")
"""How the names of files end that a saved model is made of."""


def check_model_there(name: str, remedy: str) -> None:
    """Raise SettingsError where the name is neither a folder nor the hub's "owner/name"."""
    if not Path(name).is_dir() and name.count("/") != 1:
        raise SettingsError(f'There is no model "{name}": it is no folder here. {remedy}')


def check_output(folder: Path, released: str) -> None:
    """Raise SettingsError where saving into this folder would destroy something else."""
    if folder.resolve() == Path(released).resolve():
        raise SettingsError(f"model.output is the released model itself ({folder}).")
    if not folder.exists():
        return
    if not folder.is_dir():
        raise SettingsError(f"model.output: {folder} is a file; expected a folder.")
    refuse_strangers(folder)


def refuse_strangers(folder: Path) -> None:
    """Raise SettingsError where the folder holds what saving doesn't make."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() or not path.name.endswith(_OURS):
            told = f"model.output: {folder} holds {path.name}, which saving didn't put there"
            raise SettingsError(f"{told}. Move it away, or choose another folder.")
