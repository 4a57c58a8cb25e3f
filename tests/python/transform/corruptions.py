"""One wrong value per data test: what makes it fail in the tidy world. Every singular test has its own."""

MARTS = "star.marts"
KEPT = "warehouse.intermediate"
BALANCES = f"{MARTS}.fct_inventory_balances"
DAILY = f"{MARTS}.fct_inventory_daily"
LINES = f"{MARTS}.fct_order_lines"
PAYMENTS = f"{MARTS}.fct_payments"
RECEIPTS = f"{MARTS}.fct_receipts"
RETURNS = f"{MARTS}.fct_returns"
SHIPMENTS = f"{MARTS}.fct_shipments"
OLD_P1 = f"(select product_key from {MARTS}.dim_product where sku = 'P1' and not is_current)"

STOCK = {
    "inventory__opening_plus_movements_is_closing": f"update {BALANCES} set opening_qty = 1",
    "inventory__dense_days_repeat_the_balances": f"delete from {DAILY} where business_date = '2026-01-02'",
    "inventory__stock_is_never_below_zero": f"update {BALANCES} set closing_qty = -1",
    "inventory__a_day_without_a_count_is_marked_stale": f"update {DAILY} set is_stale = false",
    "stock_counts__each_variance_has_its_adjustment": f"update {MARTS}.fct_stock_counts set variance_qty = -3",
    "stock_counts__a_difference_is_a_variance_row": f"delete from {MARTS}.fct_stock_counts",
    "transfers__what_left_has_arrived_or_is_in_transit": f"update {DAILY} set in_transit_qty = 9",
    "transfers__no_more_arrives_than_left": f"""update {MARTS}.fct_inventory_movements
        set qty_signed = 11 where movement_type = 'TRANSFER_IN'""",
}
PURCHASES = {
    "receipts__ledger_receipts_equal_accepted_quantity": f"update {RECEIPTS} set accepted_qty = 6",
    "receipts__received_is_accepted_plus_rejected": f"update {RECEIPTS} set rejected_qty = 2",
    "receipts__no_more_is_accepted_than_ordered": f"update {RECEIPTS} set accepted_qty = 7",
    "procurement_pipeline__received_to_date_is_the_sum_of_receipts": f"update {RECEIPTS} set accepted_qty = 4",
    "procurement_pipeline__milestones_follow_each_other_unless_flagged": f"""update {MARTS}.fct_procurement_pipeline
        set approved_date_key = 20260105""",
    "fx_rates__each_currency_has_one_rate_a_day": f"""delete from {KEPT}.int_fx_rates__versions
        where rate_date = '2026-01-02'""",
    "demand_forecasts__none_is_of_the_past": f"update {MARTS}.fct_demand_forecasts set target_week = run_date",
    "feat_demand_weekly__nothing_is_of_after_the_cutoff": f"""create or replace table {MARTS}.feat_demand_weekly as
        select 'P1' as sku, 'WH01' as warehouse_code, date '2026-01-04' as cutoff_date,
            date '2026-01-04' as target_week,
            1 as product_key, 5.0 as mean_ordered_qty_13w, 13 as history_weeks""",
    "prices__each_sale_has_its_price": f"delete from {MARTS}.fct_prices where sku = 'P1'",
    "intervals__are_half_open_and_never_overlap": f"""insert into {MARTS}.fct_promotion_coverage by name
        select * replace (valid_from + interval 1 hour as valid_from) from {MARTS}.fct_promotion_coverage""",
}
SALES = {
    "shipments__ledger_shipments_equal_shipped_quantity": f"update {SHIPMENTS} set shipped_qty = 2",
    "shipments__no_more_is_shipped_than_ordered": f"update {SHIPMENTS} set shipped_qty = 4",
    "returns__ledger_returns_equal_restocked_quantity": f"update {RETURNS} set restocked_qty = 0",
    "returns__no_more_comes_back_than_was_delivered": f"update {RETURNS} set returned_qty = 4",
    "orders__header_total_equals_lines": f"update {LINES} set gross_amount = gross_amount + 1",
    "order_lines__money_is_conserved": f"update {LINES} set net_amount_ex_vat = 0.01",
    "order_lines__vat_is_what_the_rate_of_the_day_says": f"update {LINES} set vat_amount = vat_amount + 0.01",
    "order_fulfilment__milestones_follow_each_other_unless_flagged": f"""update {MARTS}.fct_order_fulfilment
        set shipped_at = picked_at - interval 1 hour""",
}
MONEY = {
    "payments__no_more_is_refunded_than_was_paid": f"update {RETURNS} set refund_amount = 1000",
    "payments__paid_orders_got_their_total": f"update {PAYMENTS} set amount = 1 where provider_txn_id = 'PAY1'",
    "payments__sum_to_the_statement_of_the_day": f"update {PAYMENTS} set amount = 1 where provider_txn_id = 'STRAY1'",
    "payments__each_message_has_its_line_on_the_statement": f"""update {PAYMENTS} set has_statement = false
        where provider_txn_id = 'PAY1'""",
    "payments__a_receipt_pays_once": f"update {KEPT}.int_mpesa_callbacks__versions set receipt_number = 'STRAY1'",
    "payments__a_reversal_is_of_an_earlier_payment_and_not_larger": f"""update {PAYMENTS} set amount = -900
        where is_reversal""",
}
EVERYWHERE = {
    "loads__rows_are_conserved": f"update {KEPT}.int_loads__history set row_count = 9 where load_number = 1",
    "facts__money_is_conserved": f"update {RETURNS} set refund_amount = 1",
    "facts__late_arriving_members_are_few": f"update {LINES} set product_key = -3",
    "facts__late_arriving_members_come_within_three_days": f"""update {LINES}
        set product_key = -3, placed_at = '2025-12-01 00:00:00'""",
    "facts__members_were_valid_at_the_event": f"update {LINES} set product_key = {OLD_P1}",
    "dates__known_days_are_right": f"update {MARTS}.dim_date set fiscal_year = 2026 where date_key = 20260701",
    "half_open_history_dim_product_v1_sku": f"""update {MARTS}.dim_product
        set valid_to = valid_to - interval 1 second where sku = 'P1' and not is_current""",
    "unique_combination_fct_order_lines_v1_order_id__line_no": f"insert into {LINES} select * from {LINES}",
    "relationships_fct_receipts_v1_supplier_key__supplier_key__ref_dim_supplier_": f"""update {RECEIPTS}
        set supplier_key = 12345""",
}
CORRUPTIONS = STOCK | PURCHASES | SALES | MONEY | EVERYWHERE
# Further ways in which a test has to fail, beside the one above.
ALSO = [("inventory__opening_plus_movements_is_closing", f"delete from {BALANCES} where warehouse_code = 'WH02'")]
