-- What suppliers promised, delivered and charged, now and in the period before: promises by their day, lead times and
-- rejects by the day of the receipt, prices by the day of the order.
with

promised as (
    select
        business_date >= $date_from::date as is_now,
        sum(due_line_count) as due_lines,
        sum(otif_line_count) / nullif(sum(due_line_count), 0) as supplier_otif,
        sum(above_quote_amount) / nullif(sum(quoted_amount), 0) as purchase_price_variance
    from marts.agg_supplier_daily
    where
        business_date between $before_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], supplier_code))
    group by business_date >= $date_from::date
),

received as (
    select
        business_date >= $date_from::date as is_now,
        sum(lead_days) / nullif(sum(lead_line_count), 0) as lead_time_mean,
        sqrt(
            (sum(lead_line_count) * sum(lead_days_squared) - sum(lead_days) * sum(lead_days))
            / nullif(sum(lead_line_count) * (sum(lead_line_count) - 1), 0)
        ) as lead_time_std,
        sum(rejected_qty) / nullif(sum(received_qty), 0) as reject_rate
    from marts.agg_receipts_daily
    where
        business_date between $before_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], supplier_code))
    group by business_date >= $date_from::date
),

-- goods may come in days in which nothing is due
final as (
    select
        is_now,
        coalesce(promised.due_lines, 0) as due_lines,
        promised.supplier_otif,
        received.lead_time_mean,
        received.lead_time_std,
        received.reject_rate,
        promised.purchase_price_variance,
        (
            select min(business_date) from marts.agg_supplier_daily
            where due_line_count > 0
        ) <= $before_from::date as is_comparable
    from promised
    full join received using (is_now)
)

select * from final
order by is_now desc;
