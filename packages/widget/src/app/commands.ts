import { type Client, deviceClock } from '@heed/client';
import type { Host } from '../host.ts';
import { currentChat, startTarget } from '../model/current.ts';
import { firstName } from '../model/initials.ts';
import { ownTitle } from '../model/title.ts';
import type { Attention } from './attention.ts';
import type { Person } from './keep.ts';
import { subjectOf } from './person.ts';

/** What a shop's page says, where it is not about the window itself (src/api.ts). */
export interface Commands {
  told(command: string, rest: readonly unknown[]): void;
}

const PLAIN: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

/** Only what the protocol takes; anything else a page might say is left out. */
function plain(value: unknown): Record<string, string | number | boolean | null> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(([, each]) => each === null || PLAIN.has(typeof each));
  return Object.fromEntries(entries) as Record<string, string | number | boolean | null>;
}

const textOf = (value: unknown, most: number): string => (typeof value === 'string' ? value.slice(0, most) : '');

export function makeCommands(client: Client, person: Person, host: Host, attention: Attention): Commands {
  /** Said again with each connection: the server may not have heard it. */
  let attributes: Record<string, string | number | boolean | null> = {};
  let session = '';
  const isOpen = (): boolean => client.state.link.state === 'open';

  client.subscribe(() => {
    const { link } = client.state;
    if (link.state !== 'open' || link.session === session) return;
    session = link.session;
    if (Object.keys(attributes).length > 0) client.attributes(attributes);
  });

  /** Somebody else, or nobody any more: everything begins anew, once what was written is kept. */
  const identify = async (): Promise<void> => {
    const wanted = host.identity();
    if (subjectOf(wanted) === subjectOf(person.identity)) return;
    await client.close();
    host.restart();
  };

  const acts: Readonly<Record<string, (first: unknown) => void>> = {
    identify: () => void identify(),
    attributes: (said) => {
      attributes = { ...attributes, ...plain(said) };
      if (isOpen()) client.attributes(plain(said));
    },
    visit: (page) => {
      const { url, title } = plain(page);
      const { location, document } = window.parent;
      const visit = {
        url: textOf(url, 2048) || location.href.slice(0, 2048),
        title: textOf(title, 255) || ownTitle(document.title).slice(0, 255),
      };
      if (isOpen()) client.visit(visit);
    },
    write: (text) => {
      client.draft(startTarget(client.state), textOf(text, 16_384));
      attention.write();
      host.open();
    },
  };

  return {
    told: (command, [first]) => {
      const act = Object.hasOwn(acts, command) ? acts[command] : undefined;
      if (act) act(first);
      else console.warn(`Heed: there is no command ${JSON.stringify(command)}.`);
    },
  };
}

/** Tells the page of each message that is stored from now on, of either side. */
export function tellMessages(client: Client, host: Host): void {
  const begunAt = deviceClock.now();
  const told = new Set<string>();
  const look = (): void => {
    const { replicas, skewMs } = client.state;
    for (const item of replicas.get(currentChat(client.state))?.items ?? []) {
      if (item.kind !== 'message' || item.erased || told.has(item.id)) continue;
      told.add(item.id);
      if (Date.parse(item.at) - skewMs < begunAt) continue;
      const isTeam = item.actor.type !== 'customer';
      host.emit('message', {
        from: isTeam ? 'team' : 'customer',
        name: isTeam ? firstName(item.actor.name) : '',
        text: (item.body as { text?: string }).text ?? '',
        at: item.at,
      });
    }
  };
  look();
  client.subscribe(look);
}

/** Messages that were written before signing in are out: now whoever signed in can go on. */
export function identifyOnceSent(client: Client, person: Person, host: Host): void {
  if (person.identity !== null || subjectOf(host.identity()) === undefined) return;
  const stop = client.subscribe(() => {
    if (client.state.outbox.length > 0 || client.state.link.state !== 'open') return;
    stop();
    void client.close().then(() => host.restart());
  });
}
