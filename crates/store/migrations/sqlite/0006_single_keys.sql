-- Whether single keys do something for an account: 1 or 0 (WCAG 2.1.4).
ALTER TABLE account ADD COLUMN single_keys INTEGER NOT NULL DEFAULT 1;
