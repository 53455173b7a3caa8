-- Projects, tasks and comments; documents and what assistants read of them; notifications.

CREATE TABLE projects (
  id uuid CONSTRAINT projects_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT projects_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  name text NOT NULL CONSTRAINT projects_name_check CHECK (length(name) BETWEEN 1 AND 255),
  description text,
  status text NOT NULL DEFAULT 'active' CONSTRAINT projects_status_check CHECK (status IN ('active', 'paused', 'completed', 'archived')),
  owner_id uuid NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz
);
CREATE INDEX idx_projects_owner_id ON projects (owner_id);

CREATE TABLE documents (
  id uuid CONSTRAINT documents_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT documents_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  project_id uuid CONSTRAINT documents_project_id_fkey REFERENCES projects (id) ON DELETE SET NULL,
  title text NOT NULL CONSTRAINT documents_title_check CHECK (length(title) BETWEEN 1 AND 255),
  content text,
  content_type text CONSTRAINT documents_content_type_check CHECK (length(content_type) <= 100),
  file_path text,
  file_size bigint CONSTRAINT documents_file_size_check CHECK (file_size >= 0),
  version integer NOT NULL DEFAULT 1,
  -- Whether assistants answer from it, and how far it is cut into chunks.
  is_knowledge boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'ready' CONSTRAINT documents_state_check CHECK (state IN ('pending', 'ready', 'failed')),
  error_message text,
  created_by uuid NOT NULL,
  updated_by uuid,
  tags text[] NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_documents_project_id ON documents (project_id);
CREATE INDEX idx_documents_created_at ON documents (created_at, id);

CREATE TABLE document_chunks (
  id uuid CONSTRAINT document_chunks_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT document_chunks_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  document_id uuid NOT NULL CONSTRAINT document_chunks_document_id_fkey REFERENCES documents (id) ON DELETE CASCADE,
  position integer NOT NULL,
  heading text,
  content text NOT NULL,
  search tsvector GENERATED ALWAYS AS (shared.search_vector(content)) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT document_chunks_document_id_position_key UNIQUE (document_id, position)
);

CREATE TABLE tasks (
  id uuid CONSTRAINT tasks_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT tasks_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  project_id uuid CONSTRAINT tasks_project_id_fkey REFERENCES projects (id) ON DELETE CASCADE,
  conversation_id uuid CONSTRAINT tasks_conversation_id_fkey REFERENCES conversations (id) ON DELETE SET NULL,
  title text NOT NULL CONSTRAINT tasks_title_check CHECK (length(title) BETWEEN 1 AND 255),
  description text,
  status text NOT NULL DEFAULT 'pending' CONSTRAINT tasks_status_check CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
  priority text NOT NULL DEFAULT 'medium' CONSTRAINT tasks_priority_check CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
  assignee_id uuid,
  due_date date,
  completed_at timestamptz,
  tags text[] NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_tasks_project_id ON tasks (project_id, status);
CREATE INDEX idx_tasks_assignee_id ON tasks (assignee_id, status, due_date);
CREATE INDEX idx_tasks_conversation_id ON tasks (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX idx_tasks_due_date ON tasks (due_date, id) WHERE status IN ('pending', 'in_progress');

CREATE TABLE comments (
  id uuid CONSTRAINT comments_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT comments_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  resource_type text NOT NULL CONSTRAINT comments_resource_type_check CHECK (length(resource_type) BETWEEN 1 AND 50),
  resource_id uuid NOT NULL,
  parent_id uuid CONSTRAINT comments_parent_id_fkey REFERENCES comments (id) ON DELETE CASCADE,
  content text NOT NULL CONSTRAINT comments_content_check CHECK (length(content) BETWEEN 1 AND 20000),
  author_id uuid NOT NULL,
  edited_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_comments_resource ON comments (resource_type, resource_id, created_at);
CREATE INDEX idx_comments_parent_id ON comments (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE notifications (
  id uuid CONSTRAINT notifications_pkey PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT '{{tenant}}' CONSTRAINT notifications_tenant_id_check CHECK (tenant_id = '{{tenant}}'),
  user_id uuid NOT NULL,
  type text NOT NULL CONSTRAINT notifications_type_check CHECK (length(type) BETWEEN 1 AND 50),
  title text NOT NULL CONSTRAINT notifications_title_check CHECK (length(title) BETWEEN 1 AND 255),
  message text,
  data jsonb NOT NULL DEFAULT '{}',
  is_read boolean NOT NULL DEFAULT false,
  read_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_notifications_user_id ON notifications (user_id, created_at, id);
CREATE INDEX idx_notifications_is_read ON notifications (user_id, created_at, id) WHERE NOT is_read;
CREATE INDEX idx_notifications_created_at ON notifications (created_at);

-- ---------------------------------------------------------------- walls, time stamps, audit

SELECT shared.secure_tenant_table('{{schema}}.projects', '{{tenant}}', ARRAY['name', 'description', 'status', 'owner_id', 'settings', 'archived_at']);
SELECT shared.secure_tenant_table('{{schema}}.documents', '{{tenant}}',
  ARRAY['project_id', 'title', 'file_path', 'version', 'is_knowledge', 'tags']);
SELECT shared.secure_tenant_table('{{schema}}.document_chunks', '{{tenant}}');
SELECT shared.secure_tenant_table('{{schema}}.tasks', '{{tenant}}',
  ARRAY['project_id', 'title', 'description', 'status', 'priority', 'assignee_id', 'due_date', 'tags']);
SELECT shared.secure_tenant_table('{{schema}}.comments', '{{tenant}}', ARRAY['content']);
SELECT shared.secure_tenant_table('{{schema}}.notifications', '{{tenant}}');
