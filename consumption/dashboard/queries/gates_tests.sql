-- The tests that most often did not pass in the period.
with final as (
    select
        results.test_name as test,
        count(*) as runs_not_passed
    from ops.dq_result as results
    inner join ops.run as runs on results.run_id = runs.run_id
    where
        runs.started_at::date between $run_from::date and $run_to::date
        and results.status <> 'pass'
        and ($tier::varchar[] is null or list_contains($tier::varchar[], results.tier::varchar))
    group by results.test_name
)

select * from final
order by runs_not_passed desc, test asc
limit 10;
