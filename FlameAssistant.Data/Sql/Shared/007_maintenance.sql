-- What is done by the clock: old rows go by settings, the tenants' reports are refreshed; and upgrades of many tenants.

-- ---------------------------------------------------------------- retention

-- Not in anybody's search path, no login has a right on it: months of the audit that are no longer asked for.
CREATE SCHEMA archive;

INSERT INTO shared.system_settings (key, value, description) VALUES
  ('retention.inbound_events', '{"days": 14, "then": "drop"}', 'Raw webhook bodies.'),
  ('retention.inbound_quarantine', '{"days": 90, "then": "drop"}', 'What could not be routed or parsed.'),
  ('retention.webhook_logs', '{"days": 90, "then": "drop"}', 'Deliveries of outgoing webhooks.'),
  ('retention.audit_logs', '{"days": 365, "then": "archive"}', 'The audit: archive moves whole months to the schema archive, drop deletes them.'),
  ('retention.analytics_events', '{"days": 400, "then": "drop"}', 'Product events.'),
  ('retention.performance_metrics', '{"days": 90, "then": "drop"}', 'Measurements of the installation.'),
  ('tenants.grace_days', '30', 'How long the schema of a deleted tenant is kept.');

-- Drops or archives every partition that ended before its table's days. A table without a setting keeps everything, and so
-- does a week of inbound events in which one is still waiting. Returns what was done.
CREATE FUNCTION shared.drop_expired_partitions(at timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  part record;
  is_waiting boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('flame:partitions'));
  FOR part IN
    SELECT p.relname AS parent, c.relname AS name, s.value ->> 'then' AS action
      FROM pg_class p
      JOIN pg_inherits i ON i.inhparent = p.oid
      JOIN pg_class c ON c.oid = i.inhrelid
      JOIN shared.system_settings s ON s.key = 'retention.' || p.relname
     WHERE p.relnamespace = 'shared'::regnamespace AND p.relkind = 'p' AND c.relkind = 'r'
       AND (s.value ->> 'days') ~ '^[1-9][0-9]{0,4}$'
       AND substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz
           <= at - make_interval(days => (s.value ->> 'days')::integer)
     ORDER BY c.relname
  LOOP
    IF part.parent = 'inbound_events' THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM shared.%I WHERE state = ''pending'')', part.name) INTO is_waiting;
      CONTINUE WHEN is_waiting;
    END IF;
    IF part.action = 'archive' THEN
      EXECUTE format('ALTER TABLE shared.%I DETACH PARTITION shared.%I', part.parent, part.name);
      EXECUTE format('ALTER TABLE shared.%I SET SCHEMA archive', part.name);
      RETURN NEXT 'archived ' || part.name;
    ELSE
      EXECUTE format('DROP TABLE shared.%I', part.name);
      RETURN NEXT 'dropped ' || part.name;
    END IF;
  END LOOP;
END;
$$;

-- The same for tables that are not partitioned. In batches, so that no lock is long: call again until it returns 0.
CREATE FUNCTION shared.delete_expired_rows(at timestamptz, at_most integer DEFAULT 5000) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  quarantine_days constant integer := coalesce(
    (SELECT (value ->> 'days')::integer FROM shared.system_settings WHERE key = 'retention.inbound_quarantine'), 90);
  gone integer;
  more integer;
BEGIN
  DELETE FROM shared.inbound_quarantine WHERE id IN (
    SELECT id FROM shared.inbound_quarantine WHERE created_at < at - make_interval(days => quarantine_days)
     ORDER BY created_at LIMIT at_most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  DELETE FROM shared.access_tokens WHERE token_hash IN (
    SELECT token_hash FROM shared.access_tokens WHERE expires_at < at - interval '1 day' LIMIT at_most);
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN gone + more;
END;
$$;
CREATE INDEX idx_inbound_quarantine_created_at ON shared.inbound_quarantine (created_at);

-- ---------------------------------------------------------------- reports of the tenants

CREATE TABLE shared.view_refreshes (
  schema_name text CONSTRAINT view_refreshes_pkey PRIMARY KEY
    CONSTRAINT view_refreshes_schema_name_fkey REFERENCES shared.tenant_schemas (schema_name) ON DELETE CASCADE,
  -- Rows ever written to the tables that the views count, as of the refresh.
  changes bigint NOT NULL,
  refreshed_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION shared.tenant_changes(tenant_schema_name text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT coalesce(sum(pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid)), 0)::bigint
    FROM pg_class c
   WHERE c.relnamespace = to_regnamespace(quote_ident(tenant_schema_name))
     AND c.relname IN ('tenant_info', 'profiles', 'contacts', 'conversations', 'messages', 'assistants')
$$;

-- Sets the tenant's id, without which the views would silently count nothing, and restores what was set before.
CREATE FUNCTION shared.refresh_tenant_views(tenant_schema_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  tenant constant uuid := shared.tenant_of_schema(tenant_schema_name);
  previous_tenant constant text := current_setting('app.current_tenant_id', true);
  changes_before constant bigint := shared.tenant_changes(tenant_schema_name);
BEGIN
  PERFORM set_config('app.current_tenant_id', tenant::text, true);
  EXECUTE format('REFRESH MATERIALIZED VIEW CONCURRENTLY %I.dashboard_stats', tenant_schema_name);
  EXECUTE format('REFRESH MATERIALIZED VIEW CONCURRENTLY %I.assistant_metrics', tenant_schema_name);
  PERFORM set_config('app.current_tenant_id', coalesce(previous_tenant, ''), true);
  INSERT INTO shared.view_refreshes (schema_name, changes, refreshed_at) VALUES (tenant_schema_name, changes_before, now())
  ON CONFLICT (schema_name) DO UPDATE SET changes = excluded.changes, refreshed_at = excluded.refreshed_at;
END;
$$;

-- Tenants whose views are behind: something was written since, or the day began anew (messages_today). The counters of
-- PostgreSQL are late by a second and start again after a crash; both only mean one refresh more.
CREATE FUNCTION shared.stale_tenant_views(at timestamptz, at_most integer) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT ts.schema_name
    FROM shared.tenant_schemas ts
    JOIN shared.tenants t ON t.id = ts.tenant_id AND t.deleted_at IS NULL
    LEFT JOIN shared.view_refreshes r ON r.schema_name = ts.schema_name
   WHERE to_regclass(format('%I.assistant_metrics', ts.schema_name)) IS NOT NULL
     AND (r.schema_name IS NULL
       OR r.refreshed_at < date_trunc('day', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
       OR r.changes <> shared.tenant_changes(ts.schema_name))
   ORDER BY r.refreshed_at NULLS FIRST
   LIMIT at_most
$$;

-- ---------------------------------------------------------------- upgrades of many tenants

-- As before, but the ledger's row is locked first, as the claim of an upgrade does: two orders would be a deadlock.
CREATE OR REPLACE FUNCTION shared.upgrade_tenant_schema(tenant_schema_name text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  tenant constant uuid := shared.tenant_of_schema(tenant_schema_name);
  previous_tenant constant text := current_setting('app.current_tenant_id', true);
  script record;
  reached integer;
BEGIN
  SELECT version INTO STRICT reached FROM shared.tenant_schemas WHERE schema_name = tenant_schema_name FOR NO KEY UPDATE;
  PERFORM pg_advisory_xact_lock(hashtext('flame:schema:' || tenant_schema_name));

  PERFORM set_config('app.current_tenant_id', tenant::text, true);
  PERFORM set_config('search_path', format('%I, public, pg_temp', tenant_schema_name), true);
  FOR script IN SELECT * FROM shared.tenant_scripts WHERE version > reached ORDER BY version LOOP
    EXECUTE replace(replace(script.body, '{{tenant}}', tenant::text), '{{schema}}', quote_ident(tenant_schema_name));
    EXECUTE format('INSERT INTO %I.schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', tenant_schema_name)
      USING script.version::text, script.name, script.checksum;
    reached := script.version;
  END LOOP;
  PERFORM set_config('search_path', 'pg_catalog', true);
  PERFORM set_config('app.current_tenant_id', coalesce(previous_tenant, ''), true);

  UPDATE shared.tenant_schemas SET version = reached, state = 'ready', attempt = 0, last_error = NULL
   WHERE schema_name = tenant_schema_name;
  RETURN reached;
END;
$$;

CREATE OR REPLACE FUNCTION shared.drop_tenant_schema(tenant_schema_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM shared.tenant_of_schema(tenant_schema_name);
  IF tenant_schema_name IN ('tenant_template', 'tenant_system') THEN
    RAISE EXCEPTION 'The schema % belongs to the system and is never dropped', tenant_schema_name USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM FROM shared.tenant_schemas WHERE schema_name = tenant_schema_name FOR UPDATE;
  PERFORM pg_advisory_xact_lock(hashtext('flame:schema:' || tenant_schema_name));
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', tenant_schema_name);
  DELETE FROM shared.tenant_schemas WHERE schema_name = tenant_schema_name;
END;
$$;

GRANT EXECUTE ON FUNCTION
  shared.drop_expired_partitions(timestamptz), shared.delete_expired_rows(timestamptz, integer),
  shared.refresh_tenant_views(text), shared.stale_tenant_views(timestamptz, integer) TO flame_worker;
GRANT SELECT ON shared.view_refreshes TO flame_platform;
