-- grain: one row per delivered version of an inventory movement.
{{ config(
    unique_key=['movement_id'],
    pre_hook="{{ touched_by_files('stg_erp__inventory_ledger', ['movement_id']) }}",
) }}

{{ versions_of('stg_erp__inventory_ledger', key=['movement_id']) }}
