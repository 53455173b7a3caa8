-- What Messenger, Instagram and Telegram need beyond WhatsApp.

-- Albums: one message, whose parts come one by one, in any order, more than once. Edits and answers name a part.
ALTER TABLE message_attachments
  ADD COLUMN external_part_id text CONSTRAINT message_attachments_external_part_id_check CHECK (length(external_part_id) BETWEEN 1 AND 255),
  ADD COLUMN caption text,
  -- Some providers name a file by its address, which is long.
  DROP CONSTRAINT message_attachments_external_id_check,
  ADD CONSTRAINT message_attachments_external_id_check CHECK (length(external_id) <= 4000);
CREATE UNIQUE INDEX message_attachments_external_part_id_key ON message_attachments (external_part_id, message_id)
  WHERE external_part_id IS NOT NULL;

-- A reaction that was taken back stays as an empty one: an older one that comes late does not bring it back.
ALTER TABLE message_reactions
  DROP CONSTRAINT message_reactions_emoji_check,
  ADD CONSTRAINT message_reactions_emoji_check CHECK (length(emoji) <= 50);

-- How far a customer has got, as the provider last told: everything until then is delivered or read; they blocked us, or
-- let us in again. The later time wins, whatever comes first.
CREATE TABLE contact_marks (
  channel_id uuid NOT NULL CONSTRAINT contact_marks_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  kind text NOT NULL CONSTRAINT contact_marks_kind_check CHECK (length(kind) BETWEEN 1 AND 50),
  value text NOT NULL CONSTRAINT contact_marks_value_check CHECK (length(value) BETWEEN 1 AND 255),
  mark text NOT NULL CONSTRAINT contact_marks_mark_check CHECK (mark IN ('delivered', 'read', 'blocked', 'unblocked')),
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT contact_marks_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  marked_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT contact_marks_pkey PRIMARY KEY (channel_id, kind, value, mark)
);

SELECT shared.secure_tenant_table('{{schema}}.contact_marks', '{{tenant}}');
