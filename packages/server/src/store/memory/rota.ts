import { timeOf } from '../../domain/clock.ts';
import { absenceOf, attendanceOf } from '../../domain/presence.ts';
import { type Duties, type Rota, type Sweep, TURN_MS } from '../rota.ts';
import type { Tables } from './data.ts';
import { freeOf, inOrder, lookAt, type MemoryWorld, presenceNow } from './ledger.ts';

/** The rota in memory. */
export function memoryRota(world: MemoryWorld): Rota {
  return {
    duties: (node, sweep) =>
      lookAt(world, (tables) => {
        const now = world.now();
        const { sweeper } = tables;
        const isOver = !(sweeper.until >= now && sweeper.until <= now + TURN_MS);
        if (sweeper.node !== node && !isOver) return undefined;
        tables.sweeper = { node, until: now + TURN_MS };
        return dutiesIn(world, tables, sweep);
      }),
  };
}

function dutiesIn(world: MemoryWorld, tables: Tables, { patience, heardMs, most, except }: Sweep): Duties {
  const at = timeOf(world.now());
  const due: string[] = [];
  for (const { conversation: c, unanswered } of tables.conversations.values()) {
    if (except.includes(c.id)) continue;
    const { nextStepAt } = c.timetable;
    const presence = tables.presence.get(c.state.holder?.replace(/^agent:/, '') ?? '');
    const attendance = attendanceOf(presence && presenceNow(presence, world.now()), patience);
    const isAbandoned = c.state.holder?.startsWith('agent:') && unanswered > 0 && absenceOf(attendance) !== undefined;
    if (isAbandoned || (nextStepAt !== null && nextStepAt <= at)) due.push(c.id);
  }
  const queues = [...world.directory.queues]
    .filter(({ id, routing }) => routing === 'push' && inOrder(tables, `queue:${id}`).length > 0)
    .map(({ id }) => id)
    .filter((id) => freeOf(world, tables, id, heardMs).length > 0);
  return { conversations: due.slice(0, most), queues };
}
