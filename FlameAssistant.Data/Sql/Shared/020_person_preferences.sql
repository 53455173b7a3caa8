-- How a person wants to be shown things, everywhere they work. Null follows their browser.
ALTER TABLE shared.users
  ADD COLUMN language text CONSTRAINT users_language_check CHECK (length(language) <= 10),
  ADD COLUMN time_zone text CONSTRAINT users_time_zone_check CHECK (length(time_zone) <= 50),
  ADD COLUMN theme text CONSTRAINT users_theme_check CHECK (theme IN ('light', 'dark', 'system'));
