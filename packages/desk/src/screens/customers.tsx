import type { CustomerRow } from '@heed/protocol';
import { BadgeCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import '../css/pages.css';
import { keptFrom } from '../model/kept.ts';
import { fullName } from '../model/people.ts';
import { shortTime } from '../model/times.ts';
import { Avatar } from '../parts/avatar.tsx';
import { useLanguage } from '../parts/context.ts';
import { useGo } from '../parts/rail.tsx';
import { T } from '../parts/say.tsx';
import { useFoundCustomers } from '../parts/use-found-customers.ts';
import { useKept } from '../parts/use-kept.ts';
import { useLasting } from '../parts/use-lasting.ts';
import { t as words } from '../words/index.ts';

const customers = keptFrom('/v1/customers', (answer: { customers: CustomerRow[] }) => answer.customers);

type Shown = Pick<CustomerRow, 'id' | 'name' | 'email' | 'verified' | 'lastHeardAt'> & Partial<CustomerRow>;

function Row({ customer }: { customer: Shown }): ReactNode {
  const link = useGo();
  const name = fullName(customer.name);
  return (
    <a className="people__i" {...link({ view: 'all', page: { name: 'customer', id: customer.id } })}>
      <Avatar name={name} size={32} />
      <span className="people__who">
        <span className="hstack">
          <b className="trunc">
            <bdi>{name}</bdi>
          </b>
          {customer.verified ? (
            <BadgeCheck className="i i-14 acc" role="img" aria-label={words('conversation.verified')} />
          ) : null}
          {customer.isWaiting ? (
            <span className="badge badge--wait">
              <T k="customer.waits" />
            </span>
          ) : null}
        </span>
        <span className="muted trunc">
          <bdi>{customer.email}</bdi>
        </span>
      </span>
      <span className="muted people__count not-phone">
        {customer.conversations === undefined ? null : <T k="customer.count" count={customer.conversations} />}
      </span>
      <span className="muted num people__time">
        {customer.lastHeardAt ? shortTime(Date.parse(customer.lastHeardAt), Date.now()) : null}
      </span>
    </a>
  );
}

/** The customers, the last heard first, or those who were looked for. */
export default function CustomersPage(): ReactNode {
  useLanguage();
  const all = useKept(customers);
  const isSlow = useLasting(all === undefined, 200);
  const [asked, setAsked] = useState('');
  const found = useFoundCustomers(asked);
  const shown: readonly Shown[] | undefined = found ?? all;
  return (
    <main className="pg" aria-label={words('customer.all')} data-region>
      <header className="pg__h">
        <h1 className="grow">
          <T k="customer.all" />
        </h1>
        <input
          className="input people__find"
          type="search"
          value={asked}
          placeholder={words('customer.find')}
          aria-label={words('customer.find')}
          onChange={(event) => setAsked(event.target.value)}
        />
      </header>
      <div className="people">
        {isSlow ? <p className="muted set__none">{words('saved.loading')}</p> : null}
        {shown?.map((customer) => (
          <Row key={customer.id} customer={customer} />
        ))}
        {shown?.length === 0 ? (
          <div className="empty">
            <p>{asked === '' ? <T k="customer.nobody" /> : <T k="search.nothing" q={asked} />}</p>
          </div>
        ) : null}
      </div>
    </main>
  );
}
