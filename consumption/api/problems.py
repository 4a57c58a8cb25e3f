"""Errors as problem JSON (RFC 9457) that says what, where and what to do next; never a stack trace."""

import logging
from http import HTTPStatus

import duckdb
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from consumption.api.models import Problem
from consumption.read.errors import ReadError, Reason
from consumption.read.explain import unreadable
from orchestration.errors import GhalaError

STATUS = {
    Reason.REFUSED: HTTPStatus.BAD_REQUEST,
    Reason.UNKNOWN: HTTPStatus.NOT_FOUND,
    Reason.TOO_MUCH: HTTPStatus.UNPROCESSABLE_ENTITY,
    Reason.CHANGED: HTTPStatus.CONFLICT,
    Reason.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Reason.BROKEN: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY = {"Retry-After": "5"}  # seconds: most queries are over by then
log = logging.getLogger("ghala.api")


class Unauthorised(Exception):  # noqa: N818  (a state, as HTTP calls it)
    """No key, or a wrong one."""


def handle(app: FastAPI) -> None:
    """Make every error of an application a problem."""

    @app.exception_handler(ReadError)
    def read_error(_: Request, error: ReadError) -> JSONResponse:
        status = STATUS[error.reason]
        return _problem(status, error.what, error.where, error.next_step, RETRY if status == 503 else None)  # noqa: PLR2004

    @app.exception_handler(duckdb.Error)
    def unreadable_file(_: Request, error: duckdb.Error) -> JSONResponse:
        told = unreadable(str(error))
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, told.what, told.where, told.next_step, RETRY)

    @app.exception_handler(GhalaError)
    def ghala_error(_: Request, error: GhalaError) -> JSONResponse:
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, error.what, error.where, error.next_step, RETRY)

    @app.exception_handler(Unauthorised)
    def unauthorised(_: Request, __: Unauthorised) -> JSONResponse:
        return _problem(
            HTTPStatus.UNAUTHORIZED,
            "no key, or a wrong one",
            "the header X-API-Key",
            "send a key that the operator gave you",
            {"WWW-Authenticate": "ApiKey"},
        )

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"])
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, first["msg"], where, "see /openapi.json")

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        return _problem(status, status.phrase, request.url.path, "see /openapi.json", dict(error.headers or {}))

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.error("unforeseen error", exc_info=error)
        return _problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "something failed here",
            request.url.path,
            "tell the operator: the log has it",
        )


def _problem(
    status: HTTPStatus, what: str, where: str, next_step: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    problem = Problem(title=status.phrase, status=status.value, detail=what, where=where, next=next_step)
    return JSONResponse(
        problem.model_dump(), status_code=status.value, headers=headers, media_type="application/problem+json"
    )
