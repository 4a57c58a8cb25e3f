"""What is asked of `ops`. The last complete run is the newest that dbt ended and that built everything."""

RUNS = """
    select run_id, kind, outcome, passing_share, completeness, schema_conformity, on_time_share,
        total_seconds, started_at
    from ops.run order by run_id desc limit 10
"""
GATES = """
    with runs as (
        select run_id, run_id = max(run_id) over () as is_last
        from ops.run where is_complete and outcome in ('passed', 'failed')
        qualify row_number() over (order by run_id desc) <= 30
    )

    select
        domain,
        tier,
        count(*) filter (where is_last and status in ('pass', 'success')),
        count(*) filter (where is_last and status = 'warn'),
        count(*) filter (where is_last and status not in ('pass', 'success', 'warn')),
        avg((status in ('pass', 'success'))::integer)
    from ops.dq_result
    inner join runs using (run_id)
    where domain is not null and status <> 'skipped'
    group by domain, tier
    order by domain, tier
"""
# Tests that did not pass in the last complete run, and when that began.
FAILING = """
    with ended as (
        select results.*, runs.started_at
        from ops.dq_result as results
        inner join ops.run as runs using (run_id)
        where runs.is_complete and runs.outcome in ('passed', 'failed') and results.status <> 'skipped'
    )

    select
        test_name, any_value(domain), any_value(tier), any_value(owner), arg_max(failures, run_id), min(started_at)
    from ended
    where run_id > coalesce((
        select max(good.run_id) from ended as good
        where good.test_id = ended.test_id and good.status in ('pass', 'success')
    ), '')
    group by test_id, test_name
    having max(run_id) = (select max(run_id) from ended)
    order by 3, 1
"""
# The day's flags of the last run, one line per table and measure.
FLAGGED = """
    select
        table_name, metric, count(distinct series), min(bucket_date), arg_max(reason, coalesce(abs(z), 0))
    from ops.dq_metric
    where reason is not null and run_id = (select max(run_id) from ops.dq_metric)
    group by table_name, metric
    order by table_name, metric
"""
REJECTED = """
    select
        source_name || '.' || table_name,
        arg_max(gate, rejected_at), min(logical_date), arg_max(message, rejected_at), arg_max(owner, rejected_at)
    from ops.rejected_delivery where is_open group by all order by all
"""
OUTAGES = """
    select
        source_name || '.' || table_name,
        min(logical_date), count(distinct logical_date), arg_max(message, failed_at), arg_max(owner, failed_at)
    from ops.source_outage where is_open group by all order by all
"""
MART_AGES = "select mart_name, data_as_of, stale_sources from ops.mart_freshness"
HELD = """
    select source_name || '.' || table_name, reason, sum(row_count)::bigint, count(*), max(age_days)
    from ops.quarantine where is_open group by all order by 1, 3 desc, 2
"""
TABLES = """
    select source_name || '.' || table_name, max(logical_date), sum(row_count)::bigint
    from ops.source_load where is_current group by all
"""
ROWS = """
    select node_name, arg_max(row_count, run_id) from ops.run_node
    where kind = 'model' and row_count is not null group by node_name
"""
DOMAINS = "select distinct node_name, domain from ops.run_node where kind = 'model' and domain is not null"
