-- grain: one row per po_number and line_no, as last reported.
-- Quantities and line_cost are additive; costs of a unit and rates are not.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'ordered_at'},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'ordered_at'},
    {'dimension': 'dim_supplier', 'column': 'supplier_code', 'event_at': 'ordered_at'},
] %}
{{ config(
    unique_key=['po_number', 'line_no'],
    pre_hook="{{ touched_by_costs('int_purchase_order_lines__headed', ['po_number', 'line_no'], " ~ lookups ~ ",
        rates='int_fx_rates__ranges', quotes='int_supplier_quotes__ranges') }}",
) }}

with

lines as (
    select
        headed.*,
        {{ business_date('headed.ordered_at') }} as business_date
    from {{ ref('int_purchase_order_lines__headed') }} as headed
    {{ only_touched('headed', ['po_number', 'line_no']) }}
    where not headed.is_deleted
),

rates as (
    select * from {{ ref('int_fx_rates__ranges') }}
    where is_active
),

quotes as (
    select * from {{ ref('int_supplier_quotes__ranges') }}
    where is_active
),

quoted as (
    select
        lines.*,
        quotes.quoted_cost,
        quotes.currency_code as quote_currency_code
    from lines
    left join quotes
        on
            lines.supplier_code = quotes.supplier_code
            and lines.sku = quotes.sku
            and lines.business_date >= quotes.valid_from
            and lines.business_date < quotes.valid_to
),

-- the rate of the order date counts; a day without one takes the last rate before it, and says so
priced as (
    select
        quoted.*,
        case when quoted.currency_code = 'KES' then 1 else rates.fx_rate end as fx_rate,
        coalesce(quoted.currency_code <> 'KES' and rates.valid_from < quoted.business_date, false) as is_fx_rate_carried,
        cast(round(
            quoted.quoted_cost * case when quoted.quote_currency_code = 'KES' then 1 else quote_rates.fx_rate end, 4
        ) as decimal(18, 4)) as quoted_unit_cost
    from quoted
    left join rates
        on
            quoted.currency_code = rates.currency_code
            and quoted.business_date >= rates.valid_from
            and quoted.business_date < rates.valid_to
    left join rates as quote_rates
        on
            quoted.quote_currency_code = quote_rates.currency_code
            and quoted.business_date >= quote_rates.valid_from
            and quoted.business_date < quote_rates.valid_to
),

costed as (
    select
        *,
        cast(round(unit_cost * fx_rate, 4) as decimal(18, 4)) as unit_cost_kes
    from priced
),

final as (
    select
        costed.po_number,
        costed.line_no,
        {{ date_key('costed.business_date') }} as order_date_key,
        {{ optional_date_key('costed.promised_date') }} as promised_date_key,
        {{ member_key('product', 'product_key', 'costed.sku') }} as product_key,
        {{ headed_key('warehouse') }} as warehouse_key,
        {{ headed_key('supplier') }} as supplier_key,
        costed.sku,
        costed.warehouse_code,
        costed.supplier_code,
        costed.po_status,
        costed.currency_code,
        costed.ordered_qty,
        costed.cancelled_qty,
        costed.unit_cost,
        cast(costed.fx_rate as decimal(18, 6)) as fx_rate,
        costed.is_fx_rate_carried,
        costed.unit_cost_kes,
        cast(round(
            (costed.ordered_qty - costed.cancelled_qty) * costed.unit_cost_kes, 2
        ) as decimal(18, 2)) as line_cost,
        costed.quoted_unit_cost,
        costed.business_date,
        costed.promised_date,
        costed.ordered_at,
        costed.updated_at,
        {{ latest_load() }} as _load
    from costed
    {{ join_as_of('dim_product', 'product', 'sku', 'costed.sku', 'costed.ordered_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'costed.warehouse_code', 'costed.ordered_at') }}
    {{ join_as_of('dim_supplier', 'supplier', 'supplier_code', 'costed.supplier_code', 'costed.ordered_at') }}
)

select * from final
{{ stored_by('business_date') }}
