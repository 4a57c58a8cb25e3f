{# CTE of what a day does to all peers: the median of the others that day, or what the same holiday did last time.

   On an ordinary day peers explain a move of 4 (a third of the rows) at most: an outage that hits all of them stays visible.
   Adds usual (what the day should bring, on the scale), tolerance (more where little is known) and is_unknown. #}
{% macro anomaly_shared_effects(peers, keys) -%}
{%- set family = (peers + ['kind']) | join(', ') if peers else keys -%}
own_moves as (
    select
        *,
        y - weekday_effect - level - month_end_effect as move,
        weekday_effect + level + month_end_effect as own_usual
    from month_ends
),

peer_moves as (
    select
        *,
        {% if peers -%}
        if(is_total, 0, count(move) filter (where not is_total) over others) as peer_count,
        median(move) filter (where not is_total) over others as peer_move,
        {%- else -%}
        0 as peer_count,
        cast(null as double) as peer_move,
        {%- endif %}
        if(holiday is null, null, median(move) over last_time) as holiday_move
    from own_moves
    window
        {% if peers -%}
        others as (
            partition by {{ family }}, bucket_date
            rows between unbounded preceding and unbounded following exclude current row
        ),
        {%- endif %}
        last_time as (
            partition by {{ family }}, holiday
            order by bucket_date range between interval 400 days preceding and interval 30 days preceding
        )
),

shared_effects as (
    select
        *,
        own_usual + case
            when peer_count >= 5 and holiday is null then greatest(least(peer_move, 4), -4)
            when peer_count >= 5 then peer_move
            else coalesce(holiday_move, 0)
        end as usual,
        if(holiday is not null or (is_new_month_end and peer_count < 5), 1 / 0.6, 1) as tolerance,
        holiday is not null and peer_count < 5 and holiday_move is null as is_unknown
    from peer_moves
)
{%- endmacro %}
