-- Share of the last 30 runs that ended in time, as it stood at each run.
with final as (
    select
        started_at,
        on_time_share,
        passing_share,
        completeness
    from ops.run
    where started_at::date between $run_from::date and $run_to::date and on_time_share is not null
)

select * from final
order by started_at;
