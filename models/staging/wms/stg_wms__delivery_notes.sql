with

source as (
    select * from {{ source('wms', 'delivery_notes') }}
),

final as (
    select
        shipment_id,
        remark,
        parcels as parcel_count,
        documents_ok as has_documents_ok,
        false as is_deleted,
        signed_at,
        booked_at,
        booked_at as updated_at,
        filename as _file
    from source
)

select * from final
