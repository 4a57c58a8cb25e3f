-- 15_wanted_but_not_there.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

sold_out as (
    select
        sku,
        business_date
    from fct_inventory_daily
    where is_assorted
    group by sku, business_date
    having bool_and(is_stockout)
),

unmet as (
    select
        'search' as kind,
        lower(trim(search_query)) as wanted,
        session_id,
        business_date
    from fct_web_events
    where event_type = 'search' and results_count = 0
    union all
    select
        'view' as kind,
        events.sku as wanted,
        events.session_id,
        events.business_date
    from fct_web_events as events
    inner join sold_out on events.sku = sold_out.sku and events.business_date = sold_out.business_date
    where events.event_type = 'view_item'
),

-- a visit counts on the first day on which it wanted that
wanted as (
    select
        kind,
        wanted,
        session_id,
        business_date,
        min(business_date) over (partition by kind, wanted, session_id) as first_day
    from unmet
)

select
    wanted.kind,
    wanted.wanted,
    products.product_name,
    count(*) as events,
    count(distinct wanted.session_id) filter (where wanted.business_date = wanted.first_day) as sessions
from wanted
left join dim_product as products on wanted.kind = 'view' and wanted.wanted = products.sku and products.is_current
where
    wanted.business_date > (select closed_day - 28 from last_day)
    and wanted.business_date <= (select closed_day from last_day)
group by wanted.kind, wanted.wanted, products.product_name
order by events desc, wanted.kind asc, wanted.wanted asc
limit 50;
