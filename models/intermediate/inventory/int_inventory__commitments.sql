-- grain: one row per sku, warehouse_code and valid_from: what is reserved, on the road and on order until the next change.
{{ config(
    unique_key=['sku', 'warehouse_code', 'valid_from'],
    touch_key=['sku', 'warehouse_code'],
    touch_from='valid_from',
    pre_hook="{{ touched_commitments() }}",
) }}

{% set measures = commitment_feeds() | map('last') | list %}

with

events as (
    {% for feed, measure in commitment_feeds() %}
    select
        feed.sku,
        feed.warehouse_code,
        feed.business_date,
        feed.{{ measure }}
    from {{ ref(feed) }} as feed
    {% if is_incremental() -%}
    inner join {{ touched() }} as touched
        on
            feed.sku = touched.sku
            and feed.warehouse_code = touched.warehouse_code
            and feed.business_date >= touched.touch_from
    {% endif -%}
    where
        feed.sku is not null
        and feed.warehouse_code is not null
        {{ 'and feed.' ~ measure ~ ' <> 0' if not is_incremental() }}
    {{ 'union all by name' if not loop.last }}
    {% endfor %}
),

days as (
    select
        sku,
        warehouse_code,
        business_date,
        {% for measure in measures -%}
        coalesce(sum({{ measure }}), 0) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from events
    group by sku, warehouse_code, business_date
),

opening as (
    {% if is_incremental() -%}
    select
        earlier.sku,
        earlier.warehouse_code,
        {{ measures | join(', ') }}
    from {{ this }} as earlier
    inner join {{ touched() }} as touched
        on
            earlier.sku = touched.sku
            and earlier.warehouse_code = touched.warehouse_code
            and earlier.valid_to = touched.touch_from
    {%- else -%}
    select
        sku,
        warehouse_code,
        {{ measures | join(', ') }}
    from days
    where false
    {%- endif %}
),

balanced as (
    select
        days.sku,
        days.warehouse_code,
        {% for measure in measures -%}
        cast(coalesce(opening.{{ measure }}, 0) + sum(days.{{ measure }}) over (
            partition by days.sku, days.warehouse_code order by days.business_date nulls last
        ) as bigint) as {{ measure }},
        {% endfor -%}
        days.business_date as valid_from,
        coalesce(
            lead(days.business_date) over (
                partition by days.sku, days.warehouse_code order by days.business_date nulls last
            ),
            cast({{ end_of_time() }} as date)
        ) as valid_to
    from days
    left join opening on days.sku = opening.sku and days.warehouse_code = opening.warehouse_code
),

final as (
    {{ keep_loads('balanced', ['sku', 'warehouse_code', 'valid_from'], measures) }}
)

select * from final
