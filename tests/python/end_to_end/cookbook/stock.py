"""Answers about stock, straight from the ledger, the orders and the count sheets."""

STOCK_DAYS = """
    create table stock_days as
    with moves as (
        select canonical(sku) as sku, warehouse_code, in_nairobi(moved_at) as day, movement_type, qty_signed
        from erp_inventory_ledger
    ),
    pairs as (select sku, warehouse_code, min(day) as first_day from moves group by all),
    days as (
        select cast(unnest(range(getvariable('closed_day') - 27, getvariable('closed_day') + 1,
            interval 1 day)) as date) as day
    ),
    versions as (
        select sku, status, updated_at, lag(updated_at) over (partition by sku order by updated_at) as earlier,
            lead(updated_at) over (partition by sku order by updated_at) as later
        from (select distinct on (sku, updated_at) * from erp_products__all)
    )
    select
        pairs.sku, pairs.warehouse_code, days.day,
        coalesce(sum(moves.qty_signed), 0) as closing,
        coalesce(-sum(moves.qty_signed) filter (where moves.day = days.day and movement_type = 'SHIP'), 0) as shipped,
        any_value(versions.status) = 'active' as is_active
    from pairs
    inner join days on days.day >= pairs.first_day
    left join moves on pairs.sku = moves.sku and pairs.warehouse_code = moves.warehouse_code and moves.day <= days.day
    left join versions on pairs.sku = versions.sku
        and (versions.earlier is null or versions.updated_at < days.day + interval 21 hour)
        and (versions.later is null or versions.later >= days.day + interval 21 hour)
    group by pairs.sku, pairs.warehouse_code, days.day
"""
RESERVED = """
    create view reserved as
    select canonical(line.sku) as sku, line.warehouse_code,
        sum(line.qty)
        - coalesce(sum(line.cancelled_qty) filter (where greatest(in_nairobi(line.placed_at), case
            when line.status = 'cancelled' or sent.day is null then in_nairobi(line.updated_at) else sent.day end
          ) <= getvariable('closed_day')), 0)
        - coalesce(sum(sent_line.qty), 0) as qty
    from commerce_order_lines as line
    left join (
        select order_id, min(in_nairobi(shipped_at)) as day from commerce_shipment_lines group by order_id
    ) as sent using (order_id)
    left join (
        select order_id, order_line_no, sum(shipped_qty) as qty from commerce_shipment_lines
        where in_nairobi(shipped_at) <= getvariable('closed_day') group by all
    ) as sent_line on line.order_id = sent_line.order_id and line.line_no = sent_line.order_line_no
    where in_nairobi(line.placed_at) <= getvariable('closed_day')
    group by all
"""
COMING = """
    create view coming as
    select sku, warehouse_code, sum(qty) as qty from (
        select canonical(line.sku) as sku, head.warehouse_code,
            line.ordered_qty
            - case when in_nairobi(greatest(line.updated_at, head.ordered_at)) <= getvariable('closed_day')
                then line.cancelled_qty else 0 end
            - least(coalesce(got.qty, 0), line.ordered_qty - line.cancelled_qty) as qty
        from erp_purchase_order_lines as line
        inner join erp_purchase_orders as head using (po_number)
        left join (
            select po_number, po_line_no, sum(received_qty) as qty from erp_goods_receipts
            where in_nairobi(received_at) <= getvariable('closed_day') group by all
        ) as got on line.po_number = got.po_number and line.line_no = got.po_line_no
        where in_nairobi(head.ordered_at) <= getvariable('closed_day')
        union all
        select canonical(sku), case when movement_type = 'TRANSFER_OUT' then counterpart_warehouse_code
            else warehouse_code end, -qty_signed
        from erp_inventory_ledger
        where movement_type in ('TRANSFER_OUT', 'TRANSFER_IN') and in_nairobi(moved_at) <= getvariable('closed_day')
    ) group by all
"""
POSITION = """
    create table position as
    select
        today.sku, today.warehouse_code, today.is_active,
        cast(today.closing - coalesce(reserved.qty, 0) as bigint) as available,
        cast(coalesce(coming.qty, 0) as bigint) as coming,
        demand.daily
    from stock_days as today
    inner join (
        select sku, warehouse_code, sum(shipped) / nullif(count_if(closing > 0 or shipped > 0), 0) as daily
        from stock_days group by all
    ) as demand using (sku, warehouse_code)
    left join reserved using (sku, warehouse_code)
    left join coming using (sku, warehouse_code)
    where today.day = getvariable('closed_day')
"""
PREPARE = (STOCK_DAYS, RESERVED, COMING, POSITION)

RUNS_OUT = """
    select p.sku, p.warehouse_code, p.available as available_qty, p.daily as daily_demand,
        p.available / p.daily as cover_days, p.coming as coming_qty, s.contract_lead_time_days as lead_time_days,
        cast(floor(coalesce((
            select sum(o.available - 14 * o.daily) from position as o
            where o.sku = p.sku and o.warehouse_code <> p.warehouse_code and o.available > 14 * o.daily
        ), 0)) as bigint) as elsewhere_qty
    from position as p
    inner join erp_products as product on p.sku = product.sku
    left join erp_suppliers as s on product.primary_supplier_code = s.supplier_code
    where p.is_active and p.daily > 0 and p.available / p.daily < 7
"""
EXCESS = """
    select a.sku, b.warehouse_code as from_warehouse, a.warehouse_code as to_warehouse,
        cast(floor(b.available - {days} * coalesce(b.daily, 0)) as bigint) as from_excess_qty,
        cast(ceil(7 * a.daily) as bigint) as to_need_qty
    from position as a, position as b
    where a.sku = b.sku and a.warehouse_code <> b.warehouse_code and a.is_active and a.daily > a.available
        and floor(b.available - {days} * coalesce(b.daily, 0)) > 0
"""
LOST = """
    with empty as (
        select sku, warehouse_code, count_if(is_active and closing <= 0) as days,
            sum(shipped) / nullif(count_if(closing > 0 or shipped > 0), 0) as daily
        from stock_days group by all
    ),
    price as (
        select sku, sum(net) / nullif(sum(units), 0) as net from sold
        where day between getvariable('closed_day') - 27 and getvariable('closed_day') group by all
    )
    select sku, warehouse_code, days as stockout_days, daily as daily_demand, days * daily as lost_units,
        cast(days * daily * price.net as double) as lost_sales
    from empty left join price using (sku) where days > 0 and daily > 0
"""
DEAD = """
    with moves as (
        select canonical(sku) as sku, warehouse_code, in_nairobi(moved_at) as day, movement_type,
            sum(qty_signed) as qty_signed
        from erp_inventory_ledger where in_nairobi(moved_at) <= getvariable('closed_day') group by all
    )
    select m.sku, m.warehouse_code, cast(sum(qty_signed) as bigint) as closing_qty,
        cast(sum(qty_signed) * any_value(p.standard_cost) as double) as stock_value,
        getvariable('closed_day') - coalesce(max(m.day) filter (where movement_type = 'SHIP' and qty_signed < 0),
            min(m.day)) as days_without_sale,
        getvariable('closed_day') - max(m.day) filter (where qty_signed > 0) as newest_inflow_days
    from moves as m inner join erp_products as p on m.sku = p.sku
    group by m.sku, m.warehouse_code
    having closing_qty > 0 and days_without_sale >= {days}
"""
SHRINKAGE = """
    with costs as (
        select sku, standard_cost, updated_at, lag(updated_at) over (partition by sku order by updated_at) as earlier,
            lead(updated_at) over (partition by sku order by updated_at) as later
        from (select distinct on (sku, updated_at) * from erp_products__all)
    ),
    counts as (
        select c.warehouse, c.bin, c.counted_qty - c.book as variance, costs.standard_cost as cost
        from (
            select right(count_id, 4) as warehouse, canonical(sku) as sku, bin, counted_qty, counted_at, coalesce((
                select sum(l.qty_signed) from erp_inventory_ledger as l
                where canonical(l.sku) = canonical(n.sku) and l.warehouse_code = right(n.count_id, 4)
                    and in_nairobi(l.moved_at) <= in_nairobi(n.counted_at)
            ), 0) as book
            from wms_stock_counts as n
            where in_nairobi(counted_at) between getvariable('closed_day') - 89 and getvariable('closed_day')
        ) as c
        left join costs on c.sku = costs.sku
            and (costs.earlier is null or costs.updated_at <= c.counted_at)
            and (costs.later is null or costs.later > c.counted_at)
    )
    select warehouse as warehouse_code, bin, count(*) as counts, 100.0 * count_if(variance = 0) / count(*) as exact_pct,
        cast(coalesce(sum(-variance) filter (where variance < 0), 0) as bigint) as missing_qty,
        coalesce(sum(round(-variance * cost, 2)) filter (where variance < 0), 0) as shrinkage,
        coalesce(sum(round(variance * cost, 2)) filter (where variance > 0), 0) as surplus
    from counts group by all having count_if(variance <> 0) > 0
"""
