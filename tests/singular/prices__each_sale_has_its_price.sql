-- Invariant 19. Threshold: 0. Window: order lines that came lately (first_tested_load). Tier 2.
-- Detects: a product that was sold on a channel where the price list had no price for it at that moment.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'sales-data', 'invariant': 19}) }}

with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
    where _load >= {{ first_tested_load() }}
),

prices as (
    select
        sku,
        channel,
        valid_from,
        valid_to
    from {{ ref('fct_prices') }}
),

final as (
    select
        order_lines.order_id,
        order_lines.line_no,
        order_lines.sku,
        order_lines.channel,
        order_lines.placed_at
    from order_lines
    left join prices
        on
            order_lines.sku = prices.sku
            and order_lines.channel = prices.channel
            and order_lines.placed_at >= prices.valid_from
            and order_lines.placed_at < prices.valid_to
    where prices.sku is null
)

select * from final
