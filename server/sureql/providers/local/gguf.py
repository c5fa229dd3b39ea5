"""What a GGUF file says about itself."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sureql.ports.errors import ModelRefused

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_LONGEST = 100_000  # Of a text; chat templates are the longest.
_MOST = 200  # Entries read; those about the model as a whole come first.


@dataclass(frozen=True, slots=True)
class About:
    """The model's own name, kind and licence, '' where it does not say."""

    name: str = ""
    architecture: str = ""
    licence: str = ""


def check(file: Path) -> About:
    """What the file says. Raises ModelRefused if it is no model that can be run."""
    try:
        with file.open("rb") as data:
            head = data.read(24)
            if head[:4] != _MAGIC:
                raise ModelRefused(f"{file} is no GGUF model.")
            if len(head) < 24:
                raise ModelRefused(f"{file} is cut short: fetch it again.")
            version, tensors, entries = struct.unpack("<IQQ", head[4:])
            if version not in _VERSIONS:
                raise ModelRefused(f"{file} has version {version} of GGUF, which is not known.")
            if not tensors:
                raise ModelRefused(f"{file} holds no model, only a vocabulary.")
            return _about(data, min(entries, _MOST))
    except OSError as error:
        raise ModelRefused(f"{file} cannot be read: {error.strerror}.") from error
    except (struct.error, ValueError) as error:
        raise ModelRefused(f"{file} is cut short or broken: fetch it again.") from error


def _about(data: BinaryIO, entries: int) -> About:
    found: dict[str, str] = {}
    for _ in range(entries):
        name = _text(data)
        # The vocabulary is long, and what is said of the model stands before it.
        if name.startswith("tokenizer."):
            break
        (kind,) = struct.unpack("<I", data.read(4))
        if kind == _STRING:
            found[name] = _text(data)
        else:
            _skip(data, kind)
    return About(
        found.get("general.name", ""),
        found.get("general.architecture", ""),
        found.get("general.license", ""),
    )


def _skip(data: BinaryIO, kind: int) -> None:
    if kind != _ARRAY:
        data.seek(_size(kind), 1)
        return
    inner, count = struct.unpack("<IQ", data.read(12))
    if inner == _STRING:
        if count > _LONGEST:
            raise ValueError("a longer list than a model's description has")
        for _ in range(count):
            _text(data)
    else:
        data.seek(_size(inner) * count, 1)


def _size(kind: int) -> int:
    if kind not in _SIZES:
        raise ValueError("an unknown kind of value")
    return _SIZES[kind]


def _text(data: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", data.read(8))
    if length > _LONGEST:
        raise ValueError("a longer text than a model's description has")
    text = data.read(length)
    if len(text) < length:
        raise ValueError("the end of the file")
    return text.decode(errors="replace")
