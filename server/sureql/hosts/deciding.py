"""What of the texts that were found in a host file is SQL, now that everything in the file is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sureql.hosts import finding, growing
from sureql.hosts.finding import Accepts, Find, Sure, Use
from sureql.hosts.model import Region


def regions(
    finds: Sequence[Find], uses: Iterable[Use], accepts: Accepts, host: str
) -> Iterator[Region]:
    """The regions of the file with the text `host`; of those in one another, the outer one."""
    finds, linked = growing.together(finds, host, accepts)
    given: dict[str, set[tuple[str, ...]]] = {}
    for find in finds:
        if find.name:
            given.setdefault(find.name, set()).add(find.scope)
    used: dict[str, list[Use]] = {}
    for use in uses:
        if use.name in given:
            used.setdefault(use.name, []).append(use)
    end = -1
    for find in finds:
        region: Region | None = find.region if find.certain else None
        said, marks = False, ""
        for use in used.get(find.name, ()) if find.name else ():
            if not _means(use, find, given[find.name]):
                continue
            if use.sure is Sure.FORMATS:
                marks = use.marks
            elif use.sure in (Sure.GROWS, Sure.JOINS):
                if use.host.start not in linked and not finding.stands_alone(find, use.sure):
                    region = None
                    break
            elif not said:
                said = True
                region = finding.taken(find, use, accepts) or region
        if region is not None and marks:
            formatted = dict(find.marked).get(marks, region)
            region = formatted._replace(origin=region.origin, callee=region.callee)
        if region is not None and region.host.start > end:
            yield region
            end = region.host.end


def _means(use: Use, find: Find, scopes: set[tuple[str, ...]]) -> bool:
    """Does the use mean the variable of the find? The one of the innermost function around the use."""
    if use.member:
        return True
    around = [one for one in scopes if use.scope[: len(one)] == one]
    return bool(around) and find.scope == max(around, key=len)
