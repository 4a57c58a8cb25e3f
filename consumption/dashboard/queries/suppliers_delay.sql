-- Lines by days between the promise and the latest receipt; what has not come yet is left out.
with

counted as (
    select
        sum(early_line_count)::bigint as early_lines,
        sum(on_day_line_count)::bigint as lines_on_day,
        sum(late_1_to_2_days_line_count)::bigint as lines_1_to_2_late,
        sum(late_3_to_7_days_line_count)::bigint as lines_3_to_7_late,
        sum(late_over_7_days_line_count)::bigint as later_lines
    from marts.agg_supplier_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], supplier_code))
),

delays as (
    select
        unnest(['1 · early', '2 · on the day', '3 · 1 to 2 late', '4 · 3 to 7 late', '5 · later']) as days_against_promise,
        unnest([early_lines, lines_on_day, lines_1_to_2_late, lines_3_to_7_late, later_lines]) as order_lines
    from counted
),

final as (
    select * from delays
    where order_lines > 0
)

select * from final
order by days_against_promise;
