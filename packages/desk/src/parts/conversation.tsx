import { conversationState, deviceClock } from '@heed/client';
import {
  AlarmClock,
  BadgeCheck,
  ChevronLeft,
  CircleCheck,
  Ellipsis,
  Eye,
  type LucideIcon,
  PanelRight,
  PenLine,
  RotateCcw,
  UserRoundPlus,
} from 'lucide-react';
import {
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { discardPending, editPending } from '../model/drafts.ts';
import { evidenceOf } from '../model/evidence.ts';
import { heldCard } from '../model/held.ts';
import { colleaguesHere } from '../model/here.ts';
import { headingOf } from '../model/panel.ts';
import { firstName } from '../model/people.ts';
import { type TimelineRow, timelineRows } from '../model/timeline.ts';
import { toast } from '../model/toasts.ts';
import { tellViewing } from '../model/viewing.ts';
import { conversationStream, entryOf, hrefOf } from '../model/views.ts';
import { type Key, locale, t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { Composer } from './composer.tsx';
import { useCommand, useDesk, useLanguage, useTerminal } from './context.ts';
import { DockStatus } from './dock.tsx';
import { HeldCard } from './held-card.tsx';
import { Lazily } from './lazily.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { T } from './say.tsx';
import { StepChip, useChip } from './step-chip.tsx';
import { Timeline, type TimelineActions, type TimelineHandle } from './timeline.tsx';
import { Row } from './timeline-rows.tsx';
import { useActs } from './use-acts.tsx';
import { useLasting } from './use-lasting.ts';

const EvidenceDialog = lazy(() => import('./evidence-dialog.tsx'));
const JumpDialog = lazy(() => import('./jump-dialog.tsx'));
const ConversationMenu = lazy(() => import('./conversation-menu.tsx'));

function Colleagues({ s }: { s: string }): ReactNode {
  const { client } = useDesk();
  useEffect(() => tellViewing(client, s), [client, s]);
  const here = colleaguesHere(useTerminal(), s);
  if (here.length === 0) return null;
  const writing = here.filter(({ writes }) => writes);
  const named = writing.length > 0 ? writing : here;
  const names = new Intl.ListFormat(locale()).format(named.map(({ name }) => firstName(name)));
  const label = words(writing.length > 0 ? 'conversation.writing' : 'conversation.looking', {
    count: named.length,
    names,
  });
  const Icon = writing.length > 0 ? PenLine : Eye;
  return (
    <span className="hstack muted looking" role="img" aria-label={label} title={label}>
      {here.slice(0, 3).map((agent) => (
        <Avatar key={agent.id} name={agent.name} size={20} team />
      ))}
      <Icon className="i i-14" aria-hidden="true" />
    </span>
  );
}

function Title({ s, id }: { s: string; id: string }): ReactNode {
  const t = useTerminal();
  const heading = headingOf(t, s, entryOf(t, id));
  const isGone = t.replicas.get(s)?.phase.name === 'gone';
  const show = useLasting(heading === undefined && !isGone, 200);
  if (!heading) return <div className="conv__t grow sk__lines">{show ? <span className="sk sk--title" /> : null}</div>;
  return (
    <div className="conv__t grow">
      <h2>
        <bdi className="trunc">{heading.name}</bdi>
        {heading.verified ? (
          <BadgeCheck className="i i-14 acc" role="img" aria-label={words('conversation.verified')} />
        ) : null}
      </h2>
      <p>
        {heading.number === undefined ? null : (
          <>
            <span className="num">#{heading.number}</span> ·{' '}
          </>
        )}
        <span className="not-phone">
          <T k="conversation.channel" /> ·{' '}
        </span>
        {heading.queue}
      </p>
    </div>
  );
}

function Tool({ icon: Icon, label, onClick }: { icon: LucideIcon; label: Key; onClick: () => void }): ReactNode {
  return (
    <button
      type="button"
      className="btn btn--ghost btn--sm btn--icon tool not-phone"
      aria-label={words(label)}
      title={words(label)}
      onClick={onClick}
    >
      <Icon className="i" aria-hidden="true" />
    </button>
  );
}

function More(): ReactNode {
  const trigger = (onClick?: () => void): ReactElement => (
    <button
      type="button"
      className="btn btn--ghost btn--sm btn--icon tool"
      aria-haspopup="menu"
      aria-label={words('conversation.more')}
      onClick={onClick}
    >
      <Ellipsis className="i" aria-hidden="true" />
    </button>
  );
  return <Lazily trigger={trigger}>{(made) => <ConversationMenu trigger={made} />}</Lazily>;
}

function Skeleton(): ReactNode {
  const show = useLasting(true, 200);
  if (!show) return <div className="tl" aria-busy="true" />;
  return (
    <div className="tl tl--loading" aria-busy="true">
      {[58, 46, 64, 70, 52].map((width, index) => (
        <span
          key={width}
          className={index === 2 ? 'sk sk--bubble sk--end' : 'sk sk--bubble'}
          style={{ inlineSize: `${width}%` }}
        />
      ))}
    </div>
  );
}

/** What its author wrote in a conversation that is no longer open to them stays, to copy or discard (CON9). */
function Gone({ s, rows, actions }: { s: string; rows: readonly TimelineRow[]; actions: TimelineActions }): ReactNode {
  const t = useTerminal();
  const watcher = useRef(undefined);
  const draft = t.drafts.get(s)?.text;
  return (
    <div className="conv__gone">
      <GoneWords />
      {rows.map((row) =>
        row.type === 'outbox' ? <Row key={row.key} row={row} actions={{ ...actions, watcher }} /> : null,
      )}
      {draft ? <p className="said note">{draft}</p> : null}
    </div>
  );
}

function GoneWords(): ReactNode {
  return (
    <div className="empty">
      <h3>
        <T k="conversation.gone.title" />
      </h3>
      <p>
        <T k="conversation.gone.text" />
      </p>
    </div>
  );
}

function useRowActions(
  s: string,
  id: string,
  own: { toComposer: () => void; toggleQuiet: (from: number) => void; evidence: (n: number) => void },
) {
  const { toComposer, toggleQuiet, evidence } = own;
  const { client, files, place } = useDesk();
  const { view } = place;
  return useMemo(
    () => ({
      copyLink: (n: number) => {
        void navigator.clipboard.writeText(`${location.origin}${hrefOf({ view, conversation: id, at: n })}`);
        toast({ key: 'timeline.copied', values: { n } });
      },
      toggleQuiet,
      evidence,
      edit: (pending: string) => {
        editPending(client, s, pending);
        toComposer();
      },
      takeBack: (pending: string) => {
        editPending(client, s, pending);
        toComposer();
      },
      discard: (pending: string) => discardPending(client, files, localStorage, s, pending),
      send: (pending: string) => client.again(pending),
    }),
    [client, files, s, id, view, toComposer, toggleQuiet, evidence],
  );
}

/** Brings a position into view that was asked for by its number, and first what comes before the window's beginning. */
function useJump(s: string, at: number | undefined, reveal: (n: number) => void): void {
  const { client } = useDesk();
  const replica = useTerminal().replicas.get(s);
  const done = useRef<number>(undefined);
  const from = replica?.at ? replica.before.n : undefined;
  // A request on its way is waited for: another would be dropped.
  const isAsking = replica?.asking !== undefined;
  useEffect(() => {
    if (at === undefined) done.current = undefined;
    if (at === undefined || from === undefined || done.current === at) return;
    if (at <= from) return isAsking ? undefined : client.older(s);
    // The rows that came are drawn first.
    const frame = requestAnimationFrame(() => {
      done.current = at;
      reveal(at);
    });
    return () => cancelAnimationFrame(frame);
  }, [client, s, at, from, isAsking, reveal]);
}

interface Props {
  id: string;
  isPanelOpen: boolean;
  onPanel: () => void;
}

/** The window of one conversation. */
export function Conversation({ id, isPanelOpen, onPanel }: Props): ReactNode {
  useLanguage();
  const s = conversationStream(id);
  const { client, place, go } = useDesk();
  const t = useTerminal();
  const chip = useChip(s);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [focus, setFocus] = useState(0);
  const timeline = useRef<TimelineHandle>(null);
  const { acts, dialog, resolve, move, snooze, noReply, resolving } = useActs(s, id);
  const replica = t.replicas.get(s);
  // A draft changes the terminal with every letter; the timeline changes with these only.
  const rows = useMemo(
    () => timelineRows(t, s, { now: deviceClock.now(), opened }),
    [replica, t.outbox, t.files, t.link.state, t.you, s, opened],
  );
  const name = headingOf(t, s, entryOf(t, id))?.name ?? '';
  const toggleQuiet = useCallback((from: number) => {
    setOpened((before) => {
      const after = new Set(before);
      if (!after.delete(from)) after.add(from);
      return after;
    });
  }, []);
  const toComposer = useCallback(() => setFocus((count) => count + 1), []);
  const [asked, setAsked] = useState<number>();
  const evidence = asked === undefined ? undefined : evidenceOf(t, s, asked);
  const actions = useRowActions(s, id, { toComposer, toggleQuiet, evidence: setAsked });
  const reveal = useCallback((n: number) => timeline.current?.reveal(n), []);
  const onSeen = useCallback((numbers: number[]) => client.shown(s, numbers), [client, s]);
  const onOlder = useCallback(() => client.older(s), [client, s]);
  const reopen = () => client.press({ s, kind: 'reopen', body: {} });
  const hasItems = replica?.at !== undefined;
  useJump(s, place.at, reveal);
  const [isJumping, setJumping] = useState(false);
  const jumpTo = (n: number) => {
    // The same place once more is shown once more.
    if (place.at === n) reveal(n);
    else go({ ...place, at: n }, 'replace');
  };
  useCommand('jumpToDate', () => {
    setJumping(hasItems);
    return hasItems;
  });
  useCommand('jumpToUnanswered', () => {
    const [first] = conversationState(replica)?.unanswered ?? [];
    if (first === undefined) return false;
    jumpTo(first);
    return true;
  });

  const isGone = replica?.phase.name === 'gone';
  const held = heldCard(t, s, false);
  return (
    <main className="conv" aria-label={words('conversation.label')}>
      <header className="bar" data-region>
        <button
          type="button"
          className="mic back"
          aria-label={words('conversation.back')}
          onClick={() => go({ view: place.view })}
        >
          <ChevronLeft className="i i-20 flip" aria-hidden="true" />
        </button>
        <Title s={s} id={id} />
        <Colleagues s={s} />
        <StepChip s={s} chip={chip} />
        {acts ? (
          <>
            <Tool icon={AlarmClock} label="conversation.snooze" onClick={snooze} />
            <Tool icon={UserRoundPlus} label="conversation.move" onClick={move} />
          </>
        ) : null}
        {acts ? <More /> : null}
        {acts ? (
          <button
            type="button"
            className="btn btn--ghost btn--sm tool"
            onClick={resolve}
            aria-label={words('conversation.resolve')}
          >
            <CircleCheck className="i" aria-hidden="true" />
            <span className="not-phone">
              <T k="conversation.resolve" />
            </span>
          </button>
        ) : null}
        {conversationState(replica)?.status === 'resolved' ? (
          <button
            type="button"
            className="btn btn--ghost btn--sm tool"
            onClick={reopen}
            aria-label={words('conversation.reopen')}
          >
            <RotateCcw className="i" aria-hidden="true" />
            <span className="not-phone">
              <T k="conversation.reopen" />
            </span>
          </button>
        ) : null}
        {isPanelOpen ? null : (
          <button
            type="button"
            className="btn btn--ghost btn--sm btn--icon tool"
            aria-label={words('panel.show')}
            onClick={onPanel}
          >
            <PanelRight className="i flip" aria-hidden="true" />
          </button>
        )}
      </header>
      <OfflineBanner s={s} />
      {isGone ? <Gone s={s} rows={rows} actions={actions} /> : null}
      {!isGone && !hasItems ? <Skeleton /> : null}
      {!isGone && hasItems ? (
        <Timeline name={name} rows={rows} actions={actions} onSeen={onSeen} onOlder={onOlder} handle={timeline} />
      ) : null}
      {isGone ? null : (
        <div className="dock">
          <DockStatus s={s} id={id} onNoReply={noReply} />
          {held ? (
            <HeldCard s={s} reveal={reveal} onLeave={toComposer} />
          ) : (
            <Composer s={s} id={id} name={name} chip={chip} focus={focus} reveal={reveal} onResolving={resolving} />
          )}
        </div>
      )}
      {dialog}
      {isJumping ? (
        <Suspense fallback={null}>
          <JumpDialog id={id} onJump={jumpTo} onClose={() => setJumping(false)} />
        </Suspense>
      ) : null}
      {evidence ? (
        <Suspense fallback={null}>
          <EvidenceDialog evidence={evidence} onClose={() => setAsked(undefined)} />
        </Suspense>
      ) : null}
    </main>
  );
}
