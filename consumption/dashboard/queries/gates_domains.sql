-- Tests of the last run by domain, and how they ended.
with final as (
    select
        domain,
        status,
        count(*) as tests
    from ops.dq_result
    where
        run_id = (select max(run_id) from ops.dq_result)
        and ($tier::varchar[] is null or list_contains($tier::varchar[], tier::varchar))
    group by domain, status
)

select * from final
order by status, domain;
