-- What a notification is about, so that it comes once, is found again, and reaches by e-mail whoever did not see it.

ALTER TABLE notifications
  ADD COLUMN conversation_id uuid CONSTRAINT notifications_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  ADD COLUMN actor_id uuid,
  -- False: there for a letter only, not for the bell.
  ADD COLUMN in_app boolean NOT NULL DEFAULT true,
  ADD COLUMN dedup_key text CONSTRAINT notifications_dedup_key_check CHECK (length(dedup_key) BETWEEN 1 AND 255),
  ADD COLUMN email_state text NOT NULL DEFAULT 'none' CONSTRAINT notifications_email_state_check
    CHECK (email_state IN ('none', 'due', 'sent'));
CREATE UNIQUE INDEX notifications_user_id_dedup_key_key ON notifications (user_id, dedup_key) WHERE dedup_key IS NOT NULL;
-- New messages of one conversation are one notification until it is read.
CREATE UNIQUE INDEX notifications_unread_message_key ON notifications (user_id, conversation_id) WHERE type = 'message' AND NOT is_read;
CREATE INDEX idx_notifications_conversation_id ON notifications (conversation_id, user_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX idx_notifications_email_due ON notifications (user_id, created_at) WHERE email_state = 'due';

CREATE TABLE notification_preferences (
  user_id uuid NOT NULL,
  kind text NOT NULL CONSTRAINT notification_preferences_kind_check
    CHECK (kind IN ('assignment', 'mention', 'message', 'handoff', 'sla_warning', 'sla_breach')),
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT notification_preferences_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  in_app boolean NOT NULL,
  email boolean NOT NULL,
  sound boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT notification_preferences_pkey PRIMARY KEY (user_id, kind)
);

SELECT shared.secure_tenant_table('{{schema}}.notification_preferences', '{{tenant}}');
