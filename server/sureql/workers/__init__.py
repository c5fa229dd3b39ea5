"""The worker process: whole files, schema loading and history, away from the keystroke path.

Python's threads share one lock: work of more than a few milliseconds in the main process would be
felt at every key. The worker may be killed at any moment; the next call starts a new one.
"""
