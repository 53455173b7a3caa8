-- One tenant's inbox: channels, contacts, conversations, messages. {{tenant}} is the tenant's id, {{schema}} its schema.
-- No foreign key leaves the schema, so that it can move to another cluster.

CREATE TABLE schema_migrations (
  version text CONSTRAINT schema_migrations_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT schema_migrations_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tenant_info (
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT tenant_info_pkey PRIMARY KEY
    CONSTRAINT tenant_info_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  slug text NOT NULL,
  name text NOT NULL,
  schema_name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE activity_log (
  id uuid CONSTRAINT activity_log_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT activity_log_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  user_id uuid,
  actor_kind text NOT NULL DEFAULT 'system',
  actor_id text,
  action text NOT NULL CONSTRAINT activity_log_action_check CHECK (length(action) <= 100),
  resource_type text CONSTRAINT activity_log_resource_type_check CHECK (length(resource_type) <= 50),
  resource_id uuid,
  changes jsonb NOT NULL DEFAULT '{}',
  ip_address inet,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_activity_log_user_id ON activity_log (user_id, created_at);
CREATE INDEX idx_activity_log_created_at ON activity_log (created_at);
CREATE INDEX idx_activity_log_resource ON activity_log (resource_type, resource_id, created_at);

-- ---------------------------------------------------------------- people of the tenant

CREATE TABLE profiles (
  id uuid CONSTRAINT profiles_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT profiles_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  user_id uuid NOT NULL CONSTRAINT profiles_user_id_key UNIQUE,
  display_name text NOT NULL CONSTRAINT profiles_display_name_check CHECK (length(display_name) BETWEEN 1 AND 255),
  is_active boolean NOT NULL DEFAULT true,
  avatar_url text,
  bio text,
  preferences jsonb NOT NULL DEFAULT '{}',
  timezone text NOT NULL DEFAULT 'UTC' CONSTRAINT profiles_timezone_check CHECK (length(timezone) <= 50),
  language text NOT NULL DEFAULT 'en' CONSTRAINT profiles_language_check CHECK (length(language) <= 10),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE teams (
  id uuid CONSTRAINT teams_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT teams_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  name text NOT NULL CONSTRAINT teams_name_key UNIQUE CONSTRAINT teams_name_check CHECK (length(name) BETWEEN 1 AND 100),
  description text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE team_members (
  team_id uuid NOT NULL CONSTRAINT team_members_team_id_fkey REFERENCES teams (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT team_members_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT team_members_pkey PRIMARY KEY (team_id, user_id)
);
CREATE INDEX idx_team_members_user_id ON team_members (user_id);

-- ---------------------------------------------------------------- channels

-- A row is a connected channel; its key is channel_id elsewhere.
CREATE TABLE integrations (
  id uuid CONSTRAINT integrations_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT integrations_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  type text NOT NULL CONSTRAINT integrations_type_check
    CHECK (type IN ('whatsapp', 'whatsapp_web', 'messenger', 'instagram', 'telegram', 'web_chat')),
  name text NOT NULL CONSTRAINT integrations_name_check CHECK (length(name) BETWEEN 1 AND 255),
  status text NOT NULL DEFAULT 'inactive' CONSTRAINT integrations_status_check
    CHECK (status IN ('active', 'inactive', 'error', 'pending')),
  status_detail text CONSTRAINT integrations_status_detail_check
    CHECK (status_detail IN ('connected', 'qr_required', 'disconnected', 'restricted')),
  account_id text,
  config jsonb NOT NULL DEFAULT '{}',
  -- Field name to ciphertext; encrypted in .NET, never returned.
  credentials jsonb NOT NULL DEFAULT '{}',
  webhook_url text CONSTRAINT integrations_webhook_url_check CHECK (length(webhook_url) <= 500),
  last_sync_at timestamptz,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT integrations_type_name_key UNIQUE (type, name)
);
CREATE INDEX idx_integrations_status ON integrations (status);

CREATE TABLE channel_members (
  channel_id uuid NOT NULL CONSTRAINT channel_members_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT channel_members_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT channel_members_pkey PRIMARY KEY (channel_id, user_id)
);
CREATE INDEX idx_channel_members_user_id ON channel_members (user_id);

-- ---------------------------------------------------------------- contacts

CREATE TABLE contacts (
  id uuid CONSTRAINT contacts_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contacts_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  external_id text CONSTRAINT contacts_external_id_check CHECK (length(external_id) <= 255),
  platform text CONSTRAINT contacts_platform_check CHECK (length(platform) <= 50),
  name text CONSTRAINT contacts_name_check CHECK (length(name) <= 255),
  phone text CONSTRAINT contacts_phone_check CHECK (length(phone) <= 50),
  email text CONSTRAINT contacts_email_check CHECK (length(email) <= 255),
  avatar_url text,
  is_group boolean NOT NULL DEFAULT false,
  is_blocked boolean NOT NULL DEFAULT false,
  -- The contact that this one was joined into; it keeps no identities then.
  merged_into uuid CONSTRAINT contacts_merged_into_fkey REFERENCES contacts (id) ON DELETE SET NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  custom_fields jsonb NOT NULL DEFAULT '{}',
  last_interaction_at timestamptz,
  interaction_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
CREATE INDEX idx_contacts_platform_external_id ON contacts (platform, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX idx_contacts_phone ON contacts (phone) WHERE phone IS NOT NULL;
CREATE INDEX idx_contacts_email ON contacts (email) WHERE email IS NOT NULL;
CREATE INDEX idx_contacts_last_interaction_at ON contacts (last_interaction_at, id);
CREATE INDEX idx_contacts_merged_into ON contacts (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE contact_identities (
  id uuid CONSTRAINT contact_identities_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contact_identities_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  contact_id uuid NOT NULL CONSTRAINT contact_identities_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
  channel_id uuid NOT NULL CONSTRAINT contact_identities_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  kind text NOT NULL CONSTRAINT contact_identities_kind_check
    CHECK (kind IN ('phone', 'wa_id', 'bsuid', 'username', 'psid', 'igsid', 'telegram', 'visitor')),
  value text NOT NULL CONSTRAINT contact_identities_value_check CHECK (length(value) BETWEEN 1 AND 255),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT contact_identities_channel_id_kind_value_key UNIQUE (channel_id, kind, value)
);
CREATE INDEX idx_contact_identities_contact_id ON contact_identities (contact_id);

-- ---------------------------------------------------------------- tags

CREATE TABLE tags (
  id uuid CONSTRAINT tags_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT tags_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  name text NOT NULL CONSTRAINT tags_name_key UNIQUE CONSTRAINT tags_name_check CHECK (length(name) BETWEEN 1 AND 100),
  description text,
  color text NOT NULL DEFAULT '#3B82F6' CONSTRAINT tags_color_check CHECK (color ~ '^#[0-9A-Fa-f]{6}$'),
  category text NOT NULL DEFAULT 'general' CONSTRAINT tags_category_check CHECK (length(category) <= 50),
  is_active boolean NOT NULL DEFAULT true,
  usage_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_tags_category ON tags (category);

CREATE TABLE contact_tags (
  contact_id uuid NOT NULL CONSTRAINT contact_tags_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
  tag_id uuid NOT NULL CONSTRAINT contact_tags_tag_id_fkey REFERENCES tags (id) ON DELETE CASCADE,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contact_tags_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT contact_tags_pkey PRIMARY KEY (contact_id, tag_id)
);
CREATE INDEX idx_contact_tags_tag_id ON contact_tags (tag_id);

-- ---------------------------------------------------------------- conversations

CREATE SEQUENCE conversation_number_seq;

CREATE TABLE conversations (
  id uuid CONSTRAINT conversations_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT conversations_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  number bigint NOT NULL DEFAULT nextval('{{schema}}.conversation_number_seq') CONSTRAINT conversations_number_key UNIQUE,
  contact_id uuid NOT NULL CONSTRAINT conversations_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
  channel_id uuid NOT NULL CONSTRAINT conversations_channel_id_fkey REFERENCES integrations (id) ON DELETE RESTRICT,
  platform text CONSTRAINT conversations_platform_check CHECK (length(platform) <= 50),
  external_conversation_id text CONSTRAINT conversations_external_conversation_id_check CHECK (length(external_conversation_id) <= 255),
  title text CONSTRAINT conversations_title_check CHECK (length(title) <= 255),
  status text NOT NULL DEFAULT 'open' CONSTRAINT conversations_status_check
    CHECK (status IN ('open', 'pending', 'snoozed', 'resolved')),
  priority text NOT NULL DEFAULT 'normal' CONSTRAINT conversations_priority_check
    CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  assigned_to uuid,
  team_id uuid CONSTRAINT conversations_team_id_fkey REFERENCES teams (id) ON DELETE SET NULL,
  assistant_id uuid,
  tags text[] NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  custom_fields jsonb NOT NULL DEFAULT '{}',
  -- Counters of the conversation: messages, inbound messages, changes that a customer can see.
  seq bigint NOT NULL DEFAULT 0,
  inbound_seq bigint NOT NULL DEFAULT 0,
  rev bigint NOT NULL DEFAULT 0,
  last_message_at timestamptz NOT NULL,
  last_message_preview text NOT NULL DEFAULT '',
  last_message_direction text NOT NULL DEFAULT 'in' CONSTRAINT conversations_last_message_direction_check
    CHECK (last_message_direction IN ('in', 'out')),
  last_message_type text NOT NULL DEFAULT 'text',
  waiting_since timestamptz,
  window_expires_at timestamptz,
  snoozed_until timestamptz,
  first_response_at timestamptz,
  resolved_at timestamptz,
  resolution_time integer,
  satisfaction_score integer CONSTRAINT conversations_satisfaction_score_check CHECK (satisfaction_score BETWEEN 1 AND 5),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
ALTER SEQUENCE conversation_number_seq OWNED BY conversations.number;
CREATE UNIQUE INDEX conversations_channel_id_contact_id_key ON conversations (channel_id, contact_id) WHERE status <> 'resolved';
CREATE UNIQUE INDEX conversations_external_conversation_id_key ON conversations (channel_id, external_conversation_id)
  WHERE external_conversation_id IS NOT NULL AND status <> 'resolved';
CREATE INDEX idx_conversations_contact_id ON conversations (contact_id, last_message_at);
CREATE INDEX idx_conversations_active ON conversations (last_message_at, id) WHERE status <> 'resolved';
CREATE INDEX idx_conversations_status ON conversations (status, last_message_at, id);
CREATE INDEX idx_conversations_assigned_to ON conversations (assigned_to, last_message_at, id) WHERE status <> 'resolved';
CREATE INDEX idx_conversations_unassigned ON conversations (last_message_at, id) WHERE assigned_to IS NULL AND status = 'open';
CREATE INDEX idx_conversations_channel_id ON conversations (channel_id, last_message_at, id);
CREATE INDEX idx_conversations_team_id ON conversations (team_id, last_message_at, id) WHERE team_id IS NOT NULL;
CREATE INDEX idx_conversations_assistant_id ON conversations (assistant_id) WHERE assistant_id IS NOT NULL;
CREATE INDEX idx_conversations_snoozed_until ON conversations (snoozed_until) WHERE status = 'snoozed';

CREATE TABLE conversation_tags (
  conversation_id uuid NOT NULL CONSTRAINT conversation_tags_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  tag_id uuid NOT NULL CONSTRAINT conversation_tags_tag_id_fkey REFERENCES tags (id) ON DELETE CASCADE,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT conversation_tags_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT conversation_tags_pkey PRIMARY KEY (conversation_id, tag_id)
);
CREATE INDEX idx_conversation_tags_tag_id ON conversation_tags (tag_id);

CREATE TABLE conversation_members (
  conversation_id uuid NOT NULL CONSTRAINT conversation_members_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT conversation_members_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  read_inbound_seq bigint NOT NULL DEFAULT 0,
  draft text CONSTRAINT conversation_members_draft_check CHECK (length(draft) <= 20000),
  is_muted boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT conversation_members_pkey PRIMARY KEY (conversation_id, user_id)
);
CREATE INDEX idx_conversation_members_user_id ON conversation_members (user_id);

-- ---------------------------------------------------------------- messages

CREATE TABLE messages (
  id uuid CONSTRAINT messages_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT messages_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  conversation_id uuid NOT NULL CONSTRAINT messages_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  channel_id uuid NOT NULL CONSTRAINT messages_channel_id_fkey REFERENCES integrations (id) ON DELETE RESTRICT,
  external_message_id text CONSTRAINT messages_external_message_id_check CHECK (length(external_message_id) <= 255),
  seq bigint NOT NULL,
  rev bigint NOT NULL DEFAULT 0,
  sender_type text NOT NULL CONSTRAINT messages_sender_type_check CHECK (sender_type IN ('user', 'contact', 'assistant', 'system')),
  sender_id uuid,
  content text NOT NULL,
  message_type text NOT NULL DEFAULT 'text' CONSTRAINT messages_message_type_check CHECK (length(message_type) <= 50),
  media_url text,
  media_metadata jsonb NOT NULL DEFAULT '{}',
  is_from_me boolean NOT NULL DEFAULT false,
  is_auto_response boolean NOT NULL DEFAULT false,
  is_private boolean NOT NULL DEFAULT false,
  template_id uuid,
  assistant_id uuid,
  status text NOT NULL DEFAULT 'sent' CONSTRAINT messages_status_check
    CHECK (status IN ('received', 'pending', 'sending', 'accepted', 'sent', 'delivered', 'read', 'failed', 'unknown')),
  error_code text,
  error_message text,
  unknown_since timestamptz,
  idempotency_key text CONSTRAINT messages_idempotency_key_check CHECK (length(idempotency_key) BETWEEN 1 AND 255),
  quoted_message_id uuid CONSTRAINT messages_quoted_message_id_fkey REFERENCES messages (id) ON DELETE SET NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  -- What the thread is ordered by: the provider's time, never later than ours.
  occurred_at timestamptz NOT NULL,
  provider_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  edited_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT messages_channel_id_external_message_id_key UNIQUE (channel_id, external_message_id),
  CONSTRAINT messages_conversation_id_seq_key UNIQUE (conversation_id, seq)
) WITH (fillfactor = 80);
CREATE INDEX idx_messages_conversation_created ON messages (conversation_id, occurred_at, seq);
CREATE UNIQUE INDEX idx_messages_idempotency_key ON messages (conversation_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX idx_messages_status ON messages (status, created_at) WHERE status IN ('pending', 'sending', 'failed', 'unknown');
CREATE INDEX idx_messages_created_at ON messages (created_at);
CREATE INDEX idx_messages_sender_id ON messages (sender_id, created_at) WHERE sender_id IS NOT NULL AND sender_type <> 'contact';
CREATE INDEX idx_messages_quoted_message_id ON messages (quoted_message_id) WHERE quoted_message_id IS NOT NULL;
CREATE INDEX idx_messages_is_auto_response ON messages (created_at) WHERE is_auto_response;

CREATE TABLE message_attachments (
  id uuid CONSTRAINT message_attachments_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT message_attachments_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  message_id uuid NOT NULL CONSTRAINT message_attachments_message_id_fkey REFERENCES messages (id) ON DELETE CASCADE,
  kind text NOT NULL CONSTRAINT message_attachments_kind_check CHECK (length(kind) <= 50),
  file_name text,
  content_type text,
  size_bytes bigint,
  storage_key text,
  state text NOT NULL DEFAULT 'pending' CONSTRAINT message_attachments_state_check CHECK (state IN ('pending', 'stored', 'failed')),
  error_message text,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_message_attachments_message_id ON message_attachments (message_id);

-- A status, edit, reaction or deletion that came before its message waits here; the key makes a repeated one harmless.
CREATE TABLE parked_events (
  id uuid CONSTRAINT parked_events_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT parked_events_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  channel_id uuid NOT NULL CONSTRAINT parked_events_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  external_message_id text NOT NULL,
  kind text NOT NULL CONSTRAINT parked_events_kind_check CHECK (kind IN ('status', 'edit', 'reaction', 'delete')),
  dedup_key text NOT NULL,
  payload jsonb NOT NULL,
  provider_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT parked_events_dedup_key_key UNIQUE (channel_id, external_message_id, dedup_key)
);
CREATE INDEX idx_parked_events_created_at ON parked_events (created_at);

-- ---------------------------------------------------------------- the seed's text[] columns follow the join tables

CREATE FUNCTION sync_contact_tags() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  subject constant uuid := coalesce(NEW.contact_id, OLD.contact_id);
BEGIN
  UPDATE {{schema}}.contacts SET tags = coalesce(
    (SELECT array_agg(t.name ORDER BY t.name) FROM {{schema}}.contact_tags ct
       JOIN {{schema}}.tags t ON t.id = ct.tag_id WHERE ct.contact_id = subject), '{}')
   WHERE id = subject;
  RETURN NULL;
END;
$$;
CREATE TRIGGER sync_contact_tags AFTER INSERT OR DELETE ON contact_tags FOR EACH ROW EXECUTE FUNCTION sync_contact_tags();

CREATE FUNCTION sync_conversation_tags() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  subject constant uuid := coalesce(NEW.conversation_id, OLD.conversation_id);
BEGIN
  UPDATE {{schema}}.conversations SET tags = coalesce(
    (SELECT array_agg(t.name ORDER BY t.name) FROM {{schema}}.conversation_tags ct
       JOIN {{schema}}.tags t ON t.id = ct.tag_id WHERE ct.conversation_id = subject), '{}')
   WHERE id = subject;
  RETURN NULL;
END;
$$;
CREATE TRIGGER sync_conversation_tags AFTER INSERT OR DELETE ON conversation_tags FOR EACH ROW EXECUTE FUNCTION sync_conversation_tags();

CREATE FUNCTION sync_tag_name() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  UPDATE {{schema}}.contacts c SET tags = array_replace(c.tags, OLD.name, NEW.name)
   WHERE c.id IN (SELECT contact_id FROM {{schema}}.contact_tags WHERE tag_id = NEW.id);
  UPDATE {{schema}}.conversations c SET tags = array_replace(c.tags, OLD.name, NEW.name)
   WHERE c.id IN (SELECT conversation_id FROM {{schema}}.conversation_tags WHERE tag_id = NEW.id);
  RETURN NULL;
END;
$$;
CREATE TRIGGER sync_tag_name AFTER UPDATE OF name ON tags FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION sync_tag_name();

-- ---------------------------------------------------------------- walls, time stamps, audit

SELECT shared.secure_tenant_table('{{schema}}.' || t, '{{tenant}}')
  FROM unnest(ARRAY['schema_migrations', 'tenant_info', 'activity_log', 'team_members', 'channel_members', 'contact_identities',
                    'contact_tags', 'conversation_tags', 'conversation_members', 'message_attachments', 'parked_events']) t;
SELECT shared.secure_tenant_table('{{schema}}.profiles', '{{tenant}}', ARRAY['display_name', 'is_active', 'timezone', 'language']);
SELECT shared.secure_tenant_table('{{schema}}.teams', '{{tenant}}', ARRAY['name', 'description']);
SELECT shared.secure_tenant_table('{{schema}}.integrations', '{{tenant}}',
  ARRAY['type', 'name', 'status', 'status_detail', 'account_id', 'config', 'credentials', 'webhook_url']);
SELECT shared.secure_tenant_table('{{schema}}.contacts', '{{tenant}}',
  ARRAY['name', 'phone', 'email', 'avatar_url', 'is_group', 'is_blocked', 'merged_into', 'tags', 'custom_fields']);
SELECT shared.secure_tenant_table('{{schema}}.tags', '{{tenant}}', ARRAY['name', 'description', 'color', 'category', 'is_active']);
SELECT shared.secure_tenant_table('{{schema}}.conversations', '{{tenant}}',
  ARRAY['contact_id', 'channel_id', 'title', 'status', 'priority', 'assigned_to', 'team_id', 'assistant_id', 'tags',
        'custom_fields', 'snoozed_until', 'satisfaction_score']);
SELECT shared.secure_tenant_table('{{schema}}.messages', '{{tenant}}');
-- A message's row records its own arrival; only what is changed or taken away afterwards needs the audit.
CREATE TRIGGER audit_messages AFTER DELETE OR UPDATE OF content ON messages
  FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

REVOKE ALL ON schema_migrations, tenant_info FROM flame_app;
GRANT SELECT ON schema_migrations, tenant_info TO flame_app;
REVOKE UPDATE, DELETE ON activity_log FROM flame_app;
