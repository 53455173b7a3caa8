-- The seed's two materialized views, with its columns. Its joins multiply users, contacts, conversations and messages with
-- one another; here each count stands alone. Refreshed by shared.refresh_tenant_views.

CREATE MATERIALIZED VIEW dashboard_stats AS
SELECT
  t.tenant_id,
  t.name AS tenant_name,
  (SELECT count(*) FROM profiles WHERE is_active) AS total_users,
  (SELECT count(*) FROM contacts WHERE merged_into IS NULL) AS total_contacts,
  (SELECT count(*) FROM conversations) AS total_conversations,
  (SELECT count(*) FROM messages) AS total_messages,
  (SELECT count(*) FROM conversations WHERE status = 'open') AS active_conversations,
  (SELECT count(*) FROM messages WHERE created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') AS messages_today,
  (SELECT avg(resolution_time) FROM conversations) AS avg_resolution_time
FROM tenant_info t;
CREATE UNIQUE INDEX idx_dashboard_stats_tenant_id ON dashboard_stats (tenant_id);

CREATE MATERIALIZED VIEW assistant_metrics AS
SELECT
  a.tenant_id,
  a.id AS assistant_id,
  a.name AS assistant_name,
  coalesce(c.total_conversations, 0) AS total_conversations,
  coalesce(m.total_messages, 0) AS total_messages,
  coalesce(m.auto_responses, 0) AS auto_responses,
  c.avg_response_time,
  c.avg_satisfaction
FROM assistants a
LEFT JOIN (
  SELECT assistant_id, count(*) AS total_conversations, avg(resolution_time) AS avg_response_time,
         avg(satisfaction_score) AS avg_satisfaction
    FROM conversations WHERE assistant_id IS NOT NULL GROUP BY assistant_id) c ON c.assistant_id = a.id
LEFT JOIN (
  SELECT conv.assistant_id, count(*) AS total_messages, count(*) FILTER (WHERE msg.is_auto_response) AS auto_responses
    FROM conversations conv JOIN messages msg ON msg.conversation_id = conv.id
   WHERE conv.assistant_id IS NOT NULL GROUP BY conv.assistant_id) m ON m.assistant_id = a.id
WHERE a.is_active AND a.deleted_at IS NULL;
CREATE UNIQUE INDEX idx_assistant_metrics_assistant_id ON assistant_metrics (assistant_id);

-- Materialized views have no policies: the app reads them through a barrier with the tenant's test.
CREATE VIEW dashboard_stats_of_tenant WITH (security_barrier = true) AS
SELECT * FROM dashboard_stats WHERE current_setting('app.current_tenant_id', true) = '{{tenant}}';
CREATE VIEW assistant_metrics_of_tenant WITH (security_barrier = true) AS
SELECT * FROM assistant_metrics WHERE current_setting('app.current_tenant_id', true) = '{{tenant}}';

REVOKE ALL ON dashboard_stats, assistant_metrics, dashboard_stats_of_tenant, assistant_metrics_of_tenant FROM flame_app;
GRANT SELECT ON dashboard_stats_of_tenant, assistant_metrics_of_tenant TO flame_app;
