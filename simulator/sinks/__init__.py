"""Where a simulated day goes: PostgreSQL, the files behind the HTTP API, and folders of files."""
