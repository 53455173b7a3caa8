-- Accounts that hold several numbers, such as WhatsApp's: some webhooks name only the account.
ALTER TABLE shared.channel_routes
  ADD COLUMN group_id text CONSTRAINT channel_routes_group_id_check CHECK (length(group_id) BETWEEN 1 AND 255);
CREATE INDEX idx_channel_routes_group_id ON shared.channel_routes (provider, group_id) WHERE group_id IS NOT NULL;

-- The moment that a message was given by its number's pace: coming back then, it takes no second one.
ALTER TABLE shared.outbox ADD COLUMN paced_at timestamptz;
