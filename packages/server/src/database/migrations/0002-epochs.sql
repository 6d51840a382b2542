-- Where an epoch began, within the cluster that `identifier` names: the numbers of the database and of this table. They
-- are others where a dump was read in, though the cluster may be the same (EPO1).
ALTER TABLE lineage ADD COLUMN place text;

-- Set where the chain of a conversation or of its chat was found broken: nothing is added to it from then on (EPO3).
ALTER TABLE conversation ADD COLUMN damaged_at timestamptz;
