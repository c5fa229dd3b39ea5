"""The models that are here: files in the cache folder, by name."""

from __future__ import annotations

import os
from pathlib import Path

from sureql.ports.errors import ModelRefused
from sureql.providers.local import catalogue


def folder(cache: Path) -> Path:
    """Where models lie."""
    return cache / "models"


def file_of(name: str, cache: Path) -> Path:
    """Where the model called `name` lies, or would."""
    return folder(cache) / f"{name}.gguf"


def here(cache: Path) -> list[Path]:
    """The models' files, by name."""
    return sorted(path for path in folder(cache).glob("*.gguf") if path.is_file())


def find(model: str, cache: Path) -> Path:
    """The file of `model`, a name or a path. Raises ModelRefused with how to get it."""
    if is_path(model):
        path = Path(model).expanduser()
        if not path.is_file():
            raise ModelRefused(f"There is no model at {path}: correct model.local.")
        return path
    path = file_of(model, cache)
    if path.is_file():
        return path
    if catalogue.entry(model) is not None:
        raise ModelRefused(f"The model {model} is not here yet: run `sureql model fetch {model}`.")
    raise ModelRefused(f"There is no model {model}: `sureql model list` shows those there are.")


def is_path(model: str) -> bool:
    """Whether `model` is meant as a file."""
    separators = [os.sep, *([os.altsep] if os.altsep else [])]
    return model.lower().endswith(".gguf") or any(one in model for one in separators)
