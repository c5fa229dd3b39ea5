"""The forms of request, one file each: the body made of what is asked, the text read from answers."""

from __future__ import annotations

from sureql.ports.provider import Wire
from sureql.providers.shape import Form
from sureql.providers.wires import chat, completions, fim, infill, responses, suffix

FORMS: dict[Wire, Form] = {
    Wire.RESPONSES: responses,
    Wire.CHAT: chat,
    Wire.COMPLETIONS: completions,
    Wire.SUFFIX: suffix,
    Wire.FIM: fim,
    Wire.INFILL: infill,
}

CONTINUES = frozenset({Wire.COMPLETIONS, Wire.SUFFIX, Wire.FIM, Wire.INFILL})
"""Forms in which a model goes on with a text instead of answering somebody."""
