-- Incidents by the day on which they were first seen, and their kind.
with final as (
    select
        first_seen_at::date as seen_on,
        kind,
        count(*) as incidents
    from ops.incident
    where first_seen_at::date between $run_from::date and $run_to::date
    group by first_seen_at::date, kind
)

select * from final
order by kind, seen_on;
