-- Threshold: 0. Window: a few days that a person checked against the calendar. Tier 1.
-- Detects: a shifted fiscal year (July to June), ISO week, payday window (25th to 5th), school term or holiday.
{{ config(meta={'tier': 1, 'owner': 'supply-chain-data'}) }}

with

known as (
    select known_days.*
    from (
        values
        (20260630, 2026, 4, 27, false, true, 2),
        (20260701, 2027, 1, 27, false, true, 2),
        (20260706, 2027, 1, 28, false, false, 2),
        (20261212, 2027, 2, 50, true, false, null),
        (20261231, 2027, 2, 53, false, true, null)
    ) as known_days (date_key, fiscal_year, fiscal_quarter, iso_week, is_holiday, is_payday_window, school_term)
),

final as (
    select known.date_key
    from known
    left join {{ ref('dim_date') }} as dates
        on
            known.date_key = dates.date_key
            and known.fiscal_year = dates.fiscal_year
            and known.fiscal_quarter = dates.fiscal_quarter
            and known.iso_week = dates.iso_week
            and known.is_holiday = dates.is_holiday
            and known.is_payday_window = dates.is_payday_window
            and known.school_term is not distinct from dates.school_term
    where dates.date_key is null
)

select * from final
