-- Threshold: 0. Window: the invoices that both files deliver. Tier 2: the newer file counts, but somebody should look.
-- Detects: an invoice that the vendor has changed between the two deliveries.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'retail-examples'}) }}

with

older as (
    select * exclude (_file)
    from {{ ref('stg_online_retail__lines_2009_2010') }}
    where invoice_no in (select newer.invoice_no from {{ ref('stg_online_retail__lines_2010_2011') }} as newer)
),

newer as (
    select * exclude (_file)
    from {{ ref('stg_online_retail__lines_2010_2011') }}
    where invoice_no in (select older.invoice_no from older)
),

only_older as (
    select * from older
    except all
    select * from newer
),

only_newer as (
    select * from newer
    except all
    select * from older
),

final as (
    select * from only_older
    union all
    select * from only_newer
)

select * from final
