-- Files: what is stored once by its content, what waits in a draft, what a message carries.

-- One row per content: the key is its SHA-256. What nobody refers to is taken away by a job.
CREATE TABLE stored_files (
  content_hash text CONSTRAINT stored_files_pkey PRIMARY KEY CONSTRAINT stored_files_content_hash_check CHECK (length(content_hash) = 64),
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT stored_files_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  size_bytes bigint NOT NULL CONSTRAINT stored_files_size_bytes_check CHECK (size_bytes > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
-- What is used of the plan's storage is read from this index alone.
CREATE INDEX idx_stored_files_size_bytes ON stored_files (size_bytes);
CREATE INDEX idx_stored_files_created_at ON stored_files (created_at);

CREATE TABLE uploads (
  id uuid CONSTRAINT uploads_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT uploads_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  conversation_id uuid NOT NULL CONSTRAINT uploads_conversation_id_fkey REFERENCES conversations (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  kind text NOT NULL CONSTRAINT uploads_kind_check CHECK (kind IN ('image', 'audio', 'video', 'document')),
  file_name text NOT NULL CONSTRAINT uploads_file_name_check CHECK (length(file_name) BETWEEN 1 AND 255),
  content_type text NOT NULL CONSTRAINT uploads_content_type_check CHECK (length(content_type) BETWEEN 3 AND 100),
  size_bytes bigint NOT NULL,
  content_hash text NOT NULL,
  thumbnail_hash text,
  width integer,
  height integer,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_uploads_conversation_id ON uploads (conversation_id, user_id, created_at);
CREATE INDEX idx_uploads_created_at ON uploads (created_at);
CREATE INDEX idx_uploads_content_hash ON uploads (content_hash);
CREATE INDEX idx_uploads_thumbnail_hash ON uploads (thumbnail_hash) WHERE thumbnail_hash IS NOT NULL;

ALTER TABLE message_attachments
  ADD COLUMN thumbnail_key text,
  ADD COLUMN width integer,
  ADD COLUMN height integer,
  -- The provider's name of the file, until it is fetched.
  ADD COLUMN external_id text CONSTRAINT message_attachments_external_id_check CHECK (length(external_id) <= 500),
  ADD COLUMN position integer NOT NULL DEFAULT 0;
CREATE INDEX idx_message_attachments_storage_key ON message_attachments (storage_key) WHERE storage_key IS NOT NULL;
CREATE INDEX idx_message_attachments_thumbnail_key ON message_attachments (thumbnail_key) WHERE thumbnail_key IS NOT NULL;

SELECT shared.secure_tenant_table('{{schema}}.' || t, '{{tenant}}') FROM unnest(ARRAY['stored_files', 'uploads']) t;
