-- grain: one row per calendar day, 2015 to 2035, and the members -1, -2, -3. A key is the day as yyyymmdd.
{{ config(materialized='table') }}

with

days as (
    {{ calendar_days('2015-01-01', '2035-12-31') }}
),

holidays as (
    select * from {{ ref('ref_holidays') }}
),

school_terms as (
    select * from {{ ref('ref_school_terms') }}
),

calendar as (
    select
        {{ date_key('days.calendar_date') }} as date_key,
        days.calendar_date,
        cast(extract('year' from days.calendar_date) as integer) as calendar_year,
        cast(extract('quarter' from days.calendar_date) as integer) as calendar_quarter,
        cast(extract('month' from days.calendar_date) as integer) as calendar_month,
        strftime(days.calendar_date, '%Y-%m') as calendar_year_month,
        cast(extract('day' from days.calendar_date) as integer) as day_of_month,
        cast(extract('isodow' from days.calendar_date) as integer) as iso_day_of_week,
        strftime(days.calendar_date, '%A') as day_name,
        cast(extract('isoyear' from days.calendar_date) as integer) as iso_year,
        cast(extract('week' from days.calendar_date) as integer) as iso_week,
        -- the fiscal year runs from July to June and is named by the year it ends in
        cast(extract('year' from days.calendar_date + interval 6 month) as integer) as fiscal_year,
        cast(extract('quarter' from days.calendar_date + interval 6 month) as integer) as fiscal_quarter,
        holidays.holiday_name,
        school_terms.term as school_term,
        extract('isodow' from days.calendar_date) >= 6 as is_weekend,
        holidays.holiday_date is not null as is_holiday,
        -- the warehouses close on three days of the year only (assumed)
        coalesce(holidays.holiday_name not in ('New Year''s Day', 'Good Friday', 'Christmas Day'), true) as is_trading_day,
        extract('day' from days.calendar_date) >= 25 or extract('day' from days.calendar_date) <= 5 as is_payday_window
    from days
    left join holidays on days.calendar_date = holidays.holiday_date
    left join school_terms on days.calendar_date between school_terms.starts_on and school_terms.ends_on
),

special as (
    select
        members.date_key,
        members.day_name
    from (
        values (-1, 'Unknown'), (-2, 'Not applicable'), (-3, 'Late arriving')
    ) as members (date_key, day_name)
),

all_days as (
    select * from calendar
    union all by name
    select * from special
),

final as (
    select
        date_key,
        calendar_year,
        calendar_quarter,
        calendar_month,
        calendar_year_month,
        day_of_month,
        iso_day_of_week,
        day_name,
        iso_year,
        iso_week,
        fiscal_year,
        fiscal_quarter,
        holiday_name,
        school_term,
        coalesce(is_weekend, false) as is_weekend,
        coalesce(is_holiday, false) as is_holiday,
        coalesce(is_trading_day, false) as is_trading_day,
        coalesce(is_payday_window, false) as is_payday_window,
        calendar_date
    from all_days
)

select * from final
