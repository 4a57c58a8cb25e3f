{# CTEs of what a day does to all peers: the median move of the others that day, or what the same holiday did last time.

   On an ordinary day peers explain a move by a third at most: an outage that hits all of them stays visible.
   Adds own_usual (what the series' own past says, on the scale), usual (with the peers), tolerance (more where little is known)
   and is_unknown (a first holiday without peers: nothing can be said). #}
{% macro anomaly_shared_effects(peers) -%}
{%- set family = (peers + ['kind']) if peers else ['series_number'] -%}
own_moves as (
    select
        *,
        weekday_effect + level + month_end_effect as own_usual,
        y - weekday_effect - level - month_end_effect as move
    from month_ends
),

holiday_moves as (
    select
        series_number,
        bucket_date,
        median(move) over last_time as holiday_move
    from own_moves
    where holiday is not null
    window last_time as (
        partition by {{ family | join(', ') }}, holiday
        order by bucket_date range between interval 400 days preceding and interval 30 days preceding
    )
),

{% if peers -%}
families as (
    select
        {{ family | join(', ') }},
        bucket_date,
        list_sort(list(move) filter (where move is not null and not is_total)) as moves
    from own_moves
    group by {{ family | join(', ') }}, bucket_date
),

{% endif -%}
peer_moves as (
    select
        own_moves.*,
        holiday_moves.holiday_move,
        {% if peers -%}
        if(own_moves.is_total, 0, len(families.moves) - 1) as peer_count,
        {{ anomaly_median_of_others('families.moves', 'own_moves.move') }} as peer_move,
        {%- else -%}
        0 as peer_count,
        cast(null as double) as peer_move,
        {%- endif %}
        if(own_moves.kind = 'value', 4, least(4, 0.2 * abs(own_moves.own_usual))) as most_shared
    from own_moves
    left join holiday_moves using (series_number, bucket_date)
    {% if peers -%}
    left join families using ({{ family | join(', ') }}, bucket_date)
    {%- endif %}
),

shared_effects as (
    select
        *,
        own_usual + case
            when peer_count >= 5 and holiday is null then greatest(least(peer_move, most_shared), -most_shared)
            when peer_count >= 5 then peer_move
            else coalesce(holiday_move, 0)
        end as usual,
        if(holiday is not null or (is_new_month_end and peer_count < 5), 1 / 0.6, 1) as tolerance,
        holiday is not null and peer_count < 5 and holiday_move is null as is_unknown
    from peer_moves
)
{%- endmacro %}


{# The median of a sorted list without one of its values: place i of the others is place i + 1 of all from that value on.
   A window that leaves its current row out gives the same for four times the time. #}
{% macro anomaly_median_of_others(sorted, value) -%}
(
            {%- for middle in ['len(' ~ sorted ~ ') // 2', '(len(' ~ sorted ~ ') + 1) // 2'] %}
            if({{ sorted }}[{{ middle }}] < {{ value }}, {{ sorted }}[{{ middle }}], {{ sorted }}[{{ middle }} + 1])
            {{- ' +' if not loop.last }}
            {%- endfor %}
        ) / 2
{%- endmacro %}
