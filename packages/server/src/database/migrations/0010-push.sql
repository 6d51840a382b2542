-- Browsers that are told of work while their desk is closed, and the keys by which push services know this installation.
CREATE TABLE push_key (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  public_key text NOT NULL,
  private_key jsonb NOT NULL
);
-- Gone with the session that asked for it: who signed out is told of nothing.
CREATE TABLE push_subscription (
  endpoint text PRIMARY KEY,
  session text COLLATE "C" NOT NULL REFERENCES session ON DELETE CASCADE,
  agent text NOT NULL REFERENCES agent,
  told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries integer NOT NULL DEFAULT 0
);
CREATE INDEX push_subscription_session ON push_subscription (session);
