-- Source tables against the age that their contracts promise, at the last run and the one before it.
with

runs as (
    select
        run_id,
        started_at,
        row_number() over (order by run_id desc) as age
    from ops.run
    where run_id in (select run_id from ops.freshness)
),

final as (
    select
        runs.age = 1 as is_now,
        count(*) filter (where freshness.status not in ('stale', 'never')) / count(*) as fresh_share,
        count(*) as source_tables,
        count(*) filter (where freshness.status in ('stale', 'never')) as late_tables,
        max(freshness.age_hours) as oldest_hours,
        (select count(*) from ops.mart_freshness where is_stale) as stale_marts
    from ops.freshness as freshness
    inner join runs on freshness.run_id = runs.run_id and runs.age <= 2
    where $source::varchar[] is null or list_contains($source::varchar[], freshness.source_name)
    group by runs.age
)

select * from final
order by is_now desc;
