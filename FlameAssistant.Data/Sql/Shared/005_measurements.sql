-- What is counted: product events, how the installation performs, and what the AI providers are paid for.

-- conversation_id and contact_id are in the tenant's own schema, which no foreign key of shared reaches.
CREATE TABLE shared.analytics_events (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL CONSTRAINT analytics_events_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  event_type text NOT NULL CONSTRAINT analytics_events_event_type_check CHECK (length(event_type) BETWEEN 1 AND 100),
  event_data jsonb NOT NULL DEFAULT '{}',
  user_id uuid,
  conversation_id uuid,
  contact_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT analytics_events_pkey PRIMARY KEY (tenant_id, created_at, id)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_analytics_events_tenant_type_created ON shared.analytics_events (tenant_id, event_type, created_at DESC);

-- tenant_id is the tenant `system` for what the installation as a whole measures.
CREATE TABLE shared.performance_metrics (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL CONSTRAINT performance_metrics_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  metric_name text NOT NULL CONSTRAINT performance_metrics_metric_name_check CHECK (length(metric_name) BETWEEN 1 AND 100),
  metric_value numeric(15, 4) NOT NULL,
  metric_unit text CONSTRAINT performance_metrics_metric_unit_check CHECK (length(metric_unit) <= 20),
  dimensions jsonb NOT NULL DEFAULT '{}',
  recorded_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT performance_metrics_pkey PRIMARY KEY (tenant_id, recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX idx_performance_metrics_metric_name ON shared.performance_metrics (tenant_id, metric_name, recorded_at);

-- One row per call: reserved before it, settled after it, so that a budget holds while calls are under way.
CREATE TABLE shared.ai_usage (
  id uuid NOT NULL,
  tenant_id uuid NOT NULL CONSTRAINT ai_usage_tenant_id_fkey REFERENCES shared.tenants (id) ON DELETE CASCADE,
  assistant_id uuid,
  conversation_id uuid,
  message_id uuid,
  provider text NOT NULL CONSTRAINT ai_usage_provider_check CHECK (length(provider) BETWEEN 1 AND 50),
  model text NOT NULL CONSTRAINT ai_usage_model_check CHECK (length(model) BETWEEN 1 AND 100),
  state text NOT NULL DEFAULT 'reserved' CONSTRAINT ai_usage_state_check CHECK (state IN ('reserved', 'settled', 'released')),
  reserved_tokens integer NOT NULL DEFAULT 0,
  input_tokens integer NOT NULL DEFAULT 0,
  output_tokens integer NOT NULL DEFAULT 0,
  cost_usd numeric(14, 6) NOT NULL DEFAULT 0,
  outcome text CONSTRAINT ai_usage_outcome_check CHECK (length(outcome) <= 50),
  settled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ai_usage_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX idx_ai_usage_created_at ON shared.ai_usage (tenant_id, created_at);
CREATE INDEX idx_ai_usage_conversation_id ON shared.ai_usage (tenant_id, conversation_id, created_at);

SELECT shared.secure_shared_table('shared.analytics_events');
SELECT shared.secure_shared_table('shared.performance_metrics');
SELECT shared.secure_shared_table('shared.ai_usage');

GRANT SELECT, INSERT, UPDATE, DELETE ON shared.analytics_events, shared.ai_usage TO flame_app;
GRANT SELECT ON shared.analytics_events, shared.ai_usage TO flame_platform;
GRANT SELECT, INSERT ON shared.performance_metrics TO flame_platform;

SELECT shared.ensure_partitions(now());
