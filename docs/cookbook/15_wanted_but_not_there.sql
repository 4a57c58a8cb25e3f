-- question: What do visitors look for that we do not have?
-- decision: what to take into the assortment, and which empty shelf hurts most.
-- how to read: two kinds of the last 28 days. 'search' is a text that found nothing; 'view' is a product that was looked
--   at on a day on which it was out of stock in every warehouse that carries it. sessions: the visits
--   that began to look for it in these days.
with

wanted as (
    select
        kind,
        wanted,
        sum(event_count)::bigint as events,
        sum(session_count)::bigint as sessions
    from agg_unmet_demand
    where
        business_date > (select max(business_date) - 28 from agg_stock_position)
        and business_date <= (select max(business_date) from agg_stock_position)
    group by kind, wanted
)

select
    wanted.kind,
    wanted.wanted,
    products.product_name,
    wanted.events,
    wanted.sessions
from wanted
left join dim_product as products on wanted.kind = 'view' and wanted.wanted = products.sku and products.is_current
order by wanted.events desc, wanted.kind asc, wanted.wanted asc
limit 50;
