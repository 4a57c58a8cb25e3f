-- Invariant 15. Threshold: 0. Window: every load; the files in place that came lately (first_tested_load). Tier 1.
-- Detects: a row lost or doubled between source, bronze, quarantine and staging.
{{ config(group='platform', meta={'tier': 1, 'owner': 'platform', 'invariant': 15}) }}

with

loads as (
    select
        *,
        is_current and load_number >= {{ first_tested_load() }} as is_counted
    from {{ ref('int_loads__history') }}
),

staged as (
    {% for model in staging_models() -%}
    select
        staged._file as file_path,
        count(*) as staged_count
    from {{ ref(model) }} as staged
    inner join loads on staged._file = loads.file_path and loads.is_counted
    {% if first_tested_load() -%}
    where staged._file in ({{ new_files(model, after=first_tested_load() - 1) }})
    {%- endif %}
    group by staged._file
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        loads.*,
        coalesce(staged.staged_count, 0) as staged_count
    from loads
    left join staged on loads.file_path = staged.file_path and loads.is_counted
    where
        loads.extracted_count <> loads.row_count + loads.quarantined_count + loads.deduplicated_count
        or (loads.is_counted and loads.row_count <> coalesce(staged.staged_count, 0))
)

select * from final
