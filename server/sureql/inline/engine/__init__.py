"""The embedded engine: clause planners over grammar state, scope, catalog and history.

A planner is a module with `plan(moment) -> Iterable[Plan]`, listed in `planners.PLANNERS`.
"""
