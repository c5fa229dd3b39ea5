"""Slips of the finger, drawn from a text's own letters so that they are always the same."""

from __future__ import annotations

import random
import string


def slips(name: str) -> list[str]:
    """Texts one slip away from `name`: two letters swapped, one left out, doubled or changed."""
    chance = random.Random(name)
    body = [index for index, letter in enumerate(name) if letter.isalnum()]
    if len(body) < 3:
        return []
    found = []
    for index in chance.sample(body[1:], min(2, len(body) - 1)):
        if name[index - 1] != name[index] and name[index - 1].isalnum():
            found.append(name[: index - 1] + name[index] + name[index - 1] + name[index + 1 :])
        found.append(name[:index] + name[index + 1 :])
        found.append(name[:index] + name[index] * 2 + name[index + 1 :])
        letter = chance.choice(string.ascii_lowercase)
        found.append(name[:index] + letter + name[index + 1 :])
    return [one for one in dict.fromkeys(found) if one.lower() != name.lower()]
