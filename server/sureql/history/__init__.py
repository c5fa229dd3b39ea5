"""Past queries: normalise and rank. Storage is behind a port."""
