-- Age of each source table at the last run beside the age that its contract promises at most: what is closest to it first.
with final as (
    select
        concat(ages.source_name, '.', ages.table_name) as source_table,
        ages.source_name,
        ages.age_hours,
        ages.error_hours::double as promised_hours
    from ops.freshness as ages
    where
        ages.run_id = (select max(run_id) from ops.freshness)
        and ($source::varchar[] is null or list_contains($source::varchar[], ages.source_name))
)

select * from final
order by age_hours / promised_hours desc nulls last, source_table asc
limit 10;
