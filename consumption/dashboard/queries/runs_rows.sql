-- The runs of the period, the newest first.
with final as (
    select
        run_id,
        started_at,
        kind,
        outcome,
        total_seconds,
        landing_seconds,
        building_seconds,
        node_count,
        is_on_time,
        passing_share,
        message
    from ops.run
    where started_at::date between $run_from::date and $run_to::date
)

select * from final
order by started_at desc
limit 1000;
