with

source as (
    select * from {{ source('ghala', 'manifest') }}
),

final as (
    select
        source.load_number,
        source as source_name,
        source.table as table_name,
        source.contract_version,
        source.run_id,
        '{{ home() }}/bronze/' || source.file as file_path,
        source.sha256,
        source.rows as row_count,
        source.extracted as extracted_count,
        source.quarantined as quarantined_count,
        source.deduplicated as deduplicated_count,
        source.bytes as byte_count,
        source.seconds as duration_seconds,
        source.logical_date,
        cast(loaded_at as timestamp) as loaded_at
    from source
)

select * from final
