-- What WhatsApp's Cloud API needs beyond texts: its approved templates, how fast a number may send, and what Meta restricts.

ALTER TABLE channel_templates
  -- As Meta rates it: GREEN, YELLOW, RED, UNKNOWN.
  ADD COLUMN quality text CONSTRAINT channel_templates_quality_check CHECK (length(quality) <= 50),
  -- Whether its places have names, {{order}}, or numbers, {{1}}.
  ADD COLUMN parameter_format text NOT NULL DEFAULT 'positional'
    CONSTRAINT channel_templates_parameter_format_check CHECK (parameter_format IN ('positional', 'named')),
  -- When the provider last told of its state, beside the list.
  ADD COLUMN told_at timestamptz;

-- From when on the number may send again. One row per number, whatever the number of nodes.
CREATE TABLE channel_paces (
  channel_id uuid CONSTRAINT channel_paces_pkey PRIMARY KEY
    CONSTRAINT channel_paces_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT channel_paces_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  free_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- The same for one customer of the number: a few may go at once, and must then be waited for.
CREATE TABLE recipient_paces (
  channel_id uuid NOT NULL CONSTRAINT recipient_paces_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  contact_id uuid NOT NULL CONSTRAINT recipient_paces_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT recipient_paces_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  free_at timestamptz NOT NULL,
  burst_from timestamptz NOT NULL,
  burst_count integer NOT NULL CONSTRAINT recipient_paces_burst_count_check CHECK (burst_count > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT recipient_paces_pkey PRIMARY KEY (channel_id, contact_id)
) WITH (fillfactor = 80);
CREATE INDEX idx_recipient_paces_contact_id ON recipient_paces (contact_id);

-- What the provider forbids an account for a while. Beside channel_health, whose columns tenants of an older version have.
CREATE TABLE channel_restrictions (
  channel_id uuid CONSTRAINT channel_restrictions_pkey PRIMARY KEY
    CONSTRAINT channel_restrictions_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT channel_restrictions_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  kinds text[] NOT NULL CONSTRAINT channel_restrictions_kinds_check CHECK (cardinality(kinds) BETWEEN 1 AND 20),
  -- Null: until the provider says otherwise.
  ends_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- A customer may want answers and no advertising.
ALTER TABLE contact_marks
  DROP CONSTRAINT contact_marks_mark_check,
  ADD CONSTRAINT contact_marks_mark_check
    CHECK (mark IN ('delivered', 'read', 'blocked', 'unblocked', 'marketing_off', 'marketing_on'));

-- Webhooks that concern a whole account name it and no number.
UPDATE shared.channel_routes r SET group_id = i.config ->> 'waba_id'
  FROM integrations i WHERE i.id = r.channel_id AND i.type = 'whatsapp' AND length(i.config ->> 'waba_id') BETWEEN 1 AND 255;

SELECT shared.secure_tenant_table('{{schema}}.' || t, '{{tenant}}')
  FROM unnest(ARRAY['channel_paces', 'recipient_paces', 'channel_restrictions']) t;
