-- Machines that talk to a tenant: API keys, webhooks and the log of their deliveries.

CREATE TABLE shared.api_keys (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL CONSTRAINT api_keys_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  name text NOT NULL CONSTRAINT api_keys_name_check CHECK (length(name) BETWEEN 1 AND 255),
  -- SHA-256 in hex. Looked up before the tenant is known, hence unique by itself.
  key_hash text NOT NULL CONSTRAINT api_keys_key_hash_key UNIQUE
    CONSTRAINT api_keys_key_hash_check CHECK (key_hash ~ '^[0-9a-f]{64}$'),
  key_prefix text NOT NULL CONSTRAINT api_keys_key_prefix_check CHECK (length(key_prefix) BETWEEN 1 AND 40),
  scopes text[] NOT NULL DEFAULT '{}',
  rate_limit integer NOT NULL DEFAULT 1000 CONSTRAINT api_keys_rate_limit_check CHECK (rate_limit > 0),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_by uuid CONSTRAINT api_keys_created_by_fkey REFERENCES shared.users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT api_keys_tenant_id_name_key UNIQUE (tenant_id, name)
);
CREATE INDEX idx_api_keys_key_prefix ON shared.api_keys (tenant_id, key_prefix);
CREATE INDEX idx_api_keys_created_by ON shared.api_keys (tenant_id, created_by);

CREATE TABLE shared.webhooks (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL CONSTRAINT webhooks_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  name text NOT NULL CONSTRAINT webhooks_name_check CHECK (length(name) BETWEEN 1 AND 255),
  url text NOT NULL CONSTRAINT webhooks_url_check CHECK (length(url) BETWEEN 1 AND 2000),
  events text[] NOT NULL DEFAULT '{}',
  -- Name to ciphertext: what integrators put here is often a token.
  headers jsonb NOT NULL DEFAULT '{}',
  -- Encrypted in .NET.
  secret text,
  is_active boolean NOT NULL DEFAULT true,
  retry_count integer NOT NULL DEFAULT 3 CONSTRAINT webhooks_retry_count_check CHECK (retry_count BETWEEN 0 AND 20),
  timeout_seconds integer NOT NULL DEFAULT 30 CONSTRAINT webhooks_timeout_seconds_check CHECK (timeout_seconds BETWEEN 1 AND 60),
  last_triggered_at timestamptz,
  success_count bigint NOT NULL DEFAULT 0,
  failure_count bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT webhooks_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT webhooks_tenant_id_name_key UNIQUE (tenant_id, name)
) WITH (fillfactor = 80);

-- Who asks names the tenant and the webhook, and months go as whole partitions.
CREATE TABLE shared.webhook_logs (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  event_type text NOT NULL CONSTRAINT webhook_logs_event_type_check CHECK (length(event_type) BETWEEN 1 AND 100),
  payload jsonb NOT NULL,
  response_status integer,
  response_body text,
  attempts integer NOT NULL DEFAULT 1,
  success boolean NOT NULL DEFAULT false,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT webhook_logs_pkey PRIMARY KEY (tenant_id, created_at, id),
  CONSTRAINT webhook_logs_webhook_id_fkey FOREIGN KEY (tenant_id, webhook_id)
    REFERENCES shared.webhooks (tenant_id, id) ON DELETE CASCADE
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_webhook_logs_webhook_id ON shared.webhook_logs (tenant_id, webhook_id, created_at);

SELECT shared.secure_shared_table('shared.api_keys',
  ARRAY['name', 'key_hash', 'scopes', 'rate_limit', 'expires_at', 'revoked_at']);
SELECT shared.secure_shared_table('shared.webhooks',
  ARRAY['name', 'url', 'events', 'headers', 'secret', 'is_active', 'retry_count', 'timeout_seconds']);
SELECT shared.secure_shared_table('shared.webhook_logs');

GRANT SELECT, INSERT, UPDATE, DELETE ON shared.api_keys, shared.webhooks, shared.webhook_logs TO flame_app, flame_platform;
