-- Watched series and incidents, now and in the period before.
with

latest as (
    select
        concat_ws(' · ', table_name, series, metric) as watched,
        bucket_date,
        value,
        if(expected is null or isnan(expected), null, low) as low,
        if(expected is null or isnan(expected) or high >= 1e300, null, high) as high,
        if(z is null or isnan(z), 0, z) as z,
        coalesce(value < low or value > high, false) as is_outside
    from ops.dq_metric
    where bucket_date between $before_from::date and $date_to::date
    qualify row_number() over (partition by table_name, series, metric, bucket_date order by run_id desc) = 1
),

watched as (
    select
        bucket_date >= $date_from::date as is_now,
        count(distinct watched) as watched_series,
        count(*) filter (where is_outside) as values_outside
    from latest
    group by bucket_date >= $date_from::date
),

incidents as (
    select
        count(*) filter (where is_open) as open_incidents,
        count(*) filter (where first_seen_at::date between $run_from::date and $run_to::date) as new_incidents,
        median(epoch(resolved_at - first_seen_at) / 3600) filter (where not is_open) as median_open_hours
    from ops.incident
),

final as (
    select
        watched.*,
        if(watched.is_now, incidents.open_incidents, null) as open_incidents,
        if(watched.is_now, incidents.new_incidents, null) as new_incidents,
        if(watched.is_now, incidents.median_open_hours, null) as median_open_hours
    from watched
    cross join incidents
)

select * from final
order by is_now desc;
