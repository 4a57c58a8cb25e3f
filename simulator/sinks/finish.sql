-- After the history is loaded: current state of the masters, the audit triggers, keys, and the reader's rights.
INSERT INTO erp.suppliers SELECT DISTINCT ON (supplier_code) * FROM audit.suppliers ORDER BY supplier_code, updated_at DESC;
INSERT INTO erp.products SELECT DISTINCT ON (sku) * FROM audit.products ORDER BY sku, updated_at DESC;
INSERT INTO erp.warehouses SELECT DISTINCT ON (warehouse_code) * FROM audit.warehouses ORDER BY warehouse_code, updated_at DESC;
CREATE FUNCTION audit.keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO audit.%I SELECT ($1).*', TG_TABLE_NAME) USING NEW;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE ON erp.suppliers FOR EACH ROW EXECUTE FUNCTION audit.keep_version();
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE ON erp.products FOR EACH ROW EXECUTE FUNCTION audit.keep_version();
CREATE TRIGGER keep_version AFTER INSERT OR UPDATE ON erp.warehouses FOR EACH ROW EXECUTE FUNCTION audit.keep_version();
ALTER TABLE audit.suppliers ADD PRIMARY KEY (supplier_code, updated_at);
ALTER TABLE audit.products ADD PRIMARY KEY (sku, updated_at);
ALTER TABLE audit.warehouses ADD PRIMARY KEY (warehouse_code, updated_at);
ALTER TABLE erp.purchase_orders ADD PRIMARY KEY (po_number);
ALTER TABLE erp.purchase_order_lines ADD PRIMARY KEY (po_number, line_no);
ALTER TABLE erp.goods_receipts ADD PRIMARY KEY (grn_number, line_no);
ALTER TABLE erp.inventory_ledger ADD PRIMARY KEY (movement_id);
CREATE INDEX ON audit.suppliers (updated_at);
CREATE INDEX ON audit.products (updated_at);
CREATE INDEX ON audit.warehouses (updated_at);
CREATE INDEX ON erp.purchase_orders (updated_at);
CREATE INDEX ON erp.purchase_order_lines (updated_at);
CREATE INDEX ON erp.goods_receipts (updated_at);
CREATE INDEX ON erp.inventory_ledger (updated_at);
GRANT USAGE ON SCHEMA erp, audit TO ghala_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA erp, audit TO ghala_reader;
