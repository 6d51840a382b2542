/** @jsxImportSource preact */
import { type Client, deviceClock } from '@heed/client';
import type { Files } from '@heed/client/files';
import type { Attachment } from '@heed/protocol';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Attention } from '../app/attention.ts';
import { fetchLater, fetchStart, fetchTalk, type Start, type Talk } from '../app/fetch.ts';
import type { Keep } from '../app/keep.ts';
import type { Session } from '../app/session.ts';
import type { Host } from '../host.ts';
import { compositionOf } from '../model/compose.ts';
import { disconnectedSince, isOffline } from '../model/connection.ts';
import { headerOf } from '../model/header.ts';
import { messageBody, NEW } from '../model/new.ts';
import { ratingCard } from '../model/rating.ts';
import { afterPress, placeOf, settle, type View } from '../model/view.ts';
import type { Words } from '../words/catalogue.ts';
import { Composer } from './composer.tsx';
import { Header } from './header.tsx';
import type { MessageActions } from './message.tsx';
import { useComposer } from './use-composer.ts';
import { useFetched } from './use-fetched.ts';
import { useNow, useValue } from './use-value.ts';
import { useFull, useOpening, useWatch } from './use-window.ts';

export interface AppProps {
  client: Client;
  /** Keeps and uploads the files of this device. */
  files: () => Promise<Files>;
  session: Session;
  host: Pick<Host, 'inbox' | 'origin' | 'close' | 'frame'>;
  keep: Keep;
  attention: Attention;
  words: Words;
  /** What the first picture needs of the two is there already: the conversation that goes on, or the start page. */
  talk?: Talk | undefined;
  start?: Start | undefined;
}

export function App({
  client,
  files,
  session,
  host,
  keep,
  attention,
  words,
  talk: talking,
  start: starting,
}: AppProps): JSX.Element {
  const terminal = useValue(client, () => client.state);
  const { inbox, past, state, email, verified } = useValue(session, () => session.value);
  const openings = useValue(attention, attention.openings);
  const [held, setHeld] = useState<(() => void) | undefined>();
  const [chosen, setView] = useState<View>({ name: 'auto' });
  const view = openings > 0 ? settle(chosen, terminal) : chosen;
  const place = placeOf(view, terminal);
  const s = place.name === 'chat' ? place.s : place.target;
  const replica = place.name === 'chat' ? terminal.replicas.get(s) : undefined;
  const { durable } = client.storage;
  const full = useFull(host.frame);
  const talk = useFetched(fetchTalk, talking);
  const start = useFetched(fetchStart, starting);
  const later = useFetched(() => fetchLater(words));
  const kept = useFetched(files);
  const asks = useMemo(() => later?.makeAsk(host, session, keep), [later]);
  const section = useRef<HTMLElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);

  const waits = later?.placeCard(terminal, replica, durable, deviceClock.now(), words);
  const now = useNow(
    waits !== undefined || disconnectedSince(terminal) !== undefined || (replica?.typing.size ?? 0) > 0,
  );
  const card = later?.placeCard(terminal, replica, durable, now, words, inbox?.opensAt);
  const notice = later?.noticeOf(terminal, state, durable, place.name === 'chat' ? s : undefined, now, words);

  const drafted = later?.filesOf(terminal, s) ?? [];
  const press = (text: string): void => {
    const body = messageBody(s, text, host.inbox, later?.attachmentsOf(drafted));
    setView(afterPress(view, s, client.press({ s, kind: 'message', body })));
    field.current?.focus();
  };
  const gate = s === NEW ? later?.gateOf(inbox, verified, asks?.answered()) : undefined;
  /** At once, or when what is asked before was answered. */
  const say = (text: string): boolean => {
    if (gate) setHeld(() => () => press(text));
    else press(text);
    return !gate;
  };
  const composer = useComposer(client, s, view, attention.written(), say);
  const composition = compositionOf(composer.text, terminal.limits.text, words, drafted);
  const rating = place.name === 'chat' ? ratingCard(terminal, s, replica) : 'none';

  useEffect(() => {
    // The first choice stands, whatever happens to the conversation meanwhile.
    if (view !== chosen) setView(view);
  });
  useEffect(() => {
    if (place.name === 'home' && openings > 0) asks?.refreshPast();
  }, [place.name, openings, asks]);
  useWatch(client, s);
  useOpening(openings, full, section, field);
  useEffect(() => (full ? later?.fitKeyboard(host.frame) : undefined), [full, later]);

  const extra = later && asks ? later.extrasOf(inbox, words, email, asks, s) : {};
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing) host.close();
  };
  const actions: MessageActions = {
    said: (text) => (later ? <later.Linked text={text} /> : text),
    files: (attached) =>
      later && kept && <later.Attachments attached={attached} terminal={terminal} files={kept} words={words} />,
    change: (id: string) => composer.takeBack(client.withdraw(id)?.body),
    remove: (id: string) => {
      const { attachments = [] } = (client.withdraw(id)?.body ?? {}) as { attachments?: Attachment[] };
      for (const file of attachments) kept?.remove(file.id);
    },
  };
  return (
    <section
      ref={section}
      class={`w ${full ? 'w--full' : ''}`}
      role="dialog"
      tabIndex={-1}
      aria-label={headerOf(inbox, undefined, words).title}
      onKeyDown={onKeyDown}
    >
      <Header
        header={headerOf(inbox, replica, words)}
        words={words}
        full={full}
        close={host.close}
        menu={
          later && <later.Menu inbox={host.inbox} keep={keep} words={words} copy={s === NEW ? undefined : extra.copy} />
        }
        {...(place.name === 'chat' ? { back: () => setView({ name: 'home' }) } : {})}
      />
      {notice && later && <later.Notice notice={notice} />}
      {held && gate && later ? (
        <later.Before
          gate={gate}
          words={words}
          back={() => setHeld(undefined)}
          done={(about) => {
            asks?.answer(about, gate);
            setHeld(undefined);
            held();
            composer.type('');
          }}
        />
      ) : place.name === 'home' && start ? (
        <start.Home
          home={start.homeOf(terminal, inbox, past, Date.now(), words)}
          later={later}
          words={words}
          ask={(topic) => void say(topic)}
          open={(asked) => setView({ name: 'chat', asked, begunWith: [] })}
        />
      ) : place.name === 'chat' && talk ? (
        <talk.Chat
          key={view.name === 'chat' ? view.asked : s}
          client={client}
          s={s}
          replica={replica}
          place={card}
          rating={rating}
          later={later}
          extra={extra}
          attention={attention}
          actions={actions}
          now={now}
          words={words}
        />
      ) : (
        <main class="w__log" aria-busy="true" />
      )}
      <Composer
        text={composer.text}
        label={words.say(rating === 'none' || s === NEW ? 'write' : 'writeToReopen')}
        composition={composition}
        words={words}
        field={field}
        chips={later && kept && <later.Chips terminal={terminal} drafted={drafted} files={kept} words={words} />}
        clip={later && kept && <later.Clip s={s} files={kept} field={field} words={words} type={composer.type} />}
        type={composer.type}
        send={() => composer.send(composition)}
      />
      {later && (
        <later.Announcer replica={replica} place={card?.title ?? ''} offline={isOffline(terminal, now)} words={words} />
      )}
    </section>
  );
}
