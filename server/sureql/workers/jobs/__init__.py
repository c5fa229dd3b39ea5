"""What the worker can do: one module per job with a `Request` and `run(request, context)`."""
