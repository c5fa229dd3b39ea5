"""What each job takes and gives. Importing this is cheap; the jobs themselves load the parser."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog.model import LoadProblem
from sureql.hosts.embedding import Embedding
from sureql.ide.diagnostics import selection
from sureql.ide.diagnostics.selection import Selection
from sureql.ide.explain.model import Explanation
from sureql.ide.model import Diagnostic
from sureql.ide.optimise.model import Candidate, IndexAdvice
from sureql.oracle.engine import EngineSpec
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class LoadCatalog:
    """`sources` are the configured ones, () to look for them under `root` from `path`'s folder up.

    `dialect` is the configured one ('' to find out). `cache` is the folder for cache files.
    """

    root: str
    path: str
    sources: tuple[str, ...]
    dialect: str
    cache: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """`file` is the cache file, '' if there is no schema. `files` are what it was read from."""

    file: str
    dialect: str
    files: tuple[str, ...] = ()
    problems: tuple[LoadProblem, ...] = ()
    relations: int = 0


@dataclass(frozen=True, slots=True)
class ListSchema:
    """Tables and views in the cache `file` from the one numbered `start`: those of `schema`, or those
    that are called like `search` ('' for all)."""

    file: str
    dialect: str
    schema: str
    search: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far loading is: `done` of `total` files, and what is being read."""

    done: int
    total: int
    message: str


@dataclass(frozen=True, slots=True)
class IndexHistory:
    """The workspace's folder, and the cache file and dialect of its schema."""

    root: str
    catalog: str
    dialect: str


@dataclass(frozen=True, slots=True)
class IndexStatements:
    """The workspace's folder, the dialect of its schema, the folder for caches, and patterns of
    files that nothing may be kept of."""

    root: str
    dialect: str
    cache: str
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indexed:
    """`more` says that something more urgent waits: files are left, ask again."""

    statements: int
    more: bool


@dataclass(frozen=True, slots=True)
class RecallStatements:
    """At most `most` statements like `text` from the workspace at `root` and the user's history.
    `vector` is the meaning of `text` as `model` told it, () to go by words alone."""

    root: str
    cache: str
    text: str
    most: int
    vector: tuple[float, ...] = ()
    model: str = ""


@dataclass(frozen=True, slots=True)
class MeasureStatements:
    """Keep the `vectors` that `model` told for statements, and say which `most` it is to be asked for
    next."""

    root: str
    cache: str
    model: str
    most: int
    vectors: tuple[tuple[str, tuple[float, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class RememberStatements:
    """Statements that the user has accepted or asked for, in the workspace at `root`."""

    root: str
    cache: str
    texts: tuple[str, ...]
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One version of a document, and the cache file of its catalog ('' if it has none)."""

    uri: str
    path: str
    version: int
    text: str
    dialect: str
    catalog: str
    parts: tuple[Span, ...] | None = None
    """Where the strings of a program stand in `text`, which is their SQL."""


@dataclass(frozen=True, slots=True)
class CheckStatements:
    """Which statements of a document to check, by index and in this order.

    `engine` judges them, None for no engine. With `singly` each result is reported at once:
    somebody waits for it, or a statement that takes the process down is looked for.
    """

    document: Sent
    statements: tuple[int, ...]
    wanted: Selection = selection.DEFAULT
    engine: EngineSpec | None = None
    singly: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """Diagnostics by the index of their statement, with offsets from its start, those included
    that the user wants ignored. `types` are those of parameters, as the engine inferred them: offset behind the parameter, and text."""

    diagnostics: tuple[tuple[int, tuple[Diagnostic, ...]], ...]
    types: tuple[tuple[int, tuple[tuple[int, str], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class RewriteFile:
    """The document to change: with `fix` by all safe fixes (of one `code` if it is given), judged by
    `engine` if any; then by the formatter `layout` ('' for none). `root` is the workspace's folder.
    """

    document: Sent
    wanted: Selection = selection.DEFAULT
    engine: EngineSpec | None = None
    fix: bool = True
    code: str = ""
    layout: str = ""
    root: str = ""


@dataclass(frozen=True, slots=True)
class FindFiles:
    """The folders below which to look for SQL files."""

    roots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What holds for a file that is not open: the workspace's folder, its configured sources and
    dialect (() and '' to find out), the folder for caches, and the wanted codes."""

    root: str
    sources: tuple[str, ...]
    dialect: str
    cache: str
    wanted: Selection = selection.DEFAULT


@dataclass(frozen=True, slots=True)
class CheckFiles:
    """Files to check without the editor: their paths, each with its place, and the result ids that
    are known already (unchanged files are not checked again)."""

    files: tuple[tuple[str, Place], ...]
    known: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file of `CheckFiles`. `text` is '' if nothing was found; `diagnostics` is None if the
    file is as it was when it got its known `result`. `more` are left out."""

    path: str
    result: str
    text: str
    diagnostics: tuple[Diagnostic, ...] | None
    more: int = 0


@dataclass(frozen=True, slots=True)
class FormatFile:
    """The document to format with the tool of that name (`auto`: as the workspace says), and the
    part that is to be formatted (None: all). `root` is the workspace's folder, '' if there is none.
    """

    document: Sent
    root: str
    tool: str = "auto"
    chosen: Span | None = None


@dataclass(frozen=True, slots=True)
class FindSpliced:
    """The SQL of a host file, and the name of its dialect."""

    embedding: Embedding
    dialect: str


@dataclass(frozen=True, slots=True)
class LintFile:
    """The document whose style is to be checked, and by which tool."""

    document: Sent
    root: str
    tool: str = "auto"


@dataclass(frozen=True, slots=True)
class Where:
    """The statement at `offset` of a document, and what may be asked about it. `engine` is the one of
    its dialect, None if there is none here; with `runs` generated databases are run on it or on one
    that stands in for it, else only proofs are given. `sources` are those of the schema: a database
    among them is asked for plans if `connected`, which is when the user has asked for it; else an
    empty copy of the schema is."""

    document: Sent
    offset: int
    engine: EngineSpec | None = None
    runs: bool = True
    sources: tuple[str, ...] = ()
    connected: bool = False


@dataclass(frozen=True, slots=True)
class OptimiseStatement:
    """Which statement to make faster, in how many seconds, with how many candidates at most. `time`:
    the user wants both forms run and timed on the connected database."""

    where: Where
    seconds: float = 10.0
    most: int = 3
    time: bool = False


@dataclass(frozen=True, slots=True)
class CheckRewrite:
    """Another form of a statement that somebody proposes, to be checked like our own."""

    where: Where
    sql: str
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class ExplainStatement:
    """Which statement to explain; with `plan` also what its engine would do. `written` is a plan that
    the user has, as the engine printed it, and `origin` says where it is from."""

    where: Where
    plan: bool = False
    written: str | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """How far a search is: a few words, and a share of 0 to 1."""

    message: str
    share: float


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation; `no_plan` is why it has no plan, '' if it has one or none was wanted."""

    explanation: Explanation
    no_plan: str = ""


@dataclass(frozen=True, slots=True)
class Optimised:
    """What was found, best first, and the indexes that would help; `notes` are sentences about what
    kept evidence away, `refused` says why nothing was looked for."""

    candidates: tuple[Candidate, ...]
    indexes: tuple[IndexAdvice, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""
