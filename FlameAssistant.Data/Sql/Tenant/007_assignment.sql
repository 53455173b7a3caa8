-- Who gets a conversation by itself, who is there to get one, and by when the customer should have an answer.

ALTER TABLE integrations
  ADD COLUMN assignment_mode text NOT NULL DEFAULT 'none' CONSTRAINT integrations_assignment_mode_check
    CHECK (assignment_mode IN ('none', 'round_robin', 'least_loaded')),
  ADD COLUMN assignment_team_id uuid CONSTRAINT integrations_assignment_team_id_fkey REFERENCES teams (id) ON DELETE SET NULL,
  -- Whether what an agent had goes back to Unassigned when they are gone.
  ADD COLUMN hand_back boolean NOT NULL DEFAULT false,
  ADD COLUMN working_hours jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN first_response_minutes integer CONSTRAINT integrations_first_response_minutes_check CHECK (first_response_minutes BETWEEN 1 AND 100000),
  ADD COLUMN max_attachment_mb integer CONSTRAINT integrations_max_attachment_mb_check CHECK (max_attachment_mb BETWEEN 1 AND 100);
CREATE INDEX idx_integrations_assignment_team_id ON integrations (assignment_team_id) WHERE assignment_team_id IS NOT NULL;

DROP TRIGGER audit_integrations ON integrations;
CREATE TRIGGER audit_integrations AFTER INSERT OR DELETE OR UPDATE OF type, name, status, status_detail, account_id, config, credentials,
  webhook_url, assignment_mode, assignment_team_id, hand_back, working_hours, first_response_minutes, max_attachment_mb ON integrations
  FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

-- Of conversations that are given to a team; without one the channel's is taken.
ALTER TABLE teams ADD COLUMN assignment_mode text NOT NULL DEFAULT 'none' CONSTRAINT teams_assignment_mode_check
  CHECK (assignment_mode IN ('none', 'round_robin', 'least_loaded'));
DROP TRIGGER audit_teams ON teams;
CREATE TRIGGER audit_teams AFTER INSERT OR DELETE OR UPDATE OF name, description, assignment_mode ON teams
  FOR EACH ROW EXECUTE FUNCTION shared.audit_trigger_function();

-- Online by the word of the person and the beat of their pages; a minute without one is gone.
CREATE TABLE agent_availability (
  user_id uuid CONSTRAINT agent_availability_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT agent_availability_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  chosen text NOT NULL DEFAULT 'online' CONSTRAINT agent_availability_chosen_check CHECK (chosen IN ('online', 'busy')),
  is_online boolean NOT NULL DEFAULT false,
  capacity integer NOT NULL DEFAULT 20 CONSTRAINT agent_availability_capacity_check CHECK (capacity BETWEEN 0 AND 1000),
  last_seen_at timestamptz,
  last_assigned_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_agent_availability_is_online ON agent_availability (last_assigned_at) WHERE is_online;

ALTER TABLE conversations
  ADD COLUMN response_warn_at timestamptz,
  ADD COLUMN response_due_at timestamptz,
  ADD COLUMN response_state text NOT NULL DEFAULT 'none' CONSTRAINT conversations_response_state_check
    CHECK (response_state IN ('none', 'waiting', 'warned', 'breached'));
CREATE INDEX idx_conversations_response_due_at ON conversations (response_due_at, id) WHERE response_state IN ('waiting', 'warned', 'breached');
-- What waits for an agent, the longest first.
CREATE INDEX idx_conversations_to_assign ON conversations (last_message_at, id)
  WHERE assigned_to IS NULL AND status = 'open' AND waiting_since IS NOT NULL;

SELECT shared.secure_tenant_table('{{schema}}.agent_availability', '{{tenant}}');
