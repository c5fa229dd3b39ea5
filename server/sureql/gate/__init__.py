"""The one function through which everything passes that proposes SQL."""
