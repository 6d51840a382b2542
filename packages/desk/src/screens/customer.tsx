import { ulid } from '@heed/client/ulid';
import type { CustomerNote, CustomerPage as Page } from '@heed/protocol';
import { BadgeCheck, ChevronLeft, Lock, MessageCirclePlus, Tag, X } from 'lucide-react';
import { type FormEvent, type ReactNode, useCallback, useEffect, useState } from 'react';
import '../css/pages.css';
import {
  addNote,
  asCustomer,
  eraseNote,
  greetedBy,
  labelsOf,
  newBeginning,
  type PageState,
  pastRows,
  readCustomer,
} from '../model/customer-page.ts';
import { factsOf } from '../model/panel.ts';
import { firstName, fullName } from '../model/people.ts';
import { shortTime } from '../model/times.ts';
import { conversationStream, entryOf } from '../model/views.ts';
import { Avatar } from '../parts/avatar.tsx';
import { ClockChip } from '../parts/clock-chip.tsx';
import { useDesk, useLanguage, useNow, useTerminal } from '../parts/context.ts';
import { CustomerActs } from '../parts/customer-acts.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Facts } from '../parts/facts.tsx';
import { useGo } from '../parts/rail.tsx';
import { Say, T } from '../parts/say.tsx';
import { useLasting } from '../parts/use-lasting.ts';
import { figure, type Sentence, t as words } from '../words/index.ts';

function usePage(id: string): { shown: PageState; again: () => void } {
  const [shown, setShown] = useState<PageState>({ state: 'asking' });
  const again = useCallback(() => void readCustomer(id).then(setShown), [id]);
  useEffect(again, [again]);
  return { shown, again };
}

function Waiting({ page }: { page: Page }): ReactNode {
  const t = useTerminal();
  const now = useNow();
  const link = useGo();
  const waiting = page.conversations.find(({ conversation }) => entryOf(t, conversation)?.waitingSince);
  const entry = waiting && entryOf(t, waiting.conversation);
  if (!waiting || !entry) return null;
  return (
    <div className="banner banner--wait">
      <ClockChip facts={entry} serverNow={now + t.skewMs} />
      <span className="grow">
        <T k="customer.waiting" number={waiting.number} />
      </span>
      <a className="btn btn--sm" {...link({ view: 'all', conversation: waiting.conversation })}>
        <T k="customer.open" />
      </a>
    </div>
  );
}

function Conversations({ page }: { page: Page }): ReactNode {
  const t = useTerminal();
  const link = useGo();
  return (
    <section aria-label={words('customer.conversations')}>
      <h2 className="h2">
        <T k="customer.conversations" /> <span className="muted num">{figure(page.conversations.length)}</span>
      </h2>
      <Waiting page={page} />
      {pastRows(t, page, Date.now()).map(({ one, time, title, about, by }) => {
        const inside = (
          <>
            <span className="muted num">{time}</span>
            <span className="cust__what">
              <span className="trunc" dir="auto">
                {title === undefined ? null : <b>{title || <T k="customer.noWords" />}</b>}{' '}
                <span className="muted num">#{one.number}</span>
              </span>
              <span className="muted trunc">
                <Say of={about} />
              </span>
            </span>
            <span className="hstack">
              {one.rating === null ? null : (
                <span className="badge">
                  <T k="customer.rated" score={one.rating} />
                </span>
              )}
              {by === undefined ? null : <Avatar name={by} size={20} team />}
            </span>
          </>
        );
        return one.mayRead ? (
          <a key={one.conversation} className="cust__row" {...link({ view: 'all', conversation: one.conversation })}>
            {inside}
          </a>
        ) : (
          <div key={one.conversation} className="cust__row">
            {inside}
          </div>
        );
      })}
    </section>
  );
}

function Note({ note, onErased }: { note: CustomerNote; onErased: () => void }): ReactNode {
  const [problem, setProblem] = useState<Sentence>();
  const erase = async () => {
    const wrong = await eraseNote(note.id);
    setProblem(wrong);
    if (!wrong) onErased();
  };
  return (
    <div className="note">
      <div className="note__by">
        <Lock className="i i-12" aria-hidden="true" />
        <b>
          <bdi>{note.author.name}</bdi>
        </b>
        <span className="grow">{shortTime(Date.parse(note.at), Date.now())}</span>
        {note.mayErase ? (
          <button
            type="button"
            className="tag__x"
            aria-label={words('customer.note.erase')}
            onClick={() => void erase()}
          >
            <X className="i i-12" aria-hidden="true" />
          </button>
        ) : null}
      </div>
      <p className="said" dir="auto">
        {note.text}
      </p>
      {problem ? (
        <p className="error" role="alert">
          <Say of={problem} />
        </p>
      ) : null}
    </div>
  );
}

function Notes({ page, onChange }: { page: Page; onChange: () => void }): ReactNode {
  const [text, setText] = useState('');
  const [id, setId] = useState(ulid);
  const [problem, setProblem] = useState<Sentence>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = await addNote(page.id, id, text);
    setProblem(wrong);
    if (wrong) return;
    setText('');
    setId(ulid());
    onChange();
  };
  const name = firstName(fullName(page.name));
  return (
    <section className="cust__notes" aria-label={words('customer.notes', { name })}>
      <h2 className="h2">
        <T k="customer.notes" name={name} />
      </h2>
      {page.notes.map((note) => (
        <Note key={note.id} note={note} onErased={onChange} />
      ))}
      <form onSubmit={(event) => void submit(event)} className="cust__add">
        <textarea
          className="input input--text"
          dir="auto"
          rows={2}
          maxLength={4_000}
          value={text}
          placeholder={words('customer.note.write')}
          aria-label={words('customer.note.write')}
          onChange={(event) => setText(event.target.value)}
        />
        {problem ? (
          <p className="error" role="alert">
            <Say of={problem} />
          </p>
        ) : null}
        <div>
          <button type="submit" className="btn" disabled={text.trim() === ''}>
            <T k="customer.note.add" />
          </button>
        </div>
      </form>
    </section>
  );
}

function Begin({ page, onClose }: { page: Page; onClose: () => void }): ReactNode {
  const { client, go } = useDesk();
  const [begin] = useState(() => newBeginning(client.state, page));
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Sentence>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const begun = await begin(text);
    if ('problem' in begun) return setProblem(begun.problem);
    onClose();
    client.watch(conversationStream(begun.conversation));
    go({ view: 'my-work', conversation: begun.conversation });
  };
  return (
    <Dialog title={<T k="customer.begin" />} onClose={onClose} className="dialog--form">
      <form onSubmit={(event) => void submit(event)}>
        <textarea
          className="input input--text"
          dir="auto"
          rows={5}
          maxLength={16_000}
          value={text}
          placeholder={words('composer.placeholder')}
          aria-label={words('composer.label', { name: greetedBy(page) })}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="help">
          <T k="customer.begin.text" name={greetedBy(page)} />
        </p>
        {problem ? (
          <p className="error" role="alert">
            <Say of={problem} />
          </p>
        ) : null}
        <div className="dialog__f">
          <button type="button" className="btn" onClick={onClose}>
            <T k="saved.cancel" />
          </button>
          <button type="submit" className="btn btn--primary" disabled={text.trim() === ''}>
            <T k="composer.send" />
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function About({ page }: { page: Page }): ReactNode {
  const name = fullName(page.name);
  const labels = labelsOf(page);
  return (
    <aside className="cust__about">
      <Avatar name={name} size={56} />
      <h2 className="cust__name">
        <bdi>{name}</bdi>
      </h2>
      {page.verified ? (
        <p className="hstack soft">
          <BadgeCheck className="i i-14 acc" aria-hidden="true" />
          <T k="panel.verified" />
        </p>
      ) : null}
      <Facts facts={factsOf(asCustomer(page))} />
      {labels.length > 0 ? (
        <>
          <h3 className="label">
            <T k="panel.labels" />
          </h3>
          <div className="hstack tags">
            {labels.map((label) => (
              <span key={label} className="tag">
                <Tag className="i i-12" aria-hidden="true" />
                <bdi className="trunc">{label}</bdi>
              </span>
            ))}
          </div>
        </>
      ) : null}
      <h3 className="label">
        <T k="panel.visits" />
      </h3>
      {page.visits.length === 0 ? (
        <p className="muted panel__none">
          <T k="panel.visits.none" />
        </p>
      ) : null}
      {page.visits.slice(0, 12).map((visit) => (
        <div key={visit.at} className="visit">
          <time>{shortTime(Date.parse(visit.at), Date.now())}</time>
          <span className="trunc" title={visit.url}>
            <bdi>{visit.title || visit.url}</bdi>
          </span>
        </div>
      ))}
    </aside>
  );
}

/** Everything that the team knows of a customer. */
export default function CustomerPage({ id }: { id: string }): ReactNode {
  useLanguage();
  const link = useGo();
  const { shown, again } = usePage(id);
  const [isBeginning, setBeginning] = useState(false);
  const isSlow = useLasting(shown.state === 'asking', 200);
  return (
    <main className="pg" aria-label={words('panel.title')} data-region>
      <header className="pg__h">
        <a className="btn btn--ghost btn--sm" {...link({ view: 'all', page: { name: 'customers' } })}>
          <ChevronLeft className="i i-14 flip" aria-hidden="true" />
          <T k="customer.all" />
        </a>
        <span className="grow" />
        {shown.state === 'known' ? (
          <>
            <CustomerActs key={shown.page.id} page={shown.page} onChange={again} />
            <button type="button" className="btn btn--primary" onClick={() => setBeginning(true)}>
              <MessageCirclePlus className="i" aria-hidden="true" />
              <T k="customer.begin" />
            </button>
          </>
        ) : null}
      </header>
      {shown.state === 'known' ? (
        <div className="cust">
          <About page={shown.page} />
          <div className="cust__body">
            <Conversations page={shown.page} />
            <Notes page={shown.page} onChange={again} />
          </div>
        </div>
      ) : null}
      {isSlow ? <p className="muted set__none">{words('saved.loading')}</p> : null}
      {shown.state === 'none' || shown.state === 'failed' ? (
        <div className="empty" role="alert">
          <h3>
            <T k={shown.state === 'none' ? 'customer.none' : 'customer.failed'} />
          </h3>
          {shown.state === 'failed' ? (
            <button type="button" className="btn" onClick={again}>
              <T k="search.again" />
            </button>
          ) : null}
        </div>
      ) : null}
      {isBeginning && shown.state === 'known' ? <Begin page={shown.page} onClose={() => setBeginning(false)} /> : null}
    </main>
  );
}
