"""Offsets, lines, encodings and edits. Standard library only.

Inside the server every position is an offset in code points; LSP positions exist only at the edge.
"""
