-- Compute of each run by domain: seconds of all nodes, which run side by side.
with final as (
    select
        runs.started_at,
        coalesce(nodes.domain, 'other') as domain,
        sum(nodes.seconds) as seconds
    from ops.run_node as nodes
    inner join ops.run as runs on nodes.run_id = runs.run_id
    where runs.started_at::date between $run_from::date and $run_to::date
    group by runs.started_at, coalesce(nodes.domain, 'other')
)

select * from final
order by domain, started_at;
