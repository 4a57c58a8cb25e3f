{# Operation behind `ghala snapshots rebuild`: forget every snapshot and the versions it was made of. The next build reads all
   delivered versions from bronze again and fills the snapshots with them. #}
{% macro rebuild_snapshots() -%}
    {%- for snapshot in graph.nodes.values() | selectattr('resource_type', 'equalto', 'snapshot') -%}
        {%- do run_query('drop table if exists ' ~ snapshot.relation_name) -%}
        {%- for upstream in snapshot.depends_on.nodes if graph.nodes[upstream].name.endswith('__versions') -%}
            {%- do run_query('drop table if exists ' ~ graph.nodes[upstream].relation_name) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
