"""Functions a query may call: pure ones. None reads a file, a setting, the catalog or the environment, or logs."""

AGGREGATES = """
any_value approx_count_distinct approx_quantile arg_max arg_min argmax argmin array_agg avg bool_and bool_or corr count
count_if count_star countif covar_pop covar_samp entropy favg first fsum geomean group_concat histogram kurtosis last
list mad max max_by mean median min min_by mode product quantile quantile_cont quantile_disc regr_intercept regr_r2
regr_slope skewness stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance weighted_avg wavg
"""
WINDOWS = """
cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
"""
NUMBERS = """
abs cbrt ceil ceiling even exp factorial fdiv floor fmod gcd greatest isfinite isinf isnan lcm least ln log log10 log2
mod multiply nullif pi pow power radians degrees round round_even sign sqrt trunc divide add subtract width_bucket
sin cos tan atan atan2 acos asin
"""
TEXT = """
ascii char_length character_length chr concat concat_ws contains damerau_levenshtein ends_with format hamming instr
ilike_escape jaccard jaro_similarity jaro_winkler_similarity lcase left length len levenshtein like_escape lower lpad
ltrim md5 not_ilike_escape not_like_escape position prefix printf regexp_escape regexp_extract regexp_extract_all
regexp_full_match regexp_matches regexp_replace regexp_split_to_array replace reverse right rpad rtrim split_part
starts_with str_split string_split strip_accents strlen strpos substr substring suffix to_hex translate trim ucase
unicode upper format_bytes hash bar
"""
TIMES = """
age ago century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms hour isodow isoyear last_day make_date make_time
make_timestamp microsecond millisecond minute month monthname normalized_interval now quarter second strftime strptime
time_bucket to_days to_hours to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years
today try_strptime week weekday weekofyear year yearweek timezone julian current_date current_localtimestamp
get_current_timestamp current_timestamp
"""
NESTED = """
array_contains array_extract array_length array_slice array_to_string array_value cardinality element_at flatten
generate_series list_append list_apply
list_avg list_concat list_contains list_count list_distinct list_element list_extract
list_filter list_has_all list_has_any list_intersect list_max list_median list_min list_position list_prepend
list_reduce list_reverse list_reverse_sort list_slice list_sort list_sum list_transform list_unique list_value list_zip
map map_contains map_entries map_extract map_from_entries map_keys map_values range row struct_extract struct_insert
struct_pack unnest json_extract json_extract_string json_array_length json_keys json_valid json_object json_array
to_json array_to_json row_to_json
"""
OTHER = "coalesce if ifnull error typeof case constant_or_null alias switch"
OPERATORS = "!~~ !~~* % & && * ** + - ->> / // <@ @> ^ ^@ | || ~ ~~ ~~* ~~~ << >> -> ! @"

ALLOWED = frozenset(" ".join([AGGREGATES, WINDOWS, NUMBERS, TEXT, TIMES, NESTED, OTHER, OPERATORS]).split())
TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})

ONLY_PUBLISHED = "read the published tables only: list_marts names them"
CATALOG = "list_marts and describe say which tables and columns there are"
SETTINGS = "settings and the environment are not served"
INSTEAD: tuple[tuple[tuple[str, ...], str], ...] = (  # what a forbidden name begins with, and what to use in its place
    (("read_", "parquet_", "glob", "sniff", "scan", "arrow_", "pandas_", "seq_"), ONLY_PUBLISHED),
    (("query", "json_execute", "json_serialize", "json_deserialize"), "write the table's name into the query itself"),
    (("duckdb_", "pragma_", "pg_", "information_schema", "sqlite_", "show", "test_", "col_descr"), CATALOG),
    (("getenv", "getvariable", "current_", "session_", "version", "in_search_path", "which_"), SETTINGS),
    (
        ("enable_", "disable_", "write_log", "checkpoint", "force_", "truncate_", "set", "nextval"),
        "only reads are served",
    ),
    (("repeat", "bitstring"), "to fill up a text: lpad or rpad"),
    (
        ("random", "gen_random", "uuid", "reservoir"),
        "answers are to be repeatable: order by hash(key) limit n draws a sample",
    ),
    (("sleep",), "nothing waits here"),
    (("stats", "create_sort"), "min, max and count say what a column holds"),
)


def instead_of(name: str) -> str | None:
    """What to use in place of a function or relation that is not offered; None where nothing is known."""
    return next((advice for starts, advice in INSTEAD if name.startswith(starts)), None)
