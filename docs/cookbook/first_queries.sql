-- Three questions that `ghala run` answers at its end, on the published marts.
-- Facts are counted in their own grain first, and meet a dimension by its key.

-- question: What sold in the last 7 days? (net of VAT, KES)
with last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
)

select
    products.category,
    sum(sales.qty - sales.cancelled_qty) as units,
    round(sum(sales.net_amount_ex_vat))::bigint as net_sales,
    round(100 * sum(sales.net_amount_ex_vat - sales.cogs_amount) / sum(sales.net_amount_ex_vat), 1) as margin_pct
from fct_order_lines as sales
inner join dim_product as products on sales.product_key = products.product_key
where
    sales.business_date > (select closed_day - 7 from last_day)
    and sales.business_date <= (select closed_day from last_day)
group by products.category
order by net_sales desc
limit 5;

-- question: Where was stock missing on the last day?
select
    places.warehouse_code,
    places.warehouse_name,
    count(*) filter (where stock.is_assorted) as products,
    count(*) filter (where stock.is_stockout) as out_of_stock,
    round(100.0 * count(*) filter (where stock.is_stockout) / count(*) filter (where stock.is_assorted), 1) as pct
from fct_inventory_daily as stock
inner join dim_warehouse as places on stock.warehouse_key = places.warehouse_key
where stock.business_date = (select max(business_date) from fct_inventory_daily)
group by all
order by pct desc
limit 5;

-- question: Which suppliers came late in the last 30 days?
select
    suppliers.legal_name as supplier,
    count(*) as receipts,
    round(100.0 * count(*) filter (where receipts.days_vs_promise <= 0) / count(*), 1) as on_time_pct,
    round(avg(receipts.days_vs_promise), 1) as days_vs_promise
from fct_receipts as receipts
inner join dim_supplier as suppliers on receipts.supplier_key = suppliers.supplier_key
where receipts.business_date > (select max(business_date) - 30 from fct_receipts)
group by suppliers.legal_name
having count(*) >= 10
order by on_time_pct asc, receipts desc
limit 5;
