"""The processes of the simulated retailer: PostgreSQL and the HTTP API."""
