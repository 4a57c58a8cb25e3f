-- Every source table at the last run.
with final as (
    select
        ages.source_name as source,
        ages.table_name,
        ages.status,
        ages.age_hours,
        ages.warn_hours,
        ages.error_hours,
        ages.newest_day,
        ages.newest_landed_at,
        ages.owner
    from ops.freshness as ages
    where
        ages.run_id = (select max(run_id) from ops.freshness)
        and ($source::varchar[] is null or list_contains($source::varchar[], ages.source_name))
)

select * from final
order by age_hours / error_hours desc nulls last, source asc, table_name asc;
