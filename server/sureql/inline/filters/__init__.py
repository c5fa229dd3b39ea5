"""Text filters: each takes a proposal and its surroundings and trims, passes or drops it.

A filter is a module with `apply(proposal, around) -> str | None`: the text that may go on, None to
drop it. `pipeline.FILTERS` gives the order.
"""
