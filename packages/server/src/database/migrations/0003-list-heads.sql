-- The hash of the conversation's head as of a list's item, which the item's own hash covers (STR2). Where it is null the
-- item was stored before that, and its hash covers nothing but conversation and number.
ALTER TABLE list_point ADD COLUMN head text;
