-- Assistants, templates, what is sent later, and how each tenant shapes its inbox.

CREATE TABLE assistants (
  id uuid CONSTRAINT assistants_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT assistants_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  name text NOT NULL CONSTRAINT assistants_name_check CHECK (length(name) BETWEEN 1 AND 255),
  description text,
  prompt text,
  mode text NOT NULL DEFAULT 'off' CONSTRAINT assistants_mode_check CHECK (mode IN ('off', 'draft', 'auto')),
  is_active boolean NOT NULL DEFAULT true,
  ai_provider text NOT NULL DEFAULT 'openai' CONSTRAINT assistants_ai_provider_check
    CHECK (ai_provider IN ('openai', 'anthropic', 'local')),
  model text NOT NULL DEFAULT 'gpt-3.5-turbo' CONSTRAINT assistants_model_check CHECK (length(model) BETWEEN 1 AND 100),
  -- Encrypted in .NET, never returned.
  api_key_encrypted text,
  max_tokens integer NOT NULL DEFAULT 150 CONSTRAINT assistants_max_tokens_check CHECK (max_tokens BETWEEN 1 AND 100000),
  temperature numeric(3, 2) NOT NULL DEFAULT 0.7 CONSTRAINT assistants_temperature_check CHECK (temperature BETWEEN 0 AND 2),
  auto_assign boolean NOT NULL DEFAULT true,
  response_delay integer NOT NULL DEFAULT 0 CONSTRAINT assistants_response_delay_check CHECK (response_delay >= 0),
  working_hours jsonb NOT NULL DEFAULT '{}',
  business_hours jsonb NOT NULL DEFAULT '{}',
  fallback_message text,
  config jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE INDEX idx_assistants_active ON assistants (name) WHERE is_active AND deleted_at IS NULL;
CREATE INDEX idx_assistants_auto_assign ON assistants (id) WHERE auto_assign AND is_active AND deleted_at IS NULL;

CREATE TABLE response_templates (
  id uuid CONSTRAINT response_templates_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT response_templates_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  assistant_id uuid CONSTRAINT response_templates_assistant_id_fkey REFERENCES assistants (id) ON DELETE CASCADE,
  name text NOT NULL CONSTRAINT response_templates_name_check CHECK (length(name) BETWEEN 1 AND 255),
  content text NOT NULL,
  category text NOT NULL DEFAULT 'general' CONSTRAINT response_templates_category_check CHECK (length(category) <= 100),
  trigger_keywords text[] NOT NULL DEFAULT '{}',
  conditions jsonb NOT NULL DEFAULT '{}',
  priority integer NOT NULL DEFAULT 0,
  response_delay integer NOT NULL DEFAULT 0 CONSTRAINT response_templates_response_delay_check CHECK (response_delay >= 0),
  is_active boolean NOT NULL DEFAULT true,
  usage_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE INDEX idx_response_templates_assistant_id ON response_templates (assistant_id);
CREATE INDEX idx_response_templates_category ON response_templates (category, name) WHERE deleted_at IS NULL;
CREATE INDEX idx_response_templates_is_active ON response_templates (priority DESC, id) WHERE is_active AND deleted_at IS NULL;

CREATE TABLE scheduled_messages (
  id uuid CONSTRAINT scheduled_messages_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT scheduled_messages_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  conversation_id uuid NOT NULL CONSTRAINT scheduled_messages_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  content text NOT NULL,
  message_type text NOT NULL DEFAULT 'text' CONSTRAINT scheduled_messages_message_type_check CHECK (length(message_type) <= 50),
  media_url text,
  scheduled_at timestamptz NOT NULL,
  status text NOT NULL DEFAULT 'pending' CONSTRAINT scheduled_messages_status_check
    CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
  sent_at timestamptz,
  -- The message that it became.
  message_id uuid CONSTRAINT scheduled_messages_message_id_fkey REFERENCES messages (id) ON DELETE SET NULL,
  error_message text,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_scheduled_messages_conversation_id ON scheduled_messages (conversation_id, scheduled_at);
CREATE INDEX idx_scheduled_messages_scheduled_at ON scheduled_messages (scheduled_at, id) WHERE status = 'pending';
CREATE INDEX idx_scheduled_messages_status ON scheduled_messages (status, scheduled_at, id);
CREATE INDEX idx_scheduled_messages_message_id ON scheduled_messages (message_id) WHERE message_id IS NOT NULL;

-- Templates that a provider approves (WhatsApp); the only thing that may be sent outside the window.
CREATE TABLE channel_templates (
  id uuid CONSTRAINT channel_templates_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT channel_templates_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  channel_id uuid NOT NULL CONSTRAINT channel_templates_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  external_id text CONSTRAINT channel_templates_external_id_check CHECK (length(external_id) <= 255),
  name text NOT NULL CONSTRAINT channel_templates_name_check CHECK (length(name) BETWEEN 1 AND 512),
  language text NOT NULL CONSTRAINT channel_templates_language_check CHECK (length(language) BETWEEN 2 AND 40),
  category text CONSTRAINT channel_templates_category_check CHECK (length(category) <= 50),
  status text NOT NULL DEFAULT 'pending' CONSTRAINT channel_templates_status_check
    CHECK (status IN ('pending', 'approved', 'rejected', 'paused', 'disabled')),
  rejection_reason text,
  components jsonb NOT NULL DEFAULT '[]',
  last_sync_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT channel_templates_channel_id_name_language_key UNIQUE (channel_id, name, language)
);

-- A list as somebody filters and sorts it; without a person it is everybody's.
CREATE TABLE saved_views (
  id uuid CONSTRAINT saved_views_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT saved_views_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  user_id uuid,
  subject text NOT NULL DEFAULT 'conversations' CONSTRAINT saved_views_subject_check
    CHECK (subject IN ('conversations', 'contacts', 'tasks')),
  name text NOT NULL CONSTRAINT saved_views_name_check CHECK (length(name) BETWEEN 1 AND 100),
  filter jsonb NOT NULL DEFAULT '{}',
  position integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT saved_views_user_id_subject_name_key UNIQUE NULLS NOT DISTINCT (user_id, subject, name)
);

CREATE TABLE custom_field_definitions (
  id uuid CONSTRAINT custom_field_definitions_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT custom_field_definitions_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  subject text NOT NULL CONSTRAINT custom_field_definitions_subject_check CHECK (subject IN ('contact', 'conversation')),
  key text NOT NULL CONSTRAINT custom_field_definitions_key_check CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  label text NOT NULL CONSTRAINT custom_field_definitions_label_check CHECK (length(label) BETWEEN 1 AND 100),
  kind text NOT NULL DEFAULT 'text' CONSTRAINT custom_field_definitions_kind_check
    CHECK (kind IN ('text', 'number', 'date', 'boolean', 'choice', 'url')),
  choices text[] NOT NULL DEFAULT '{}',
  is_required boolean NOT NULL DEFAULT false,
  is_active boolean NOT NULL DEFAULT true,
  position integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT custom_field_definitions_subject_key_key UNIQUE (subject, key)
);

-- ---------------------------------------------------------------- what the inbox refers to

ALTER TABLE conversations ADD CONSTRAINT conversations_assistant_id_fkey
  FOREIGN KEY (assistant_id) REFERENCES assistants (id) ON DELETE SET NULL;
ALTER TABLE messages
  ADD CONSTRAINT messages_assistant_id_fkey FOREIGN KEY (assistant_id) REFERENCES assistants (id) ON DELETE SET NULL,
  ADD CONSTRAINT messages_template_id_fkey FOREIGN KEY (template_id) REFERENCES response_templates (id) ON DELETE SET NULL;
CREATE INDEX idx_messages_assistant_id ON messages (assistant_id, created_at) WHERE assistant_id IS NOT NULL;
CREATE INDEX idx_messages_template_id ON messages (template_id) WHERE template_id IS NOT NULL;

-- ---------------------------------------------------------------- walls, time stamps, audit

SELECT shared.secure_tenant_table('{{schema}}.assistants', '{{tenant}}',
  ARRAY['name', 'description', 'prompt', 'mode', 'is_active', 'ai_provider', 'model', 'api_key_encrypted', 'max_tokens', 'temperature',
        'auto_assign', 'response_delay', 'working_hours', 'business_hours', 'fallback_message', 'config', 'deleted_at']);
SELECT shared.secure_tenant_table('{{schema}}.response_templates', '{{tenant}}',
  ARRAY['assistant_id', 'name', 'content', 'category', 'trigger_keywords', 'conditions', 'priority', 'response_delay', 'is_active', 'deleted_at']);
SELECT shared.secure_tenant_table('{{schema}}.scheduled_messages', '{{tenant}}',
  ARRAY['content', 'message_type', 'media_url', 'scheduled_at', 'status']);
SELECT shared.secure_tenant_table('{{schema}}.channel_templates', '{{tenant}}');
SELECT shared.secure_tenant_table('{{schema}}.saved_views', '{{tenant}}');
SELECT shared.secure_tenant_table('{{schema}}.custom_field_definitions', '{{tenant}}',
  ARRAY['key', 'label', 'kind', 'choices', 'is_required', 'is_active']);
