"""Whether a sentence that somebody else wrote says only what the explanation says. Strict: a sentence
that is merely unusual is refused too, and the explanation's own stands in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.explain.model import Explanation

_QUOTED = re.compile(r"``\s?(.+?)\s?``|`([^`]+)`|'([^']*)'|\"([^\"]*)\"|“([^”]*)”")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:[-.:/]\d+)*")
_WORD = re.compile(r"[^\W\d_][\w$]*(?:'t)?")
_NAME = re.compile(r"\w+(?:[._]\w+)+")
_BETWEEN = re.compile(r"\bbetween (.{1,80}?) and ", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()]|\b(?:and|but|where|while|whereas|then|with)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "dozen": "12",
    "twice": "2", "double": "2", "hundred": "100", "thousand": "1000", "million": "1000000",
}  # fmt: skip
# In this order: what is found is taken away, so that "at least" is no superlative.
_MEANINGS: tuple[tuple[str, str], ...] = (
    ("at least", r"at least|or (?:later|more|above|higher)|(?:on|since|from) or after|since|no less than|not before|starting"),
    ("at most", r"at most|up to|or (?:earlier|less|below|lower)|until|no (?:more|later) than|not after"),
    ("more", r"(?:more|greater|larger|higher|later|longer|bigger|newer) than|above|over|exceed\w*|after|beyond"),
    ("less", r"(?:less|smaller|lower|fewer|earlier|shorter|older) than|below|under|before"),
    ("not null", r"(?:is|are|be) not null|have a value|has a value"),
    ("null", r"nulls?|empty|blank|missing|unknown"),
    ("or", r"either|or"),
    ("negation", r"not|no|never|without|none|neither|nor|except|exclud\w*|unless|nothing|\w+n't|cannot|un(?:matched|paid|like)|outside|instead of"),
    ("latest", r"latest|newest|most recent"),
    ("earliest", r"earliest|oldest"),
    ("largest", r"largest|highest|maximum|max|most|top|greatest|biggest|best"),
    ("smallest", r"smallest|lowest|minimum|min|least|fewest|worst|cheapest"),
    ("first", r"first"),
    ("last", r"last"),
    ("total", r"total(?= of)|sums?(?= of)|summed|adds up|totals(?= of)"),
    ("average", r"averages?|mean|averaged"),
    ("median", r"median"),
    ("number", r"number of|counts?|how many|counted"),
    ("different", r"different|distinct|unique|duplicates?"),
    ("descending", r"descending|decreasing|reverse"),
    ("ascending", r"ascending|increasing"),
    ("start", r"(?:start|begin)(?:s|ning|ing)? with|prefix"),
    ("end", r"end(?:s|ing)? with|suffix"),
    ("contain", r"contains?|containing|includes?|including"),
    ("between", r"between|range"),
    ("left", r"left"),
    ("right", r"right"),
    ("full", r"full"),
    ("cross", r"cross"),
    ("all", r"all|every|always|any|entire|whole|everything"),
    ("exactly", r"exactly"),
    ("only", r"only|solely|just|exclusively|keeps (?:rows|groups)|restricted"),
)  # fmt: skip
_PATTERNS = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, pattern in _MEANINGS
)
# What happens to rows: it may be left out, but not put in.
_ACTIONS = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for name, pattern in (
        ("keep", r"keeps?|kept|stay\w*|remain\w*|retain\w*|only (?:for )?rows"),
        ("drop", r"drop\w*|remov\w*|discard\w*|lost|left out|leaves out"),
        ("multiply", r"multipl\w*|repeat\w*"),
        ("rank", r"rank\w*"),
        ("inside", r"sub-?quer\w*"),
        ("sort", r"sort\w*|ordered by|orders by"),
        ("group", r"group\w*|per|each"),
    )
)
# What may stand beside the facts but says nothing of its own.
_FREE = frozenset({"first", "last"})
_DENIED = frozenset({"negation", "negation twice", "not null"})
_SCOPES = frozenset({"all", "only", "number"})
_PLAIN = frozenset(
    """a an the this that these those it its their they them there here which who whose what when where
    how of in on at by to from for with into as is are was be been being has have had do does and or
    but then so also too both each per together while after before if than such same other others
    query queries statement result results row rows record records table tables column columns value
    values data field fields list lists listed show shows shown return returns returned give gives
    given get gets find finds found read reads select selects take takes taken compute computes
    computed calculate calculates calculated keep keeps kept filter filters filtered join joins joined
    combine combines combined match matches matched matching group groups grouped sort sorts sorted
    order orders ordered rank ranks ranked limit limits limited come comes belong belongs use uses
    used using based one ones part parts sub subquery sub-query stay stays drop drops dropped
    hold holds held made make makes can may per well equal equals is contains along next
    ascending descending condition conditions key keys look looks up start starts end ends
    only first last number all named called""".split()  # noqa: SIM905
)


# A text is cut at `with`, but not here.
_WITH = re.compile(r"\b((?:start|end|begin)(?:s|ing|ning)?) with\b", re.IGNORECASE)
# By what rows are sorted, and for each of what they are grouped: the words behind it.
_SORTED = re.compile(r"\b(?:sort|order|rank)\w*\b[^.;:]*?\bby\b(.*)", re.IGNORECASE | re.DOTALL)
_GROUPED = re.compile(r"\b(?:each|per|group\w* by)\b(.*)", re.IGNORECASE | re.DOTALL)
_CHANGED = re.compile(r"\b(?:updat|delet|set)(?:e?s|ing)?\b(.*)", re.IGNORECASE | re.DOTALL)
_GRAIN = re.compile(r"\brows? (?:per|for each|for every)\b((?:`[^`]*`|[^.;:(])*)", re.IGNORECASE)
_ACTING = re.compile(r"(?:only|keeps?|updates|deletes|for|then)\b", re.IGNORECASE)
_DIRECTION = re.compile(r"\bin (ascending|descending) order\b", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)")
_READ = re.compile(r"\breads?\b(.*)", re.IGNORECASE | re.DOTALL)
_EXISTS = re.compile(r"\bthere is\b", re.IGNORECASE)
_ALL_OF = "all of these hold:"
_SMALL = frozenset("a an the this that these it its is are be of to which so query".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a piece of text speaks of, and what it says with it."""

    items: frozenset[str]
    meanings: frozenset[str]
    actions: frozenset[str]
    words: frozenset[str] = frozenset()
    quoted: frozenset[str] = frozenset()
    several: bool = False


def faithful(sentence: str, explanation: Explanation, context: Context) -> bool:
    """True if all names, numbers and quoted texts in `sentence`, and all words that carry a meaning
    (not, only, at least, largest), stand together in the explanation."""
    sentence = _DIRECTION.sub(r"(\1)", sentence)
    outline = list(_outline(explanation))
    known = " ".join(outline).lower()
    words = {word for text in outline for word in _words(text)}
    names = {_stem(one) for text in outline for item in _quoted(text) for one in _parts(item)}
    if not sentence.strip() or not _spoken(sentence, known, words, context):
        return False
    tables = _tables(context)
    if not _objects(sentence, explanation, names, tables):
        return False
    told = [one for text in outline for one in _told(text, names, tables)]
    claimed = _clauses(sentence)
    if _EXISTS.search(sentence):
        # Which row there is, or is not, stands behind it.
        claimed.append(sentence)
    whole = len(claimed) == 1
    return all(_backed(_claim(piece, names), told, whole) for piece in claimed)


def _objects(sentence: str, found: Explanation, names: set[str], tables: dict[str, str]) -> bool:
    """True if what a sentence says rows are sorted by, or grouped by, is what the steps say."""
    texts = [step.text for step in found.steps if step.kind in ("order", "window")]
    parts = [match[1] for text in texts for match in [_SORTED.search(text)] if match]
    sorting = {one for part in parts for one in _claim(part, names, tables).items}
    keys = {one for part in parts for one in _main(part, names)}
    if re.search(r"\bfirst\b", sentence, re.IGNORECASE) and _SORTED.search(sentence):
        leads = [next(iter(_clauses(part)), "") for part in parts]
        keys = {one for part in leads for one in _main(part, names)}
    grains = [found.grain, *(step.text for step in found.steps if step.kind == "cte")]
    kinds = ("group", "window", "distinct", "join", "limit")
    texts = [found.grain, *(step.text for step in found.steps if step.kind in (*kinds, "cte"))]
    parts = [
        match[1].partition(", ordered by")[0]
        for text in texts
        for match in [_GROUPED.search(text)]
        if match
    ]
    grouping = {one for part in parts for one in _claim(part, names).items}
    texts = [step.text for step in found.steps if step.kind == "change"]
    changed = {one for text in texts for one in _claim(text, names, tables).items}
    if texts and any(
        not _claim(next(iter(_clauses(match[1])), ""), names).items <= changed
        for match in _CHANGED.finditer(sentence)
    ):
        return False
    texts = [step.text for step in found.steps if step.kind in ("source", "join", "cte", "change")]
    read = {one for text in texts for one in _claim(text.partition(" where ")[0], names).items}
    if any(not _object(match[1], names) <= read for match in _READ.finditer(sentence)):
        return False
    # Sorted by a customer's name is not sorted by customer.
    for pattern, known, main in ((_SORTED, sorting, keys), (_GROUPED, grouping, grouping)):
        for match in pattern.finditer(sentence):
            named = _object(match[1], names)
            if not named <= known or (named and not named & main):
                return False
    told = [_main(match[1], names) for text in grains for match in _GRAIN.finditer(text)]
    return all(_main(match[1], names) in told for match in _GRAIN.finditer(sentence))


def _object(text: str, names: set[str]) -> set[str]:
    """The names behind `by` or `each`: those of the first clause, and of what only adds names."""
    found: set[str] = set()
    for number, piece in enumerate(_clauses(text)):
        claim = _claim(piece, names)
        if number and (claim.meanings or claim.actions or len(claim.words) > len(claim.items)):
            break
        found |= claim.items
    return found


def _main(text: str, names: set[str]) -> frozenset[str]:
    """The names in a text, each without the table before it."""
    claim = _claim(_QUOTED.sub(" ", text), names)
    last = (_flat(item).rpartition(".")[2] for item in _quoted(text))
    return claim.items | {_stem(one) for one in last}


def _tables(context: Context) -> dict[str, str]:
    """The table behind each alias; behind '' the only table of a statement that has but one."""
    nodes = [one for one in context.all(exp.Table) if isinstance(one.this, exp.Identifier)]
    found = {one.alias_or_name.lower(): _stem(one.name.lower()) for one in nodes}
    if len({one.name.lower() for one in nodes}) == 1:
        found[""] = _stem(nodes[0].name.lower())
    return found


def _backed(claim: _Claim, told: list[_Claim], whole: bool) -> bool:
    if not claim.items and not claim.meanings - _FREE and not claim.actions - {"keep", "sort"}:
        return True
    for one in told:
        if not claim.actions <= one.actions:
            continue
        # A `not` somewhere in a long sentence is not that of a part of it.
        if one.several and not whole and claim.meanings & _DENIED and "there" not in claim.words:
            continue
        # Where no name or number ties a clause to a sentence, its words have to.
        tied = claim.items <= one.items and (bool(claim.items) or claim.words <= one.words)
        tied = tied and claim.quoted <= one.quoted
        if tied and _same(claim.meanings, one.meanings):
            return True
    return False


def _same(claimed: frozenset[str], told: frozenset[str]) -> bool:
    """`all` and `only` may be left out, but not put in."""
    if not (claimed & _SCOPES) <= told:
        return False
    return claimed - _FREE - _SCOPES == told - _FREE - _SCOPES


def _outline(found: Explanation) -> Iterator[str]:
    yield found.summary
    yield found.grain
    yield found.undo
    head = ""
    for step in found.steps:
        if step.kind not in ("filter", "having"):
            yield step.text
        elif step.text.endswith(_ALL_OF):
            head = f"{step.text.removesuffix(_ALL_OF)}"
        else:
            # The lines below a filter's first say what is kept as well.
            below = step.text[:1] + step.text[1:].partition(" where ")[0]
            yield f"only {step.text}" if _ACTING.match(below) else f"only {head}{step.text}"
    for column in found.columns:
        yield f"`{column.name}` {column.type} " + " ".join(f"`{name}`" for name in column.lineage)
    yield from found.traps
    yield from found.parameters
    yield from found.plan


def _spoken(sentence: str, known: str, words: set[str], context: Context) -> bool:
    """True if every word, name and number of a sentence stands in the explanation or says nothing."""
    for item in _quoted(sentence):
        if _flat(item) not in _flat(known):
            return False
    bare = _QUOTED.sub(" ", sentence)
    numbers = {_digits(one) for one in _NUMBER.findall(known)}
    if any(_digits(one) not in numbers for one in _NUMBER.findall(bare)):
        return False
    if any(name.lower() not in known for name in _NAME.findall(_NUMBER.sub(" ", bare))):
        return False
    columns = {one.name.lower() for source in context.analysis.sources for one in source.fields}
    for word in _WORD.findall(bare):
        low = word.lower()
        if low in _WORD_NUMBERS and low not in words:
            if _WORD_NUMBERS[low] not in numbers:
                return False
            continue
        if _stem(low) in words or (low.endswith("ed") and low[:-1] in words):
            continue
        if low in columns or context.schema.find((low,)) is not None:
            return False
        if low not in _PLAIN and not any(p.fullmatch(low) for _, p in _PATTERNS):
            return False
    return True


def _claim(text: str, names: set[str], tables: dict[str, str] | None = None) -> _Claim:
    items = {_flat(item) for item in _quoted(text)}
    quoted = set(items)
    items |= {part for item in list(items) for part in _parts(item)}
    if tables is not None:
        aliases = {item.partition(".")[0] for item in items if "." in item}
        # Two of them are compared here: that does not make one table's rows the other's.
        items |= {tables[one] for one in ("", *aliases) if one in tables and len(aliases) < 2}
        # A column may be named without its table, but `o` alone is not `o.total`.
        quoted |= {one.rpartition(".")[2] for one in quoted}
    items = {_stem(one) for one in items}
    bare = _QUOTED.sub(" ", text)
    numbers = {_digits(one) for one in _NUMBER.findall(bare)}
    items |= numbers
    quoted |= numbers if tables is not None else set()
    meanings = set()
    rest = bare
    for name, pattern in _PATTERNS:
        times = len(pattern.findall(rest))
        if times:
            # Said twice, it is taken back.
            meanings.add(f"{name} twice" if name == "negation" and times == 2 else name)
            rest = pattern.sub(" ", rest)
    for word in _WORD.findall(rest):
        low = word.lower()
        if low in _WORD_NUMBERS and low != "one":
            items.add(_WORD_NUMBERS[low])
        if low not in _SMALL and _stem(low) in names:
            items.add(_stem(low))
    actions = frozenset(name for name, pattern in _ACTIONS if pattern.search(bare))
    words = {_stem(one.lower()) for one in _WORD.findall(bare)} - _SMALL
    return _Claim(
        frozenset(items), frozenset(meanings), actions, frozenset(words), frozenset(quoted)
    )


def _told(text: str, names: set[str], tables: dict[str, str]) -> Iterator[_Claim]:
    """What the sentences of a text say, and the clauses of each. What is kept is kept
    in all clauses of its sentence."""
    for sentence in _SENTENCE.split(text):
        clauses = _clauses(sentence)
        shielded, kept = _shielded(sentence)
        plain = _ASIDE.sub(" ", shielded)
        if plain != shielded:
            clauses += _clauses(_restored(plain, kept))
        whole = _claim(sentence, names, tables)
        yield replace(whole, several=len(clauses) > 1)
        for piece in clauses:
            claim = _claim(piece, names, tables)
            meanings = claim.meanings | (whole.meanings & {"only"})
            actions = claim.actions | (whole.actions & {"keep"})
            yield replace(claim, actions=actions, meanings=meanings)


def _clauses(sentence: str) -> list[str]:
    shielded, kept = _shielded(sentence)
    shielded = _WITH.sub(lambda match: f"{match[1]}\x01", shielded)
    whole = _BETWEEN.sub(lambda match: f"between {match[1]} & ", shielded)
    parts = []
    for part in _CLAUSE.split(whole):
        restored = _restored(part, kept).replace("\x01", " with")
        if restored.strip():
            parts.append(restored)
    return parts


def _shielded(text: str) -> tuple[str, list[str]]:
    """`text` with a mark for everything quoted, so that commas in it divide nothing."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x00"

    return _QUOTED.sub(hide, text), kept


def _restored(text: str, kept: list[str]) -> str:
    return re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match[1])], text)


def _quoted(text: str) -> list[str]:
    return [
        next(part for part in match.groups() if part is not None)
        for match in _QUOTED.finditer(text)
    ]


def _parts(item: str) -> list[str]:
    """The names in a quoted text: `c.name` is `name` as well."""
    found = [part.lower() for part in re.findall(r"[^\W\d]\w*", item)]
    return found + [piece for part in found for piece in part.split("_") if piece != part]


def _words(text: str) -> set[str]:
    found = {word.lower() for word in _WORD.findall(text)}
    found |= {part for word in list(found) for part in word.split("_") if part}
    return found | {_stem(word) for word in found}


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _flat(text: str) -> str:
    return " ".join(text.lower().replace("'", "").replace('"', "").split())


def _digits(text: str) -> str:
    return text.replace(",", "").rstrip(".")
