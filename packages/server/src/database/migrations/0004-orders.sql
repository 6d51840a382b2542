-- Whose turn it is, and when somebody must look (LST5, LST6, CLK2, CLK3).

-- What was written before in this transaction (a backup that is read in) must not wait while tables change.
SET CONSTRAINTS ALL IMMEDIATE;

-- How long after a clock was due its work order goes back to the queue, and the supervisors are told; null: never.
ALTER TABLE queue ADD COLUMN return_after_ms integer DEFAULT 300000 CHECK (return_after_ms > 0);
ALTER TABLE queue ADD COLUMN tell_after_ms integer DEFAULT 600000 CHECK (tell_after_ms > 0);
-- How many work orders this agent has before this queue gives them no more; null: what the queue says.
ALTER TABLE membership ADD COLUMN capacity integer CHECK (capacity >= 0);

-- Since when somebody has been taking chats, away or gone.
ALTER TABLE presence ADD COLUMN state_since timestamptz NOT NULL DEFAULT clock_timestamp();

-- Lists: when something last came in; an agent's, when they were last given work.
ALTER TABLE stream ADD COLUMN entered_at timestamptz;

-- The steps that a running clock still has before it, as [{step, at}]: it keeps those it began with.
ALTER TABLE conversation ADD COLUMN steps json NOT NULL DEFAULT '[]';
-- Whose it was when its priority was raised for being overdue.
ALTER TABLE conversation ADD COLUMN raised text COLLATE "C";
ALTER TABLE conversation ADD COLUMN told boolean NOT NULL DEFAULT false;
ALTER TABLE conversation ADD COLUMN paused_until timestamptz;
UPDATE conversation SET next_step_at = coalesce(due_at, snoozed_until),
  steps = CASE WHEN due_at IS NULL THEN '[]'::json ELSE json_build_array(
    json_build_object('step', 'remind', 'at', to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) END
 WHERE unanswered > 0 OR status = 'snoozed';
-- No clock and no snooze that nobody looks at: the sweeper goes by `next_step_at`, and takes the flag with the step.
ALTER TABLE conversation ADD CONSTRAINT waits_are_looked_at CHECK (
  CASE WHEN status = 'snoozed' THEN next_step_at IS NOT NULL AND next_step_at <= snoozed_until
       WHEN unanswered > 0 AND NOT overdue THEN next_step_at IS NOT NULL AND next_step_at <= due_at
       ELSE true END);
DROP INDEX conversation_snoozed;

-- Each time that a work order went from a queue to an agent: what the pace of a queue is measured by.
CREATE TABLE served (
  queue text COLLATE "C" NOT NULL REFERENCES queue,
  at timestamptz NOT NULL,
  entered_at timestamptz NOT NULL
);
CREATE INDEX served_queue ON served (queue, at DESC);

SET CONSTRAINTS ALL DEFERRED;
