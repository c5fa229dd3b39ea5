"""Editor features, one file each, over a Snapshot. Knows offsets, not LSP."""
