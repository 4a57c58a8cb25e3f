-- Rows that broke a rule of their contract: what is open now, and what of each period's deliveries was put aside.
with

landed as (
    select
        logical_date >= $date_from::date as is_now,
        sum(quarantined_count) as put_aside,
        sum(quarantined_count) / nullif(sum(extracted_count), 0) as quarantined_share
    from ops.source_load
    where
        is_current
        and logical_date between $before_from::date and $date_to::date
        and ($source::varchar[] is null or list_contains($source::varchar[], source_name))
    group by logical_date >= $date_from::date
),

waiting as (
    select
        coalesce(sum(row_count), 0) as open_rows,
        count(distinct concat(source_name, '.', table_name)) as open_tables,
        max(age_days) as oldest_days
    from ops.quarantine
    where is_open and ($source::varchar[] is null or list_contains($source::varchar[], source_name))
),

rejected as (
    select count(*) as rejected_deliveries
    from ops.rejected_delivery
    where is_open and ($source::varchar[] is null or list_contains($source::varchar[], source_name))
),

periods as (
    select unnest([true, false]) as is_now
),

-- what waits is to be seen in a period without deliveries too
final as (
    select
        periods.is_now,
        landed.put_aside,
        landed.quarantined_share,
        if(periods.is_now, waiting.open_rows, null) as open_rows,
        if(periods.is_now, waiting.open_tables, null) as open_tables,
        if(periods.is_now, waiting.oldest_days, null) as oldest_days,
        if(periods.is_now, rejected.rejected_deliveries, null) as rejected_deliveries
    from periods
    left join landed on periods.is_now = landed.is_now
    cross join waiting
    cross join rejected
    where landed.is_now is not null or waiting.open_rows > 0 or rejected.rejected_deliveries > 0
)

select * from final
order by is_now desc;
