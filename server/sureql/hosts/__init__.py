"""SQL inside files of other languages: where it stands, what it says, and how places and edits map."""
