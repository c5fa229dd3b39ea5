"""The PostgreSQL judge: an embedded server or one by URL, asked to parse and describe statements."""
