"""The HTTP API: the same reads for services, described by OpenAPI."""
