-- What every tenant stands on: people, tenants, memberships, routes, the inbound journal, the outbox and the audit.
-- Runs as flame_owner. Logins get single rights by name at the end; nothing is granted to PUBLIC.

-- ---------------------------------------------------------------- functions that triggers call

CREATE FUNCTION shared.update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END;
$$;

-- On tables of shared it writes shared.audit_logs, on a tenant's tables the same schema's activity_log:
-- a tenant's trail moves with its schema. Only changed columns are kept, and never a secret.
CREATE FUNCTION shared.audit_trigger_function() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  secret_columns constant text[] := ARRAY[
    'password_hash', 'security_stamp', 'concurrency_stamp', 'two_factor_secret', 'credentials', 'key_hash', 'secret',
    'invitation_token', 'app_secret_encrypted', 'verify_token_encrypted', 'api_key_encrypted', 'updated_at'];
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
  IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - secret_columns; END IF;
  IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - secret_columns; END IF;
  row_id := coalesce(new_row ->> 'id', old_row ->> 'id');

  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(key, old_row -> key), jsonb_object_agg(key, value)
      INTO old_values, new_values
      FROM jsonb_each(new_row) WHERE value IS DISTINCT FROM old_row -> key;
    IF new_values IS NULL THEN RETURN NULL; END IF;
  ELSE
    old_values := nullif(old_row, '{}');
    new_values := nullif(new_row, '{}');
  END IF;

  IF TG_TABLE_SCHEMA = 'shared' THEN
    tenant := coalesce(
      nullif(coalesce(new_row ->> 'tenant_id', old_row ->> 'tenant_id',
                      CASE WHEN TG_TABLE_NAME = 'tenants' THEN row_id END), '')::uuid,
      nullif(current_setting('app.current_tenant_id', true), '')::uuid,
      '00000000-0000-7000-8000-000000000001');
    INSERT INTO shared.audit_logs
      (id, tenant_id, user_id, actor_kind, action, resource_type, resource_id, old_values, new_values, ip_address)
    VALUES
      (gen_random_uuid(), tenant, actor_user, split_part(actor, ':', 1), TG_OP, TG_TABLE_NAME, row_id,
       old_values, new_values, ip);
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

-- ---------------------------------------------------------------- people (ASP.NET Core Identity)

CREATE TABLE shared.users (
  id uuid CONSTRAINT users_pkey PRIMARY KEY,
  email text NOT NULL CONSTRAINT users_email_key UNIQUE CONSTRAINT users_email_check CHECK (length(email) <= 255),
  normalized_email text NOT NULL CONSTRAINT users_normalized_email_key UNIQUE,
  username text NOT NULL CONSTRAINT users_username_key UNIQUE,
  normalized_username text NOT NULL CONSTRAINT users_normalized_username_key UNIQUE,
  -- Null until an invited person sets one.
  password_hash text,
  first_name text CONSTRAINT users_first_name_check CHECK (length(first_name) <= 100),
  last_name text CONSTRAINT users_last_name_check CHECK (length(last_name) <= 100),
  phone text CONSTRAINT users_phone_check CHECK (length(phone) <= 50),
  phone_verified boolean NOT NULL DEFAULT false,
  is_active boolean NOT NULL DEFAULT true,
  is_verified boolean NOT NULL DEFAULT false,
  email_verified_at timestamptz,
  last_login_at timestamptz,
  failed_login_attempts integer NOT NULL DEFAULT 0,
  lockout_enabled boolean NOT NULL DEFAULT true,
  locked_until timestamptz,
  two_factor_enabled boolean NOT NULL DEFAULT false,
  two_factor_secret text,
  security_stamp text,
  concurrency_stamp text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  -- A username is never taken for an e-mail address at sign-in.
  CONSTRAINT users_username_check CHECK (length(username) <= 100 AND username !~ '@')
);
CREATE INDEX idx_users_last_login_at ON shared.users (last_login_at);
CREATE INDEX idx_users_is_active ON shared.users (normalized_email) WHERE is_active;

CREATE TABLE shared.user_claims (
  id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT user_claims_pkey PRIMARY KEY,
  user_id uuid NOT NULL CONSTRAINT user_claims_user_id_fkey REFERENCES shared.users (id) ON DELETE CASCADE,
  claim_type text,
  claim_value text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_user_claims_user_id ON shared.user_claims (user_id);

CREATE TABLE shared.user_logins (
  login_provider text NOT NULL,
  provider_key text NOT NULL,
  provider_display_name text,
  user_id uuid NOT NULL CONSTRAINT user_logins_user_id_fkey REFERENCES shared.users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT user_logins_pkey PRIMARY KEY (login_provider, provider_key)
);
CREATE INDEX idx_user_logins_user_id ON shared.user_logins (user_id);

CREATE TABLE shared.user_tokens (
  user_id uuid NOT NULL CONSTRAINT user_tokens_user_id_fkey REFERENCES shared.users (id) ON DELETE CASCADE,
  login_provider text NOT NULL,
  name text NOT NULL,
  value text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT user_tokens_pkey PRIMARY KEY (user_id, login_provider, name)
);

CREATE TABLE shared.user_passkeys (
  credential_id bytea CONSTRAINT user_passkeys_pkey PRIMARY KEY CONSTRAINT user_passkeys_credential_id_check CHECK (length(credential_id) <= 1024),
  user_id uuid NOT NULL CONSTRAINT user_passkeys_user_id_fkey REFERENCES shared.users (id) ON DELETE CASCADE,
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_user_passkeys_user_id ON shared.user_passkeys (user_id);

-- ---------------------------------------------------------------- tenants and memberships

CREATE TABLE shared.tenants (
  id uuid CONSTRAINT tenants_pkey PRIMARY KEY,
  slug text NOT NULL CONSTRAINT tenants_slug_key UNIQUE
    CONSTRAINT tenants_slug_check CHECK (slug ~ '^[a-z][a-z0-9-]{1,39}$'),
  name text NOT NULL CONSTRAINT tenants_name_check CHECK (length(name) BETWEEN 1 AND 255),
  domain text CONSTRAINT tenants_domain_key UNIQUE,
  subdomain text CONSTRAINT tenants_subdomain_key UNIQUE,
  schema_name text NOT NULL CONSTRAINT tenants_schema_name_key UNIQUE
    CONSTRAINT tenants_schema_name_check CHECK (schema_name = 'tenant_' || replace(slug, '-', '_')),
  cluster text NOT NULL DEFAULT 'main',
  status text NOT NULL DEFAULT 'pending'
    CONSTRAINT tenants_status_check CHECK (status IN ('pending', 'trial', 'active', 'suspended', 'expired', 'cancelled')),
  subscription_plan text NOT NULL DEFAULT 'free'
    CONSTRAINT tenants_subscription_plan_check CHECK (subscription_plan IN ('free', 'starter', 'professional', 'enterprise')),
  max_users integer NOT NULL DEFAULT 5 CONSTRAINT tenants_max_users_check CHECK (max_users > 0),
  max_storage_gb integer NOT NULL DEFAULT 10 CONSTRAINT tenants_max_storage_gb_check CHECK (max_storage_gb >= 0),
  limits jsonb NOT NULL DEFAULT '{}',
  settings jsonb NOT NULL DEFAULT '{}',
  billing_info jsonb NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  suspended_at timestamptz,
  trial_ends_at timestamptz,
  subscription_ends_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE INDEX idx_tenants_status ON shared.tenants (status);
CREATE INDEX idx_tenants_created_at ON shared.tenants (created_at);

CREATE TABLE shared.tenant_users (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL CONSTRAINT tenant_users_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  user_id uuid NOT NULL CONSTRAINT tenant_users_user_id_fkey REFERENCES shared.users (id) ON DELETE CASCADE,
  role text NOT NULL DEFAULT 'tenant_user' CONSTRAINT tenant_users_role_check
    CHECK (role IN ('super_admin', 'tenant_admin', 'tenant_manager', 'tenant_user', 'tenant_viewer')),
  is_owner boolean NOT NULL DEFAULT false,
  is_active boolean NOT NULL DEFAULT true,
  permissions jsonb NOT NULL DEFAULT '{}',
  joined_at timestamptz NOT NULL DEFAULT now(),
  invited_by uuid CONSTRAINT tenant_users_invited_by_fkey REFERENCES shared.users (id) ON DELETE SET NULL,
  -- SHA-256 of the token that was mailed, in hex.
  invitation_token text CONSTRAINT tenant_users_invitation_token_check CHECK (invitation_token ~ '^[0-9a-f]{64}$'),
  invitation_expires_at timestamptz,
  invitation_accepted_at timestamptz,
  last_active_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tenant_users_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT tenant_users_tenant_id_user_id_key UNIQUE (tenant_id, user_id),
  CONSTRAINT tenant_users_super_admin_check
    CHECK ((role = 'super_admin') = (tenant_id = '00000000-0000-7000-8000-000000000001'))
);
CREATE INDEX idx_tenant_users_user_id ON shared.tenant_users (user_id);
CREATE UNIQUE INDEX idx_tenant_users_invitation_token ON shared.tenant_users (invitation_token) WHERE invitation_token IS NOT NULL;

-- ---------------------------------------------------------------- audit

-- No foreign key: what happened stays known when the tenant is gone. Platform events carry the tenant `system`.
CREATE TABLE shared.audit_logs (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  user_id uuid,
  actor_kind text NOT NULL DEFAULT 'system',
  action text NOT NULL,
  resource_type text,
  resource_id text,
  old_values jsonb,
  new_values jsonb,
  details jsonb NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  ip_address inet,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT audit_logs_pkey PRIMARY KEY (tenant_id, created_at, id)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_audit_logs_user_id ON shared.audit_logs (tenant_id, user_id, created_at);
CREATE INDEX idx_audit_logs_action ON shared.audit_logs (tenant_id, action, created_at);
CREATE INDEX idx_audit_logs_resource ON shared.audit_logs (tenant_id, resource_type, resource_id, created_at);
CREATE INDEX idx_audit_logs_created_at ON shared.audit_logs (created_at);

-- ---------------------------------------------------------------- channels before the tenant is known

-- Which tenant a provider's account belongs to, and what verifies its webhooks.
CREATE TABLE shared.channel_routes (
  channel_id uuid CONSTRAINT channel_routes_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL CONSTRAINT channel_routes_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  provider text NOT NULL,
  account_id text NOT NULL CONSTRAINT channel_routes_account_id_check CHECK (length(account_id) BETWEEN 1 AND 255),
  state text NOT NULL DEFAULT 'pending' CONSTRAINT channel_routes_state_check CHECK (state IN ('pending', 'active', 'paused')),
  app_secret_encrypted text,
  verify_token_encrypted text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT channel_routes_provider_account_id_key UNIQUE (provider, account_id)
);
CREATE INDEX idx_channel_routes_tenant_id ON shared.channel_routes (tenant_id, provider);

-- The journal of inbound webhooks: written before anything else is done with them.
CREATE TABLE shared.inbound_events (
  id uuid NOT NULL,
  provider text NOT NULL,
  -- The channel whose address and secret it came by; null for a provider's shared address.
  channel_id uuid,
  body bytea NOT NULL,
  state text NOT NULL DEFAULT 'pending'
    CONSTRAINT inbound_events_state_check CHECK (state IN ('pending', 'done')),
  attempts integer NOT NULL DEFAULT 0,
  available_at timestamptz NOT NULL,
  last_error text,
  processed_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT inbound_events_pkey PRIMARY KEY (created_at, id)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_inbound_events_pending ON shared.inbound_events (available_at) WHERE state = 'pending';

-- What could not be routed or parsed, visible and replayable. The position within its event makes a second run harmless.
CREATE TABLE shared.inbound_quarantine (
  id uuid CONSTRAINT inbound_quarantine_pkey PRIMARY KEY,
  tenant_id uuid CONSTRAINT inbound_quarantine_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  provider text NOT NULL,
  channel_id uuid,
  event_id uuid NOT NULL,
  position integer NOT NULL,
  body bytea NOT NULL,
  reason text NOT NULL,
  state text NOT NULL DEFAULT 'open' CONSTRAINT inbound_quarantine_state_check CHECK (state IN ('open', 'replayed', 'dismissed')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT inbound_quarantine_event_id_position_key UNIQUE (event_id, position)
);
CREATE INDEX idx_inbound_quarantine_tenant_id ON shared.inbound_quarantine (tenant_id, state, created_at);

-- ---------------------------------------------------------------- outbox

-- Work that a committed change asks for. Rows of one order_key are done one after the other, by order_seq.
CREATE TABLE shared.outbox (
  id uuid CONSTRAINT outbox_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL CONSTRAINT outbox_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  kind text NOT NULL CONSTRAINT outbox_kind_check CHECK (length(kind) BETWEEN 1 AND 100),
  subject_id uuid NOT NULL,
  order_key uuid NOT NULL,
  order_seq bigint NOT NULL DEFAULT 0,
  payload jsonb NOT NULL DEFAULT '{}',
  attempts integer NOT NULL DEFAULT 0,
  -- Not before this time: a retry's pause, or the lease of the node that is at it.
  available_at timestamptz NOT NULL,
  leased_by text,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
CREATE INDEX idx_outbox_kind_tenant_id ON shared.outbox (kind, tenant_id, available_at);
CREATE INDEX idx_outbox_order_key ON shared.outbox (tenant_id, order_key, order_seq);
CREATE INDEX idx_outbox_subject_id ON shared.outbox (tenant_id, subject_id);

-- ---------------------------------------------------------------- tokens of people without an account

CREATE TABLE shared.access_tokens (
  token_hash bytea CONSTRAINT access_tokens_pkey PRIMARY KEY,
  kind text NOT NULL CONSTRAINT access_tokens_kind_check CHECK (kind IN ('visitor', 'ticket', 'rating')),
  tenant_id uuid NOT NULL CONSTRAINT access_tokens_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  channel_id uuid,
  subject_id uuid NOT NULL,
  expires_at timestamptz,
  used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_access_tokens_expires_at ON shared.access_tokens (expires_at);
CREATE INDEX idx_access_tokens_tenant_id ON shared.access_tokens (tenant_id, subject_id);

-- ---------------------------------------------------------------- the installation's own

CREATE TABLE shared.system_settings (
  key text CONSTRAINT system_settings_pkey PRIMARY KEY CONSTRAINT system_settings_key_check CHECK (length(key) <= 100),
  value jsonb NOT NULL,
  description text,
  is_public boolean NOT NULL DEFAULT false,
  updated_by uuid CONSTRAINT system_settings_updated_by_fkey REFERENCES shared.users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shared.data_protection_keys (
  id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT data_protection_keys_pkey PRIMARY KEY,
  friendly_name text CONSTRAINT data_protection_keys_friendly_name_key UNIQUE,
  xml text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shared.tenant_scripts (
  version integer CONSTRAINT tenant_scripts_pkey PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE shared.tenant_schemas (
  schema_name text CONSTRAINT tenant_schemas_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL CONSTRAINT tenant_schemas_tenant_id_key UNIQUE,
  version integer NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'ready' CONSTRAINT tenant_schemas_state_check CHECK (state IN ('ready', 'failed')),
  attempt integer NOT NULL DEFAULT 0,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_tenant_schemas_version ON shared.tenant_schemas (version);

-- ---------------------------------------------------------------- triggers

DO $$
DECLARE t text;
BEGIN
  FOR t IN
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'shared' AND column_name = 'updated_at'
    ORDER BY 1
  LOOP
    EXECUTE format('CREATE TRIGGER update_%1$s_updated_at BEFORE UPDATE ON shared.%1$I
                    FOR EACH ROW EXECUTE FUNCTION shared.update_updated_at_column()', t);
  END LOOP;
END;
$$;

CREATE TRIGGER audit_tenants AFTER INSERT OR DELETE OR UPDATE ON shared.tenants
  FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();
-- Counters of sign-in attempts are no change of the person.
CREATE TRIGGER audit_users AFTER INSERT OR DELETE
    OR UPDATE OF email, username, password_hash, first_name, last_name, phone, is_active, is_verified, two_factor_enabled, deleted_at
  ON shared.users FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();
CREATE TRIGGER audit_tenant_users AFTER INSERT OR DELETE
    OR UPDATE OF role, is_owner, is_active, permissions, invitation_accepted_at, invitation_expires_at
  ON shared.tenant_users FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();
CREATE TRIGGER audit_system_settings AFTER INSERT OR DELETE OR UPDATE ON shared.system_settings
  FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

-- ---------------------------------------------------------------- row-level security

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['tenants', 'tenant_users', 'audit_logs', 'channel_routes', 'inbound_events',
                           'inbound_quarantine', 'outbox', 'access_tokens']
  LOOP
    EXECUTE format('ALTER TABLE shared.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE shared.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY platform_all ON shared.%I TO flame_owner, flame_platform USING (true) WITH CHECK (true)', t);
    IF t NOT IN ('inbound_events', 'access_tokens') THEN
      EXECUTE format(
        'CREATE POLICY tenant_isolation ON shared.%1$I TO flame_app
           USING (%2$I = (SELECT nullif(current_setting(''app.current_tenant_id'', true), '''')::uuid))
           WITH CHECK (%2$I = (SELECT nullif(current_setting(''app.current_tenant_id'', true), '''')::uuid))',
        t, CASE WHEN t = 'tenants' THEN 'id' ELSE 'tenant_id' END);
    END IF;
    IF t IN ('inbound_events', 'inbound_quarantine', 'outbox', 'channel_routes', 'access_tokens') THEN
      EXECUTE format('CREATE POLICY worker_all ON shared.%I TO flame_worker USING (true) WITH CHECK (true)', t);
    END IF;
  END LOOP;
END;
$$;

-- ---------------------------------------------------------------- what a tenant may know of its people

CREATE VIEW shared.members WITH (security_barrier = true) AS
SELECT tu.tenant_id, tu.user_id, tu.role, tu.is_owner,
       tu.is_active AND u.is_active AND u.deleted_at IS NULL AS is_active,
       u.email,
       coalesce(nullif(trim(concat(u.first_name, ' ', u.last_name)), ''), u.username) AS display_name
  FROM shared.tenant_users tu
  JOIN shared.users u ON u.id = tu.user_id
 WHERE tu.tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid);

-- A person by e-mail address, made without a password when unknown: the tenant learns the id and nothing else.
CREATE FUNCTION shared.ensure_user(email text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  person uuid;
  address constant text := trim(ensure_user.email);
BEGIN
  IF address !~ '^[^@\s]+@[^@\s]+$' OR length(address) > 255 THEN
    RAISE EXCEPTION 'Not an e-mail address: %', left(address, 60) USING ERRCODE = 'check_violation';
  END IF;
  SELECT u.id INTO person FROM shared.users u WHERE u.normalized_email = upper(address);
  IF person IS NOT NULL THEN RETURN person; END IF;
  person := gen_random_uuid();
  INSERT INTO shared.users (id, email, normalized_email, username, normalized_username, security_stamp, concurrency_stamp)
  VALUES (person, address, upper(address), 'u' || replace(person::text, '-', ''), upper('u' || replace(person::text, '-', '')),
          gen_random_uuid()::text, gen_random_uuid()::text)
  ON CONFLICT (normalized_email) DO NOTHING;
  SELECT u.id INTO person FROM shared.users u WHERE u.normalized_email = upper(address);
  RETURN person;
END;
$$;

-- ---------------------------------------------------------------- partitions

-- Makes the partitions that cover the given time and the periods after it; safe to run at any time, from any node.
CREATE FUNCTION shared.ensure_partitions(from_time timestamptz, ahead integer DEFAULT 3) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  parent record;
  lower_bound timestamp;
  upper_bound timestamp;
  child text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('flame:partitions'));
  FOR parent IN
    SELECT c.relname AS name, CASE c.relname WHEN 'inbound_events' THEN 'week' ELSE 'month' END AS period
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'shared' AND c.relkind = 'p'
  LOOP
    FOR i IN 0 .. ahead LOOP
      lower_bound := date_trunc(parent.period, from_time AT TIME ZONE 'UTC') + i * ('1 ' || parent.period)::interval;
      upper_bound := lower_bound + ('1 ' || parent.period)::interval;
      child := parent.name || '_p' || to_char(lower_bound, 'YYYYMMDD');
      IF to_regclass(format('shared.%I', child)) IS NULL THEN
        EXECUTE format('CREATE TABLE shared.%I PARTITION OF shared.%I FOR VALUES FROM (%L) TO (%L)',
                       child, parent.name, lower_bound AT TIME ZONE 'UTC', upper_bound AT TIME ZONE 'UTC');
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END;
$$;

-- ---------------------------------------------------------------- grants

GRANT USAGE ON SCHEMA shared TO flame_app, flame_worker, flame_platform;

GRANT SELECT ON shared.tenants, shared.members TO flame_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON shared.outbox, shared.tenant_users, shared.channel_routes TO flame_app;
GRANT SELECT, INSERT ON shared.audit_logs TO flame_app;
GRANT SELECT, UPDATE (state) ON shared.inbound_quarantine TO flame_app;
GRANT EXECUTE ON FUNCTION shared.ensure_user(text) TO flame_app, flame_platform;

GRANT SELECT, INSERT, UPDATE ON shared.inbound_events TO flame_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON shared.inbound_quarantine, shared.outbox, shared.access_tokens TO flame_worker;
GRANT SELECT ON shared.channel_routes TO flame_worker;
GRANT EXECUTE ON FUNCTION shared.ensure_partitions(timestamptz, integer) TO flame_worker, flame_platform;

GRANT SELECT, INSERT, UPDATE, DELETE ON
  shared.users, shared.user_claims, shared.user_logins, shared.user_tokens, shared.user_passkeys, shared.tenants,
  shared.tenant_users, shared.channel_routes, shared.inbound_quarantine, shared.outbox, shared.access_tokens,
  shared.system_settings, shared.data_protection_keys TO flame_platform;
GRANT SELECT, INSERT ON shared.audit_logs TO flame_platform;
GRANT SELECT ON shared.inbound_events, shared.tenant_schemas, shared.tenant_scripts, shared.schema_migrations, shared.members TO flame_platform;
GRANT EXECUTE ON FUNCTION shared.update_updated_at_column(), shared.audit_trigger_function()
  TO flame_app, flame_worker, flame_platform;

-- The audit of the next line needs its partition.
SELECT shared.ensure_partitions(now());
INSERT INTO shared.tenants (id, slug, name, schema_name, status, subscription_plan, max_users)
VALUES ('00000000-0000-7000-8000-000000000001', 'system', 'System', 'tenant_system', 'active', 'enterprise', 1000000);
