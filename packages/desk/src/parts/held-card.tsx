import { deviceClock } from '@heed/client';
import { FileCheck2, PencilLine, Trash2 } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { discardPending, editPending } from '../model/drafts.ts';
import { type HeldCard as Card, heldCard, REFLEX_MS, reviewStep } from '../model/held.ts';
import type { Ruler as RulerModel } from '../model/ruler.ts';
import type { Run } from '../model/shared-runs.ts';
import { type Sentence, say, t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { PHONE, useCommand, useDesk, useLanguage, useMedia, useTerminal } from './context.ts';
import { KeyCap } from './key-cap.tsx';
import { Mark } from './mark.tsx';
import { Say } from './say.tsx';

function Ruler({ ruler }: { ruler: RulerModel }): ReactNode {
  const { from, yours, now, ticks, yourWords, yourX: at } = ruler;
  return (
    <svg className="ruler" viewBox="0 0 560 46" role="img" aria-label={words('held.ruler', { yours, now })}>
      <path className="ruler__line" d="M18 27H542" />
      <path className="ruler__new" d={`M${at} 27H542`} />
      {ticks.map((tick) => (
        <path key={tick.n} className={tick.isNew ? 't2' : 't'} d={`M${tick.x} ${tick.isNew ? 15 : 19}V27`} />
      ))}
      {from < yours ? (
        <text x="18" y="41" textAnchor="middle">
          {from}
        </text>
      ) : null}
      <text x={at} y="41" textAnchor="middle" className="you">
        {yours}
      </text>
      <text x="542" y="41" textAnchor="middle" className="now">
        {now}
      </text>
      <path className="ruler__yours" d={`M${at} 9V29`} />
      <text x={yourWords.x} y="12" textAnchor={yourWords.anchor} className="you ruler__words">
        {words('held.ruler.yours')}
      </text>
      <text x="542" y="10" textAnchor="end" className="now ruler__words">
        {words('held.ruler.now')}
      </text>
    </svg>
  );
}

function Runs({ runs }: { runs: Run[] }): ReactNode {
  return (
    <div className="draft said" dir="auto">
      {runs.map((run, index) =>
        run.same ? (
          <mark key={index} className="same">
            {run.text}
          </mark>
        ) : (
          run.text
        ),
      )}
    </div>
  );
}

function Body({ card, me }: { card: Card; me: string }): ReactNode {
  if (card.shape.kind === 'colleague') {
    const { theirs, theirLabel, left, right } = card.shape;
    return (
      <div className="cmp">
        <div>
          <div className="draftlab">
            <Avatar name={theirs.actor.name} size={20} team />
            <span>
              <Say of={theirLabel} />
            </span>
          </div>
          <Runs runs={left} />
        </div>
        <div>
          <div className="draftlab">
            <Avatar name={me} size={20} team />
            <span>
              <Say of={card.draftLabel} />
            </span>
          </div>
          <Runs runs={right} />
        </div>
      </div>
    );
  }
  return (
    <>
      {card.shape.kind === 'customer' ? (
        <div className="held__r not-phone">
          <Ruler ruler={card.shape.ruler} />
        </div>
      ) : null}
      {card.text === '' ? null : (
        <div className="held__d">
          <div className="draftlab">
            <FileCheck2 className="i i-14" aria-hidden="true" />
            <span>
              <Say of={card.draftLabel} />
            </span>
          </div>
          <div className="draft said" dir="auto">
            {card.text}
          </div>
        </div>
      )}
    </>
  );
}

interface Actions {
  review: () => boolean;
  edit: () => boolean;
  discard: () => boolean;
}

function Buttons({ card, actions }: { card: Card; actions: Actions }): ReactNode {
  const phone = useMedia(PHONE);
  const colleague = card.asksWhy;
  const edit = card.edit ? (
    <button type="button" className="btn" onClick={actions.edit}>
      <PencilLine className="i i-14 not-phone" aria-hidden="true" />
      <Say of={card.edit} />
      <KeyCap of="resolve" />
    </button>
  ) : null;
  if (colleague) {
    return (
      <div className="held__f">
        <button type="button" className="btn btn--primary" onClick={actions.discard}>
          <Say of={card.discard} />
          <KeyCap of="discard" />
        </button>
        {edit}
        <span className="grow" />
        <button type="button" className="btn btn--ghost" onClick={actions.review}>
          <Say of={card.primary} />
          <KeyCap of="send" />
        </button>
      </div>
    );
  }
  return (
    <div className="held__f">
      <button type="button" className="btn btn--primary" onClick={actions.review}>
        <Say of={card.primary} />
        <KeyCap of="send" />
      </button>
      {edit}
      <span className="grow not-phone" />
      <button type="button" className="btn btn--ghost" onClick={actions.discard} aria-label={say(card.discard)}>
        {phone ? <Trash2 className="i i-18" aria-hidden="true" /> : <Say of={card.discard} />}
        <KeyCap of="discard" />
      </button>
    </div>
  );
}

/** GRD4: who sends as well says why; it is stored with the reply. */
function Why({
  text,
  onText,
  onSend,
}: {
  text: string;
  onText: (text: string) => void;
  onSend: () => void;
}): ReactNode {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onSend();
  };
  return (
    <div className="held__why field">
      <label htmlFor={id}>
        <Say of={{ key: 'held.why' }} />
      </label>
      <input
        id={id}
        ref={field}
        className="input"
        dir="auto"
        maxLength={500}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

interface Props {
  s: string;
  /** Shows an item of the timeline. */
  reveal: (n: number) => void;
  /** After sending, editing or discarding: back to the composer. */
  onLeave: () => void;
}

/** A reply that was not sent since its author had not seen everything; the draft stays as it was typed (GRD3). */
export function HeldCard({ s, reveal, onLeave }: Props): ReactNode {
  useLanguage();
  const { client, files } = useDesk();
  const t = useTerminal();
  const [reviewing, setReviewing] = useState(false);
  const [look, setLook] = useState<Sentence>();
  const [why, setWhy] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const shownAt = useRef(deviceClock.now());
  const id = useId();
  const card = heldCard(t, s, reviewing);
  const attempt = card ? `${card.id} ${card.attempt}` : '';
  const first = card?.news[0]?.n;
  useEffect(() => {
    shownAt.current = deviceClock.now();
    setReviewing(false);
    setLook(undefined);
    setWhy(undefined);
    heading.current?.focus({ preventScroll: true });
    if (first !== undefined) reveal(first);
  }, [attempt]);

  const review = () => {
    if (!card) return false;
    const step = reviewStep(card);
    setReviewing(true);
    if (step.do === 'show') {
      reveal(step.n);
      setLook({ key: 'held.lookFirst', values: { n: step.n } });
    } else if (card.asksWhy && !why?.trim()) {
      setWhy(why ?? '');
    } else {
      const upTo = client.state.replicas.get(s)?.seen;
      client.again(card.id, card.asksWhy && upTo && why ? { override: { upTo, reason: why.trim() } } : undefined);
      onLeave();
    }
    return true;
  };
  const edit = () => {
    if (!card?.edit) return false;
    editPending(client, s, card.id);
    onLeave();
    return true;
  };
  const discard = () => {
    if (!card) return false;
    discardPending(client, files, localStorage, s, card.id);
    onLeave();
    return true;
  };
  /** A key that was meant for the composer a moment ago does nothing here (DESIGN §4). */
  const byKey = (act: () => boolean) => () => (deviceClock.now() - shownAt.current < REFLEX_MS ? true : act());
  useCommand('send', byKey(review));
  useCommand('resolve', byKey(edit));
  useCommand('discard', byKey(discard));
  useCommand('sendAndResolve', () => true);

  if (!card) return null;
  return (
    <section className="held" role="alertdialog" aria-labelledby={`${id}h`} aria-describedby={`${id}d`} data-region>
      <div className="held__h">
        <Mark state="held" className="i-18" />
        <div className="grow">
          <h3 id={`${id}h`} ref={heading} tabIndex={-1}>
            <Say of={card.title} />
          </h3>
          <p id={`${id}d`}>
            <Say of={reviewing && look && card.firstUnseen !== undefined ? look : card.text2} />
          </p>
        </div>
      </div>
      <Body card={card} me={t.you?.name ?? ''} />
      {why === undefined ? null : <Why text={why} onText={setWhy} onSend={review} />}
      <Buttons card={card} actions={{ review, edit, discard }} />
    </section>
  );
}
