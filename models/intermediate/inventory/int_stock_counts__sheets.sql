-- grain: one row per warehouse_code and business_date for which a count sheet came.
-- A sheet that is delivered no longer stays with zero rows: it tells the stock to look again.
{{ config(
    unique_key=['warehouse_code', 'business_date'],
    pre_hook="{{ touched_count_days('int_stock_counts__versions') }}",
) }}

with

counts as (
    select
        warehouse_code,
        {{ count_sheet_date('count_id') }} as business_date,
        _load as count_load
    from {{ ref('int_stock_counts__versions') }}
    where _is_latest and not is_deleted
),

sheets as (
    {% if is_incremental() -%}
    select * from {{ touched() }}
    {%- else -%}
    select distinct
        warehouse_code,
        business_date
    from counts
    {%- endif %}
),

counted as (
    select
        sheets.warehouse_code,
        sheets.business_date,
        count(counts.count_load) as row_count,
        count(counts.count_load) > 0 as has_arrived,
        list(distinct counts.count_load) filter (where counts.count_load is not null) as _loads
    from sheets
    left join counts on sheets.warehouse_code = counts.warehouse_code and sheets.business_date = counts.business_date
    group by sheets.warehouse_code, sheets.business_date
),

final as (
    {{ keep_loads('counted', ['warehouse_code', 'business_date'], ['has_arrived']) }}
)

select * from final
