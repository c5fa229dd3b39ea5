"""The forms in which `sureql check` prints what it found: one module per `--format`."""
