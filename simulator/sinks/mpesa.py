"""What the phone network sends: logs of the gateway (JSON lines, by UTC day) and statements (CSV, by business day)."""

from __future__ import annotations

from datetime import date

import numpy as np

from simulator.clock import DAY, date_of, iso_milliseconds, local, local_digits, start_of
from simulator.engine.attempts import RESULTS, SUCCESS
from simulator.engine.output import DayOutput
from simulator.engine.payments import AT_TILL, PAYBILL, REVERSAL, SERIALS, STK, STRAY
from simulator.frames import Array, Frame, mix, take
from simulator.masters import words
from simulator.masters.text import full_names
from simulator.masters.world import STORE_ROOM, World

SHORT_CODE, FIRST_TILL = 400_200, 600_001
DIGITS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)
KINDS = {STK: "Pay Bill Online", AT_TILL: "Buy Goods", REVERSAL: "Reversal", STRAY: "Pay Bill"}
C2B = (
    '{"TransactionType":"%s","TransID":"%s","TransTime":"%s","TransAmount":"%d.%02d","BusinessShortCode":"%d",'
    '"BillRefNumber":"%s","InvoiceNumber":"","OrgAccountBalance":"%d.%02d","ThirdPartyTransID":"","MSISDN":"%d",'
    '"FirstName":"%s","MiddleName":"","LastName":"%s","ReceivedAt":"%s"}\n'
)
REVERSED = (
    '{"TransactionID":"%s","OriginalTransactionID":"%s","TransAmount":"%d.%02d","TransTime":"%s",'
    '"BusinessShortCode":"%d","Reason":"%s","ResultCode":0,"MSISDN":"%d","ReceivedAt":"%s"}\n'
)
ANSWER = (
    '{"Body":{"stkCallback":{"MerchantRequestID":"%s","CheckoutRequestID":"%s","ResultCode":%d,"ResultDesc":"%s"%s}},'
    '"ReceivedAt":"%s"}\n'
)
METADATA = (
    ',"CallbackMetadata":{"Item":[{"Name":"Amount","Value":%d.%02d},{"Name":"MpesaReceiptNumber","Value":"%s"},'
    '{"Name":"TransactionDate","Value":%s},{"Name":"PhoneNumber","Value":%d}]}'
)
HEADER = (
    "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Fee,Balance,Reason Type,Linked Receipt,"
    "A/C No.,Short Code,Other Party\n"
)
STATEMENT = "%s,%s,%s,Completed,%s,%s,%d.%02d,%d.%02d,%s,%s,%s,%d,%s\n"


def receipt_numbers(receipts: Array) -> list[str]:
    """Ten characters: year, month and day in Nairobi as one character each, and seven of the serial; '' for -1."""
    days, serial = np.divmod(np.maximum(receipts, 0), SERIALS)
    digits = np.empty((len(receipts), 7), np.uint8)
    for place in range(6, -1, -1):
        serial, rest = np.divmod(serial, 36)
        digits[:, place] = DIGITS[rest]
    tails = np.ascontiguousarray(digits).view("S7").ravel().astype("U7").tolist() if len(receipts) else []
    heads = {}
    for day in np.unique(days).tolist():
        when = np.datetime64(day, "D").astype(date)
        letters = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(when.year - 2006) % 26], "ABCDEFGHIJKL"[when.month - 1])
        heads[day] = "".join(letters) + "123456789ABCDEFGHIJKLMNOPQRSTUV"[when.day - 1]
    known = (receipts >= 0).tolist()
    return [heads[d] + t if k else "" for d, t, k in zip(days.tolist(), tails, known, strict=True)]


def checkout_ids(attempts: Frame) -> list[str]:
    """The provider's number of a request: when it was sent, and ten digits that no other request has."""
    key = (attempts["order"] * 8 + attempts["n"]) * 3_334_214_471 % 10**10
    return [
        f"ws_CO_{t[6:8]}{t[4:6]}{t[:4]}{t[8:]}{n:010d}"
        for t, n in zip(local_digits(attempts["requested"]), key.tolist(), strict=True)
    ]


def merchant_ids(attempts: Frame) -> list[str]:
    """The gateway's number of a request."""
    draw = mix(11, attempts["order"], attempts["n"]).tolist()
    return [f"{n % 90_000 + 10_000}-{(n >> 20) % 90_000_000 + 10_000_000}-{n % 3 + 1}" for n in draw]


def _cents(amount: Array) -> tuple[list[int], list[int]]:
    whole, cents = np.divmod(amount, 100)
    return whole.tolist(), cents.tolist()


def _short_codes(moves: Frame) -> list[int]:
    codes: list[int] = np.where(moves["account"] == PAYBILL, SHORT_CODE, FIRST_TILL - 1 + moves["account"]).tolist()
    return codes


def _mistyped(order: int, how: int) -> str:
    """What somebody types instead of ORDnnnnnnnnn; never the number of an order."""
    right = f"ORD{order:09d}"
    return (right[:-1], right.replace("RD", "DR"), right.replace("0", "O", 1), str(order), "SHOP", f"0RD{order:09d}")[
        how
    ]


def _references(moves: Frame) -> list[str]:
    """The account of a payment, or the reason of a reversal."""
    return [
        _mistyped(order, ret) if path == STRAY else (f"RET{ret:08d}" if ret else f"ORD{order:09d}")
        for path, order, ret in zip(moves["path"].tolist(), moves["order"].tolist(), moves["ret"].tolist(), strict=True)
    ]


def _payers(world: World, moves: Frame) -> tuple[list[str], list[str]]:
    """(first names, last names): of the customer, else made up for the phone."""
    seed = world.config.seed
    named = full_names(seed, np.maximum(moves["customer"], 0))
    draw = mix(seed, moves["msisdn"], 73).tolist()
    rows = [
        name if known >= 0 else (words.FIRST_NAMES[n % 32], words.LAST_NAMES[(n >> 8) % 24])
        for name, known, n in zip(named, moves["customer"].tolist(), draw, strict=True)
    ]
    return [row[0] for row in rows], [row[1] for row in rows]


def _received(moves: Frame, end: int) -> list[str]:
    wait = 700_000 + moves["receipt"] % 3_000_000
    return iso_milliseconds(np.minimum(moves["at"] + wait, end - 1000))


def confirmations(world: World, moves: Frame, end: int) -> bytes:
    """C2B confirmations: payments at tills, and those that people typed into their phone."""
    rows = take(moves, (moves["path"] == AT_TILL) | (moves["path"] == STRAY))
    columns = (
        [KINDS[path] for path in rows["path"].tolist()], receipt_numbers(rows["receipt"]), local_digits(rows["at"]),
        *_cents(rows["amount"]), _short_codes(rows), _references(rows), *_cents(rows["balance"]),
        rows["msisdn"].tolist(), *_payers(world, rows), _received(rows, end),
    )  # fmt: skip
    return "".join([C2B % row for row in zip(*columns, strict=True)]).encode()


def callbacks(attempts: Frame) -> bytes:
    """STK callbacks: one per request; amount, receipt, time and phone only on success, the order never."""
    columns = (*_cents(attempts["amount"]), receipt_numbers(attempts["receipt"]), local_digits(attempts["at"]),
               attempts["msisdn"].tolist())  # fmt: skip
    result = attempts["result"].tolist()
    metadata = [
        METADATA % row if r == SUCCESS else "" for r, row in zip(result, zip(*columns, strict=True), strict=True)
    ]
    answers = (
        merchant_ids(attempts), checkout_ids(attempts), [RESULTS[r][0] for r in result],
        [RESULTS[r][1] for r in result], metadata, iso_milliseconds(attempts["received"]),
    )  # fmt: skip
    return "".join([ANSWER % row for row in zip(*answers, strict=True)]).encode()


def reversals(moves: Frame, end: int) -> bytes:
    """Money given back."""
    rows = take(moves, moves["path"] == REVERSAL)
    columns = (
        receipt_numbers(rows["receipt"]), receipt_numbers(rows["linked"]), *_cents(-rows["amount"]),
        local_digits(rows["at"]), _short_codes(rows), _references(rows), rows["msisdn"].tolist(), _received(rows, end),
    )  # fmt: skip
    return "".join([REVERSED % row for row in zip(*columns, strict=True)]).encode()


def _details(path: int, code: int, reference: str) -> str:
    if path == REVERSAL:
        return f"Reversal for {reference}"
    return f"{KINDS[path]} {code}" if path == AT_TILL else f"{KINDS[path]} {code} Acc. {reference}"


def _statement(rows: Frame) -> str:
    codes, references, path = _short_codes(rows), _references(rows), rows["path"].tolist()
    amounts = [f"{n // 100}.{n % 100:02d}" for n in np.abs(rows["amount"]).tolist()]
    columns = (
        receipt_numbers(rows["receipt"]), local(rows["at"]),
        [_details(p, code, reference) for p, code, reference in zip(path, codes, references, strict=True)],
        ["" if p == REVERSAL else text for p, text in zip(path, amounts, strict=True)],
        [text if p == REVERSAL else "" for p, text in zip(path, amounts, strict=True)],
        *_cents(rows["fee"]), *_cents(rows["balance"]), [KINDS[p] for p in path], receipt_numbers(rows["linked"]),
        references, codes, [f"{n // 10**8}*****{n % 1000:03d}" for n in rows["msisdn"].tolist()],
    )  # fmt: skip
    return "".join([STATEMENT % row for row in zip(*columns, strict=True)])


def statements(world: World, rows: Frame, when: date) -> dict[str, bytes]:
    """One statement per short code, also when nothing moved: {file name: content}."""
    accounts = [PAYBILL, *(np.flatnonzero(world.site_type == STORE_ROOM) + 1).tolist()]
    files = {}
    for account in accounts:
        own = take(rows, rows["account"] == account)
        code = SHORT_CODE if account == PAYBILL else FIRST_TILL - 1 + account
        files[f"statement_{when:%Y%m%d}_{code}.csv"] = (HEADER + _statement(own)).encode()
    return files


def mpesa_files(output: DayOutput, world: World) -> dict[str, dict[str, bytes]]:
    """{kind: {file name: content}}; a log without a line is not written."""
    when, end = date_of(world.config, output.day), start_of(world.config, output.day) + DAY
    moves = output.mpesa.moves
    logs = {
        "c2b": confirmations(world, moves, end), "stk": callbacks(output.mpesa.attempts),
        "reversals": reversals(moves, end),
    }  # fmt: skip
    files = {kind: {f"{kind}_{when:%Y%m%d}.jsonl": log} if log else {} for kind, log in logs.items()}
    return {**files, "statements": statements(world, output.mpesa.statement, when)}
