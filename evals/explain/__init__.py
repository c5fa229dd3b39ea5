"""Do explanations say what the statement says? Facts are taken from the tree a second time, by code of
their own, and compared with the facts and the texts of the explanation."""
