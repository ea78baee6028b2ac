-- The study database. Only what PostgreSQL 15 has. Records are added, never changed.
CREATE TABLE study (
  id integer PRIMARY KEY CHECK (id = 1),
  name text NOT NULL,
  protocol text NOT NULL,
  created_at timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE import_log (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file text NOT NULL,
  hash text NOT NULL,
  rows integer NOT NULL,
  entered_at timestamptz NOT NULL,
  entered_by text NOT NULL
);
--> statement-breakpoint
CREATE TABLE subject (
  id text PRIMARY KEY,
  centre text NOT NULL,
  index_date date,
  import_id integer NOT NULL REFERENCES import_log (id),
  source_row integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE observation (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject text NOT NULL REFERENCES subject (id),
  variable text NOT NULL,
  value_number double precision,
  value_text text,
  value_given text NOT NULL,
  unit_given text,
  import_id integer NOT NULL REFERENCES import_log (id),
  source_row integer NOT NULL,
  CONSTRAINT observation_has_one_value CHECK (num_nonnulls(value_number, value_text) = 1)
);
--> statement-breakpoint
CREATE INDEX observation_of ON observation (subject, variable, id);
--> statement-breakpoint
CREATE TABLE event (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject text NOT NULL REFERENCES subject (id),
  cause text NOT NULL,
  days double precision NOT NULL CHECK (days >= 0),
  import_id integer NOT NULL REFERENCES import_log (id),
  source_row integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE end_of_follow_up (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject text NOT NULL REFERENCES subject (id),
  days double precision NOT NULL CHECK (days >= 0),
  import_id integer NOT NULL REFERENCES import_log (id),
  source_row integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE exam (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject text NOT NULL REFERENCES subject (id),
  folder_hash text NOT NULL,
  verdict text CHECK (verdict IN ('include', 'review', 'exclude')),
  import_id integer NOT NULL REFERENCES import_log (id)
);
--> statement-breakpoint
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'records of % are added, never changed', TG_TABLE_NAME;
END
$$;
--> statement-breakpoint
CREATE TRIGGER observation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON observation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER end_of_follow_up_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON end_of_follow_up
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER import_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON import_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
