import {
  AlarmClock,
  AtSign,
  Bookmark,
  Contact,
  Gauge,
  Inbox,
  Layers,
  ListOrdered,
  type LucideIcon,
  MessagesSquare,
  Search,
  Settings,
  Tag,
  Timer,
  Users,
} from 'lucide-react';
import { type MouseEvent, type ReactNode, useEffect } from 'react';
import { labelsInUse } from '../model/labels.ts';
import { mentions } from '../model/mentioned.ts';
import { savedViews } from '../model/saved-views.ts';
import { deskMark } from '../model/step-chip.ts';
import { hrefOf, type Page, type Place, queuesOf, supervisedQueues, type View, viewCount } from '../model/views.ts';
import { figure, type Key, type Sentence, t as words } from '../words/index.ts';
import { useDesk, useLanguage, useNow, useTerminal } from './context.ts';
import { KeyCap } from './key-cap.tsx';
import { Mark } from './mark.tsx';
import { MeButton, MeTab } from './me-button.tsx';
import { Say, T } from './say.tsx';
import { useKept } from './use-kept.ts';

export const VIEWS: readonly { view: View; icon: LucideIcon; name: Sentence }[] = [
  { view: 'my-work', icon: Inbox, name: { key: 'view.mine' } },
  { view: 'queue', icon: ListOrdered, name: { key: 'view.queue' } },
  { view: 'unanswered', icon: Timer, name: { key: 'view.unanswered' } },
  { view: 'all', icon: Layers, name: { key: 'view.all' } },
  { view: 'snoozed', icon: AlarmClock, name: { key: 'view.snoozed' } },
];

/** What has room at the foot of a phone, beside the person's own menu. */
const TABS = VIEWS.filter(({ view }) => view !== 'snoozed');

const COUNT = { none: 'n', wait: 'n n--wait', over: 'n n--over' } as const;

/** A link that the desk follows itself, unless it should open elsewhere. */
export function useGo(): (place: Place) => { href: string; onClick: (event: MouseEvent) => void } {
  const { go } = useDesk();
  return (place) => ({
    href: hrefOf(place),
    onClick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(place);
    },
  });
}

function NavLink({ view, icon: Icon, children }: { view: View; icon: LucideIcon; children: ReactNode }): ReactNode {
  const { place } = useDesk();
  const t = useTerminal();
  const link = useGo();
  const shown = viewCount(t, view, useNow());
  return (
    <a className="nav" aria-current={place.view === view && !place.page ? 'page' : undefined} {...link({ view })}>
      <Icon className="i" aria-hidden="true" />
      <span className="grow trunc">{children}</span>
      {shown ? <span className={COUNT[shown.urgency]}>{figure(shown.count)}</span> : null}
    </a>
  );
}

/** A mention may be in a conversation that this desk does not watch, so the server is asked for them. */
const MENTIONS_MS = 30_000;

/** How many notes name whoever is signed in that they have not seen. */
function useMentions(): number {
  const { place } = useDesk();
  const all = useKept(mentions);
  const open = place.conversation;
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void mentions.refresh();
    };
    // What was opened is seen a moment later.
    const soon = setTimeout(look, open === undefined ? 0 : 3_000);
    const timer = setInterval(look, MENTIONS_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [open]);
  return (all ?? []).filter(({ seen }) => !seen).length;
}

interface PageLinkProps {
  page: Page;
  icon: LucideIcon;
  k: Key;
  count?: number;
}

function PageLink({ page, icon: Icon, k, count = 0 }: PageLinkProps): ReactNode {
  const { place } = useDesk();
  const link = useGo();
  return (
    <a
      className="nav"
      aria-current={place.page?.name.startsWith(page.name.slice(0, 8)) ? 'page' : undefined}
      {...link({ view: 'all', page })}
    >
      <Icon className="i" aria-hidden="true" />
      <span className="grow trunc">
        <T k={k} />
      </span>
      {count > 0 ? <span className="n">{figure(count)}</span> : null}
    </a>
  );
}

function WallLink(): ReactNode {
  const { toWall } = useDesk();
  return (
    <a
      className="nav"
      href="/desk/wall"
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        toWall();
      }}
    >
      <Gauge className="i" aria-hidden="true" />
      <span className="grow trunc">
        <T k="wall.title" />
      </span>
    </a>
  );
}

/** So many labels have room. */
const LABELS = 8;

function LabelViews(): ReactNode {
  const t = useTerminal();
  const labels = labelsInUse(t).slice(0, LABELS);
  if (labels.length === 0) return null;
  return (
    <>
      <div className="rail__h">
        <T k="panel.labels" />
      </div>
      {labels.map(({ name }) => (
        <NavLink key={name} view={`label-${name}`} icon={Tag}>
          <bdi>{name}</bdi>
        </NavLink>
      ))}
    </>
  );
}

function SavedViews(): ReactNode {
  const views = useKept(savedViews) ?? [];
  if (views.length === 0) return null;
  return (
    <>
      <div className="rail__h">
        <T k="view.saved" />
      </div>
      {views.map(({ id, name, isShared }) => (
        <NavLink key={id} view={`saved-${id}`} icon={isShared ? Users : Bookmark}>
          <bdi>{name}</bdi>
        </NavLink>
      ))}
    </>
  );
}

/** Where a search begins. */
function Jump(): ReactNode {
  const { commands, place } = useDesk();
  return (
    <button
      type="button"
      className="jump"
      aria-current={place.page?.name === 'search' ? 'page' : undefined}
      onClick={() => commands.run('palette')}
    >
      <Search className="i i-14" aria-hidden="true" />
      <span className="grow trunc">
        <T k="search.jump" />
      </span>
      <KeyCap of="palette" />
    </button>
  );
}

/** The views, the queues and the agent's own card. */
export function Rail(): ReactNode {
  useLanguage();
  const t = useTerminal();
  const mark = deskMark(t, useNow());
  const queues = queuesOf(t);
  const unseen = useMentions();
  return (
    <nav className="rail" aria-label={words('view.label')} data-region>
      <div className="bar">
        <Mark state={mark} />
        <span className="rail__ws grow trunc">{t.you?.company ?? 'Heed'}</span>
      </div>
      <Jump />
      {VIEWS.map(({ view, icon, name }) => (
        <NavLink key={view} view={view} icon={icon}>
          <Say of={name} />
        </NavLink>
      ))}
      <PageLink page={{ name: 'mentions' }} icon={AtSign} k="view.mentions" count={unseen} />
      {queues.length > 1 ? (
        <>
          <div className="rail__h">
            <span>
              <T k="view.queues" />
            </span>
          </div>
          {queues.map((queue) => (
            <NavLink key={queue.id} view={`queue-${queue.id}`} icon={MessagesSquare}>
              {queue.name}
            </NavLink>
          ))}
        </>
      ) : null}
      <SavedViews />
      <LabelViews />
      <div className="rail__foot">
        {supervisedQueues(t).length > 0 ? <WallLink /> : null}
        <PageLink page={{ name: 'customers' }} icon={Contact} k="customer.all" />
        <PageLink page={{ name: 'settings', section: 'own' }} icon={Settings} k="settings.title" />
        <MeButton />
      </div>
    </nav>
  );
}

function Tab({ view, icon: Icon, name }: (typeof VIEWS)[number]): ReactNode {
  const { place } = useDesk();
  const t = useTerminal();
  const link = useGo();
  const shown = viewCount(t, view, useNow());
  return (
    <a className="mtab" aria-current={place.view === view && !place.page ? 'page' : undefined} {...link({ view })}>
      <Icon className="i i-20" aria-hidden="true" />
      {shown && shown.urgency !== 'none' ? (
        <span className={shown.urgency === 'over' ? 'mb mb--o' : 'mb mb--w'}>{figure(shown.count)}</span>
      ) : null}
      <Say of={name} />
    </a>
  );
}

/** The same views at the foot of a phone. */
export function TabBar(): ReactNode {
  useLanguage();
  return (
    <nav className="mtabs" aria-label={words('view.label')} data-region>
      {TABS.map((tab) => (
        <Tab key={tab.view} {...tab} />
      ))}
      <MeTab />
    </nav>
  );
}
