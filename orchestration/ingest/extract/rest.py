"""JSON APIs with cursor paging: each endpoint and window is fetched once and spooled, then read as text columns."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import httpx
import polars as pl
from httpx_retries import Retry, RetryTransport

from orchestration.errors import GateError, GhalaError, UnavailableError
from orchestration.ingest.drift import check_columns, check_json_types
from orchestration.ingest.extract.batch import BATCH_ROWS, Batch, connection_setting
from orchestration.ingest.extract.pages import Page, pages
from orchestration.ingest.extract.spool import Spool, spool
from orchestration.ingest.model import Column, Contract
from orchestration.ingest.plan import Window

PAGE_SIZE = 2_000  # records; about 1 MB of JSON for orders with their lines
# Pages after the first are repeated here, with waits of about 0.5, 1 and 2 s. Whatever fails beyond that, and a first
# page, is left to landing (retry.py), which waits longer: the two never multiply for a server that is down.
RETRY = Retry(total=3, backoff_factor=0.5, max_backoff_wait=30, status_forcelist=[408, 429, 500, 502, 503, 504])
ONCE = Retry(total=0)
TIMEOUT = httpx.Timeout(30.0, connect=5.0)
UNAUTHORISED = (401, 403)
PASSING = (408, 429)
SERVER_ERROR = 500


class Api:
    """One API and what was fetched from it in this run. To be used with `with`."""

    def __init__(self, name: str, contract_file: Path, scratch: Path) -> None:
        self._name, self._scratch = name, scratch / name
        self._url = connection_setting(name, "URL", contract_file).rstrip("/")
        token = connection_setting(name, "TOKEN", contract_file)
        self._client = httpx.Client(
            base_url=self._url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            transport=RetryTransport(),
            timeout=TIMEOUT,
        )
        self._spools: dict[tuple[str, Window], Spool] = {}
        self._scratch.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Api":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        for spooled in self._spools.values():
            spooled.file.unlink(missing_ok=True)

    def fetch(self, contract: Contract, window: Window) -> Iterator[Batch]:
        """The records of a window as text columns, or the elements of their nested list with the parents' columns."""
        path = contract.extraction.path or "/"
        origin = self._url + path
        spooled = self._spooled(contract, path, window)
        seen = _columns_seen(contract, spooled)
        if spooled.records:
            check_columns(contract, list(seen), origin)
            check_json_types(contract, seen, origin)
        names = [column.source_name for column in contract.columns]
        rows = 0
        if spooled.records:
            for frame in _lazy(contract, spooled).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
                rows += frame.height
                yield Batch(origin, frame)
        if not rows:
            yield Batch(origin, pl.DataFrame(schema=dict.fromkeys(names, pl.String)))

    def sample(self, contract: Contract, window: Window) -> pl.DataFrame:
        """The records of a window with all the columns they have, as text; lists are left out."""
        spooled = self._spooled(contract, contract.extraction.path or "/", window)
        seen = {name: kinds for name, kinds in _columns_seen(contract, spooled).items() if "list" not in kinds}
        columns = tuple(Column(name, name, "VARCHAR", "") for name in seen)
        return _lazy(replace(contract, columns=columns), spooled).collect() if spooled.records else pl.DataFrame()

    def _spooled(self, contract: Contract, path: str, window: Window) -> Spool:
        if (path, window) not in self._spools:
            self._forget(path, window)
            size = contract.extraction.page_size or PAGE_SIZE
            file = self._scratch / f"{quote(path.strip('/').replace('/', '_'), safe='')}.jsonl"
            self._spools[path, window] = spool(self._pages(path, window, size), file, self._url + path)
        return self._spools[path, window]

    def _forget(self, path: str, window: Window) -> None:
        """Earlier windows of the same path: partitions come day by day, so nobody asks for them again."""
        for key in [key for key in self._spools if key[0] == path and key[1] != window]:
            self._spools.pop(key).file.unlink(missing_ok=True)

    def _pages(self, path: str, window: Window, size: int) -> Iterator[Page]:
        params = {"updated_before": window.upper.isoformat(), "limit": str(size)}
        if window.lower is not None:
            params["updated_since"] = window.lower.isoformat()
        return pages(lambda cursor: self._get(path, params | ({"cursor": cursor} if cursor else {})), self._url + path)

    def _get(self, path: str, params: dict[str, str]) -> bytes:
        try:
            retry = RETRY if "cursor" in params else ONCE
            response = self._client.get(path, params=params, extensions={"retry": retry})
        except httpx.HTTPError as error:
            raise UnavailableError(
                f"the API '{self._name}' does not answer: {error or type(error).__name__}",
                self._url + path,
                "start it (`python -m simulator start` for the simulated one), then run again; the previous data stay",
                is_whole=isinstance(error, httpx.ConnectError | httpx.ConnectTimeout),
            ) from error
        if response.status_code in UNAUTHORISED:
            raise GhalaError(
                f"the API '{self._name}' refuses the token (HTTP {response.status_code})",
                self._url + path,
                f"correct GHALA_{self._name.upper()}_TOKEN, then run again; the previous data stay",
            )
        what = f"the API '{self._name}' answers HTTP {response.status_code}"
        next_step = "ask its owner, then run again; the previous data stay"
        if response.status_code in PASSING or response.status_code >= SERVER_ERROR:
            asked = _seconds(response.headers.get("Retry-After"))
            raise UnavailableError(what, str(response.url), next_step, retry_after=asked)
        if response.is_error:
            raise GhalaError(what, str(response.url), next_step)
        return response.content


def _seconds(text: str | None) -> float | None:
    """Retry-After, as seconds or as a date; None where it says neither."""
    try:
        return None if text is None else max(RETRY.parse_retry_after(text), 0.0)
    except ValueError:
        return None


def _columns_seen(contract: Contract, spooled: Spool) -> dict[str, set[str]]:
    """The columns this contract answers for, with the kinds of JSON values that came."""
    how = contract.extraction
    if how.nested is None:
        return spooled.kinds
    nested = spooled.nested.get(how.nested)
    if nested is None and spooled.records and how.nested not in spooled.kinds:
        raise GateError(
            f"{contract.key} is not landed: the records have no list '{how.nested}'",
            contract.extraction.path or "",
            f"the previous data stay; ask {contract.owner} ({contract.channel}), or change {contract.file}",
            gate="schema",
        )
    parents = {name: spooled.kinds[name] for name in how.parents if name in spooled.kinds}
    # An empty list in every record says nothing about its columns.
    inner = nested or {c.source_name: set[str]() for c in contract.columns if c.source_name not in how.parents}
    return inner | parents


def _lazy(contract: Contract, spooled: Spool) -> pl.LazyFrame:
    names = [column.source_name for column in contract.columns]
    nested = contract.extraction.nested
    if nested is None:
        return pl.scan_ndjson(spooled.file, schema=dict.fromkeys(names, pl.String))
    parents = [name for name in names if name in contract.extraction.parents]
    inner = [name for name in names if name not in parents]
    schema: dict[str, pl.DataType] = {name: pl.String() for name in parents}
    schema[nested] = pl.List(pl.Struct(dict.fromkeys(inner, pl.String())))
    records = pl.scan_ndjson(spooled.file, schema=schema).filter(pl.col(nested).list.len() > 0)
    return records.explode(nested).unnest(nested).select(names)
