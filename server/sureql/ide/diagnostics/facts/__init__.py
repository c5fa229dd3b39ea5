"""What rules look at besides the tree: conditions, levels, links, places. Shared by several rules."""
