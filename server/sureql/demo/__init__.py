"""`sureql demo`: the real server on a bundled sample project, driven through the real protocol."""
