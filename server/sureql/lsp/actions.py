"""The code actions at a place, as plain values: fixes, fixes of a whole file, suppressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from sureql.lsp import mending, to_proto

if TYPE_CHECKING:
    from sureql.ide.model import Diagnostic, Fix
    from sureql.ide.optimise.rewrite import Step
    from sureql.lsp.open_document import View
    from sureql.lsp.session import Session
    from sureql.syntax.script import Statement
    from sureql.text.edits import TextEdit
    from sureql.text.span import Span

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.sureql"
REWRITE = "refactor.rewrite.sureql"
EXPAND_STAR = f"{REWRITE}.expandStar"
OPTIMISE = f"{REWRITE}.optimize"
ASK = "Optimise query…"
QUERIES = ("SELECT", "WITH", "VALUES", "(")
LONGEST = 20_000
"""Characters of a statement that is looked through for rewrites while the editor waits."""
DISPLAY_ONLY = "This has to be changed by hand."

Action = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Actions:
    """Makes the actions of one version of a document."""

    session: Session
    view: View

    def at(self, span: Span) -> list[Action]:
        """What can be done about the diagnostics that touch `span`: fixes, the preferred first,
        then those of the whole file, then suppressions."""
        found = self.session.checking.at(self.view, span)
        fixes = [action for one in found for action in self._fixes(one)]
        fixes.sort(key=lambda action: not action.get("isPreferred", False))
        fixes = [*self._parameterised(found), *fixes, *self._by_model(found)]
        by_code = {one.code: one for one in reversed(found)}
        return [*fixes, *self._whole_file(by_code), *self._ignored(by_code)]

    def rewrites(self, offset: int, wanted: Callable[[str], bool]) -> list[Action]:
        """Faster forms of the query at `offset` that need no trial to be known as equal, and the
        search for others. `wanted` tells whether the client takes a kind of action."""
        snapshot = self.view.snapshot
        part = snapshot.script.at(offset)
        if part.kind not in QUERIES or not self.session.editor.can("workspace.apply_edit"):
            return []
        actions = []
        if wanted(f"{REWRITE}.") or wanted(REWRITE):
            actions = [each for one in self._proved(part) for each in self._rewrite(part, *one)]
        if wanted(OPTIMISE):
            place = {"uri": self.view.document.uri, "position": self._convert.position(offset)}
            command = types.Command(ASK, "sureql.optimize", arguments=[{**place, "ask": True}])
            actions.append({"title": ASK, "kind": OPTIMISE, "command": command})
        return [action for action in actions if wanted(action["kind"])]

    def _proved(self, part: Statement) -> list[tuple[str, Step]]:
        from sureql.ide.diagnostics import context
        from sureql.ide.optimise import single

        snapshot = self.view.snapshot
        if len(part.text) > LONGEST:
            return []
        seen = context.of(part, snapshot.catalog_at(part), snapshot.script.dialect, snapshot.path)
        return single.proved(seen)

    def _rewrite(self, part: Statement, name: str, step: Step) -> Iterator[Action]:
        from sureql.text.edits import moved

        editor = self.session.editor
        edits = self._convert.edits(moved(step.edits, part.start))
        if edits is None:
            return
        edit = editor.annotated_edit(
            self.view.document,
            edits,
            "sureql.rewrite",
            step.title,
            step.precondition or "Returns the same rows for any data.",
        )
        yield {"title": step.title, "kind": f"{REWRITE}.{name.replace('_', '-')}", "edit": edit}

    def expansions(self, offset: int) -> list[Action]:
        """What `*` at `offset` stands for."""
        from sureql.ide.assists import expand_star

        found = expand_star.at(self.view.snapshot, offset)
        if found is None or (edit := self.edit(found.edits)) is None:
            return []
        return [{"title": found.title, "kind": EXPAND_STAR, "edit": edit}]

    def fix_all(self, edits: Sequence[TextEdit]) -> list[Action]:
        """The action that applies all safe fixes."""
        return [{"title": "Fix all safe problems", "kind": FIX_ALL, "edit": self.possible(edits)}]

    def edit(self, edits: Sequence[TextEdit]) -> types.WorkspaceEdit | None:
        """Edits by offset as the client takes them; None if they can't be written in the strings of
        a host file."""
        written = self._convert.edits(edits)
        if written is None:
            return None
        return self.session.editor.workspace_edit(self.view.document, written)

    def possible(self, edits: Sequence[TextEdit]) -> types.WorkspaceEdit:
        """The same for edits that do not need one another: those that can be written."""
        written = self._convert.possible_edits(edits)
        return self.session.editor.workspace_edit(self.view.document, written)

    @property
    def _convert(self) -> to_proto.Converter:
        return to_proto.Converter(self.view.document, self.session.editor.encoding)

    def _fixes(self, one: Diagnostic) -> Iterator[Action]:
        can_disable = self.session.editor.can("text_document.code_action.disabled_support")
        for fix in one.fixes:
            action = self._action(fix.title, [one])
            if fix.applicability != "display-only":
                if (edit := self.edit(fix.edits)) is not None:
                    yield {**action, **_preferred(fix), "edit": edit}
            elif can_disable:
                yield {**action, "disabled": {"reason": DISPLAY_ONLY}}

    def _parameterised(self, found: Sequence[Diagnostic]) -> Iterator[Action]:
        """Spliced values as parameters: the program around the SQL changes, too."""
        from sureql.hosts.projected import Projected
        from sureql.ide.spliced import findings, parameters

        document, dialect = self.view.document, self.view.snapshot.script.dialect
        built = [one for one in found if one.code == findings.CODE]
        if not built or not isinstance(document, Projected):
            return
        change = parameters.at(document.embedding, dialect, built[0].span)
        if change is not None:
            host = to_proto.Converter(document.host, self.session.editor.encoding)
            edit = self.session.editor.workspace_edit(document, host.edits(change.edits) or [])
            yield {**self._action(change.title, built[:1]), "isPreferred": True, "edit": edit}

    def _by_model(self, found: Sequence[Diagnostic]) -> Iterator[Action]:
        # It is asked when the action is chosen: who wants edits at once gets none.
        if not self.session.editor.resolves_edits:
            return
        one = mending.unfixed(self.session, self.view, found)
        if one is not None:
            action = self._action(mending.TITLE, [one])
            yield {**action, "data": mending.data(self.view, one)}

    def _whole_file(self, by_code: dict[str, Diagnostic]) -> Iterator[Action]:
        if not any(_safe(one) for one in by_code.values()):
            return
        everywhere = self.session.checking.all(self.view)
        for code, one in by_code.items():
            same = [each for each in everywhere if each.code == code and _safe(each)]
            if _safe(one) and len(same) > 1:
                data = {"uri": self.view.document.uri, "code": code}
                action = self._action(f"Fix all `{code}` in this file", same[:1])
                yield {**action, "data": {**data, "version": self.view.document.version}}

    def _ignored(self, by_code: dict[str, Diagnostic]) -> Iterator[Action]:
        from sureql.ide.diagnostics import suppressions

        parsed = self.view.snapshot.script
        for code, one in by_code.items():
            if code == suppressions.UNUSED:
                continue
            here = suppressions.ignore_here(parsed, one.span.start, code)
            everywhere = suppressions.ignore_in_file(parsed, code)
            for where, edits in (("on this line", here), ("in this file", everywhere)):
                if (edit := self.edit([edits])) is not None:
                    action = self._action(f"Ignore `{code}` {where}", [one])
                    yield {**action, "edit": edit}

    def _action(self, title: str, found: Sequence[Diagnostic]) -> Action:
        can = self.session.editor.diagnostic_support(pulled=True)
        return {
            "title": title,
            "kind": QUICK_FIX,
            "diagnostics": [self._convert.diagnostic(one, can) for one in found],
        }


def _safe(one: Diagnostic) -> bool:
    return any(fix.applicability == "safe" for fix in one.fixes)


def _preferred(fix: Fix) -> dict[str, bool]:
    return {"isPreferred": True} if fix.preferred else {}
