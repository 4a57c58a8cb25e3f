-- Tests of the last run by domain, and how they ended.
with final as (
    select
        results.domain,
        results.status,
        count(*) as tests
    from ops.dq_result as results
    where
        results.run_id = (select max(run_id) from ops.dq_result)
        and ($tier::varchar[] is null or list_contains($tier::varchar[], results.tier::varchar))
    group by results.domain, results.status
)

select * from final
order by status, domain;
