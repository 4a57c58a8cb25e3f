-- Results that did not pass in the period, the newest first.
with final as (
    select
        runs.started_at,
        results.test_name,
        results.tier,
        results.domain,
        results.status,
        results.failures as failing_rows,
        results.owner,
        results.message
    from ops.dq_result as results
    inner join ops.run as runs on results.run_id = runs.run_id
    where
        runs.started_at::date between $run_from::date and $run_to::date
        and results.status <> 'pass'
        and ($tier::varchar[] is null or list_contains($tier::varchar[], results.tier::varchar))
)

select * from final
order by started_at desc, tier asc, test_name asc
limit 1000;
