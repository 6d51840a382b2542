import {
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
  redirect,
  useLocation,
  useNavigate,
  useParams,
  useSearch,
} from '@tanstack/react-router';
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { awayOnceOpen, type RunningDesk, startDesk } from './model/live.ts';
import { currentSession, type Session, sessionEnded, signOut, subscribeToSession } from './model/session.ts';
import { addressOf, type Place, placeOf } from './model/views.ts';
import { DeskScreen } from './screens/desk.tsx';
import { SignIn } from './screens/sign-in.tsx';

const Running = createContext<RunningDesk | undefined>(undefined);

const Wall = lazy(() => import('./screens/wall.tsx'));

function RoutedWall(): ReactNode {
  const client = useContext(Running)?.client;
  const navigate = useNavigate();
  const leave = useCallback(() => void navigate({ to: '/$view', params: { view: 'unanswered' } }), [navigate]);
  return client ? (
    <Suspense fallback={null}>
      <Wall client={client} onLeave={leave} />
    </Suspense>
  ) : null;
}

function RoutedDesk(): ReactNode {
  const running = useContext(Running);
  const { view, rest } = useParams({ strict: false });
  const { q } = useSearch({ strict: false });
  const hash = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate();
  const place = useMemo(() => placeOf({ view, rest, q, hash }), [view, rest, q, hash]);
  const toWall = useCallback(() => void navigate({ to: '/wall' }), [navigate]);
  const go = useCallback(
    (next: Place, how?: 'replace') => {
      const { view, rest, q, hash } = addressOf(next);
      const common = { search: q ? { q } : {}, ...(hash ? { hash } : {}), replace: how === 'replace' };
      if (rest) void navigate({ to: '/$view/$rest', params: { view, rest }, ...common });
      else void navigate({ to: '/$view', params: { view }, ...common });
    },
    [navigate],
  );
  return running ? (
    <DeskScreen
      client={running.client}
      files={running.files}
      place={place}
      go={go}
      toWall={toWall}
      signOut={() => void signOut()}
    />
  ) : null;
}

const root = createRootRoute();
const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/$view', params: { view: 'my-work' } });
  },
});
const view = createRoute({
  getParentRoute: () => root,
  path: '/$view',
  component: RoutedDesk,
  // What is looked for stays a text, also where it is a number.
  validateSearch: (search: Record<string, unknown>): { q?: string } =>
    search.q === undefined ? {} : { q: String(search.q) },
});
const wall = createRoute({ getParentRoute: () => root, path: '/wall', component: RoutedWall });
const rest = createRoute({ getParentRoute: () => view, path: '$rest' });
const router = createRouter({
  routeTree: root.addChildren([start, wall, view.addChildren([rest])]),
  basepath: '/desk',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Runs the terminal of the agent who is signed in, and stops it when they leave. */
function SignedIn({ session }: { session: Extract<Session, { state: 'signed-in' }> }): ReactNode {
  const [desk, setDesk] = useState<RunningDesk>();
  const { agent, startsAway } = session;
  useEffect(() => {
    let running: RunningDesk | undefined;
    let left = false;
    void startDesk(agent.id).then((started) => {
      running = started;
      if (left) return started.close();
      const { client } = started;
      if (startsAway) awayOnceOpen(client);
      client.subscribe(() => sessionEnded(client.state.link));
      setDesk(started);
    });
    return () => {
      left = true;
      running?.close();
    };
  }, [agent.id, startsAway]);
  if (!desk) return null;
  return (
    <Running value={desk}>
      <RouterProvider router={router} />
    </Running>
  );
}

/** The desk, or its door. */
export function App(): ReactNode {
  const session = useSyncExternalStore(subscribeToSession, currentSession);
  if (session.state === 'starting') return null;
  if (session.state === 'signed-out') return <SignIn hasEnded={session.why === 'ended'} />;
  return <SignedIn key={session.agent.id} session={session} />;
}
