import { BadgeCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Panel } from '../model/panel.ts';
import { Say, T } from './say.tsx';

/** What is known of a customer, line by line. */
export function Facts({ facts }: { facts: Panel['facts'] }): ReactNode {
  return (
    <dl className="kv">
      {facts.map((fact) => (
        <div key={fact.name} className="kv__line">
          <dt>{fact.label ? <Say of={fact.label} /> : <bdi>{fact.name}</bdi>}</dt>
          {fact.verified === undefined ? (
            <dd title={fact.value}>
              <bdi>{fact.value}</bdi>
            </dd>
          ) : (
            <dd className="hstack">
              {fact.verified ? <BadgeCheck className="i i-14 acc" aria-hidden="true" /> : null}
              <T k={fact.verified ? 'panel.verified' : 'panel.unverified'} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
