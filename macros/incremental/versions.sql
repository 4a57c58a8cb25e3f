{# All delivered versions of an entity, each marked whether it is the latest of its key (updated_at, then load number).

   Incremental by load number. Touched keys = keys in the new files ∪ keys whose rows came from a file that has been replaced:
   an older version of a key comes back when the newer one is no longer delivered (docs/adr/0004).
   then    what decides where one file holds two versions of a key with the same time #}
{% macro versions_of(staging, key, order_by='updated_at', then=none) -%}
with

loads as (
    select load_number, file_path from {{ ref('int_loads__history') }} where is_current
),

delivered as (
    select staged.* {{ exclude_columns(['_file']) }}, loads.load_number as _load
    from {{ ref(staging) }} as staged
    inner join loads on staged._file = loads.file_path
    {% if is_incremental() -%}
    where staged._file in ({{ new_files(staging) }})
    {%- endif %}
),

versions as (
    select * from delivered
    {% if is_incremental() -%}
    union all by name
    select earlier.* {{ exclude_columns(['_is_latest', '_touched_load']) }}
    from {{ this }} as earlier
    semi join {{ touched() }} as touched on {{ same_key('earlier', 'touched', key) }}
    where
        earlier._load <= {{ watermark() }}
        and earlier._load not in ({{ superseded_loads() }})
    {%- endif %}
),

final as (
    select
        *,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by {{ order_by }} desc nulls last, _load desc nulls last{{ ', ' ~ then ~ ' desc nulls last' if then }}
        ) = 1 as _is_latest,
        {{ latest_load() }} as _touched_load
    from versions
)

select * from final
{%- endmacro %}

{# Pre-hook of a versions model. #}
{% macro touched_by_files(staging, key) -%}
    {%- if is_incremental() -%}
    {%- set columns = key | join(', ') -%}
    {{ collect_touched(
        'select distinct ' ~ columns ~ ' from ' ~ ref(staging) ~ ' where _file in (' ~ new_files(staging) ~ ')'
        ~ ' union select distinct ' ~ columns ~ ' from ' ~ this ~ ' where _load in (' ~ superseded_loads() ~ ')'
    ) }}
    {%- endif -%}
{%- endmacro %}

{# The files above the watermark as a literal list: only a literal lets the scan open just those files
   (measured: 28 ms for 1 of 730 files, 233 ms for all). #}
{% macro new_files(staging, after=none) -%}
    {%- if execute -%}
    {%- set rows = run_query(
        'select file_path from ' ~ ref('int_loads__history') ~ ' where is_current and load_number > ' ~ (watermark() if after is none else after)
        ~ " and staging_model = '" ~ staging ~ "'"
    ) -%}
    {%- if rows.rows | length == 0 -%} '' {%- endif -%}
    {%- for row in rows.rows -%} '{{ row[0] | replace("'", "''") }}'{{ ', ' if not loop.last }}{%- endfor -%}
    {%- else -%} '' {%- endif -%}
{%- endmacro %}

{% macro same_key(left, right, key) -%}
    {%- for column in key -%}{{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}{%- endfor -%}
{%- endmacro %}
