import { createClient } from '@heed/client';
import { HOST, type Host } from '../host.ts';
import { pickWords } from '../words/pick.ts';
import { atLast } from './at-last.ts';
import { makeAttention } from './attention.ts';
import { breathe } from './breathe.ts';
import { fetchStart, fetchTalk, once } from './fetch.ts';
import { chatMark, type Keep, openKeep, openStorage, type Person, storageName, terminalId } from './keep.ts';
import { openSession } from './session.ts';

const host = (window as unknown as Record<typeof HOST, Host>)[HOST];

/** Nobody is asked for where the shop signs nobody in. */
async function whoIsHere(keep: Keep): Promise<Person> {
  const identity = host.identity();
  if (!identity) return { key: host.inbox, identity: null };
  const { personOf } = await import('./person.ts');
  return personOf(host.inbox, identity, keep);
}

/**
 * Goes on with what waits to be sent, and tells of what is new. The window itself is fetched and drawn at its first
 * opening: nothing of it is done on a page on which nobody asks for it.
 */
async function start(): Promise<void> {
  const keep = openKeep(() => localStorage);
  // What cannot be fetched now is fetched later; until then its place is empty.
  const goesOn = keep.get(chatMark(host.inbox)) !== null;
  const fetchWindow = once(() =>
    Promise.all([
      import('./panel.tsx'),
      goesOn ? fetchTalk().catch(() => undefined) : undefined,
      goesOn ? undefined : fetchStart().catch(() => undefined),
    ]),
  );
  // Asked for again, and a failure told of, where it is drawn.
  if (host.isOpen()) fetchWindow().catch(() => undefined);
  const person = await whoIsHere(keep);
  const name = storageName(person.key);
  const [words, storage] = await Promise.all([pickWords(host.language, navigator.languages), openStorage(name)]);
  await breathe(host);
  const session = openSession(host.origin, host.inbox, person, keep);
  const terminal = terminalId(
    openKeep(() => sessionStorage),
    host.inbox,
  );
  const common = { url: host.origin, token: session.token, terminal };
  await breathe(host);
  const client = createClient({ ...common, kind: 'widget', storage });
  // So that the first picture is not an empty one.
  await client.restored;
  await breathe(host);
  const attention = makeAttention(host);
  const files = once(async () => (await import('@heed/client/files')).openFiles({ ...common, client, name }));
  const parts = { client, files, session, host, keep, attention, words };
  const draw = once(async () => {
    const [panel, talk, start] = await fetchWindow();
    panel.draw({ ...parts, talk, start });
  });
  // What the page says is done once what does it is there.
  const beside = atLast(async () => (await import('./beside.ts')).goOnBeside({ ...parts, person }));
  host.ready({
    draw,
    opened: attention.opened,
    closed: attention.changed,
    told: (command, rest) => void beside.then(({ told }) => told(command, rest)),
  });
}

void start();
