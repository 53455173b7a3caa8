-- Channels that are taken away, how each of them fares, and who is told when one needs an admin.

-- The row stays, since conversations and messages name it; its account and its name are free again.
ALTER TABLE integrations ADD COLUMN removed_at timestamptz;
CREATE INDEX idx_integrations_account_id ON integrations (type, account_id) WHERE removed_at IS NOT NULL;

DROP TRIGGER audit_integrations ON integrations;
CREATE TRIGGER audit_integrations AFTER INSERT OR DELETE OR UPDATE OF type, name, status, status_detail, account_id, config, credentials,
  webhook_url, assignment_mode, assignment_team_id, hand_back, working_hours, first_response_minutes, max_attachment_mb, removed_at ON integrations
  FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

-- Beside the channel and not in it: it changes with the traffic, and neither the audit nor who edits the channel should notice.
CREATE TABLE channel_health (
  channel_id uuid CONSTRAINT channel_health_pkey PRIMARY KEY
    CONSTRAINT channel_health_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT channel_health_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  -- To the minute: written seldom, so that messages do not wait for each other.
  last_inbound_at timestamptz,
  last_outbound_at timestamptz,
  last_checked_at timestamptz,
  last_error_at timestamptz,
  last_error_code text CONSTRAINT channel_health_last_error_code_check CHECK (length(last_error_code) <= 100),
  last_error text CONSTRAINT channel_health_last_error_check CHECK (length(last_error) <= 1000),
  -- The provider refuses the credentials: only an admin can help.
  needs_auth boolean NOT NULL DEFAULT false,
  -- In a row, of the channel and not of single messages.
  failures integer NOT NULL DEFAULT 0 CONSTRAINT channel_health_failures_check CHECK (failures >= 0),
  -- Nothing is sent before; then one message tries for all.
  retry_at timestamptz,
  is_probing boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT shared.secure_tenant_table('{{schema}}.channel_health', '{{tenant}}');

ALTER TABLE notifications ADD COLUMN channel_id uuid
  CONSTRAINT notifications_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE;
CREATE INDEX idx_notifications_channel_id ON notifications (channel_id) WHERE channel_id IS NOT NULL;
ALTER TABLE notification_preferences DROP CONSTRAINT notification_preferences_kind_check;
ALTER TABLE notification_preferences ADD CONSTRAINT notification_preferences_kind_check
  CHECK (kind IN ('assignment', 'mention', 'message', 'handoff', 'sla_warning', 'sla_breach', 'channel'));
