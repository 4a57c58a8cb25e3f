-- The nodes of the last run that took longest.
with final as (
    select
        nodes.node_name as node,
        sum(nodes.seconds) as seconds
    from ops.run_node as nodes
    where nodes.run_id = (select max(run_id) from ops.run_node)
    group by nodes.node_name
)

select * from final
order by seconds desc, node asc
limit 10;
