-- grain: one row per dimension and surrogate key that exists or existed.
-- A row whose `_load` moved tells the facts to look their keys up again.
-- depends_on: {{ ref('int_loads__history') }}
{{ config(unique_key=['dimension', 'member_key'], pre_hook="{{ collect_touched(changed_key_ranges()) }}") }}

with

current_ranges as (
    {{ current_key_ranges() }}
),

{% if is_incremental() %}
changed as (
    select ranges.*
    from current_ranges as ranges
    inner join {{ touched() }} using (dimension, member_key)
),

removed as (
    select
        previous.dimension,
        previous.member_key,
        previous.natural_key,
        previous.valid_from,
        previous.valid_to,
        previous.copied_hash
    from {{ this }} as previous
    inner join {{ touched() }} using (dimension, member_key)
    left join current_ranges as ranges using (dimension, member_key)
    where ranges.member_key is null
),

final as (
    select
        changed.*,
        true as is_active,
        -- an interval that only got shorter moves no fact: what it gave up belongs to a new key
        case
            when touched.is_shortened then touched.previous_load else {{ latest_load() }}
        end as _load
    from changed
    inner join {{ touched() }} as touched using (dimension, member_key)
    union all
    select
        *,
        false as is_active,
        {{ latest_load() }} as _load
    from removed
)
{% else %}
final as (
    select
        *,
        true as is_active,
        -- a first build keys every fact with these ranges anyway: none of them is news to a fact
        cast(0 as bigint) as _load
    from current_ranges
)
{% endif %}

select * from final
