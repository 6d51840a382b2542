-- What agents work with beside the conversations: search, saved replies, labels, views, notes about customers.

-- Search is derived from the bodies: not logged, empty after a crash, and made again from them (decision 0008). A row goes
-- with the body that it was made of, so that what was erased is not found, whatever erases it.
CREATE UNLOGGED TABLE search_message (
  stream text COLLATE "C" NOT NULL,
  n integer NOT NULL,
  part text NOT NULL CHECK (part IN ('text', 'files')),
  -- Where it is shown: the item itself, or the one that an edit changes.
  shows integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('message', 'note')),
  written_by text NOT NULL,
  at timestamptz NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (stream, n, part),
  FOREIGN KEY (stream, n) REFERENCES body (stream, n) ON DELETE CASCADE
);
CREATE INDEX search_message_words ON search_message USING gin (words) WITH (gin_pending_list_limit = 1024);
CREATE INDEX search_message_at ON search_message (at);
CREATE INDEX search_message_shows ON search_message (stream, shows);

-- How far each log has been read, and the whole: `scanned` names the last stream of a look at all of them.
CREATE UNLOGGED TABLE search_point (stream text COLLATE "C" PRIMARY KEY, n integer NOT NULL);
CREATE UNLOGGED TABLE search_state (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  scanned text COLLATE "C",
  customers_scanned text COLLATE "C",
  since timestamptz NOT NULL
);

CREATE UNLOGGED TABLE search_customer (
  customer text COLLATE "C" PRIMARY KEY REFERENCES customer ON DELETE CASCADE,
  words tsvector NOT NULL
);
CREATE INDEX search_customer_words ON search_customer USING gin (words);
CREATE UNLOGGED TABLE search_stale (customer text COLLATE "C" PRIMARY KEY REFERENCES customer ON DELETE CASCADE);
CREATE FUNCTION note_stale_customer() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO search_stale VALUES (NEW.id) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
CREATE TRIGGER customer_is_searched AFTER INSERT OR UPDATE OF name, email, identity, attributes ON customer
  FOR EACH ROW EXECUTE FUNCTION note_stale_customer();

-- Whose it is: an agent's own, a queue's, or everybody's.
CREATE TABLE saved_reply (
  id text COLLATE "C" PRIMARY KEY,
  shortcut text NOT NULL,
  folder text NOT NULL DEFAULT '',
  text text NOT NULL,
  owner text REFERENCES agent,
  queue text REFERENCES queue,
  used integer NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_by text NOT NULL,
  CHECK (owner IS NULL OR queue IS NULL)
);
CREATE UNIQUE INDEX saved_reply_shortcut ON saved_reply (coalesce(owner, ''), coalesce(queue, ''), lower(shortcut));

-- Labels that are offered; a conversation carries their names.
CREATE TABLE label (name text PRIMARY KEY, created_by text NOT NULL, created_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE UNIQUE INDEX label_name ON label (lower(name));

-- A filter over the lists with a name; without an owner it is the team's.
CREATE TABLE saved_view (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  owner text REFERENCES agent,
  filter json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX saved_view_owner ON saved_view (owner);

CREATE TABLE customer_note (
  id text COLLATE "C" PRIMARY KEY,
  customer text COLLATE "C" NOT NULL REFERENCES customer,
  author text NOT NULL REFERENCES agent,
  text text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX customer_note_customer ON customer_note (customer, at);

-- What an agent chose for all their terminals: keys, sounds.
CREATE TABLE preference (agent text PRIMARY KEY REFERENCES agent, json json NOT NULL);
