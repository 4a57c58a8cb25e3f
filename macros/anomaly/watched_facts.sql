{# What is watched of each fact: rows per day, of the whole and by warehouse and category where it has them (never by product),
   null rates of columns that may be empty, averages, sums. A rate is a condition by its name, of what is known at once: "not yet
   delivered" would look high on every last day. Prices, promotions and weekly forecasts come on few days: of them the rows that land are
   watched. Balances and the procurement pipeline follow from movements and order lines, and how much is counted on a day is planned. #}
{% macro watched_facts(area) -%}
    {%- set warehouse = {'warehouse': 'fact.warehouse_code'} -%}
    {%- set both = dict(warehouse, category='product.category') -%}
    {%- set moved = {'warehouse': 'warehouse.warehouse_code', 'type': 'fact.movement_type'} -%}
    {%- set facts = {
        'sales': [
            {'name': 'fct_order_lines', 'by': both, 'rates': {'no promotion': 'fact.promo_code is null'}, 'averages': ['qty', 'unit_price']},
            {'name': 'fct_shipments', 'by': both, 'rates': {'no carrier': 'fact.carrier_code is null'}, 'averages': ['shipped_qty']},
            {'name': 'fct_returns', 'by': warehouse, 'rates': {'unmatched': 'not fact.is_matched'}, 'averages': ['refund_amount']},
            {'name': 'fct_order_fulfilment', 'by': warehouse, 'rates': {'no customer': 'fact.customer_id is null'}, 'averages': ['line_count']},
            {'name': 'fct_web_events_daily', 'by': {'channel': 'fact.channel', 'event': 'fact.event_type'}, 'rates': {}, 'averages': [], 'sums': ['event_count', 'session_count']},
            {'name': 'fct_payments', 'by': {'provider': 'fact.provider'}, 'rates': {'no order': 'fact.order_id is null'}, 'averages': ['amount']},
        ],
        'supply': [
            {'name': 'fct_receipts', 'by': both, 'rates': {}, 'averages': ['received_qty', 'unit_cost']},
            {'name': 'fct_purchase_order_lines', 'by': both, 'rates': {}, 'averages': ['ordered_qty', 'unit_cost_kes']},
            {'name': 'fct_inventory_movements', 'by': moved, 'rates': {'no reference': 'fact.reference_id is null'}, 'averages': []},
            {'name': 'fct_inventory_daily', 'by': warehouse, 'rates': {'stock-out': 'fact.is_assorted and fact.is_stockout'}, 'averages': ['closing_qty']},
        ],
    } -%}
    {{ return(facts[area]) }}
{%- endmacro %}

{# What tells with their number whether the rows of a day have changed: their loads, and the keys through which they are grouped. A
   member that arrives late gives a row another key and no other load. #}
{% macro loads_and_keys(fact) -%}
    (
        sum(fact._load)
        {%- for dimension in ['product', 'warehouse'] if (dimension ~ '.') in (fact.by.values() | join(' ')) %}
        + sum(fact.{{ dimension }}_key) % 1000000007
        {%- endfor %}
    )::bigint
{%- endmacro %}

{# Pre-hook: the days of each fact whose rows are others than when their series were made: by their number and the sum of their loads
   and keys, so that a row which went away is seen as well. #}
{% macro touched_watched_days(area) -%}
    {%- set select_keys -%}
        with days as (
            {% for fact in watched_facts(area) -%}
            select
                '{{ fact.name }}' as table_name,
                business_date as bucket_date,
                count(*) as day_rows,
                {{ loads_and_keys(fact) }} as day_loads
            from {{ ref(fact.name) }} as fact
            group by business_date
            {{ 'union all' if not loop.last }}
            {% endfor %}
        ),
        known as (
            select distinct table_name, bucket_date, day_rows, day_loads from {{ this }}
        )
        select table_name, bucket_date
        from days full join known using (table_name, bucket_date)
        where days.day_rows is distinct from known.day_rows or days.day_loads is distinct from known.day_loads
    {%- endset -%}
    {{ collect_touched(select_keys) }}
{%- endmacro %}

{# The watched series of one fact, in an incremental build of its touched days. #}
{% macro watched_series_of(fact) -%}
    select
        '{{ fact.name }}' as table_name,
        series,
        bucket_date,
        unnest(measures, recursive := true),
        max(row_count) filter (where series = 'total') over day as day_rows,
        max(loads) filter (where series = 'total') over day as day_loads,
        _load
    from (
        select
            case
                {% for name, column in fact.by.items() -%}
                when grouping({{ column }}) = 0 then '{{ name }} ' || coalesce({{ column }}, 'unknown')
                {% endfor -%}
                else 'total'
            end as series,
            fact.business_date as bucket_date,
            [
                {'metric': 'row_count', 'kind': 'count', 'metric_value': count(*)::double}
                {%- for name, condition in fact.rates.items() %},
                {'metric': '{{ name }}', 'kind': 'rate', 'metric_value': avg(({{ condition }})::integer)}
                {%- endfor %}
                {%- for column in fact.averages %},
                {'metric': 'average {{ column }}', 'kind': 'value', 'metric_value': avg(fact.{{ column }})::double}
                {%- endfor %}
                {%- for column in fact.sums or [] %},
                {'metric': 'sum of {{ column }}', 'kind': 'count', 'metric_value': sum(fact.{{ column }})::double}
                {%- endfor %}
            ] as measures,
            count(*) as row_count,
            {{ loads_and_keys(fact) }} as loads,
            max(fact._load) as _load
        from {{ ref(fact.name) }} as fact
        {% for dimension in ['product', 'warehouse'] if (dimension ~ '.') in (fact.by.values() | join(' ')) -%}
        left join {{ ref('dim_' ~ dimension) }} as {{ dimension }} on fact.{{ dimension }}_key = {{ dimension }}.{{ dimension }}_key
        {% endfor -%}
        {% if is_incremental() -%}
        where fact.business_date in (select bucket_date from {{ touched() }} where table_name = '{{ fact.name }}')
        {% endif -%}
        group by grouping sets ((fact.business_date){% for column in fact.by.values() %}, (fact.business_date, {{ column }}){% endfor %})
    )
    window day as (partition by bucket_date)
{%- endmacro %}
