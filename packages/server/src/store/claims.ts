/**
 * Which messages of a conversation wait for an answer, with their times (CLK1): the customer's above the mark, but for
 * those that the customer erased.
 */
export function claims(conversation: string): string {
  return `(SELECT json_agg(json_build_array(i.n, i.at) ORDER BY i.n) FROM item i
    LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n
   WHERE i.stream = 'conversation/' || ${conversation}.id AND i.n > ${conversation}.answered_up_to
     AND i.kind = 'message' AND i.actor_type = 'customer'
     AND (b.n IS NOT NULL OR NOT EXISTS (SELECT 1 FROM item e JOIN body eb ON eb.stream = e.stream AND eb.n = e.n
           WHERE e.stream = i.stream AND e.n > i.n AND e.kind = 'erased' AND e.actor_type = 'customer'
             AND (eb.json::json->>'target')::int = i.n)))`;
}
