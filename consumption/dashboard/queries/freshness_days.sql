-- Rows that landed, by day of the data and source.
with final as (
    select
        logical_date,
        source_name,
        sum(row_count) as landed_rows
    from ops.source_load
    where
        is_current
        and logical_date between $date_from::date and $date_to::date
        and ($source::varchar[] is null or list_contains($source::varchar[], source_name))
    group by logical_date, source_name
)

select * from final
order by source_name, logical_date;
