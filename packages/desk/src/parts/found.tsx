import type { Excerpt, FoundCustomer } from '@heed/protocol';
import { BadgeCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { fullName } from '../model/people.ts';
import { stretchesIn } from '../model/search.ts';
import { shortTime } from '../model/times.ts';
import { t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { useGo } from './rail.tsx';
import { T } from './say.tsx';

/** A part of a text with what was looked for marked. */
export function Marked({ excerpt }: { excerpt: Excerpt }): ReactNode {
  return stretchesIn(excerpt).map(({ text, isMark }, index) => (isMark ? <mark key={index}>{text}</mark> : text));
}

/** A customer who was found; leads to their page. */
export function CustomerHit({ customer }: { customer: FoundCustomer }): ReactNode {
  const link = useGo();
  const name = fullName(customer.name);
  const { lastHeardAt } = customer;
  const who = (
    <>
      <b>
        <bdi>{name}</bdi>
      </b>
      {customer.verified ? (
        <BadgeCheck className="i i-14 acc" role="img" aria-label={words('conversation.verified')} />
      ) : null}
    </>
  );
  return (
    <article className="hit">
      <Avatar name={name} size={32} />
      <div className="grow">
        <div className="hit__head">
          <a className="hit__who trunc hstack" {...link({ view: 'all', page: { name: 'customer', id: customer.id } })}>
            {who}
          </a>
          <span className="grow" />
          {lastHeardAt ? (
            <span className="muted hit__about">
              <T k="panel.heard" time={shortTime(Date.parse(lastHeardAt), Date.now())} />
            </span>
          ) : null}
        </div>
        <p className="muted trunc">
          <bdi>{customer.email}</bdi>
        </p>
      </div>
    </article>
  );
}
