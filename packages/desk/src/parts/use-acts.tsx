import { conversationState, deviceClock, wallSkewMs } from '@heed/client';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { actsOf, type Taker } from '../model/acts.ts';
import { clockOf } from '../model/clock.ts';
import { labelChange } from '../model/labels.ts';
import { firstName } from '../model/people.ts';
import { soonTime } from '../model/times.ts';
import { toast } from '../model/toasts.ts';
import { entryOf, queueName } from '../model/views.ts';
import { useCommand, useDesk, useTerminal } from './context.ts';
import { useDone } from './use-done.ts';

const ResolveDialog = lazy(() => import('./resolve-dialog.tsx'));
const MoveDialog = lazy(() => import('./move-dialog.tsx'));
const SnoozeDialog = lazy(() => import('./snooze-dialog.tsx'));
const LabelDialog = lazy(() => import('./label-dialog.tsx'));
const NoReplyDialog = lazy(() => import('./no-reply-dialog.tsx'));

type Asking = 'resolve' | 'move' | 'snooze' | 'noReply' | 'label';

/** What is done with a conversation beside writing in it: each by a button and a key, some after a question. */
export function useActs(s: string, id: string) {
  const { client } = useDesk();
  const t = useTerminal();
  const [asking, setAsking] = useState<Asking>();
  const expect = useDone(s, id);
  const acts = actsOf(t, s);
  const replica = t.replicas.get(s);
  const entry = entryOf(t, id);
  const name = firstName(entry?.customer.name ?? replica?.customer?.name ?? '');
  const seen = () => client.state.replicas.get(s)?.seen.n ?? 0;
  const close = () => setAsking(undefined);

  const resolveNow = (reason?: string) => {
    const send = client.press({
      s,
      kind: 'resolve',
      body: reason ? { noReplyNeeded: { upTo: seen(), reason } } : {},
    });
    resolving(send);
    close();
  };
  const resolving = (send: string) => expect({ send, says: { key: 'resolve.done', values: { name } }, leaves: true });
  const resolve = () => {
    if (!acts) return false;
    if (acts.unanswered > 0) setAsking('resolve');
    else resolveNow();
    return true;
  };
  const moveTo = (taker: Taker, note: string) => {
    const how = acts?.how ?? 'transfer';
    const why = note === '' ? {} : how === 'transfer' ? { note } : { reason: note };
    const send = client.press({ s, kind: how, body: { to: taker.to, ...why } });
    const says = { key: 'move.done', values: { to: firstName(taker.name), name } } as const;
    const toMe = { key: 'move.done.me', values: { name } } as const;
    expect({ send, says: taker.kind === 'me' ? toMe : says, leaves: taker.kind !== 'me' });
    close();
  };
  const move = () => {
    if (!acts) return false;
    if (acts.takers.length === 0) toast({ key: 'move.notYours' });
    else setAsking('move');
    return true;
  };
  const toQueue = () => {
    if (!acts?.canReturn) return false;
    moveTo({ to: `queue:${acts.queue}`, name: queueName(t, acts.queue), kind: 'queue' }, '');
    return true;
  };
  const snoozeUntil = (until: number) => {
    const send = client.press({ s, kind: 'snooze', body: { until: new Date(until + wallSkewMs(t)).toISOString() } });
    const time = soonTime(until, Date.now());
    expect({ send, says: { key: 'snooze.done', values: { name, time } }, leaves: true });
    close();
  };
  const snooze = () => {
    if (!acts) return false;
    if (acts.canSnooze) setAsking('snooze');
    else toast({ key: 'snooze.waits', values: { name } });
    return true;
  };
  const mark = (reason: string) => {
    const send = client.press({ s, kind: 'noReplyNeeded', body: { upTo: seen(), reason } });
    expect({ send, says: { key: 'noReply.done', values: { name } }, leaves: false });
    close();
  };
  const noReply = () => {
    if (!acts || acts.unanswered === 0) return false;
    setAsking('noReply');
    return true;
  };
  const carried = conversationState(replica)?.labels ?? [];
  const setLabels = (labels: string[]) => {
    const body = labelChange(carried, labels);
    if (body) client.press({ s, kind: 'label', body });
    close();
  };
  useCommand('label', () => {
    if (!replica?.at) return false;
    setAsking('label');
    return true;
  });
  useCommand('resolve', resolve);
  useCommand('assign', move);
  useCommand('toQueue', toQueue);
  useCommand('snooze', snooze);
  useCommand('noReply', noReply);

  const clock = entry ? clockOf(entry, deviceClock.now() + t.skewMs) : undefined;
  const waitedMs = clock && 'waitedMs' in clock ? clock.waitedMs : 0;
  const count = acts?.unanswered ?? 0;
  const dialogs: Record<Asking, () => ReactNode> = {
    resolve: () => (
      <ResolveDialog count={count} name={name} waitedMs={waitedMs} onResolve={resolveNow} onClose={close} />
    ),
    move: () => <MoveDialog takers={acts?.takers ?? []} onMove={moveTo} onClose={close} />,
    snooze: () => <SnoozeDialog name={name} onSnooze={snoozeUntil} onClose={close} />,
    label: () => <LabelDialog carried={carried} onLabel={setLabels} onClose={close} />,
    noReply: () => <NoReplyDialog count={count} name={name} onMark={mark} onClose={close} />,
  };
  const dialog = asking ? <Suspense fallback={null}>{dialogs[asking]()}</Suspense> : null;
  return { acts, dialog, resolve, move, snooze, noReply, resolving };
}
