"""What the name of a column tells: how it is called in bronze, and what kind of thing it holds."""

import re
import unicodedata
from collections.abc import Iterable

MONEY = {"price", "amount", "cost", "total", "fee", "tax", "vat", "salary", "revenue", "balance", "discount", "paid"}
CODES = {
    "ean", "gtin", "upc", "barcode", "zip", "postcode", "postal", "sku", "iban", "account", "isbn", "plu", "serial",
}  # fmt: skip
IDS = {
    "id",
    "no",
    "nr",
    "num",
    "number",
    "code",
    "key",
    "uuid",
    "guid",
    "sku",
    "ref",
    "reference",
    "invoice",
    "receipt",
}
MOMENTS = {"date", "time", "day", "datum", "at", "on", "timestamp", "dt", "dob", "birthday"}
CHANGES = {"updated", "modified", "changed", "change", "update"}
MAIL, PHONE = {"email", "mail"}, {"phone", "msisdn", "mobile", "tel", "telephone", "cell", "cellphone", "fax"}
NATIONAL = {"passport", "nin", "ssn", "huduma", "nhif", "nssf", "nationalid", "idnumber", "iban", "pan"}
PEOPLE = {"customer", "client", "employee", "contact", "driver", "patient", "cardholder", "person", "user", "sender",
          "recipient", "payer", "buyer", "first", "last", "full", "given", "middle", "family", "maiden"}  # fmt: skip
PERSONAL_NAMES = {"surname", "firstname", "lastname", "fullname", "forename"}
# Alone such a word may be a number or a company, too: the values tell.
PERSONS = {"name", "customer", "client", "employee", "contact", "driver", "patient", "recipient", "cashier", "buyer"}
PERSONAL = {"dob", "birthday", "birthdate", "birth", "address", "street", "gender", "salary"}


def bronze_names(sources: Iterable[str]) -> list[str]:
    """A name in snake case for each source name, all different: `Customer ID` is customer_id."""
    taken: dict[str, int] = {}
    names = []
    for source in sources:
        name = snake(source)
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{name}_{taken[name]}")
        taken.setdefault(names[-1], 1)
    return names


def snake(text: str) -> str:
    """Letters, digits and underscores; never empty and never with a digit first."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain)
    name = re.sub(r"[^A-Za-z0-9]+", "_", parted).strip("_").lower()
    return name if name and not name[0].isdigit() else f"c_{name}" if name else "unnamed"


def words(name: str) -> set[str]:
    """The words of a bronze name."""
    return set(name.split("_"))


def personal(name: str) -> str | None:
    """The kind of personal data a name promises: email, phone, national id, name; other: personal, not identifying."""
    parts = words(name)
    if parts & MAIL:
        return "email"
    if parts & PHONE and not parts & {"model", "type", "brand", "category"}:
        return "phone"
    if parts & NATIONAL or {"national", "id"} <= parts or {"id", "number"} <= parts or {"tax", "pin"} <= parts:
        return "national id"
    if {"kra", "pin"} <= parts or {"card", "number"} <= parts:
        return "national id"
    if parts & PERSONAL_NAMES or ("name" in parts and parts & PEOPLE):
        return "name"
    return "other" if parts & PERSONAL else None
