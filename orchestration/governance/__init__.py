"""Who owns what, what is promised, what is measured: a page per domain, made from `ops`, the contracts and dbt."""
