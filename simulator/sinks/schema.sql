-- The ERP's tables. Documents hold the current state; masters keep every version in schema audit.
CREATE SCHEMA erp;
CREATE SCHEMA audit;
CREATE SCHEMA sim;
CREATE TABLE sim.applied (day integer PRIMARY KEY);
CREATE TABLE erp.suppliers (
    supplier_code text PRIMARY KEY, legal_name text NOT NULL, payment_terms_days integer NOT NULL,
    incoterm text NOT NULL, currency char(3) NOT NULL, contract_lead_time_days integer NOT NULL, tier text NOT NULL,
    status text NOT NULL, otif_target numeric(5, 4) NOT NULL, contact_email text NOT NULL, tax_pin text NOT NULL,
    country text NOT NULL, onboarded_on date NOT NULL, is_deleted boolean NOT NULL, created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE erp.products (
    sku text PRIMARY KEY, name text NOT NULL, description text NOT NULL, category text NOT NULL,
    subcategory text NOT NULL, brand text NOT NULL, primary_supplier_code text NOT NULL, uom text NOT NULL,
    pack_qty integer NOT NULL, status text NOT NULL, vat_class text NOT NULL, abc_class text NOT NULL,
    standard_cost numeric(18, 4) NOT NULL, list_price numeric(18, 2) NOT NULL, reorder_point bigint NOT NULL,
    safety_stock bigint NOT NULL, weight_kg numeric(10, 3) NOT NULL, volume_m3 numeric(12, 6) NOT NULL,
    launch_date date NOT NULL, is_deleted boolean NOT NULL, created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE erp.warehouses (
    warehouse_code text PRIMARY KEY, name text NOT NULL, warehouse_type text NOT NULL, manager text NOT NULL,
    capacity_m3 numeric(12, 2) NOT NULL, daily_pick_capacity integer NOT NULL, service_region text NOT NULL,
    status text NOT NULL, latitude numeric(9, 6) NOT NULL, longitude numeric(9, 6) NOT NULL, address text NOT NULL,
    county text NOT NULL, opened_on date NOT NULL, is_deleted boolean NOT NULL, created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE audit.suppliers (LIKE erp.suppliers);
CREATE TABLE audit.products (LIKE erp.products);
CREATE TABLE audit.warehouses (LIKE erp.warehouses);
CREATE TABLE erp.purchase_orders (
    po_number text NOT NULL, supplier_code text NOT NULL, warehouse_code text NOT NULL, status text NOT NULL,
    currency char(3) NOT NULL, ordered_at timestamptz NOT NULL, approved_at timestamptz,
    promised_date date NOT NULL, sent_at timestamptz,
    is_deleted boolean NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE erp.purchase_order_lines (
    po_number text NOT NULL, line_no integer NOT NULL, sku text NOT NULL, ordered_qty bigint NOT NULL,
    cancelled_qty bigint NOT NULL, unit_cost numeric(18, 4) NOT NULL, is_deleted boolean NOT NULL,
    created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE erp.goods_receipts (
    grn_number text NOT NULL, line_no integer NOT NULL, po_number text NOT NULL, po_line_no integer NOT NULL,
    supplier_code text NOT NULL, warehouse_code text NOT NULL, sku text NOT NULL, uom text NOT NULL,
    received_qty bigint NOT NULL,
    rejected_qty bigint NOT NULL, accepted_qty bigint NOT NULL, unit_cost numeric(18, 4) NOT NULL,
    promised_date date NOT NULL, received_at timestamptz NOT NULL, is_deleted boolean NOT NULL,
    created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE erp.inventory_ledger (
    movement_id text NOT NULL, sku text NOT NULL, warehouse_code text NOT NULL, movement_type text NOT NULL,
    qty_signed bigint NOT NULL, unit_cost numeric(18, 4) NOT NULL, moved_at timestamptz NOT NULL,
    reference_type text NOT NULL, reference_id text, reference_line_no integer,
    counterpart_warehouse_code text, reversal_of text,
    created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE erp.supplier_invoices (
    invoice_number text NOT NULL, line_no integer NOT NULL, supplier_code text NOT NULL, supplier_name text NOT NULL,
    po_number text NOT NULL, po_line_no integer NOT NULL, grn_number text NOT NULL, invoiced_qty bigint NOT NULL,
    unit_price numeric(18, 4) NOT NULL, currency char(3) NOT NULL, line_amount numeric(18, 2) NOT NULL,
    invoice_date date NOT NULL, due_date date NOT NULL, status text NOT NULL, paid_at timestamptz,
    is_deleted boolean NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE erp.fx_rates (
    currency char(3) NOT NULL, rate_date date NOT NULL, rate numeric(18, 6) NOT NULL,
    created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE erp.promotions (
    promo_code text PRIMARY KEY, name text NOT NULL, mechanic text NOT NULL, discount_pct numeric(5, 4),
    discount_amount numeric(18, 2), budget numeric(18, 2) NOT NULL, funding text NOT NULL, planned_start date NOT NULL,
    planned_end date NOT NULL, status text NOT NULL, is_deleted boolean NOT NULL, created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE audit.promotions (LIKE erp.promotions);
CREATE TABLE erp.promotion_items (
    promo_code text NOT NULL, sku text NOT NULL, scope_type text NOT NULL, scope_code text NOT NULL,
    valid_from timestamptz NOT NULL, valid_to timestamptz NOT NULL, is_deleted boolean NOT NULL,
    created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE erp.price_list (
    sku text NOT NULL, channel text NOT NULL, valid_from timestamptz NOT NULL, list_price numeric(18, 2) NOT NULL,
    promo_price numeric(18, 2), promo_code text, is_deleted boolean NOT NULL, created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
