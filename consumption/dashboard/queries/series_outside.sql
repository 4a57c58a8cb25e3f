-- Series by how many of their days were outside the band.
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
    where bucket_date between $date_from::date and $date_to::date
    qualify row_number() over (partition by table_name, series, metric, bucket_date order by run_id desc) = 1
),

final as (
    select
        watched,
        count(*) as days_outside
    from latest
    where is_outside
    group by watched
)

select * from final
order by days_outside desc, watched asc
limit 10;
