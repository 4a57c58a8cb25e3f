-- For an administrator, in the database that BI tools read: a user that may do what `ghala publish --to postgres` does
-- and nothing else, and the role of those who read. Then: GHALA_PUBLISH_POSTGRES_DSN=postgresql://marts_publisher:…
create role marts_reader nologin;
create role marts_publisher login password 'change-me';
grant create on database marts_db to marts_publisher
