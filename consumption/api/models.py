"""What the API answers, for its OpenAPI description."""

from typing import Any

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """An error (RFC 9457): what happened, where, and what to do next."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    where: str
    next: str


class Health(BaseModel):
    """Whether reads are answered, and of what."""

    status: str = Field(description="ok, or stale when a mart's source is late")
    version: str
    data_as_of: str | None
    stale_marts: list[str]


class Column(BaseModel):
    """A column of an answer."""

    name: str
    type: str


class Rows(BaseModel):
    """A page of a mart in the order of its grain."""

    version: str
    data_as_of: str | None
    columns: list[Column]
    rows: list[dict[str, Any]]
    row_count: int
    next: str | None = Field(description="Give it as `after` to get the next page; null at the end.")


class Answer(BaseModel):
    """Rows of a metric."""

    version: str
    data_as_of: str | None
    columns: list[Column]
    rows: list[list[Any]]
    row_count: int
    truncated: bool
    hint: str | None = None


class Described(BaseModel, extra="allow"):
    """What is known of something published."""

    version: str
