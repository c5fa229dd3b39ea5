"""The command line, as users and other programs call it."""
