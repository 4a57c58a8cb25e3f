-- Runs of the period and of the one before. Compute is the time of all nodes, which run side by side; bytes are what landed.
with

runs as (
    select
        *,
        started_at::date >= $run_from::date as is_now
    from ops.run
    where started_at::date between $run_before::date and $run_to::date
),

nodes as (
    select
        runs.is_now,
        sum(nodes.seconds) as compute_seconds
    from ops.run_node as nodes
    inner join runs on nodes.run_id = runs.run_id
    group by runs.is_now
),

landed as (
    select
        loaded_at::date >= $run_from::date as is_now,
        sum(byte_count) as landed_bytes
    from ops.source_load
    where loaded_at::date between $run_before::date and $run_to::date
    group by loaded_at::date >= $run_from::date
),

by_period as (
    select
        is_now,
        count(*) as runs,
        count(*) filter (where outcome = 'passed') / count(*) as passed_share,
        count(*) filter (where is_on_time)
        / nullif(count(*) filter (where kind = 'run' or outcome = 'killed'), 0) as on_time_share,
        median(total_seconds) as median_seconds,
        max(total_seconds) as longest_seconds
    from runs
    group by is_now
),

final as (
    select
        by_period.*,
        nodes.compute_seconds,
        landed.landed_bytes,
        (select min(started_at)::date from ops.run) <= $run_before::date as is_comparable
    from by_period
    left join nodes on by_period.is_now = nodes.is_now
    left join landed on by_period.is_now = landed.is_now
)

select * from final
order by is_now desc;
