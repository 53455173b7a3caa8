-- Who stands behind a widget of a web chat: a browser, or a person whom the site vouches for. A contact is made only when
-- they write: most people who open a widget never do.

CREATE TABLE visitors (
  id uuid CONSTRAINT visitors_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT visitors_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  channel_id uuid NOT NULL CONSTRAINT visitors_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  -- The site's own id of the person, by its signed word; null for strangers.
  user_id text CONSTRAINT visitors_user_id_check CHECK (length(user_id) BETWEEN 1 AND 200),
  -- As told: by the signed word, or by the form before the chat.
  name text CONSTRAINT visitors_name_check CHECK (length(name) <= 255),
  email text CONSTRAINT visitors_email_check CHECK (length(email) <= 255),
  phone text CONSTRAINT visitors_phone_check CHECK (length(phone) <= 50),
  locale text CONSTRAINT visitors_locale_check CHECK (length(locale) <= 35),
  page_url text CONSTRAINT visitors_page_url_check CHECK (length(page_url) <= 2000),
  page_title text CONSTRAINT visitors_page_title_check CHECK (length(page_title) <= 500),
  referrer text CONSTRAINT visitors_referrer_check CHECK (length(referrer) <= 2000),
  last_seen_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Two devices that say at once who they are find one visitor.
  CONSTRAINT visitors_channel_id_user_id_key UNIQUE (channel_id, user_id)
);
CREATE INDEX idx_visitors_last_seen_at ON visitors (last_seen_at);

-- A contact that is erased takes along what its visitor told: a rule of the database, whoever erases.
CREATE FUNCTION forget_visitor() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  DELETE FROM {{schema}}.visitors v WHERE v.id = OLD.value::uuid;
  RETURN NULL;
END;
$$;
CREATE TRIGGER forget_visitor AFTER DELETE ON contact_identities FOR EACH ROW
  WHEN (OLD.kind = 'visitor' AND OLD.value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$') EXECUTE FUNCTION forget_visitor();

-- A visitor's file waits for its message before there is a conversation; user_id is the visitor's id then.
ALTER TABLE uploads ALTER COLUMN conversation_id DROP NOT NULL;

SELECT shared.secure_tenant_table('{{schema}}.visitors', '{{tenant}}');
