-- The values that each filter can have.
select
    'warehouse' as kind,
    warehouse_code as choice
from marts.dim_warehouse
where is_current and warehouse_key > 0
union
select
    'category' as kind,
    category as choice
from marts.dim_product
where is_current and product_key > 0 and category is not null
union
select
    'channel' as kind,
    channel as choice
from marts.fct_order_fulfilment
where channel is not null
order by kind, choice;
