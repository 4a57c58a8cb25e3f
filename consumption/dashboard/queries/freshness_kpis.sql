-- Source tables against the age that their contracts promise, at the last run and the one before it.
with

runs as (
    select
        run_id,
        row_number() over (order by run_id desc) as age
    from ops.freshness
    group by run_id
),

final as (
    select
        runs.age = 1 as is_now,
        count(*) filter (where ages.status not in ('stale', 'never')) / count(*) as fresh_share,
        count(*) as source_tables,
        count(*) filter (where ages.status in ('stale', 'never')) as late_tables,
        max(ages.age_hours) as oldest_hours,
        (
            select count(*) from ops.mart_freshness
            where is_stale
        ) as stale_marts
    from ops.freshness as ages
    inner join runs on ages.run_id = runs.run_id and runs.age <= 2
    where $source::varchar[] is null or list_contains($source::varchar[], ages.source_name)
    group by runs.age
)

select * from final
order by is_now desc;
