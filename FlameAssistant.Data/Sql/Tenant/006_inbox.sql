-- The inbox as people work in it: what happened to a conversation, who is named in a note, who takes part, what was joined.

-- ---------------------------------------------------------------- conversations

ALTER TABLE conversations
  ADD COLUMN merged_into uuid CONSTRAINT conversations_merged_into_fkey REFERENCES conversations (id) ON DELETE SET NULL,
  ADD COLUMN satisfaction_comment text CONSTRAINT conversations_satisfaction_comment_check CHECK (length(satisfaction_comment) <= 2000);
CREATE INDEX idx_conversations_merged_into ON conversations (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX idx_conversations_waiting_since ON conversations (waiting_since, id) WHERE waiting_since IS NOT NULL AND status <> 'resolved';
CREATE INDEX idx_conversations_priority ON conversations (priority, last_message_at, id) WHERE status <> 'resolved' AND priority <> 'normal';

DROP TRIGGER audit_conversations ON conversations;
CREATE TRIGGER audit_conversations AFTER INSERT OR DELETE OR UPDATE OF contact_id, channel_id, title, status, priority, assigned_to, team_id,
  assistant_id, tags, custom_fields, snoozed_until, satisfaction_score, merged_into ON conversations
  FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

-- Who follows a conversation beside the one it is assigned to.
ALTER TABLE conversation_members ADD COLUMN is_participant boolean NOT NULL DEFAULT false;
CREATE INDEX idx_conversation_members_participants ON conversation_members (conversation_id) WHERE is_participant;

-- What the thread shows between the messages. The audit has it too, for other readers and with other words.
CREATE TABLE conversation_events (
  id uuid CONSTRAINT conversation_events_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT conversation_events_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  conversation_id uuid NOT NULL CONSTRAINT conversation_events_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  kind text NOT NULL CONSTRAINT conversation_events_kind_check CHECK (length(kind) BETWEEN 1 AND 50),
  actor_kind text NOT NULL CONSTRAINT conversation_events_actor_kind_check CHECK (length(actor_kind) BETWEEN 1 AND 50),
  actor_id uuid,
  -- The person, team, tag or conversation that it is about, and the words for one that is gone by now.
  subject_id uuid,
  data jsonb NOT NULL DEFAULT '{}',
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_conversation_events_conversation_id ON conversation_events (conversation_id, occurred_at, id);

CREATE TABLE message_mentions (
  message_id uuid NOT NULL CONSTRAINT message_mentions_message_id_fkey REFERENCES messages (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT message_mentions_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  conversation_id uuid NOT NULL CONSTRAINT message_mentions_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT message_mentions_pkey PRIMARY KEY (message_id, user_id)
);
CREATE INDEX idx_message_mentions_user_id ON message_mentions (user_id, conversation_id);
CREATE INDEX idx_message_mentions_conversation_id ON message_mentions (conversation_id);

-- The key is made of the link's token: a link counts once, whatever happens in between.
CREATE TABLE conversation_ratings (
  id uuid CONSTRAINT conversation_ratings_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT conversation_ratings_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  conversation_id uuid NOT NULL CONSTRAINT conversation_ratings_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  score integer NOT NULL CONSTRAINT conversation_ratings_score_check CHECK (score BETWEEN 1 AND 5),
  comment text CONSTRAINT conversation_ratings_comment_check CHECK (length(comment) <= 2000),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_conversation_ratings_conversation_id ON conversation_ratings (conversation_id, created_at);

-- A reaction of somebody to a message; the customer's has no person of ours.
CREATE TABLE message_reactions (
  message_id uuid NOT NULL CONSTRAINT message_reactions_message_id_fkey REFERENCES messages (id) ON DELETE CASCADE,
  -- The contact, or the member.
  sender_id uuid NOT NULL,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT message_reactions_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  sender_type text NOT NULL CONSTRAINT message_reactions_sender_type_check CHECK (sender_type IN ('user', 'contact')),
  emoji text NOT NULL CONSTRAINT message_reactions_emoji_check CHECK (length(emoji) BETWEEN 1 AND 50),
  reacted_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT message_reactions_pkey PRIMARY KEY (message_id, sender_id)
);

SELECT shared.secure_tenant_table('{{schema}}.' || t, '{{tenant}}')
  FROM unnest(ARRAY['conversation_events', 'message_mentions', 'conversation_ratings', 'message_reactions']) t;
REVOKE UPDATE, DELETE ON conversation_ratings FROM flame_app;
