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
where product_key > 0 and category is not null
union
select
    'channel' as kind,
    channel as choice
from marts.agg_sales_daily
union
select
    'supplier' as kind,
    supplier_code as choice
from marts.dim_supplier
where is_current and supplier_key > 0
union
select
    'model' as kind,
    forecast_model as choice
from marts.agg_forecast_error
union
select
    'source' as kind,
    source_name as choice
from ops.source_load
union
select
    'series' as kind,
    concat_ws(' · ', table_name, series, metric) as choice
from ops.dq_metric
union
select
    'tier' as kind,
    tier::varchar as choice
from ops.dq_result
where tier is not null
order by kind, choice;
