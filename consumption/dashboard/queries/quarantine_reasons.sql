-- Rows that are open, by the rule that they broke.
with final as (
    select
        reason,
        sum(row_count) as open_rows
    from ops.quarantine
    where is_open and ($source::varchar[] is null or list_contains($source::varchar[], source_name))
    group by reason
)

select * from final
order by open_rows desc, reason asc
limit 10;
