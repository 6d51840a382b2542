import { UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { initials } from '../model/people.ts';

interface Props {
  name: string;
  size: 20 | 24 | 28 | 32 | 40 | 56;
  /** Customers are round, the team is square. */
  team?: boolean;
  presence?: 'on' | 'away' | undefined;
}

export function Avatar({ name, size, team = false, presence }: Props): ReactNode {
  return (
    <span className={`av av--${size}${team ? ' av--agent' : ''}`} aria-hidden="true">
      {initials(name) || <UserRound className="i i-12" />}
      {presence ? <span className="pres" data-p={presence} /> : null}
    </span>
  );
}
