-- grain: one row per sku, warehouse_code and business_date of the last 92 closed days (older days: fct_inventory_balances).
-- Stock, its value and what is reserved, on the road and on order are not additive over dates; the flows are.
{{ config(
    unique_key=['sku', 'warehouse_code', 'business_date'],
    touch_key=['sku', 'warehouse_code'],
    touch_from='business_date',
    pre_hook="{{ touched_inventory_days(
        'int_inventory__daily_flows', 'int_inventory__commitments', 'int_stock_counts__sheets') }}",
    post_hook="delete from {{ this }} where business_date < (select max(business_date) - 91 from {{ this }})",
) }}

with

closed as (
    select max(logical_date) as last_day
    from {{ ref('int_loads__history') }}
    where is_current and staging_model = 'stg_erp__inventory_ledger'
),

-- a pair begins with its first movement, or with what is on the way to it before
pairs as (
    {{ inventory_pairs('fct_inventory_balances', 'int_inventory__commitments') }}
),

window_days as (
    select
        dates.calendar_date,
        dates.is_trading_day
    from {{ ref('dim_date') }} as dates
    inner join closed on dates.calendar_date between closed.last_day - 91 and closed.last_day
),

pair_days as (
    select
        pairs.sku,
        pairs.warehouse_code,
        window_days.calendar_date as business_date,
        window_days.is_trading_day
    from pairs
    inner join window_days on pairs.first_day <= window_days.calendar_date
    {% if is_incremental() -%}
    left join {{ touched() }} as touched
        on pairs.sku = touched.sku and pairs.warehouse_code = touched.warehouse_code
    where
        window_days.calendar_date >= touched.touch_from
        or window_days.calendar_date > (select max(business_date) from {{ this }})
    {%- endif %}
),

balanced as (
    select
        pair_days.*,
        coalesce(pair_days.business_date = balances.valid_from, false) as has_movements,
        balances.* exclude (sku, warehouse_code, is_current, _load)
    from pair_days
    left join {{ ref('fct_inventory_balances') }} as balances
        on
            pair_days.sku = balances.sku
            and pair_days.warehouse_code = balances.warehouse_code
            and pair_days.business_date >= balances.valid_from
            and pair_days.business_date < balances.valid_to
),

commitments as (
    select * from {{ ref('int_inventory__commitments') }}
    where valid_to > (select min(calendar_date) from window_days)
),

final as (
    select
        {{ date_key('balanced.business_date') }} as date_key,
        {{ member_key('product', 'product_key', 'balanced.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'balanced.warehouse_code') }} as warehouse_key,
        balanced.sku,
        balanced.warehouse_code,
        coalesce(case when balanced.has_movements then balanced.opening_qty else balanced.closing_qty end, 0) as opening_qty,
        {% for _, column in movement_columns() -%}
        case when balanced.has_movements then balanced.{{ column }} else 0 end as {{ column }},
        {% endfor -%}
        coalesce(balanced.closing_qty, 0) as closing_qty,
        coalesce(commitments.reserved_qty, 0) as reserved_qty,
        coalesce(commitments.in_transit_qty, 0) as in_transit_qty,
        coalesce(commitments.on_order_qty, 0) as on_order_qty,
        cast(round(coalesce(balanced.closing_qty, 0) * coalesce(product.standard_cost, 0), 2) as decimal(18, 2)) as closing_value,
        -- what has never been there is not missed yet
        coalesce(product.product_status = 'active' and balanced.closing_qty is not null, false) as is_assorted,
        coalesce(product.product_status = 'active' and balanced.closing_qty <= 0, false) as is_stockout,
        balanced.is_trading_day and not coalesce(sheets.has_arrived, false) as is_stale,
        balanced.business_date,
        {{ latest_load() }} as _load
    from balanced
    left join commitments
        on
            balanced.sku = commitments.sku
            and balanced.warehouse_code = commitments.warehouse_code
            and balanced.business_date >= commitments.valid_from
            and balanced.business_date < commitments.valid_to
    left join {{ ref('int_stock_counts__sheets') }} as sheets
        on balanced.warehouse_code = sheets.warehouse_code and balanced.business_date = sheets.business_date
    {{ join_as_of('dim_product', 'product', 'sku', 'balanced.sku', business_day_close('balanced.business_date')) }}
    {{ join_as_of(
        'dim_warehouse', 'warehouse', 'warehouse_code', 'balanced.warehouse_code',
        business_day_close('balanced.business_date')
    ) }}
)

select * from final
{{ stored_by('business_date') }}
