/** An agent who takes chats and is below capacity (LST5). */
export interface Free {
  agent: string;
  /** How many more they may be given. */
  room: number;
  /** When they began to wait for work: they signed in, came back, or were given something. In ms since 1970. */
  since: number;
  signedInAt: number;
}

/** A work order that waits on a queue. */
export interface Order {
  id: string;
  /** From whom it came back for being overdue: to them only where there is nobody else. */
  from: string | null;
}

/**
 * Who gets what (LST5): each in its order to the agent who has waited longest for work, then to who signed in first,
 * then by id. Who was given something waits anew, behind all others.
 */
export function handOut(orders: readonly Order[], agents: readonly Free[]): [order: string, agent: string][] {
  const free = agents.map((agent) => ({ ...agent, turn: 0 }));
  let turn = 0;
  const given: [string, string][] = [];
  for (const { id, from } of orders) {
    const able = free.filter(({ room }) => room > 0).sort(byTurn);
    const chosen = able.find(({ agent }) => agent !== from) ?? able[0];
    if (!chosen) break;
    given.push([id, chosen.agent]);
    chosen.room--;
    chosen.turn = ++turn;
  }
  return given;
}

function byTurn(a: Free & { turn: number }, b: Free & { turn: number }): number {
  return a.turn - b.turn || a.since - b.since || a.signedInAt - b.signedInAt || (a.agent < b.agent ? -1 : 1);
}
