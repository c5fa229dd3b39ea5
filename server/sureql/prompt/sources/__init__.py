"""What may be told about a place, one module per source.

A source has `DEADLINE`, the seconds it may take, and

    async def parts(place: Place, here: Here) -> tuple[Piece, ...]

Whatever it raises, and whatever comes too late, costs only its own pieces. A piece is text that may
stand in SQL, in front of the document: whole statements, or comment lines. Words of others in it
(comments, names, code) are harmless text: `prompt.plain.line` takes line ends and control
characters out and shortens. A source leaves out what `here.hides(text)` says is hidden.
`prompt.gather.ORDER` says which sources there are and in which order they stand: what changes
rarely first.
"""
