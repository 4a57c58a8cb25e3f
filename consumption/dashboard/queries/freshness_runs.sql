-- Share of source tables that were as fresh as promised, run by run.
with final as (
    select
        runs.started_at,
        count(*) filter (where ages.status not in ('stale', 'never')) / count(*) as fresh_share
    from ops.freshness as ages
    inner join ops.run as runs on ages.run_id = runs.run_id
    where
        runs.started_at::date between $run_from::date and $run_to::date
        and ($source::varchar[] is null or list_contains($source::varchar[], ages.source_name))
    group by runs.started_at
)

select * from final
order by started_at;
