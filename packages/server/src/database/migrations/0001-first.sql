-- The whole model. Times are the database's; ids and names of streams sort by bytes (STR6).

CREATE TABLE lineage (
  epoch uuid PRIMARY KEY,
  parent uuid REFERENCES lineage,
  reason text NOT NULL,
  identifier bigint,
  timeline integer,
  position pg_lsn,
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO lineage (epoch, reason) VALUES (gen_random_uuid(), 'installed');

CREATE TABLE setting (key text PRIMARY KEY, value json NOT NULL);

-- Who there is ------------------------------------------------------------------------------------------------------

CREATE TABLE queue (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  routing text NOT NULL DEFAULT 'take' CHECK (routing IN ('take', 'push')),
  capacity integer NOT NULL DEFAULT 6 CHECK (capacity > 0),
  -- Targets from the first migration on (CLK1): 5 minutes, always open where there are no hours.
  first_reply_ms integer NOT NULL DEFAULT 300000 CHECK (first_reply_ms > 0),
  next_reply_ms integer NOT NULL DEFAULT 300000 CHECK (next_reply_ms > 0),
  hours json,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX queue_name ON queue (lower(name));

CREATE TABLE agent (
  id text COLLATE "C" PRIMARY KEY,
  type text NOT NULL DEFAULT 'agent' CHECK (type IN ('agent', 'bot')),
  email text NOT NULL,
  name text NOT NULL,
  password_hash text,
  is_admin boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  disabled_at timestamptz
);
CREATE UNIQUE INDEX agent_email ON agent (lower(email));

CREATE TABLE membership (
  agent text NOT NULL REFERENCES agent,
  queue text NOT NULL REFERENCES queue,
  role text NOT NULL DEFAULT 'agent' CHECK (role IN ('agent', 'supervisor')),
  PRIMARY KEY (agent, queue)
);

CREATE TABLE inbox (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  queue text NOT NULL REFERENCES queue,
  key text NOT NULL UNIQUE,
  -- No origins: any page may embed it.
  origins text[] NOT NULL DEFAULT '{}',
  look json NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE customer (
  id text COLLATE "C" PRIMARY KEY,
  inbox text NOT NULL REFERENCES inbox,
  -- Set where the shop signed who it is.
  identity text,
  name text NOT NULL,
  email text,
  language text,
  device text,
  attributes json NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_heard_at timestamptz
);
CREATE UNIQUE INDEX customer_identity ON customer (inbox, identity);

CREATE TABLE visit (
  customer text NOT NULL REFERENCES customer,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  url text NOT NULL,
  title text NOT NULL,
  referrer text NOT NULL
);
CREATE INDEX visit_customer ON visit (customer, at);

-- Tokens are kept as hashes only. A session is what can be renewed and revoked; a token is what opens a socket.
CREATE TABLE session (
  id text COLLATE "C" PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  person_type text NOT NULL CHECK (person_type IN ('customer', 'agent', 'bot')),
  person text NOT NULL,
  address text NOT NULL,
  device text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX session_person ON session (person_type, person);
CREATE TABLE token (
  hash bytea PRIMARY KEY,
  session text NOT NULL REFERENCES session ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX token_session ON token (session);
CREATE INDEX token_expires ON token (expires_at);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_type text NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  target text NOT NULL,
  detail json NOT NULL DEFAULT '{}'
);

-- The log -----------------------------------------------------------------------------------------------------------

-- The row that is locked; its head moves with every commit, so there is room for it to move on its page.
CREATE TABLE stream (
  name text COLLATE "C" PRIMARY KEY,
  birth uuid NOT NULL REFERENCES lineage,
  n integer NOT NULL,
  h text NOT NULL,
  at timestamptz NOT NULL,
  -- Lists: points below it are no longer known (LST2).
  floor integer NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE item (
  stream text COLLATE "C" NOT NULL,
  n integer NOT NULL CHECK (n > 0),
  h text NOT NULL,
  id text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  actor_type text NOT NULL,
  actor text COLLATE "C" NOT NULL,
  terminal text COLLATE "C",
  at timestamptz NOT NULL,
  body_hash text NOT NULL,
  -- The item of the conversation that an item of a chat shows.
  shows integer,
  PRIMARY KEY (stream, n)
);

-- Apart from the item, so that erasing one leaves a chain that verifies (STR2).
CREATE TABLE body (
  stream text COLLATE "C" NOT NULL,
  n integer NOT NULL,
  salt bytea NOT NULL,
  json text NOT NULL,
  PRIMARY KEY (stream, n)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'items never change (STR3)' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER item_never_changes BEFORE UPDATE OR DELETE ON item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON item FROM PUBLIC;

-- Exactly once (SND3). `leads_to` names the stream where the send named one that did not exist yet, or took from a queue.
CREATE TABLE send_key (
  stream text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  leads_to text COLLATE "C",
  n integer,
  h text,
  -- Null after an erasure: any send with this id is then answered `sent`.
  body_hash text,
  cancelled boolean NOT NULL DEFAULT false,
  at timestamptz NOT NULL,
  PRIMARY KEY (stream, actor, id),
  CHECK (cancelled = (n IS NULL))
);
CREATE INDEX send_key_at ON send_key USING brin (at);

-- Work orders -------------------------------------------------------------------------------------------------------

CREATE SEQUENCE conversation_number CACHE 20;

CREATE TABLE conversation (
  id text COLLATE "C" PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  customer text COLLATE "C" NOT NULL REFERENCES customer,
  inbox text NOT NULL REFERENCES inbox,
  queue text NOT NULL REFERENCES queue,
  status text NOT NULL CHECK (status IN ('open', 'snoozed', 'resolved')),
  holder text COLLATE "C",
  last_holder text COLLATE "C",
  labels text[] NOT NULL DEFAULT '{}',
  priority integer NOT NULL DEFAULT 0,
  subject text,
  preview text NOT NULL DEFAULT '',
  answered_up_to integer NOT NULL DEFAULT 0,
  last_customer_n integer NOT NULL DEFAULT 0,
  -- How many of the customer's messages nobody has answered; which ones, the log says.
  unanswered integer NOT NULL DEFAULT 0 CHECK (unanswered >= 0),
  waiting_since timestamptz,
  soon_at timestamptz,
  due_at timestamptz,
  next_step_at timestamptz,
  overdue boolean NOT NULL DEFAULT false,
  replied boolean NOT NULL DEFAULT false,
  snoozed_until timestamptz,
  started_at timestamptz NOT NULL,
  entered_at timestamptz NOT NULL,
  list text COLLATE "C" GENERATED ALWAYS AS ('list/' || holder) STORED,
  -- Open is with exactly one holder (LST1).
  CONSTRAINT open_has_a_holder CHECK ((status = 'resolved') = (holder IS NULL)),
  CONSTRAINT holder_is_one CHECK (holder ~ '^(queue|agent):.'),
  -- Unanswered has a holder and a running clock, and closes nothing (CLK1).
  CONSTRAINT unanswered_is_counted CHECK ((unanswered > 0) = (last_customer_n > answered_up_to)),
  CONSTRAINT unanswered_has_holder_and_clock CHECK (
    unanswered = 0
    OR (status = 'open' AND holder IS NOT NULL AND waiting_since IS NOT NULL AND due_at IS NOT NULL)),
  CONSTRAINT clock_runs_for_somebody CHECK (unanswered > 0 OR (waiting_since IS NULL AND due_at IS NULL)),
  CONSTRAINT snoozed_until_when CHECK ((status = 'snoozed') = (snoozed_until IS NOT NULL))
) WITH (fillfactor = 60);
CREATE INDEX conversation_customer ON conversation (customer, started_at);
-- The order of a queue (LST4).
CREATE INDEX conversation_order ON conversation
  (holder, priority DESC, (coalesce(waiting_since, 'infinity')), entered_at, id) WHERE holder IS NOT NULL;
CREATE INDEX conversation_due ON conversation (next_step_at) WHERE next_step_at IS NOT NULL;
CREATE INDEX conversation_snoozed ON conversation (snoozed_until) WHERE snoozed_until IS NOT NULL;

-- One row per list and conversation (LST2); `left` ones are kept for a week.
CREATE TABLE entry (
  list text COLLATE "C" NOT NULL,
  conversation text COLLATE "C" NOT NULL REFERENCES conversation DEFERRABLE INITIALLY DEFERRED,
  n integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('entered', 'changed', 'left')),
  body text NOT NULL,
  at timestamptz NOT NULL,
  standing text COLLATE "C" GENERATED ALWAYS AS
    (CASE WHEN kind <> 'left' AND list NOT LIKE 'list/open:%' THEN list END) STORED,
  PRIMARY KEY (list, conversation),
  UNIQUE (conversation, standing),
  -- Never on two lists (LST1); checked at commit, since moving writes one before the other.
  CONSTRAINT on_one_list EXCLUDE USING btree (conversation WITH =) WHERE (standing IS NOT NULL) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 50);
-- Never on another list than its holder's, never on none while it is open: each side needs the other (LST1).
ALTER TABLE conversation ADD CONSTRAINT stands_on_its_holders_list
  FOREIGN KEY (id, list) REFERENCES entry (conversation, standing) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE conversation ADD UNIQUE (id, list);
ALTER TABLE entry ADD CONSTRAINT stands_only_where_held
  FOREIGN KEY (conversation, standing) REFERENCES conversation (id, list) DEFERRABLE INITIALLY DEFERRED;

-- Every point of a list down to its floor, so that a terminal's point can be told from a wrong one.
CREATE TABLE list_point (
  list text COLLATE "C" NOT NULL,
  n integer NOT NULL,
  h text NOT NULL,
  conversation text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (list, n)
);
CREATE INDEX list_point_at ON list_point USING brin (at);

CREATE TABLE mention (
  agent text NOT NULL REFERENCES agent,
  conversation text NOT NULL REFERENCES conversation,
  PRIMARY KEY (conversation, agent)
);

-- Registers: the highest or the newest wins ---------------------------------------------------------------------------

CREATE TABLE read_mark (
  stream text COLLATE "C" NOT NULL,
  actor_type text NOT NULL,
  actor text COLLATE "C" NOT NULL,
  n integer NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (stream, actor_type, actor)
);

CREATE TABLE draft (
  agent text NOT NULL REFERENCES agent,
  stream text COLLATE "C" NOT NULL,
  text text NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (agent, stream)
);

CREATE TABLE presence (
  agent text PRIMARY KEY REFERENCES agent,
  state text NOT NULL CHECK (state IN ('taking', 'away', 'offline')),
  heard_at timestamptz NOT NULL,
  signed_in_at timestamptz NOT NULL
);
