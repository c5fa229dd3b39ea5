"""One file per method of the protocol, found by name: each defines HANDLER.

What a handler needs of the core is imported when it runs, because `initialize` is answered before
the parser is loaded.
"""
