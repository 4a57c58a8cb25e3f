"""A contract inferred from a file nobody has described: types without loss, and the file lands under it as it is."""

import gzip
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration.ingest.model import NumberForm
from tests.python.ingest.inferred import drop, landed, lines, made, types

HEADER = "Order No;Customer Name;E-Mail;Phone;Amount;Qty;Ordered;Shipped At;Paid;Big Id;Huge;Weight;Remark"
HUGE = "12345678901234567890123456789.123456789"
ALPHA = "\U0001d6fc"  # four bytes in UTF-8
QUOTED = f'"{ALPHA} ""x"""'
NASTY = f"""{HEADER}
0001;Asha Otieno;asha@example.org;+254 712 345678; $43.23 ;1,200;13/02/2026;2026-03-10 08:00;true;9007199254740993;{HUGE};1.50;{QUOTED}
0002;Juma Ali;juma@example.org;0712 345679; $1,043.50 ;2;14/02/2026;;false;9007199254740994;1.5;n/a;
0003;Zoë K;zoe@example.org;+254 712 345670;($3.00);3;15/02/2026;2026-03-10 09:30:01;TRUE;9007199254740995;0;2.75;y
"""  # noqa: E501


def test_a_nasty_file_lands_at_once_and_exactly(tmp_path: Path) -> None:
    contract, done = made(tmp_path, drop(tmp_path, NASTY))
    assert types(contract) == {
        "order_no": "VARCHAR", "customer_name_hmac": "VARCHAR", "e_mail_hmac": "VARCHAR", "phone_hmac": "VARCHAR",
        "amount": "DECIMAL(18,2)", "qty": "BIGINT", "ordered": "DATE", "shipped_at": "TIMESTAMP", "paid": "BOOLEAN",
        "big_id": "BIGINT", "huge": "DECIMAL(38,9)", "weight": "DECIMAL(18,2)", "remark": "VARCHAR",
    }  # fmt: skip
    assert contract.primary_key == ("order_no",)
    assert contract.extraction.path == "orders_{date:%Y%m%d}.csv"
    assert contract.extraction.delimiter == (";",)
    assert [c.normalise for c in contract.columns if c.secret] == [None, "email", "msisdn"]
    assert {c.classification for c in contract.columns if c.secret} == {"restricted"}
    assert (done.rows, done.good) == (3, 3)
    rows = landed(tmp_path, contract)
    plain = [column.name for column in contract.columns if not column.secret]
    assert rows.select(plain).row(0) == (
        "0001", Decimal("43.23"), 1200, date(2026, 2, 13), datetime(2026, 3, 10, 8), True, 9007199254740993,
        Decimal(HUGE), Decimal("1.50"), f'{ALPHA} "x"',
    )  # fmt: skip
    assert rows["amount"].to_list() == [Decimal("43.23"), Decimal("1043.50"), Decimal("-3.00")]
    assert rows["weight"].to_list() == [Decimal("1.50"), None, Decimal("2.75")]
    text = done.file.read_text()
    for secret in ("Asha", "asha@example.org", "345678"):
        assert secret not in text + repr(done), "a contract does not repeat personal data"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("packed", [False, True])
def test_any_encoding_end_of_line_and_packing_lands(tmp_path: Path, end: str, codec: str, packed: bool) -> None:
    content = lines("id|name of it|note", "01|Zoë|€ “a”", "02|K|b, c; d", "03|L|").replace("\n", end).encode(codec)
    name = "items_2026-03-10.csv" + (".gz" if packed else "")
    contract, _ = made(tmp_path, drop(tmp_path, gzip.compress(content) if packed else content, name))
    assert contract.extraction.path == name.replace("2026-03-10", "{date:%Y-%m-%d}")
    rows = [("01", "Zoë", "€ “a”"), ("02", "K", "b, c; d"), ("03", "L", None)]
    assert landed(tmp_path, contract).rows() == rows


@pytest.mark.parametrize(
    ("name", "values", "type_", "form"),
    [
        ("v", ["1", "-2", "+3"], "BIGINT", None),
        ("v", ["007", "8", "9"], "VARCHAR", None),
        ("v", ["9223372036854775808", "1", "2"], "DECIMAL(38,0)", None),
        ("v", ["9" * 38, "1", "2"], "DECIMAL(38,0)", None),
        ("v", ["9" * 39, "1", "2"], "VARCHAR", None),
        ("v", ["0.1", "1.25", "2"], "DECIMAL(18,2)", None),
        ("price", ["1.5", "2.5", "3"], "DECIMAL(18,2)", None),
        ("v", ["0." + "1" * 38, "0.5", "1"], "VARCHAR", None),
        ("v", ["1e3", "2.5E-4", "3"], "DOUBLE", None),
        ("v", ["1234567890123456e3", "2.5E-4", "3"], "VARCHAR", None),
        ("v", ["NaN", "1.5", "2.5"], "DECIMAL(18,1)", None),
        ("v", ["inf", "-inf", "2.5"], "VARCHAR", None),
        ("v", ["1.234,50", "2,5", "3"], "DECIMAL(18,2)", NumberForm(".", ",")),
        ("v", ["1,234,567", "2", "3"], "BIGINT", NumberForm(",", ".")),
        ("v", ["1 234,5", "2", "3"], "DECIMAL(18,1)", NumberForm(" ", ",")),
        ("v", ["12,34,567", "2", "3"], "VARCHAR", None),
        ("v", ["$5", "€6", "7"], "VARCHAR", None),
        ("v", ["KES 5", "KES 1,000.5", "KES 7"], "DECIMAL(18,2)", NumberForm(",", ".", ("KES",))),
        ("v", ["true", "FALSE", "t"], "BOOLEAN", None),
        ("v", ["0", "1", "0"], "BIGINT", None),
        ("v", ["yes", "no", "no"], "VARCHAR", None),
        ("v", ["2026-02-28", "2024-02-29", "1999-12-31"], "DATE", None),
        ("v", ["2026-02-30", "2024-02-29", "1999-12-31"], "VARCHAR", None),
        ("v", ["2026-03-10T23:00:00+03:00", "2026-03-10T08:00:00Z", "2026-03-10T08:00:00.5Z"], "TIMESTAMP", None),
        ("v", ["31/12/2025", "01/02/2026", "02/02/2026"], "DATE", None),
        ("v", ["12/31/2025", "01/02/2026", "02/02/2026"], "DATE", None),
        ("v", ["3-Mar-2026", "10-Apr-2026", "11-Dec-2025"], "DATE", None),
        ("v", ["12/31/25 01:05 PM", "1/2/26 12:00 AM", "1/3/26 11:59 PM"], "TIMESTAMP", None),
        ("order_date", ["20260310", "20260311", "20260312"], "DATE", None),
        ("v", ["20260310", "20260311", "20260312"], "BIGINT", None),
        ("v", ["20260310", "", "x"], "VARCHAR", None),
        ("ean", ["5012345678900", "5012345678901", "5012345678902"], "VARCHAR", None),
        ("v", ["13085.0", "13086.0", ""], "DECIMAL(18,0)", None),
        ("v", ["10:30", "11:45", "12:00"], "VARCHAR", None),
        ("v", ["12.5%", "1%", "3%"], "VARCHAR", None),
    ],
)  # fmt: skip
def test_the_narrowest_type_without_loss(
    tmp_path: Path, name: str, values: list[str], type_: str, form: NumberForm | None
) -> None:
    rows = [f'row{n}|"{value}"' for n, value in enumerate(values)]
    contract, _ = made(tmp_path, drop(tmp_path, lines(f"id|{name}", *rows)))
    assert types(contract)[name] == type_
    assert contract.columns[1].number == form
    assert landed(tmp_path, contract).height == len(values)


def test_day_first_or_month_first_is_named_as_doubtful(tmp_path: Path) -> None:
    _, done = made(tmp_path, drop(tmp_path, lines("id,on", "a,01/02/2026", "b,03/04/2026")))
    assert any(column == "on" and "day and month" in doubt for column, doubt in done.doubts)
    assert "# DOUBT on: day and month" in done.file.read_text()


@pytest.mark.parametrize(
    ("name", "values", "is_secret"),
    [
        ("customer", ["Asha Otieno", "Juma Ali", "Zoë K"], True),
        ("customer", ["C0001", "C0002", "C0003"], False),
        ("customer", ["Asha Ltd", "Juma Ali", "Zoë K"], False),
        ("product_name", ["Green Tea", "Black Tea", "Red Tea"], False),
        ("email_sent_at", ["2026-03-10", "2026-03-11", "2026-03-12"], False),
        ("contact", ["a@b.org", "c@d.org", "e@f.org"], True),
        ("v", ["+254 712 345678", "+254 712 345679", "0712 345670"], True),
        ("ssn", ["123-45-6789", "123-45-6780", "123-45-6781"], True),
        ("v", ["123-45-6789", "123-45-6780", "123-45-6781"], True),
        ("phone_model", ["X1", "X2", "X3"], False),
    ],
)
def test_personal_data_are_found_by_name_and_by_pattern(
    tmp_path: Path, name: str, values: list[str], is_secret: bool
) -> None:
    rows = [f"row{n}|{value}" for n, value in enumerate(values)]
    contract, _ = made(tmp_path, drop(tmp_path, lines(f"id|{name}", *rows)))
    assert [column.secret for column in contract.columns] == [False, is_secret]
    assert contract.columns[1].name == (f"{name}_hmac" if is_secret else name)


def test_few_values_that_do_not_fit_are_named_and_many_make_text(tmp_path: Path) -> None:
    rows = [f"{n},{n}.5,{n}.5" for n in range(1000)]
    rows[5], rows[6] = "5,free,free", "6,6.5,free"
    some = [row if n % 20 else f"{n},{n}.5,free" for n, row in enumerate(rows)]
    some[5] = "5,free,1.5"
    contract, done = made(tmp_path, drop(tmp_path, lines("id,few,many", *some)))
    assert (types(contract)["few"], types(contract)["many"]) == ("DECIMAL(18,2)", "VARCHAR") or (
        types(contract)["few"],
        types(contract)["many"],
    ) == ("DECIMAL(18,1)", "VARCHAR")
    assert dict(done.doubts)["few"].startswith("1 values are no DECIMAL")
    assert "'free'" in dict(done.doubts)["many"]
    assert (done.rows, done.good) == (1000, 999)


def test_keys_missing_values_and_lists_of_values(tmp_path: Path) -> None:
    rows = [f"O{n // 2},{n % 2},{'ab'[n % 2]},{'' if n % 4 else 'x'},{n % 7}" for n in range(100)]
    contract, done = made(tmp_path, drop(tmp_path, lines("order_no,line_no,state,note,qty", *rows)))
    assert contract.primary_key == ("order_no", "line_no")
    assert [column.name for column in contract.columns if column.required] == ["order_no", "line_no", "state", "qty"]
    assert next((rule.column, rule.valid_values) for rule in contract.quality) == ("state", ("a", "b"))
    assert "Missing in 75.0 % of the rows." in done.file.read_text()


def test_rows_without_a_key_are_known_by_file_and_position(tmp_path: Path) -> None:
    contract, done = made(tmp_path, drop(tmp_path, lines("city,qty", "Thika,1", "Thika,1", "Voi,2")))
    assert contract.primary_key == ("source_file", "row_no")
    assert any("tell its rows apart" in doubt for _, doubt in done.doubts)
    assert landed(tmp_path, contract).height == 3


def test_names_of_columns_become_plain_and_stay_apart(tmp_path: Path) -> None:
    header = "Größe (cm),grosse cm,2nd,select,Grosse CM,CustomerID"
    contract, _ = made(tmp_path, drop(tmp_path, lines(header, "1,2,3,4,5,6", "2,3,4,5,6,7")))
    assert list(types(contract)) == ["grosse_cm", "grosse_cm_2", "c_2nd", "select", "grosse_cm_3", "customer_id"]
    assert landed(tmp_path, contract).height == 2


CELLS = st.one_of(
    st.sampled_from(["", "n/a", " 1", "007", "1,234", "1.234,5", "$5", "(3)", "NaN", "2026-03-10", "31/12/2025", "é",
                     "true", "1e5", "-", "9" * 39, "10/11/12 10:00", ALPHA, '"', ",", ";", "a@b.org", "\t", "'"]),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8),
)  # fmt: skip
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=8))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLES)
@example([("1,234",), ("1.5",)])
def test_whatever_the_cells_are_the_file_lands_as_it_was_read(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    names: Mapping[str, list[str]] = {f"column{n}": [row[n] for row in table] for n in range(len(table[0]))}
    frame = pl.DataFrame({"id": [f"r{n}" for n in range(len(table))], **names})
    contract, done = made(folder, drop(folder, frame.write_csv(quote_style="always")))
    rows = landed(folder, contract)
    assert rows.height == done.good == len(table)
    for column in contract.columns:
        if column.type == "VARCHAR" and not column.secret:
            assert [v or "" for v in rows[column.name].to_list()] == frame[column.source_name].to_list()
