-- Files that somebody attached to a message. Their bytes are in the database: one truth, one backup, any node.

CREATE TABLE attachment (
  -- Its uploader's own ULID, so that an upload which was interrupted goes on where it was.
  id text COLLATE "C" PRIMARY KEY,
  owner_type text NOT NULL,
  owner text COLLATE "C" NOT NULL,
  name text NOT NULL,
  -- As the uploader says; once all of it is there, as its bytes say.
  type text NOT NULL,
  size integer NOT NULL CHECK (size > 0),
  sha256 text NOT NULL,
  received integer NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size),
  whole_at timestamptz,
  width integer,
  height integer,
  preview bytea,
  -- Set when a message with it is stored.
  conversation text COLLATE "C" REFERENCES conversation DEFERRABLE INITIALLY DEFERRED,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT whole_is_all_of_it CHECK (whole_at IS NULL OR received = size)
);
CREATE INDEX attachment_conversation ON attachment (conversation) WHERE conversation IS NOT NULL;
CREATE INDEX attachment_loose ON attachment (owner) WHERE conversation IS NULL;

CREATE TABLE attachment_part (
  attachment text COLLATE "C" NOT NULL REFERENCES attachment ON DELETE CASCADE,
  -- Where it begins.
  at integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (attachment, at)
);
-- Pictures and archives are compressed already.
ALTER TABLE attachment_part ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE attachment ALTER COLUMN preview SET STORAGE EXTERNAL;
