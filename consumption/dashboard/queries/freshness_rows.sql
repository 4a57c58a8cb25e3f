-- Every source table at the last run.
with final as (
    select
        source_name as source,
        table_name,
        status,
        age_hours,
        warn_hours,
        error_hours,
        newest_day,
        newest_landed_at,
        owner
    from ops.freshness as ages
    where
        run_id = (select max(run_id) from ops.freshness)
        and ($source::varchar[] is null or list_contains($source::varchar[], source_name))
)

select * from final
order by age_hours / error_hours desc nulls last, source asc, table_name asc;
