-- A person's picture, made small and drawn anew by the product before it comes here. Its address names the version, so
-- that browsers may keep it for ever.
CREATE TABLE shared.user_avatars (
  user_id uuid CONSTRAINT user_avatars_pkey PRIMARY KEY
    CONSTRAINT user_avatars_user_id_fkey REFERENCES shared.users (id) ON DELETE CASCADE,
  version uuid NOT NULL,
  image bytea NOT NULL CONSTRAINT user_avatars_image_check CHECK (length(image) <= 262144),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER update_user_avatars_updated_at BEFORE UPDATE ON shared.user_avatars
  FOR EACH ROW EXECUTE FUNCTION shared.update_updated_at_column();
GRANT SELECT, INSERT, UPDATE, DELETE ON shared.user_avatars TO flame_platform;
