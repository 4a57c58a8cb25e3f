"""The variables through which a reader finds this world."""

from __future__ import annotations

from datetime import date
from typing import Any

from simulator.config import Paths
from simulator.servers import daemon, postgres


def variables(paths: Paths, servers: dict[str, Any], first: date) -> dict[str, str]:
    """Addresses, secrets and folders, by name; `servers` as in servers.json."""
    return {
        "GHALA_ERP_DSN": postgres.dsn(postgres.READER, servers["reader_password"], servers["erp_port"]),
        "GHALA_COMMERCE_URL": f"http://{daemon.HOST}:{servers['api_port']}",
        "GHALA_COMMERCE_TOKEN": servers["token"],
        "GHALA_WMS_DIR": str(paths.wms.resolve()),
        "GHALA_MPESA_DIR": str(paths.mpesa.resolve()),
        "GHALA_WEB_DIR": str(paths.web.resolve()),
        "GHALA_SUPPLIER_FEED_DIR": str(paths.supplier_feed.resolve()),
        "GHALA_FORECASTS_DIR": str(paths.forecasts.resolve()),
        "GHALA_START_DATE": first.isoformat(),
    }
