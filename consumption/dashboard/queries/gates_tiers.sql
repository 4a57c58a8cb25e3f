-- Tests that did not pass, by run and tier.
with final as (
    select
        runs.started_at,
        concat('tier ', results.tier) as tier,
        count(*) filter (where results.status <> 'pass') as not_passed
    from ops.dq_result as results
    inner join ops.run as runs on results.run_id = runs.run_id
    where
        runs.started_at::date between $run_from::date and $run_to::date
        and ($tier::varchar[] is null or list_contains($tier::varchar[], results.tier::varchar))
    group by runs.started_at, results.tier
)

select * from final
order by tier, started_at;
