-- What lists say of a conversation is the same on each that it stands on, so it stands once, in the conversation's row:
-- a list's entry has a body of its own only where the conversation has left. Entries written before keep theirs until
-- they change; those of one conversation always change together.
ALTER TABLE conversation ADD COLUMN entry text;
ALTER TABLE entry ALTER COLUMN body DROP NOT NULL;
ALTER TABLE entry ADD CONSTRAINT what_left_says_where_to CHECK (kind <> 'left' OR body IS NOT NULL);
