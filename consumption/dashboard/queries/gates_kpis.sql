-- The tests of the last run that tested, and of the one before it.
with

runs as (
    select
        run_id,
        row_number() over (order by run_id desc) as age
    from ops.dq_result
    group by run_id
),

final as (
    select
        runs.age = 1 as is_now,
        count(*) as tests,
        count(*) filter (where results.status = 'pass') / count(*) as passed_share,
        count(*) filter (where results.tier = 1 and results.status <> 'pass') as tier_1,
        count(*) filter (where results.tier = 2 and results.status <> 'pass') as tier_2,
        count(*) filter (where results.tier = 3 and results.status <> 'pass') as tier_3,
        coalesce(sum(results.failures) filter (where results.status <> 'pass'), 0) as failing_rows
    from ops.dq_result as results
    inner join runs on results.run_id = runs.run_id and runs.age <= 2
    where ($tier::varchar[] is null or list_contains($tier::varchar[], results.tier::varchar))
    group by runs.age
)

select * from final
order by is_now desc;
