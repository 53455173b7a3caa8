-- A ticket opens one stream for the bearer of a visitor's token, and ends with it.
ALTER TABLE shared.access_tokens
  ADD COLUMN parent_hash bytea CONSTRAINT access_tokens_parent_hash_fkey REFERENCES shared.access_tokens (token_hash) ON DELETE CASCADE;
CREATE INDEX idx_access_tokens_parent_hash ON shared.access_tokens (parent_hash) WHERE parent_hash IS NOT NULL;
