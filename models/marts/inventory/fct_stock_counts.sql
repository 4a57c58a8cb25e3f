-- grain: one row per count_id, sku and bin. counted_qty and book_qty are not additive over dates; the variance is.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'counted_at'},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'counted_at'},
] %}
{{ config(
    unique_key=['count_id', 'sku', 'bin'],
    touch_key=['count_id', 'sku'],
    pre_hook="{{ touched_stock_counts('int_stock_counts__versions', ['count_id', 'sku'], "
        ~ lookups ~ ", row_key=['count_id', 'sku', 'bin']) }}",
) }}

with

counts as (
    {{ latest_rows('int_stock_counts__versions', ['count_id', 'sku']) }}
),

-- the ledger knows no bins: the fullest bin of a product on a sheet, by name among equals, bears the whole difference
compared as (
    select
        *,
        {{ business_date('counted_at') }} as business_date,
        {{ business_date('max(counted_at) over sheet') }} as book_date,
        sum(counted_qty) over sheet as sheet_qty,
        row_number() over (partition by count_id, sku order by counted_qty desc, bin asc) = 1 as bears_difference
    from counts
    window sheet as (partition by count_id, sku)
),

-- the WMS says what lies in the bins, the ledger what a warehouse should hold: the difference is the variance
booked as (
    select
        compared.*,
        cast(case
            when compared.bears_difference
                then compared.counted_qty - compared.sheet_qty + coalesce(balances.closing_qty, 0)
            else compared.counted_qty
        end as bigint) as book_qty
    from compared
    left join {{ ref('fct_inventory_balances') }} as balances
        on
            compared.sku = balances.sku
            and compared.warehouse_code = balances.warehouse_code
            and compared.book_date >= balances.valid_from
            and compared.book_date < balances.valid_to
),

final as (
    select
        booked.count_id,
        booked.bin,
        {{ date_key('booked.business_date') }} as count_date_key,
        {{ member_key('product', 'product_key', 'booked.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'booked.warehouse_code') }} as warehouse_key,
        booked.sku,
        booked.warehouse_code,
        booked.counter_name,
        booked.counted_qty,
        booked.book_qty,
        booked.counted_qty - booked.book_qty as variance_qty,
        cast(round(
            (booked.counted_qty - booked.book_qty) * coalesce(product.standard_cost, 0), 2
        ) as decimal(18, 2)) as variance_value,
        booked.business_date,
        booked.counted_at,
        booked._load
    from booked
    {{ join_as_of('dim_product', 'product', 'sku', 'booked.sku', 'booked.counted_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'booked.warehouse_code', 'booked.counted_at') }}
)

select * from final
{{ stored_by('business_date') }}
