-- A super-admin in a tenant that is not theirs: with a reason, for an hour at most, and seen in both audits.
CREATE TABLE shared.support_access (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL CONSTRAINT support_access_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  user_id uuid NOT NULL CONSTRAINT support_access_user_id_fkey REFERENCES shared.users (id) ON DELETE CASCADE,
  reason text NOT NULL CONSTRAINT support_access_reason_check CHECK (length(reason) BETWEEN 10 AND 500),
  started_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- Left, or taken over by a newer one; null while it runs, and after it simply expired.
  ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT support_access_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT support_access_expires_at_check CHECK (expires_at > started_at AND expires_at <= started_at + interval '60 minutes')
);
CREATE UNIQUE INDEX idx_support_access_open ON shared.support_access (tenant_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX idx_support_access_user_id ON shared.support_access (user_id, started_at);

-- No audit trigger: who enters writes a line into the audit of `system`, and one into the tenant's own by the function below.
SELECT shared.secure_shared_table('shared.support_access');
GRANT SELECT, INSERT, UPDATE ON shared.support_access TO flame_platform;

-- A line in the tenant's own trail, in the transaction of the platform that it tells of. Who acts is in the settings.
CREATE FUNCTION shared.write_tenant_activity(tenant uuid, action text, resource_type text, resource_id uuid, changes jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  previous_tenant constant text := current_setting('app.current_tenant_id', true);
  actor constant text := coalesce(nullif(current_setting('app.current_actor', true), ''), 'system');
  schema_name text;
BEGIN
  SELECT t.schema_name INTO STRICT schema_name FROM shared.tenants t WHERE t.id = tenant;
  PERFORM set_config('app.current_tenant_id', tenant::text, true);
  EXECUTE format(
    'INSERT INTO %I.activity_log (id, user_id, actor_kind, actor_id, action, resource_type, resource_id, changes, ip_address)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', schema_name)
    USING gen_random_uuid(), nullif(current_setting('app.current_user_id', true), '')::uuid, split_part(actor, ':', 1),
          nullif(split_part(actor, ':', 2), ''), action, resource_type, resource_id, changes,
          nullif(current_setting('app.current_ip', true), '')::inet;
  PERFORM set_config('app.current_tenant_id', coalesce(previous_tenant, ''), true);
END;
$$;
GRANT EXECUTE ON FUNCTION shared.write_tenant_activity(uuid, text, text, uuid, jsonb) TO flame_platform;

-- The audit of one person over all tenants, newest first.
CREATE INDEX idx_audit_logs_actor ON shared.audit_logs (user_id, created_at);
