-- How long each run took, and on what.
with

runs as (
    select
        started_at,
        landing_seconds,
        building_seconds
    from ops.run
    where started_at::date between $run_from::date and $run_to::date
),

final as (
    select
        started_at,
        'landing' as step,
        landing_seconds as seconds
    from runs
    union all
    select
        started_at,
        'building and testing' as step,
        building_seconds as seconds
    from runs
)

select * from final
order by step desc, started_at asc;
