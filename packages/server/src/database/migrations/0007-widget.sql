-- What an inbox asks and says in the widget (`heed inbox set`), and the keys with which a shop signs who its customers are.
ALTER TABLE inbox ADD COLUMN settings json NOT NULL DEFAULT '{}';

CREATE TABLE inbox_key (
  -- The `kid` of tokens; several are good at once, so that keys can be changed without a gap.
  id text COLLATE "C" PRIMARY KEY,
  inbox text NOT NULL REFERENCES inbox,
  algorithm text NOT NULL CHECK (algorithm IN ('HS256', 'EdDSA')),
  -- HS256: the shared secret, base64url. EdDSA: the public key, a JWK.
  material text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX inbox_key_inbox ON inbox_key (inbox);

-- Mail to customers who are gone: a conversation stands here from a reply on, until its customer has seen it or it was
-- mailed; a transcript, until it was mailed.
CREATE TABLE mail_due (
  id text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('reply', 'transcript')),
  conversation text COLLATE "C" NOT NULL REFERENCES conversation,
  -- Of a transcript: where it goes, and in which language.
  address text,
  language text,
  next_at timestamptz NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX mail_due_next ON mail_due (next_at);
-- How far each chat was mailed: what was mailed is not mailed again.
CREATE TABLE mailed (conversation text COLLATE "C" PRIMARY KEY REFERENCES conversation, n integer NOT NULL, at timestamptz NOT NULL);
