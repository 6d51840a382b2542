import type { Replica } from '@heed/client';
import { firstName, initialsOf } from './initials.ts';

/** Who is writing now, by first name. */
export function writersOf(replica: Replica | undefined, now: number): { name: string; initials: string }[] {
  return [...(replica?.typing ?? [])]
    .filter(([actor, { until }]) => !actor.startsWith('customer:') && until > now)
    .map(([, { name }]) => ({ name: firstName(name), initials: initialsOf(name) }));
}
