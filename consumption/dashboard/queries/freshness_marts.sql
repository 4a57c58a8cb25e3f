-- Each published table: the day up to which it is filled, and the late sources behind it.
with final as (
    select
        mart_name as mart,
        data_as_of,
        if(is_stale, 'stale', 'fresh') as state,
        stale_sources as late_sources
    from ops.mart_freshness
)

select * from final
order by state desc, mart asc;
