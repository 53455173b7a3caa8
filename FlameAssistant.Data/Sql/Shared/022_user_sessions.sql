-- Where a person is signed in, one row per cookie. The row is the session: without it the cookie opens nothing, and one
-- whose stamp is no longer the person's (a new password, a changed second step) has ended as well.
CREATE TABLE shared.user_sessions (
  id uuid CONSTRAINT user_sessions_pkey PRIMARY KEY,
  user_id uuid NOT NULL CONSTRAINT user_sessions_user_id_fkey REFERENCES shared.users (id) ON DELETE CASCADE,
  security_stamp text NOT NULL,
  user_agent text CONSTRAINT user_sessions_user_agent_check CHECK (length(user_agent) <= 400),
  ip_address inet,
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_user_sessions_user_id ON shared.user_sessions (user_id, last_seen_at);
CREATE TRIGGER update_user_sessions_updated_at BEFORE UPDATE ON shared.user_sessions
  FOR EACH ROW EXECUTE FUNCTION shared.update_updated_at_column();
GRANT SELECT, INSERT, UPDATE, DELETE ON shared.user_sessions TO flame_platform;
