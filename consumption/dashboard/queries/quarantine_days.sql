-- Rows put aside, by day of the data and source.
with final as (
    select
        logical_date,
        source_name,
        sum(quarantined_count) as put_aside
    from ops.source_load
    where
        is_current
        and logical_date between $date_from::date and $date_to::date
        and ($source::varchar[] is null or list_contains($source::varchar[], source_name))
    group by logical_date, source_name
    having sum(quarantined_count) > 0
)

select * from final
order by source_name, logical_date;
