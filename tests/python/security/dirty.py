"""What the simulator does not send: broken records with personal data in the wrong places."""

import json

from simulator.config import Paths
from tests.python.security.world import World

PLANTED = "Wanjiku Planted wanjiku.planted@example.co.ke 2547990001112"  # stands where a phone number belongs


def soil(world: World) -> None:
    """A message whose number is no number, and a file that breaks off right behind one."""
    first, *_, last = sorted((Paths(world.sources).mpesa / "stk").rglob("*.jsonl"))
    lines = first.read_text().splitlines()
    record = json.loads(next(line for line in lines if "PhoneNumber" in line))
    record["Body"]["stkCallback"]["CheckoutRequestID"] += "9"
    record["Body"]["stkCallback"]["MerchantRequestID"] += "9"
    for item in record["Body"]["stkCallback"]["CallbackMetadata"]["Item"]:
        item.update({"Value": PLANTED} if item["Name"] == "PhoneNumber" else {})
    first.write_text("\n".join([*lines, json.dumps(record)]) + "\n")
    last.write_text(last.read_text() + json.dumps(record).partition("0001112")[0] + "0001112")
