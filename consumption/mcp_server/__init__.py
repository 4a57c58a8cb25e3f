"""The MCP server: the same reads for an AI agent, over stdio or HTTP."""
