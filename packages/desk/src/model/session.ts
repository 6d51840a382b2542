/** Who is signed in on this page, if anybody is. */
export interface Agent {
  id: string;
  name: string;
  email: string;
  role: string;
}

export type Session =
  | { state: 'starting' }
  | { state: 'signed-out'; why?: 'ended' }
  | { state: 'signed-in'; agent: Agent; startsAway: boolean };

/** Tokens are good for 15 minutes; renewing at 10 leaves time for two more tries. */
const RENEW_MS = 10 * 60_000;
const AGENT = 'heed-agent';

let session: Session = { state: 'starting' };
let token: string | undefined;
let renewing: Promise<string | null> | undefined;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

export function currentSession(): Session {
  return session;
}

export function subscribeToSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

interface Granted {
  token: string;
  agent: Agent;
}

/** The person who was here last: with it a desk opens, and shows its outbox, where the server cannot be reached. */
function rememberedAgent(): Agent | undefined {
  const value: unknown = JSON.parse(localStorage.getItem(AGENT) ?? 'null');
  return typeof value === 'object' && value !== null && 'id' in value ? (value as Agent) : undefined;
}

function enter({ token: next, agent }: Granted, startsAway = false): void {
  token = next;
  localStorage.setItem(AGENT, JSON.stringify(agent));
  timer ??= setInterval(() => void renew().catch(warn), RENEW_MS);
  if (session.state !== 'signed-in' || session.agent.id !== agent.id) change({ state: 'signed-in', agent, startsAway });
}

function warn(error: unknown): void {
  console.warn('heed: the session could not be renewed', error);
}

function leave(why?: 'ended'): void {
  token = undefined;
  clearInterval(timer);
  timer = undefined;
  localStorage.removeItem(AGENT);
  change({ state: 'signed-out', ...(why ? { why } : {}) });
}

async function post(path: string, body?: unknown): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body ?? {}),
  });
}

async function renewNow(): Promise<string | null> {
  const response = await post('/v1/session/renew');
  if (response.status === 401 || response.status === 403) {
    leave(session.state === 'signed-in' ? 'ended' : undefined);
    return null;
  }
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const granted = (await response.json()) as Granted;
  enter(granted);
  return granted.token;
}

/** Renews the token; one request at a time. Throws where the server cannot be reached. */
function renew(): Promise<string | null> {
  renewing ??= renewNow().finally(() => {
    renewing = undefined;
  });
  return renewing;
}

/** A token that is good now, for the connection; `fresh` where the last one was refused. */
export async function tokenForConnection(fresh: boolean): Promise<string | null> {
  if (session.state === 'signed-out') return null;
  return token !== undefined && !fresh ? token : renew();
}

/** Finds out who is signed in. Where the server cannot be reached, the person who was here last. */
export async function startSession(): Promise<void> {
  try {
    await renew();
  } catch {
    const agent = rememberedAgent();
    change(agent ? { state: 'signed-in', agent, startsAway: false } : { state: 'signed-out' });
  }
}

export type SignInResult = 'ok' | 'wrong' | 'unreachable' | 'busy';

export async function signIn(email: string, password: string, startsAway: boolean): Promise<SignInResult> {
  try {
    const response = await post('/v1/agents/session', { email, password });
    if (response.status === 429) return 'busy';
    if (response.status >= 500) return 'unreachable';
    if (!response.ok) return 'wrong';
    enter((await response.json()) as Granted, startsAway);
    return 'ok';
  } catch {
    return 'unreachable';
  }
}

export async function signOut(): Promise<void> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  await fetch('/v1/agents/session', { method: 'DELETE', credentials: 'same-origin', headers }).catch(warn);
  leave();
}

/** The connection says that no token is good any more: back to the door. What was written stays on the device. */
export function sessionEnded(link: { state: string; why?: string }): void {
  if (link.state === 'refused' && link.why === 'token' && session.state === 'signed-in') leave('ended');
}
