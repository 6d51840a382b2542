import type { ReactNode } from 'react';
import '../css/pages.css';
import { mentions } from '../model/mentioned.ts';
import { firstName, fullName } from '../model/people.ts';
import { shortTime } from '../model/times.ts';
import { queueName } from '../model/views.ts';
import { Avatar } from '../parts/avatar.tsx';
import { useLanguage, useTerminal } from '../parts/context.ts';
import { useGo } from '../parts/rail.tsx';
import { T } from '../parts/say.tsx';
import { useKept } from '../parts/use-kept.ts';
import { useLasting } from '../parts/use-lasting.ts';
import { t as words } from '../words/index.ts';

/** The notes that name whoever is signed in, the newest first; bold where they have not been seen. */
export default function MentionsPage(): ReactNode {
  useLanguage();
  const t = useTerminal();
  const link = useGo();
  const all = useKept(mentions);
  const isSlow = useLasting(all === undefined, 200);
  return (
    <main className="pg" aria-label={words('view.mentions')} data-region>
      <header className="pg__h">
        <h1>
          <T k="view.mentions" />
        </h1>
      </header>
      <div className="find__results">
        {isSlow ? <p className="muted set__none">{words('saved.loading')}</p> : null}
        {all?.length === 0 ? (
          <div className="empty">
            <h3>
              <T k="mentions.none" />
            </h3>
            <p>
              <T k="mentions.none.text" />
            </p>
          </div>
        ) : null}
        {all?.map((one) => (
          <article key={`${one.conversation}-${one.n}`} className={one.seen ? 'hit' : 'hit is-new'}>
            <Avatar name={fullName(one.customer.name)} size={32} />
            <div className="grow">
              <div className="hit__head">
                <b className="trunc">
                  <bdi>{fullName(one.customer.name)}</bdi>
                </b>
                <span className="muted num">#{one.number}</span>
                {one.seen ? null : (
                  <span className="badge badge--accent">
                    <T k="mentions.new" />
                  </span>
                )}
                <span className="grow" />
                <span className="muted hit__about">{queueName(t, one.queue)}</span>
              </div>
              <a className="hit__at" {...link({ view: 'all', conversation: one.conversation, at: one.n })}>
                <span className="mono">{one.n}</span>
                <span className="trunc" dir="auto">
                  <span className="muted">{firstName(one.by.name)}: </span>
                  {one.excerpt.text}
                </span>
                <span className="muted num hit__time">{shortTime(Date.parse(one.at), Date.now())}</span>
              </a>
            </div>
          </article>
        ))}
      </div>
    </main>
  );
}
