-- grain: one row per currency_code and valid_from: a rate holds until the next one.
{{ config(
    unique_key=['currency_code', 'valid_from'],
    touch_key=['currency_code'],
    pre_hook="{{ touched_ranges('int_fx_rates__versions', ['currency_code']) }}",
) }}

{{ ranges_of('int_fx_rates__versions', member=['currency_code'], starts='rate_date', values=['fx_rate']) }}
