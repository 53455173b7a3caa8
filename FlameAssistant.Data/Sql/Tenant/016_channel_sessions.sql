-- WhatsApp Web by a gateway: numbers that are linked as a phone links a browser, and people who hide their number.

ALTER TABLE contact_identities
  DROP CONSTRAINT contact_identities_kind_check,
  ADD CONSTRAINT contact_identities_kind_check
    CHECK (kind IN ('phone', 'wa_id', 'bsuid', 'username', 'psid', 'igsid', 'telegram', 'visitor', 'lid', 'group'));

-- Beside the channel and not in it, as its health is: it changes with every code that is shown.
CREATE TABLE channel_sessions (
  channel_id uuid CONSTRAINT channel_sessions_pkey PRIMARY KEY
    CONSTRAINT channel_sessions_channel_id_fkey REFERENCES integrations (id) ON DELETE CASCADE,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT channel_sessions_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  state text NOT NULL CONSTRAINT channel_sessions_state_check
    CHECK (state IN ('starting', 'scan_qr_code', 'working', 'stopped', 'failed', 'passkey_required', 'logged_out', 'unreachable')),
  -- When the gateway said so: of two reports the later one holds, whichever comes first.
  told_at timestamptz NOT NULL,
  reason text CONSTRAINT channel_sessions_reason_check CHECK (length(reason) <= 1000),
  account text CONSTRAINT channel_sessions_account_check CHECK (length(account) <= 255),
  account_name text CONSTRAINT channel_sessions_account_name_check CHECK (length(account_name) <= 255),
  restricted_until timestamptz,
  -- Not every report says something of it: the latest that does holds.
  restriction_told_at timestamptz,
  down_since timestamptz,
  -- Whether the admins know already that it is down.
  is_told boolean NOT NULL DEFAULT false,
  -- Such numbers are banned for haste: messages go out one by one.
  next_send_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT shared.secure_tenant_table('{{schema}}.channel_sessions', '{{tenant}}');
