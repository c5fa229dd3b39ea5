"""One rule per module; `equals_null.py` is the rule `equals-null`."""
