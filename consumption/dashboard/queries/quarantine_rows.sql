-- What waits in quarantine: the oldest first.
with final as (
    select
        source_name as source,
        table_name,
        logical_date,
        reason,
        row_count as rows,
        age_days,
        if(is_open, 'open', 'done') as state,
        first_seen_at
    from ops.quarantine
    where ($source::varchar[] is null or list_contains($source::varchar[], source_name))
)

select * from final
order by state desc, age_days desc, source asc, table_name asc, reason asc
limit 1000;
