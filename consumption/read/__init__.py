"""What agents and services may read of the published version, and how: one layer below the MCP server and the API."""
