import { type Client, deviceClock } from '@heed/client';
import type { Files } from '@heed/client/files';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { newCommands } from '../model/commands.ts';
import { commandOf, type Keyboard } from '../model/keys.ts';
import { keepWatching } from '../model/live.ts';
import { loadKeys } from '../model/own-keys.ts';
import { headingOf } from '../model/panel.ts';
import { isTypingIn, pressOf } from '../model/press.ts';
import { nextRegion } from '../model/regions.ts';
import { nextWaiting } from '../model/rows.ts';
import { nameOfView } from '../model/view-names.ts';
import { conversationStream, entryOf, type Page, type Place } from '../model/views.ts';
import {
  Desk,
  type DeskContext,
  DRAWER,
  NARROW,
  useCommand,
  useDesk,
  useLanguage,
  useMedia,
  useTerminal,
} from '../parts/context.ts';
import { Conversation } from '../parts/conversation.tsx';
import { EmptyDesk } from '../parts/empty-desk.tsx';
import { ListPane } from '../parts/list-pane.tsx';
import { LiveRegion } from '../parts/live-region.tsx';
import { Panel } from '../parts/panel.tsx';
import { Rail, TabBar } from '../parts/rail.tsx';
import { Toasts } from '../parts/toasts.tsx';
import { useNotices } from '../parts/use-notices.ts';
import { useTab } from '../parts/use-tab.ts';
import { type Key, say, t as words } from '../words/index.ts';

const KeysDialog = lazy(() => import('../parts/keys-dialog.tsx'));
const SearchPage = lazy(() => import('./search.tsx'));
const CustomerPage = lazy(() => import('./customer.tsx'));
const CustomersPage = lazy(() => import('./customers.tsx'));
const MentionsPage = lazy(() => import('./mentions.tsx'));
const SettingsPage = lazy(() => import('./settings.tsx'));
const NoticesDialog = lazy(() => import('../parts/notices-dialog.tsx'));
const Palette = lazy(() => import('../parts/palette.tsx'));
const SignOutDialog = lazy(() => import('../parts/sign-out-dialog.tsx'));

interface Props {
  client: Client;
  files: Files;
  place: Place;
  go: (place: Place, how?: 'replace') => void;
  toWall: () => void;
  signOut: () => void;
}

/** Turns key presses into commands, for whatever is on screen. */
function useKeyboard(commands: DeskContext['commands']): void {
  const keyboard = useRef<Keyboard>({});
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || inOverlay(event.target)) return;
      const { command, keyboard: next } = commandOf(
        keyboard.current,
        pressOf(event),
        isTypingIn(event.target),
        deviceClock.now(),
      );
      keyboard.current = next;
      if (command === 'region') nextRegion(event.shiftKey);
      else if (!command || !commands.run(command)) return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [commands]);
}

/** Menus and dialogs have keys of their own. */
function inOverlay(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('dialog[open], [role=menu], [data-radix-popper-content-wrapper]') !== null
  );
}

function useTitle(): void {
  const { place } = useDesk();
  const t = useTerminal();
  useLanguage();
  const id = place.conversation;
  const heading = id ? headingOf(t, conversationStream(id), entryOf(t, id)) : undefined;
  const view = place.page ? words(PAGE_TITLE[place.page.name]) : say(nameOfView(t, place.view));
  const title = heading ? words('title.conversation', { name: heading.name }) : words('title.desk', { view });
  useTab(title);
}

/** A command that there is always something to do for. */
function always(act: () => void): () => boolean {
  return () => {
    act();
    return true;
  };
}

/** Commands that belong to no part. */
function useDeskCommands(togglePanel: () => void, showKeys: () => void): void {
  const { client, place, go, toWall } = useDesk();
  useCommand('goWall', always(toWall));
  useCommand(
    'goMine',
    always(() => go({ view: 'my-work' })),
  );
  useCommand(
    'goQueue',
    always(() => go({ view: 'queue' })),
  );
  useCommand(
    'goUnanswered',
    always(() => go({ view: 'unanswered' })),
  );
  useCommand(
    'goAll',
    always(() => go({ view: 'all' })),
  );
  useCommand(
    'search',
    always(() => go({ view: 'all', page: { name: 'search', q: '' } })),
  );
  useCommand(
    'settings',
    always(() => go({ view: 'all', page: { name: 'settings', section: 'own' } })),
  );
  useCommand('help', always(showKeys));
  useCommand('panel', always(togglePanel));
  useCommand('nextUnanswered', () => {
    const next = nextWaiting(client.state, place.view, place.conversation);
    if (next) go({ view: place.view, conversation: next });
    return true;
  });
  useCommand('back', () => {
    const active = document.activeElement;
    if (active instanceof HTMLTextAreaElement) document.querySelector<HTMLElement>('[role=log]')?.focus();
    else if (place.page) history.back();
    else if (place.conversation) go({ view: place.view });
    else return false;
    return true;
  });
}

function PageOf({ page }: { page: Page }): ReactNode {
  switch (page.name) {
    case 'search':
      return <SearchPage q={page.q} />;
    case 'settings':
      return <SettingsPage section={page.section} />;
    case 'customers':
      return <CustomersPage />;
    case 'customer':
      return <CustomerPage key={page.id} id={page.id} />;
    case 'mentions':
      return <MentionsPage />;
  }
}

const PAGE_TITLE = {
  search: 'search.title',
  settings: 'settings.title',
  customers: 'customer.all',
  customer: 'panel.title',
  mentions: 'view.mentions',
} as const satisfies Record<Page['name'], Key>;

interface LayoutProps {
  onKeys: () => void;
  onNotices: () => void;
  onPalette: () => void;
}

function Layout({ onKeys, onNotices, onPalette }: LayoutProps): ReactNode {
  const { place } = useDesk();
  const drawer = useMedia(DRAWER);
  const narrow = useMedia(NARROW);
  const [isPanelWanted, setPanelWanted] = useState<boolean>();
  const isPanelOpen = isPanelWanted ?? !drawer;
  const id = place.conversation;
  useTitle();
  useNotices();
  useDeskCommands(() => setPanelWanted(!isPanelOpen), onKeys);
  useCommand('notices', always(onNotices));
  useCommand('palette', always(onPalette));
  const showsPanel = isPanelOpen && (id !== undefined || !drawer);
  if (place.page) {
    return (
      <div className="app" data-page={place.page.name}>
        <Rail />
        <Suspense fallback={<main className="pg" aria-busy="true" />}>
          <PageOf page={place.page} />
        </Suspense>
        <TabBar />
        <LiveRegion s={undefined} />
        <Toasts />
      </div>
    );
  }
  return (
    <div className="app" data-pane={id ? 'conversation' : 'list'} data-panel={showsPanel ? 'open' : 'closed'}>
      <Rail />
      {narrow && id ? null : <ListPane />}
      {id ? (
        <Conversation key={id} id={id} isPanelOpen={showsPanel} onPanel={() => setPanelWanted(true)} />
      ) : narrow ? null : (
        <EmptyDesk />
      )}
      {showsPanel ? <Panel id={id} onHide={() => setPanelWanted(false)} /> : null}
      {id ? null : <TabBar />}
      <LiveRegion s={id ? conversationStream(id) : undefined} />
      <Toasts />
    </div>
  );
}

/** Watches what the desk needs, for as long as it stands. */
function useWatching(client: Client, conversation: string | undefined): void {
  const open = useRef(conversation);
  const watching = useRef<ReturnType<typeof keepWatching>>(undefined);
  useEffect(() => {
    watching.current = keepWatching(client, () => open.current);
    return () => watching.current?.close();
  }, [client]);
  useEffect(() => {
    open.current = conversation;
    watching.current?.renew();
  }, [conversation]);
}

/** The whole desk of the agent who signed in. */
export function DeskScreen({ client, files, place, go, toWall, signOut }: Props): ReactNode {
  const [commands] = useState(newCommands);
  const [dialog, setDialog] = useState<'keys' | 'notices' | 'palette' | 'sign-out'>();
  const leave = useMemo(
    () => () => (client.state.outbox.length > 0 ? setDialog('sign-out') : signOut()),
    [client, signOut],
  );
  const desk = useMemo<DeskContext>(
    () => ({ client, files, place, go, toWall, commands, signOut: leave }),
    [client, files, place, go, toWall, commands, leave],
  );
  useWatching(client, place.conversation);
  useEffect(() => void loadKeys(), []);
  useKeyboard(commands);
  const close = () => setDialog(undefined);
  return (
    <Desk value={desk}>
      <Layout
        onKeys={() => setDialog('keys')}
        onNotices={() => setDialog('notices')}
        onPalette={() => setDialog('palette')}
      />
      <Suspense fallback={null}>
        {dialog === 'keys' ? <KeysDialog onClose={close} /> : null}
        {dialog === 'palette' ? <Palette onClose={close} /> : null}
        {dialog === 'notices' ? <NoticesDialog onClose={close} /> : null}
        {dialog === 'sign-out' ? (
          <SignOutDialog count={client.state.outbox.length} onSignOut={signOut} onClose={close} />
        ) : null}
      </Suspense>
    </Desk>
  );
}
