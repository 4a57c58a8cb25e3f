-- The nodes of the last run that took longest.
with final as (
    select
        node_name as node,
        sum(seconds) as seconds
    from ops.run_node
    where run_id = (select max(run_id) from ops.run_node)
    group by node_name
)

select * from final
order by seconds desc, node asc
limit 10;
