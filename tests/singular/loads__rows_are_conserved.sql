-- Invariant 15. Threshold: 0. Window: every load, and every file in place. Tier 1.
-- Detects: a row lost or doubled between source, bronze, quarantine and staging.
{{ config(group='platform', meta={'tier': 1, 'owner': 'platform', 'invariant': 15}) }}

with

loads as (
    select * from {{ ref('int_loads__history') }}
),

staged as (
    {% for model in staging_models() -%}
    select
        _file as file_path,
        count(*) as staged_count
    from {{ ref(model) }}
    group by _file
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        loads.*,
        coalesce(staged.staged_count, 0) as staged_count
    from loads
    left join staged on loads.file_path = staged.file_path and loads.is_current
    where
        loads.extracted_count <> loads.row_count + loads.quarantined_count + loads.deduplicated_count
        or (loads.is_current and loads.row_count <> coalesce(staged.staged_count, 0))
)

select * from final
