-- Plans, their history and feature flags; the audit gains the actor and tells that a secret was changed.

-- ---------------------------------------------------------------- audit

ALTER TABLE shared.audit_logs ADD COLUMN actor_id text;

-- On tables of shared it writes shared.audit_logs, on a tenant's tables the same schema's activity_log: a tenant's trail
-- moves with its schema. Only changed columns are kept. That a secret changed is worth knowing; the secret is not.
CREATE OR REPLACE FUNCTION shared.audit_trigger_function() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  secret_columns constant text[] := ARRAY[
    'password_hash', 'two_factor_secret', 'credentials', 'key_hash', 'secret', 'headers', 'invitation_token',
    'app_secret_encrypted', 'verify_token_encrypted', 'api_key_encrypted'];
  noise constant text[] := ARRAY['security_stamp', 'concurrency_stamp', 'updated_at', 'search', 'search_text'];
  old_row jsonb := '{}';
  new_row jsonb := '{}';
  old_values jsonb;
  new_values jsonb;
  row_id text;
  tenant uuid;
  actor_user uuid := nullif(current_setting('app.current_user_id', true), '')::uuid;
  actor text := coalesce(nullif(current_setting('app.current_actor', true), ''), 'system');
  ip inet := nullif(current_setting('app.current_ip', true), '')::inet;
BEGIN
  IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - noise; END IF;
  IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - noise; END IF;
  row_id := coalesce(new_row ->> 'id', old_row ->> 'id');

  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(key, CASE WHEN key = ANY (secret_columns) THEN '"***"' ELSE old_row -> key END),
           jsonb_object_agg(key, CASE WHEN key = ANY (secret_columns) THEN '"***"' ELSE value END)
      INTO old_values, new_values
      FROM jsonb_each(new_row) WHERE value IS DISTINCT FROM old_row -> key;
    IF new_values IS NULL THEN RETURN NULL; END IF;
  ELSE
    old_values := nullif(old_row - secret_columns, '{}');
    new_values := nullif(new_row - secret_columns, '{}');
  END IF;

  IF TG_TABLE_SCHEMA = 'shared' THEN
    tenant := coalesce(
      nullif(coalesce(new_row ->> 'tenant_id', old_row ->> 'tenant_id',
                      CASE WHEN TG_TABLE_NAME = 'tenants' THEN row_id END), '')::uuid,
      nullif(current_setting('app.current_tenant_id', true), '')::uuid,
      '00000000-0000-7000-8000-000000000001');
    INSERT INTO shared.audit_logs
      (id, tenant_id, user_id, actor_kind, actor_id, action, resource_type, resource_id, old_values, new_values, ip_address)
    VALUES
      (gen_random_uuid(), tenant, actor_user, split_part(actor, ':', 1), nullif(split_part(actor, ':', 2), ''),
       TG_OP, TG_TABLE_NAME, coalesce(row_id, new_row ->> 'key', old_row ->> 'key'), old_values, new_values, ip);
  ELSE
    EXECUTE format(
      'INSERT INTO %I.activity_log (id, user_id, actor_kind, actor_id, action, resource_type, resource_id, changes, ip_address)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', TG_TABLE_SCHEMA)
      USING gen_random_uuid(), actor_user, split_part(actor, ':', 1), nullif(split_part(actor, ':', 2), ''),
            TG_OP, TG_TABLE_NAME, row_id::uuid,
            jsonb_strip_nulls(jsonb_build_object('old', old_values, 'new', new_values)), ip;
  END IF;
  RETURN NULL;
END;
$$;

-- ---------------------------------------------------------------- the wall of a shared table

-- Rows of a shared table that name their tenant: the app reaches its own, the platform all, and updated_at keeps itself.
CREATE FUNCTION shared.secure_shared_table(table_name regclass, audited_columns text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  bare text;
BEGIN
  SELECT relname INTO bare FROM pg_class WHERE oid = table_name;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', table_name);
  EXECUTE format('CREATE POLICY platform_all ON %s TO flame_owner, flame_platform USING (true) WITH CHECK (true)', table_name);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s TO flame_app
       USING (tenant_id = (SELECT nullif(current_setting(''app.current_tenant_id'', true), '''')::uuid))
       WITH CHECK (tenant_id = (SELECT nullif(current_setting(''app.current_tenant_id'', true), '''')::uuid))', table_name);
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = table_name AND attname = 'updated_at' AND NOT attisdropped) THEN
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

CREATE TRIGGER audit_channel_routes AFTER INSERT OR DELETE
    OR UPDATE OF tenant_id, provider, account_id, state, app_secret_encrypted, verify_token_encrypted
  ON shared.channel_routes FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

-- ---------------------------------------------------------------- feature flags

CREATE TABLE shared.feature_flags (
  id uuid CONSTRAINT feature_flags_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CONSTRAINT feature_flags_name_key UNIQUE
    CONSTRAINT feature_flags_name_check CHECK (length(name) BETWEEN 1 AND 100),
  description text,
  -- The main switch: off means off for everybody but the overrides.
  is_enabled boolean NOT NULL DEFAULT false,
  rollout_percentage integer NOT NULL DEFAULT 0
    CONSTRAINT feature_flags_rollout_percentage_check CHECK (rollout_percentage BETWEEN 0 AND 100),
  -- Tenant's id to true or false: the platform's last word.
  tenant_overrides jsonb NOT NULL DEFAULT '{}'
    CONSTRAINT feature_flags_tenant_overrides_check CHECK (jsonb_typeof(tenant_overrides) = 'object'),
  -- The plans that contain it; a new tenant gets its row in tenant_features by them.
  plans text[] NOT NULL DEFAULT '{free,starter,professional,enterprise}'
    CONSTRAINT feature_flags_plans_check CHECK (plans <@ '{free,starter,professional,enterprise}'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER update_feature_flags_updated_at BEFORE UPDATE ON shared.feature_flags
  FOR EACH ROW EXECUTE FUNCTION shared.update_updated_at_column();
CREATE TRIGGER audit_feature_flags AFTER INSERT OR DELETE OR UPDATE ON shared.feature_flags
  FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

CREATE TABLE shared.tenant_features (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL CONSTRAINT tenant_features_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  feature_id uuid NOT NULL CONSTRAINT tenant_features_feature_id_fkey REFERENCES shared.feature_flags (id) ON DELETE CASCADE,
  is_enabled boolean NOT NULL,
  configuration jsonb NOT NULL DEFAULT '{}',
  enabled_at timestamptz NOT NULL DEFAULT now(),
  -- Null where the plan decided; a change of plan leaves a person's decision alone.
  enabled_by uuid CONSTRAINT tenant_features_enabled_by_fkey REFERENCES shared.users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tenant_features_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT tenant_features_tenant_id_feature_id_key UNIQUE (tenant_id, feature_id)
);
CREATE INDEX idx_tenant_features_feature_id ON shared.tenant_features (feature_id);

-- ---------------------------------------------------------------- plans

CREATE TABLE shared.subscription_history (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL CONSTRAINT subscription_history_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  plan_from text CONSTRAINT subscription_history_plan_from_check
    CHECK (plan_from IN ('free', 'starter', 'professional', 'enterprise')),
  plan_to text NOT NULL CONSTRAINT subscription_history_plan_to_check
    CHECK (plan_to IN ('free', 'starter', 'professional', 'enterprise')),
  change_type text NOT NULL CONSTRAINT subscription_history_change_type_check
    CHECK (change_type IN ('creation', 'upgrade', 'downgrade', 'renewal', 'cancellation')),
  price_paid numeric(10, 2) CONSTRAINT subscription_history_price_paid_check CHECK (price_paid >= 0),
  currency text NOT NULL DEFAULT 'USD' CONSTRAINT subscription_history_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
  payment_method text CONSTRAINT subscription_history_payment_method_check CHECK (length(payment_method) <= 50),
  transaction_id text CONSTRAINT subscription_history_transaction_id_check CHECK (length(transaction_id) <= 255),
  changed_at timestamptz NOT NULL DEFAULT now(),
  changed_by uuid CONSTRAINT subscription_history_changed_by_fkey REFERENCES shared.users (id) ON DELETE SET NULL,
  notes text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT subscription_history_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX idx_subscription_history_changed_at ON shared.subscription_history (tenant_id, changed_at);

SELECT shared.secure_shared_table('shared.tenant_features', ARRAY['is_enabled', 'configuration']);
SELECT shared.secure_shared_table('shared.subscription_history', ARRAY['plan_to', 'change_type', 'price_paid']);

-- ---------------------------------------------------------------- what a tenant may know of the platform

-- Not the table itself: tenant_overrides names the other tenants.
CREATE VIEW shared.tenant_flags WITH (security_barrier = true) AS
SELECT me.tenant_id, f.id AS feature_id, f.name, f.description, f.is_enabled, f.rollout_percentage,
       (f.tenant_overrides -> me.tenant_id::text) = 'true' AS override_value,
       tf.is_enabled AS tenant_value, tf.configuration
  FROM (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid AS tenant_id) me
  JOIN shared.feature_flags f ON me.tenant_id IS NOT NULL
  LEFT JOIN shared.tenant_features tf ON tf.tenant_id = me.tenant_id AND tf.feature_id = f.id;

CREATE VIEW shared.public_settings WITH (security_barrier = true) AS
SELECT me.tenant_id, s.key, s.value, s.description
  FROM (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid AS tenant_id) me
  JOIN shared.system_settings s ON s.is_public AND me.tenant_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON shared.tenant_features TO flame_app;
GRANT SELECT ON shared.subscription_history, shared.tenant_flags, shared.public_settings TO flame_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON shared.feature_flags, shared.tenant_features TO flame_platform;
GRANT SELECT, INSERT ON shared.subscription_history TO flame_platform;

-- ---------------------------------------------------------------- first rows

INSERT INTO shared.feature_flags (name, description, is_enabled, rollout_percentage) VALUES
  ('assistants', 'AI assistants that answer first and hand over to people', true, 100),
  ('knowledge', 'Documents that assistants answer from', true, 100),
  ('work', 'Projects, tasks and comments', true, 100),
  ('reports', 'Dashboards and reports', true, 100),
  ('api', 'The REST API and its keys', true, 100),
  ('webhooks', 'Outgoing webhooks', true, 100),
  ('web_chat', 'The web chat widget', true, 100);

INSERT INTO shared.system_settings (key, value, description, is_public) VALUES
  ('product.name', '"Flame Assistant"', 'What the product calls itself.', true),
  ('product.support_url', '""', 'Where people ask for help; empty shows no link.', true);
