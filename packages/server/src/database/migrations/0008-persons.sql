-- Two customers who are one person: what the one had is the other's, and its old address leads there.
ALTER TABLE customer ADD COLUMN merged_into text COLLATE "C" REFERENCES customer;
CREATE INDEX customer_merged_into ON customer (merged_into) WHERE merged_into IS NOT NULL;
