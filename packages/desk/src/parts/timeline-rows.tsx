import {
  ArrowRightLeft,
  Check,
  CheckCheck,
  CircleAlert,
  CircleCheck,
  Clock,
  Dot,
  Eraser,
  Lock,
  LogOut,
  type LucideIcon,
  Pencil,
  RotateCcw,
  ScanEye,
  SendHorizontal,
  Star,
  Tag,
  UserCheck,
} from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { stretchesOf } from '../model/links.ts';
import type { SystemIcon } from '../model/sentences.ts';
import type { Life, TimelineRow } from '../model/timeline.ts';
import type { SeeingWatcher } from '../model/watch-seeing.ts';
import { t as words } from '../words/index.ts';
import { Attachments } from './attachments.tsx';
import { Say, T } from './say.tsx';

type RowOf<N extends TimelineRow['type']> = Extract<TimelineRow, { type: N }>;

/** What the rows may do. */
export interface RowActions {
  watcher: RefObject<SeeingWatcher | undefined>;
  copyLink: (n: number) => void;
  toggleQuiet: (from: number) => void;
  /** Shows what the author of a reply had seen. */
  evidence: (n: number) => void;
  edit: (id: string) => void;
  takeBack: (id: string) => void;
  discard: (id: string) => void;
  send: (id: string) => void;
}

/** A message as its author wrote it: text nodes, line breaks kept, addresses that can be opened. */
function Words({ text }: { text: string }): ReactNode {
  return (
    <p dir="auto" className="said">
      {stretchesOf(text).map((stretch, index) =>
        stretch.href ? (
          <a key={index} className="link" href={stretch.href} target="_blank" rel="noopener noreferrer nofollow">
            {stretch.text}
          </a>
        ) : (
          stretch.text
        ),
      )}
    </p>
  );
}

function Position({ n, copyLink }: { n: number; copyLink: (n: number) => void }): ReactNode {
  return (
    <span className="ev__pos" aria-hidden="true" title={words('timeline.copyLink', { n })} onClick={() => copyLink(n)}>
      {n}
    </span>
  );
}

/** Measures an item that has to be seen before the next reply (GRD1). */
function useSeen(row: { n: number; toBeSeen: boolean }, watcher: RowActions['watcher']) {
  const body = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLSpanElement>(null);
  const { n, toBeSeen } = row;
  useEffect(() => {
    if (!toBeSeen || !body.current || !end.current) return;
    return watcher.current?.watch(n, body.current, end.current);
  }, [n, toBeSeen, watcher]);
  return { body, end };
}

function Event({
  row,
  actions,
  children,
}: {
  row: { n: number; isNew: boolean; toBeSeen: boolean };
  actions: RowActions;
  children: ReactNode;
}): ReactNode {
  const { body, end } = useSeen(row, actions.watcher);
  return (
    <div className={row.isNew ? 'ev is-new' : 'ev'} id={`n${row.n}`}>
      <Position n={row.n} copyLink={actions.copyLink} />
      <div className="grow" ref={body}>
        {children}
        <span className="ev__end" ref={end} aria-hidden="true" />
      </div>
    </div>
  );
}

function LifeMark({ life }: { life: Life }): ReactNode {
  const seen = life.state === 'seen';
  const Glyph = seen ? CheckCheck : Check;
  return (
    <span className="life">
      <Glyph className={seen ? 'i i-14 acc' : 'i i-14'} aria-hidden="true" />
      {life.state === 'seen' && life.at !== undefined ? (
        <span>
          <T k="life.seenAt" time={life.at} />
        </span>
      ) : (
        <T k={seen ? 'life.seen' : 'life.stored'} />
      )}
    </span>
  );
}

function Message({ row, actions }: { row: RowOf<'message'>; actions: RowActions }): ReactNode {
  const bubble = `bub${row.isWaiting ? ' is-waiting' : ''}${row.text === undefined ? ' is-erased' : ''}`;
  return (
    <Event row={row} actions={actions}>
      <div className={row.side === 'customer' ? 'msg msg--c' : 'msg msg--a'}>
        <div className="msg__body">
          {row.text === '' && row.files.length > 0 ? null : (
            <div className={bubble}>
              {row.text === undefined ? <T k="message.erased" /> : <Words text={row.text} />}
            </div>
          )}
          <Attachments files={row.files} />
          {row.choices.length > 0 ? (
            <ul className="msg__choices" aria-label={words('message.choices')}>
              {row.choices.map((choice) => (
                <li key={choice} dir="auto">
                  {choice}
                </li>
              ))}
            </ul>
          ) : null}
          <div className="msg__meta">
            {row.by ? (
              <span>
                <Say of={row.by} />
              </span>
            ) : null}
            <time>{row.time}</time>
            {row.isEdited ? (
              <span>
                <T k="message.edited" />
              </span>
            ) : null}
            {row.life && !row.tag ? (
              <>
                <span aria-hidden="true">·</span>
                <LifeMark life={row.life} />
              </>
            ) : null}
            {row.hasEvidence ? (
              <button
                type="button"
                className="ev__why"
                aria-label={words('evidence.ask', { n: row.n })}
                title={words('evidence.ask', { n: row.n })}
                onClick={() => actions.evidence(row.n)}
              >
                <ScanEye className="i i-14" aria-hidden="true" />
              </button>
            ) : null}
            {row.crossed === undefined ? null : (
              <>
                <span aria-hidden="true">·</span>
                <span>
                  <T k="message.crossed" n={row.crossed} />
                </span>
              </>
            )}
            {row.tag ? (
              <>
                <span aria-hidden="true">·</span>
                <span className="acc">
                  <Say of={row.tag} />
                </span>
              </>
            ) : null}
          </div>
        </div>
      </div>
    </Event>
  );
}

function Note({ row, actions }: { row: RowOf<'note'>; actions: RowActions }): ReactNode {
  return (
    <Event row={row} actions={actions}>
      <div className="note" role="note">
        <div className="note__by">
          <Lock className="i i-12" aria-hidden="true" />
          <b>
            <Say of={row.by} />
          </b>
          <span>
            <T k="message.note" />
          </span>
          <span className="grow" />
          <time className="num">{row.time}</time>
        </div>
        <Words text={row.text} />
      </div>
    </Event>
  );
}

const ICONS: Record<SystemIcon, LucideIcon> = {
  taken: UserCheck,
  moved: ArrowRightLeft,
  back: LogOut,
  done: CircleCheck,
  again: RotateCcw,
  clock: Clock,
  tag: Tag,
  star: Star,
  edit: Pencil,
  erase: Eraser,
  dot: Dot,
};

function System({ row, actions }: { row: RowOf<'system'>; actions: RowActions }): ReactNode {
  const Icon = ICONS[row.line.icon];
  return (
    <Event row={row} actions={actions}>
      <div className="sys">
        <Icon className="i i-14 flip" aria-hidden="true" />
        <span>
          <Say of={row.line.sentence} /> · <span className="num">{row.time}</span>
        </span>
      </div>
      {row.line.quote ? (
        <p dir="auto" className="sys__quote">
          {row.line.quote}
        </p>
      ) : null}
    </Event>
  );
}

function Quiet({ row, actions }: { row: RowOf<'quiet'>; actions: RowActions }): ReactNode {
  return (
    <div className="ev">
      <span className="ev__pos" aria-hidden="true" />
      <button
        type="button"
        className="quiet-line"
        aria-expanded={row.isOpen}
        onClick={() => actions.toggleQuiet(row.from)}
      >
        <T k="timeline.quiet" count={row.count} />
      </button>
    </div>
  );
}

function OutboxActions({ row, actions }: { row: RowOf<'outbox'>; actions: RowActions }): ReactNode {
  const refused = row.state === 'refused';
  return (
    <>
      {row.canReview ? (
        <button type="button" className="link" onClick={() => actions.send(row.id)}>
          <T k="outbox.send" />
        </button>
      ) : null}
      {row.canEdit ? (
        <button type="button" className="link" onClick={() => actions.edit(row.id)}>
          <T k={refused ? 'outbox.changeAndSend' : 'outbox.edit'} />
        </button>
      ) : null}
      {row.canTakeBack ? (
        <button type="button" className="link" onClick={() => (refused ? actions.discard : actions.takeBack)(row.id)}>
          <T k={refused ? 'outbox.discard' : 'outbox.takeBack'} />
        </button>
      ) : null}
    </>
  );
}

const LIFE_ICONS = { outbox: SendHorizontal, stored: Check, refused: CircleAlert, review: CircleAlert } as const;

function Outbox({ row, actions }: { row: RowOf<'outbox'>; actions: RowActions }): ReactNode {
  const Icon = LIFE_ICONS[row.state];
  const meta = (
    <>
      <span className={row.state === 'refused' ? 'life life--refused' : 'life life--outbox'}>
        <Icon className="i i-14 flip" aria-hidden="true" />
        <span>
          <Say of={row.sentence} />
        </span>
      </span>
      {row.canEdit || row.canTakeBack ? <span aria-hidden="true">·</span> : null}
      <OutboxActions row={row} actions={actions} />
    </>
  );
  return (
    <div className="ev">
      <span className="ev__pos" aria-hidden="true" />
      <div className="grow">
        {row.kind === 'line' ? (
          <div className="sys">{meta}</div>
        ) : (
          <div className="msg msg--a outbox" data-life={row.state}>
            <div className="msg__body">
              {row.text === '' && row.files.length > 0 ? null : (
                <div className="bub">
                  <Words text={row.text} />
                </div>
              )}
              <Attachments files={row.files} />
              <div className="msg__meta msg__meta--wrap">{meta}</div>
            </div>
          </div>
        )}
      </div>
    </div>
  );
}

/** One row of the timeline. */
export function Row({ row, actions }: { row: TimelineRow; actions: RowActions }): ReactNode {
  switch (row.type) {
    case 'older':
      return (
        <p className="tl__more muted">
          <T k="timeline.older" />
        </p>
      );
    case 'day':
      return (
        // biome-ignore lint/a11y/useSemanticElements: a rule cannot hold the name of the day
        <div className="day" role="separator" aria-label={row.label}>
          <span>{row.label}</span>
        </div>
      );
    case 'newline':
      return (
        <div className="newline">
          <span>
            <Say of={row.sentence} />
          </span>
        </div>
      );
    case 'message':
      return <Message row={row} actions={actions} />;
    case 'note':
      return <Note row={row} actions={actions} />;
    case 'system':
      return <System row={row} actions={actions} />;
    case 'quiet':
      return <Quiet row={row} actions={actions} />;
    case 'outbox':
      return <Outbox row={row} actions={actions} />;
    case 'typing':
      return (
        <div className="typing-line muted">
          <span className="typing" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span>
            <Say of={row.sentence} />
          </span>
        </div>
      );
  }
}
