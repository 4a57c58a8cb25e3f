"""What the values of a text column look like: notations of numbers, formats of dates, forms of personal data."""

import re
from collections.abc import Iterator

import polars as pl

from orchestration.ingest.model import NumberForm

NOTHING = ("", "na", "n/a", "nan", "null", "none", "nil", "-", "--", "?", "#n/a", "n.a.")
INTEGER, DECIMAL = r"^[+-]?\d+$", r"^[+-]?(?:\d+\.?\d*|\.\d+)$"
FLOAT = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"
LEADING_ZERO = r"^[+-]?0\d+(?:\.\d+)?$"
EMAIL = r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$"
PHONE = r"^(?:\+\d{1,3}[ -]?|0)\d{2,3}[ -]?\d{3}[ -]?\d{3,4}$|^254[17]\d{8}$"
SOCIAL_SECURITY = r"^\d{3}-\d{2}-\d{4}$"
KENYAN = r"^(?:00)?(?:254)?0?[17]\d{8}$"
MOST = 0.8  # share of the values that must look alike: free text has some addresses in it, too
GLANCE = 100
SHORT, LONG, ROOM = 18, 38, 9  # digits of decimals; before the point at least as many as most amounts have
MARKS = r"\p{Sc}|R\$|KES|KSh|Ksh|KSH|USD|EUR|GBP|TZS|UGX|ZAR|NGN|INR|CHF|Rs\.?|kr|zł"
GROUPED = {",": r"\d{1,3}(?:,\d{3})+", ".": r"\d{1,3}(?:\.\d{3})+", "'": r"\d{1,3}(?:'\d{3})+",
           " ": r"\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+"}  # fmt: skip
MOMENT = re.compile(
    r"(\d{1,4})([-/. ])(\d{1,2}|[A-Za-z]{3})\2(\d{2,4})"
    r"(?:([ T])(\d{1,2}):\d{2}(:\d{2})?(\s?[AaPp][Mm])?)?"
)


def personal_pattern(values: pl.Series) -> str | None:
    """The kind of personal data that most values look like: email, phone or national id."""
    for kind, pattern in (("email", EMAIL), ("phone", PHONE), ("national id", SOCIAL_SECURITY)):
        # A glance first: most columns are not personal.
        if all(_share(some, pattern) >= MOST for some in (values.head(GLANCE), values)):
            return kind
    return None


def are_people(values: pl.Series) -> bool:
    """Whether most are two to four words with capitals, none of them a word of companies."""
    company = values.str.contains(r"(?i)\b(?:ltd|limited|inc|gmbh|llc|co|plc|store|shop|bank|group)\b").any()
    return not company and _share(values, r"^\p{Lu}[\pL.'-]*(?: \p{Lu}[\pL.'-]*){1,3}$") >= MOST


def plausible(kind: str, values: pl.Series) -> bool:
    """Whether values may be what the name of their column says: email_sent_at is no address."""
    needed = {"email": "@", "phone": r"(?:\d.*){7}", "name": r"^\D*\pL\D*$", "national id": r"(?:\d.*){4}"}
    return _share(values, needed[kind]) >= 0.5  # noqa: PLR2004


def is_kenyan(values: pl.Series) -> bool:
    """Whether all are numbers that `normalise: msisdn` knows."""
    return bool(values.str.replace_all(r"[^0-9]", "").str.contains(KENYAN).all())


def number_forms(values: pl.Series) -> Iterator[tuple[NumberForm, str | None]]:
    """The notations in which all trimmed values may be numbers, and what is doubtful about each."""
    parentheses = bool(values.str.contains(r"^\(.*\)$").any())
    bare = values.str.replace(r"^\((.*)\)$", "$1")
    found = bare.str.extract_all(MARKS).explode().drop_nulls().unique().sort().to_list()
    marks = [mark for mark in found if mark]
    if len(marks) > 1:
        return  # amounts of several currencies are no numbers of one column
    rest = bare.str.replace_all(MARKS, "").str.replace(r"^[\s+-]+", "").str.strip_chars()
    for thousands, decimal, doubt in _separators(rest):
        yield NumberForm(thousands, decimal, tuple(marks), parentheses), doubt


def scale_of(values: pl.Series, decimal: str) -> tuple[int, int]:
    """The most digits before and after the decimal mark."""
    before = values.str.split(decimal).list.first()
    whole = before.str.replace_all(r"\D", "").str.strip_chars_start("0").str.len_chars().max()
    after = values.str.extract(rf"{re.escape(decimal)}(\d+)", 1).str.len_chars().max()
    return max(int(str(whole or 0)), 1), int(str(after or 0))


def decimal_type(whole: int, scale: int) -> str | None:
    """The decimal that holds so many digits, with room for larger numbers; None where no decimal does."""
    if max(whole, ROOM) + scale <= SHORT:
        return f"DECIMAL({SHORT},{scale})"
    return f"DECIMAL({LONG},{scale})" if whole + scale <= LONG else None


def moment_formats(sample: str) -> list[str]:
    """The formats (JDK letters) that a first value of a column suggests; two where day and month may be swapped."""
    match = MOMENT.fullmatch(sample)
    if match is None:
        return []
    first, mark, second, third, between, hour, seconds, half = match.groups()
    year, time = "yyyy" if len(third) == 4 else "yy", ""  # noqa: PLR2004
    if hour is not None:
        time = ("'T'" if between == "T" else " ") + ("hh" if half else "HH") + ":mm" + (":ss" if seconds else "")
        time += half.replace(half.strip(), "a") if half else ""
    if len(first) == 4:  # noqa: PLR2004
        return [f"yyyy{mark}MM{mark}dd{time}"]
    if second.isalpha():
        return [f"dd{mark}MMM{mark}{year}{time}"]
    return [f"dd{mark}MM{mark}{year}{time}", f"MM{mark}dd{mark}{year}{time}"]


def _share(values: pl.Series, pattern: str) -> float:
    return float(values.str.contains(pattern).sum()) / max(len(values), 1)


def _separators(values: pl.Series) -> Iterator[tuple[str, str, str | None]]:
    """(thousands, decimal, doubt) under which every value is a number."""
    groups = [mark for mark in (",", ".", "'", " ") if values.str.contains(f"^{GROUPED[mark]}(?:[.,]\\d+)?$").any()]
    for decimal in (".", ","):
        for thousands in [mark for mark in groups if mark != decimal] + [""]:
            whole = f"(?:{GROUPED[thousands]}|\\d+)" if thousands else r"\d+"
            if not values.str.contains(f"^{whole}(?:\\{decimal}\\d+)?$").all():
                continue
            # 1,234 may also be one and a bit: only a second mark, a second group or a shorter end tells.
            mark = thousands or decimal
            once = values.str.contains(rf"^\d{{1,3}}\{mark}\d{{3}}$") | ~values.str.contains(rf"\{mark}")
            doubt = f"'{mark}' always stands before three digits: taken as the mark of thousands"
            yield thousands, decimal, doubt if mark in (",", ".") and thousands and once.all() else None
