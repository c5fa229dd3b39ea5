"""Keys and tokens that are known by their form, wherever they stand in a line.

The forms that detect-secrets knows, without its network checks; those of vendors that it does not
know; and strings that look like random letters.
"""

from __future__ import annotations

import importlib
import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

Found = tuple[int, int, str]

_PLUGINS = (
    *("artifactory", "aws", "azure_storage_key", "cloudant", "discord", "github_token"),
    *("gitlab_token", "ibm_cloud_iam", "ibm_cos_hmac", "mailchimp", "npm", "openai"),
    *("pypi_token", "sendgrid", "slack", "softlayer", "square_oauth", "stripe"),
    *("telegram_token", "twilio"),
)
"""Those of detect-secrets that go by form. Its rules for passwords do not know SQL; ours do."""
_LOOSE = ("artifactory", "discord", "ibm_cos_hmac", "mailchimp")
"""Forms that a long name may have too, if it has no digit."""

_OURS = (
    ("API key", r"sk-[A-Za-z0-9_-]{16,}"),
    (
        "API key",
        r"(?:gsk|xai|pplx|nvapi|fw|r8|hf|lin_api|figd|ntn|tfp|key|rnd)[_-][A-Za-z0-9_-]{20,}",
    ),
    ("Google key", r"AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}"),
    ("GitHub token", r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"),
    ("GitLab token", r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent)-[A-Za-z0-9_-]{16,}"),
    ("Slack token", r"xox[a-z]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|xoxe\.[A-Za-z0-9.-]{10,}"),
    ("Stripe key", r"(?:[rs]k|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}"),
    ("SendGrid key", r"SG\.[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]+)?"),
    ("AWS key", r"(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,}"),
    ("npm token", r"npm_[A-Za-z0-9]{20,}"),
    ("PyPI token", r"pypi-[A-Za-z0-9_-]{16,}"),
    ("JSON web token", r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{4,}){1,2}"),
    ("DigitalOcean token", r"do[opr]_v1_[a-f0-9]{32,}"),
    ("Shopify token", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{24,}"),
    ("Databricks token", r"dapi[a-f0-9]{32}"),
    ("Docker token", r"dckr_pat_[A-Za-z0-9_-]{20,}"),
    ("Vault token", r"hv[sbr]\.[A-Za-z0-9_-]{20,}"),
    ("Grafana token", r"gl(?:c|sa)_[A-Za-z0-9+/=_]{20,}"),
    ("Atlassian token", r"ATATT3[A-Za-z0-9_=-]{20,}"),
    ("age key", r"AGE-SECRET-KEY-1[0-9A-Z]{20,}"),
    ("Twilio key", r"(?:AC|SK)[a-f0-9]{32}"),
)
_TABLE = re.compile(
    "|".join(rf"(?P<k{at}>(?<![A-Za-z0-9_])(?:{form}))" for at, (_, form) in enumerate(_OURS))
)
_LONG = re.compile(r"[A-Za-z0-9_\-+/=.:]{12,}")
_QUOTED = re.compile(r"(?<=['\"`])[A-Za-z0-9+/=_-]{20,}(?=['\"`]|$)")
_BARE = re.compile(r"(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/=_-]{32,}+(?![A-Za-z0-9+/=_.-]*+[.(])")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=1)
def detectors() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    """Kind, form, and whether a digit is needed. Importing them takes a tenth of a second."""
    known = []
    for name in _PLUGINS:
        module = importlib.import_module(f"detect_secrets.plugins.{name}")
        for one in vars(module).values():
            if isinstance(one, type) and one.__module__ == module.__name__:
                for form in getattr(one, "denylist", None) or ():
                    known.append((str(getattr(one, "secret_type", name)), form, name in _LOOSE))
    return tuple(known)


def find(line: str) -> Iterator[Found]:
    """Start, end and kind of each in one line."""
    # Most lines of SQL hold no long word with a digit and are done with here.
    if not any(_DIGIT.search(word[0]) for word in _LONG.finditer(line)):
        return
    for match in _TABLE.finditer(line):
        kind = _OURS[int((match.lastgroup or "k0")[1:])][0]
        if _DIGIT.search(match[0]):
            yield match.start(), match.end(), kind
    for kind, form, loose in detectors():
        for match in form.finditer(line):
            groups = [at for at in range(1, form.groups + 1) if match[at] and form.groups == 1]
            start, end = match.span(groups[0]) if groups else match.span()
            if not loose or _DIGIT.search(line, start, end):
                yield start, end, kind
    for match in _QUOTED.finditer(line):
        if _is_random(match[0], digits=2):
            yield match.start(), match.end(), "random letters"
    for match in _BARE.finditer(line):
        if not _HEX.fullmatch(match[0]) and _is_random(match[0], digits=3):
            yield match.start(), match.end(), "random letters"


def _is_random(text: str, digits: int) -> bool:
    """True if `text` looks like the output of a generator; names, paths and numbers do not."""
    if _HEX.fullmatch(text):
        return not text.isdecimal() and _entropy(text.lower()) > 3.0
    if len(_DIGIT.findall(text)) < digits or text.upper() == text or text.lower() == text:
        return False
    return _entropy(text) > min(4.3, 0.87 * math.log2(len(text)))


def _entropy(text: str) -> float:
    """Shannon's, in bits per letter."""
    return -sum(
        count / len(text) * math.log2(count / len(text)) for count in Counter(text).values()
    )
