"""Answers about sales, promotions, returns and deliveries, straight from what the shop and the ERP sent."""

SOLD = """
    create table sold as
    with versions as (
        select sku, category, standard_cost, updated_at,
            lag(updated_at) over (partition by sku order by updated_at) as earlier,
            lead(updated_at) over (partition by sku order by updated_at) as later
        from (select distinct on (sku, updated_at) * from erp_products__all)
    ),
    lines as (
        select order_id, line_no, canonical(sku) as sku, channel, warehouse_code, placed_at,
            in_nairobi(placed_at) as day, vat_class,
            qty - cancelled_qty as units, discount, (qty - cancelled_qty) * unit_price - discount as paid
        from commerce_order_lines
    )
    select lines.*, paid - round(paid - paid / (1 + vat_rate), 2) as net, versions.category as category_then,
        round(units * versions.standard_cost, 2) as cogs
    from lines
    inner join vat_rates as rate
        on lines.vat_class = rate.vat_class and lines.day >= rate.valid_from and lines.day < rate.valid_to
    left join versions on lines.sku = versions.sku
        and (versions.earlier is null or versions.updated_at <= lines.placed_at)
        and (versions.later is null or versions.later > lines.placed_at)
"""
PREPARE = (SOLD,)

NOT_PERFECT = """
    with sent as (
        select order_id, shipment_id, bool_and(delivered_at is not null) as arrived, max(delivered_at) as delivered_at,
            sum(delivered_qty) as delivered, sum(damaged_qty) as damaged
        from commerce_shipment_lines group by all
    ),
    judged as (
        select order_id, max(delivered_at) as delivered_at, sum(delivered) as delivered, sum(damaged) as damaged,
            bool_and(coalesce(note.documents_ok, false)) as papers
        from sent left join wms_delivery_notes as note using (shipment_id)
        group by order_id having bool_and(arrived)
    ),
    wanted as (select order_id, sum(qty) as qty from commerce_order_lines group by all)
    select
        case when delivered < qty then '1 not in full' when in_nairobi(delivered_at) > promised_date then '2 late'
            when damaged > 0 then '3 damaged' when not papers then '4 documents' else '5 perfect' end as outcome,
        count(*) as orders, 100.0 * count(*) / sum(count(*)) over () as pct, sum(order_total) as order_total,
        cast(quantile_disc(ceil(round(epoch(delivered_at - placed_at) / 3600, 2)), 0.5) as integer) as median_hours
    from commerce_orders inner join judged using (order_id) inner join wanted using (order_id)
    where in_nairobi(delivered_at) between getvariable('closed_day') - 27 and getvariable('closed_day')
    group by all
"""
UPLIFT = """
    with spans as (
        select promo_code, min(in_nairobi(valid_from)) as first_day,
            least(max(in_nairobi(valid_to)) - 1, getvariable('closed_day')) as final_day
        from erp_promotion_items group by all
    ),
    marked as (
        select span.promo_code, s.sku, s.units, s.discount, s.day >= span.first_day as during
        from spans as span, sold as s
        where s.day between span.first_day - 28 and span.final_day and exists (
            from erp_promotion_items as i
            where i.promo_code = span.promo_code and canonical(i.sku) = s.sku
                and i.scope_code in (case when i.scope_type = 'channel' then s.channel else s.warehouse_code end)
        )
    )
    select span.promo_code, span.first_day, span.final_day - span.first_day + 1 as promoted_days,
        any_value(promoted.products) as promoted_products,
        any_value(promoted.products) - count(distinct m.sku) filter (where during and units > 0) as unsold_products,
        coalesce(sum(units) filter (where during), 0) / promoted_days as units_a_day,
        coalesce(sum(units) filter (where not during), 0) / 28 as units_a_day_before,
        100 * (sum(units) filter (where during) / promoted_days) / nullif(sum(units) filter (where not during) / 28,
            0) - 100 as uplift_pct,
        coalesce(sum(m.discount) filter (where during), 0) as discount
    from spans as span
    inner join (
        select promo_code, count(distinct canonical(sku)) as products from erp_promotion_items group by all
    ) as promoted using (promo_code)
    left join marked as m using (promo_code)
    where span.first_day <= span.final_day
    group by span.promo_code, span.first_day, span.final_day
"""
MARGIN = """
    with parts as (
        select sku, net as net_sales, net - cogs as margin, discount, 0 as freight, 0 as refunds, day from sold
        union all by name
        select canonical(sku) as sku, freight, in_nairobi(shipped_at) as day from commerce_shipment_lines
        union all by name
        select canonical(sku) as sku, refund as refunds, in_nairobi(returned_at) as day from commerce_return_lines
    )
    select p.category, coalesce(sum(net_sales), 0) as net_sales, coalesce(sum(discount), 0) as discount,
        coalesce(sum(margin), 0) as margin, coalesce(sum(freight), 0) as freight, coalesce(sum(refunds), 0) as refunds,
        coalesce(sum(margin), 0) - coalesce(sum(freight), 0) - coalesce(sum(refunds), 0) as left_over,
        100 * left_over / sum(net_sales) as left_over_pct, 100 * coalesce(sum(parts.margin),
            0) / sum(net_sales) as margin_pct
    from parts inner join erp_products as p using (sku)
    where day between getvariable('closed_day') - 27 and getvariable('closed_day')
    group by p.category
"""
RETURNS = """
    select reason_code, canonical(r.sku) as sku, batch_no, any_value(p.primary_supplier_code) as primary_supplier_code,
        count(distinct return_id) as return_count, cast(sum(returned_qty) as bigint) as returned_qty,
        100.0 * sum(scrapped_qty) / sum(returned_qty) as scrapped_pct, sum(refund) as refunds
    from commerce_return_lines as r left join erp_products as p on canonical(r.sku) = p.sku
    where in_nairobi(returned_at) between getvariable('closed_day') - 89 and getvariable('closed_day')
    group by all
"""
AS_WAS_AS_IS = """
    with once_each as (
        select date_trunc('month', day) as month, category_then as category, net as was, 0 as is_now from sold
        union all
        select date_trunc('month', s.day), p.category, 0, s.net from sold as s left join erp_products as p using (sku)
    )
    select cast(month as date) as sales_month, category, sum(was) as net_sales_as_was, sum(is_now) as net_sales_as_is,
        sum(is_now) - sum(was) as moved
    from once_each group by all
"""
