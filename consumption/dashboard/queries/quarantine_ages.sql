-- Rows that are open, by how long they have waited.
with final as (
    select
        case
            when age_days <= 1 then '1 · up to a day'
            when age_days <= 7 then '2 · up to a week'
            when age_days <= 30 then '3 · up to 30 days'
            else '4 · longer'
        end as waited,
        sum(row_count) as open_rows
    from ops.quarantine
    where is_open and ($source::varchar[] is null or list_contains($source::varchar[], source_name))
    group by all
)

select * from final
order by waited;
