/** @jsxImportSource preact */
import { type Client, createClient } from '@heed/client';
import { render } from 'preact';
import { HOST, type Host } from '../host.ts';
import { App } from '../parts/app.tsx';
import { fetchLater, fetchStart, fetchTalk } from '../parts/use-fetched.ts';
import type { Words } from '../words/catalogue.ts';
import { pickDirection, pickWords } from '../words/pick.ts';
import { atLast } from './at-last.ts';
import { makeAttention } from './attention.ts';
import { chatMark, type Keep, openKeep, openStorage, type Person, storageName, terminalId } from './keep.ts';
import { openSession } from './session.ts';
import appStyle from './style.css?inline';
import { wear } from './wear.ts';

const host = (window as unknown as Record<typeof HOST, Host>)[HOST];

/** Styles and language of the frame's document, through the CSSOM and attributes only. */
function dressFrame(words: Words): void {
  wear(appStyle);
  const root = document.documentElement;
  document.title = words.say('chat');
  root.lang = words.language;
  root.dir = pickDirection(host.direction, host.language, words);
  if (host.theme === 'dark' || host.theme === 'light') root.dataset.theme = host.theme;
}

/** Resolves when what the device kept is there, so that the first picture is not an empty one. */
function restored(client: Client): Promise<void> {
  if (client.state.link.state !== 'idle') return Promise.resolve();
  return new Promise((resolve) => {
    const stop = client.subscribe(() => {
      if (client.state.link.state === 'idle') return;
      stop();
      resolve();
    });
  });
}

/** Nobody is asked for where the shop signs nobody in. */
async function whoIsHere(keep: Keep): Promise<Person> {
  const identity = host.identity();
  if (!identity) return { key: host.inbox, identity: null };
  const { personOf } = await import('./person.ts');
  return personOf(host.inbox, identity, keep);
}

async function start(): Promise<void> {
  const keep = openKeep(() => localStorage);
  const person = await whoIsHere(keep);
  const session = openSession(host.origin, host.inbox, person, keep);
  // What cannot be fetched now is fetched later; until then its place is empty.
  const goesOn = keep.get(chatMark(host.inbox)) !== null;
  const talking = goesOn ? fetchTalk().catch(() => undefined) : undefined;
  const starting = goesOn ? undefined : fetchStart().catch(() => undefined);
  const name = storageName(person.key);
  const [words, storage] = await Promise.all([pickWords(host.language, navigator.languages), openStorage(name)]);
  dressFrame(words);
  const terminal = terminalId(
    openKeep(() => sessionStorage),
    host.inbox,
  );
  const common = { url: host.origin, token: session.token, terminal };
  const client = createClient({ ...common, kind: 'widget', storage });
  const [talk, start] = await Promise.all([talking, starting, restored(client)]);
  const attention = makeAttention(host);
  const files = { ...common, client, name };
  render(
    <App
      client={client}
      files={files}
      session={session}
      host={host}
      keep={keep}
      attention={attention}
      words={words}
      talk={talk}
      start={start}
    />,
    document.body,
  );
  // What the page says is done once what does it is there.
  const beside = atLast(() => fetchLater(words)).then((later) =>
    later.goOnBeside({ client, session, host, keep, words, person, attention }),
  );
  host.ready({
    opened: attention.opened,
    closed: attention.changed,
    told: (command, rest) => void beside.then(({ told }) => told(command, rest)),
  });
}

void start();
