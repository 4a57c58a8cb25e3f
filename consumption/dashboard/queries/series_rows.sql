-- Incidents: the open ones first, the newest first.
with final as (
    select
        if(is_open, 'open', 'over') as state,
        kind,
        tier,
        subject,
        series,
        owner,
        first_seen_at,
        last_seen_at,
        resolved_at,
        message
    from ops.incident
)

select * from final
order by state asc, first_seen_at desc, subject asc
limit 1000;
