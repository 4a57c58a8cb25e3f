-- grain: one row per business_date, hour_of_day (in Nairobi) and result_code of STK attempts, all of history.
-- attempt_count is additive.
{{ config(materialized='table') }}

with

attempts as (
    select
        result_code,
        business_date,
        cast(extract('hour' from paid_at + interval 3 hour) as integer) as hour_of_day
    from {{ ref('fct_payments') }}
    where payment_path = 'stk' and result_code is not null
),

final as (
    select
        hour_of_day,
        result_code,
        count(*) as attempt_count,
        business_date
    from attempts
    group by business_date, hour_of_day, result_code
)

select * from final
{{ stored_by('business_date') }}
