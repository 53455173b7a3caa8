-- What each tenant uses, measured by the clock: /system shows thousands of tenants without a look into their schemas.
CREATE TABLE shared.tenant_usage (
  tenant_id uuid CONSTRAINT tenant_usage_pkey PRIMARY KEY
    CONSTRAINT tenant_usage_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  -- Tables and indexes of the schema, and the files of its messages.
  storage_bytes bigint NOT NULL DEFAULT 0 CONSTRAINT tenant_usage_storage_bytes_check CHECK (storage_bytes >= 0),
  -- Of the 24 hours before measured_at.
  messages_in bigint NOT NULL DEFAULT 0,
  messages_out bigint NOT NULL DEFAULT 0,
  failing_channels integer NOT NULL DEFAULT 0,
  -- Rows ever written to the tenant's tables, as of measured_at; see shared.tenant_changes.
  changes bigint NOT NULL DEFAULT 0,
  measured_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_tenant_usage_measured_at ON shared.tenant_usage (measured_at);
CREATE INDEX idx_tenant_usage_failing ON shared.tenant_usage (tenant_id) WHERE failing_channels > 0;

SELECT shared.secure_shared_table('shared.tenant_usage');
GRANT SELECT ON shared.tenant_usage TO flame_platform;

-- Tenants whose figures may be wrong: never measured, changed since, or old enough for messages to have left the 24 hours
-- and for a channel to have failed.
CREATE FUNCTION shared.tenants_to_measure(at timestamptz, at_most integer) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT ts.schema_name
    FROM shared.tenant_schemas ts
    JOIN shared.tenants t ON t.id = ts.tenant_id AND t.slug <> 'system'
    LEFT JOIN shared.tenant_usage u ON u.tenant_id = ts.tenant_id
   WHERE to_regclass(format('%I.messages', ts.schema_name)) IS NOT NULL
     AND (u.tenant_id IS NULL
       OR u.measured_at < at - interval '15 minutes'
       OR u.changes <> shared.tenant_changes(ts.schema_name))
   ORDER BY u.measured_at NULLS FIRST
   LIMIT at_most
$$;

CREATE FUNCTION shared.measure_tenant(tenant_schema_name text, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  tenant constant uuid := shared.tenant_of_schema(tenant_schema_name);
  previous_tenant constant text := current_setting('app.current_tenant_id', true);
  changes_before constant bigint := shared.tenant_changes(tenant_schema_name);
  tables bigint;
  files bigint;
  came_in bigint;
  went_out bigint;
  failing integer;
BEGIN
  SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) INTO tables
    FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(tenant_schema_name)) AND c.relkind IN ('r', 'm');
  PERFORM set_config('app.current_tenant_id', tenant::text, true);
  EXECUTE format('SELECT coalesce(sum(size_bytes), 0) FROM %I.message_attachments WHERE state = ''stored''', tenant_schema_name) INTO files;
  EXECUTE format(
    'SELECT count(*) FILTER (WHERE sender_type = ''contact''), count(*) FILTER (WHERE sender_type <> ''contact'' AND NOT is_private)
       FROM %I.messages WHERE created_at > $1 AND created_at <= $2', tenant_schema_name)
    INTO came_in, went_out USING at - interval '24 hours', at;
  EXECUTE format('SELECT count(*) FROM %I.integrations WHERE status = ''error'' OR status_detail IN (''disconnected'', ''restricted'')',
                 tenant_schema_name) INTO failing;
  PERFORM set_config('app.current_tenant_id', coalesce(previous_tenant, ''), true);
  INSERT INTO shared.tenant_usage (tenant_id, storage_bytes, messages_in, messages_out, failing_channels, changes, measured_at)
  VALUES (tenant, tables + files, came_in, went_out, failing, changes_before, at)
  ON CONFLICT (tenant_id) DO UPDATE SET
    storage_bytes = excluded.storage_bytes, messages_in = excluded.messages_in, messages_out = excluded.messages_out,
    failing_channels = excluded.failing_channels, changes = excluded.changes, measured_at = excluded.measured_at;
END;
$$;
GRANT EXECUTE ON FUNCTION shared.tenants_to_measure(timestamptz, integer), shared.measure_tenant(text, timestamptz) TO flame_worker;
