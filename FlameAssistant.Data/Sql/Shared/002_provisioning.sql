-- Making, upgrading and dropping the schema of a tenant. The .NET code calls these too: there is no second path.

-- Every table of a tenant gets the same wall: the tenant's id is a constant of the policy, which costs nothing at run
-- time, fails closed on a missing setting, and refuses the right setting in the wrong schema.
CREATE FUNCTION shared.secure_tenant_table(table_name regclass, tenant uuid, audited_columns text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  bare text;
BEGIN
  SELECT relname INTO bare FROM pg_catalog.pg_class WHERE oid = table_name;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', table_name);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %1$s TO flame_app, flame_owner
       USING (current_setting(''app.current_tenant_id'', true) = %2$L)
       WITH CHECK (current_setting(''app.current_tenant_id'', true) = %2$L)', table_name, tenant);
  IF EXISTS (SELECT FROM pg_catalog.pg_attribute
             WHERE attrelid = table_name AND attname = 'updated_at' AND NOT attisdropped) THEN
    EXECUTE format('CREATE TRIGGER update_%1$s_updated_at BEFORE UPDATE ON %2$s
                    FOR EACH ROW EXECUTE FUNCTION shared.update_updated_at_column()', bare, table_name);
  END IF;
  IF audited_columns IS NOT NULL THEN
    EXECUTE format('CREATE TRIGGER audit_%1$s AFTER INSERT OR DELETE OR UPDATE OF %2$s ON %3$s
                    FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function()', bare,
                   (SELECT string_agg(quote_ident(c), ', ') FROM unnest(audited_columns) c), table_name);
  END IF;
END;
$$;

-- The template is a tenant of nobody: the nil id.
CREATE FUNCTION shared.tenant_of_schema(tenant_schema_name text) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  tenant uuid;
BEGIN
  IF tenant_schema_name = 'tenant_template' THEN RETURN '00000000-0000-0000-0000-000000000000'; END IF;
  SELECT t.id INTO tenant FROM shared.tenants t WHERE t.schema_name = tenant_schema_name;
  IF tenant IS NULL THEN
    RAISE EXCEPTION 'No tenant has the schema %', quote_ident(tenant_schema_name)
      USING ERRCODE = 'undefined_object', HINT = 'Insert the row into shared.tenants first.';
  END IF;
  RETURN tenant;
END;
$$;

-- Applies the scripts after the schema's version, in the caller's transaction: script, schema_migrations and ledger together.
CREATE FUNCTION shared.upgrade_tenant_schema(tenant_schema_name text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  tenant constant uuid := shared.tenant_of_schema(tenant_schema_name);
  previous_tenant constant text := current_setting('app.current_tenant_id', true);
  script record;
  reached integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('flame:schema:' || tenant_schema_name));
  SELECT version INTO STRICT reached FROM shared.tenant_schemas WHERE schema_name = tenant_schema_name FOR UPDATE;

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

CREATE FUNCTION shared.create_tenant_schema(tenant_schema_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  tenant constant uuid := shared.tenant_of_schema(tenant_schema_name);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('flame:schema:' || tenant_schema_name));
  EXECUTE format('CREATE SCHEMA %I', tenant_schema_name);
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO flame_app', tenant_schema_name);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO flame_app', tenant_schema_name);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE ON SEQUENCES TO flame_app', tenant_schema_name);
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT EXECUTE ON FUNCTIONS TO flame_app', tenant_schema_name);
  INSERT INTO shared.tenant_schemas (schema_name, tenant_id) VALUES (tenant_schema_name, tenant);
  PERFORM shared.upgrade_tenant_schema(tenant_schema_name);
END;
$$;

CREATE FUNCTION shared.drop_tenant_schema(tenant_schema_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM shared.tenant_of_schema(tenant_schema_name);
  IF tenant_schema_name IN ('tenant_template', 'tenant_system') THEN
    RAISE EXCEPTION 'The schema % belongs to the system and is never dropped', tenant_schema_name USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('flame:schema:' || tenant_schema_name));
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', tenant_schema_name);
  DELETE FROM shared.tenant_schemas WHERE schema_name = tenant_schema_name;
END;
$$;

-- The one row that a tenant's schema knows about itself; rewritten when the tenant is renamed.
CREATE FUNCTION shared.write_tenant_info(tenant uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  previous_tenant constant text := current_setting('app.current_tenant_id', true);
  t shared.tenants%ROWTYPE;
BEGIN
  SELECT * INTO STRICT t FROM shared.tenants WHERE id = tenant;
  PERFORM set_config('app.current_tenant_id', tenant::text, true);
  EXECUTE format(
    'INSERT INTO %I.tenant_info (slug, name, schema_name) VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id) DO UPDATE SET slug = excluded.slug, name = excluded.name', t.schema_name)
    USING t.slug, t.name, t.schema_name;
  PERFORM set_config('app.current_tenant_id', coalesce(previous_tenant, ''), true);
END;
$$;

GRANT EXECUTE ON FUNCTION
  shared.create_tenant_schema(text), shared.drop_tenant_schema(text), shared.upgrade_tenant_schema(text),
  shared.write_tenant_info(uuid) TO flame_platform;
