-- How fresh each mart is, and the last closed day.
select
    mart_name,
    data_as_of,
    is_stale,
    stale_sources
from ops.mart_freshness
order by mart_name;
