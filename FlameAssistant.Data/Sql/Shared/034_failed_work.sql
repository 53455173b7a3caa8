-- What failed is few among what waits, and a super-admin looks for it.
CREATE INDEX idx_outbox_failed ON shared.outbox (tenant_id) WHERE last_error IS NOT NULL;
