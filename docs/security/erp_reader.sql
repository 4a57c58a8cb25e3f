-- The user with which Ghala reads a PostgreSQL: it can read two schemas and nothing else. Run it as the owner of the database,
-- once and again after new tables; adapt the names of the schemas. The password is set apart: \password ghala_reader
do $$
begin
    if not exists (select from pg_roles where rolname = 'ghala_reader') then
        create role ghala_reader login;
    end if;
    -- whoever may use the database may otherwise make temporary tables in it, and (before version 15) tables in public
    execute format('revoke temporary, create on database %I from public', current_database());
    execute format('grant connect on database %I to ghala_reader', current_database());
end
$$;
alter role ghala_reader nosuperuser nocreatedb nocreaterole noinherit noreplication connection limit 10;
alter role ghala_reader set default_transaction_read_only = on;
alter role ghala_reader set statement_timeout = '1h';
revoke all on schema public from public;

grant usage on schema erp, audit to ghala_reader;
grant select on all tables in schema erp, audit to ghala_reader;
