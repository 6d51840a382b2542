/** @jsxImportSource preact */
import { type Client, createClient } from '@heed/client';
import { render } from 'preact';
import { HOST, type Host } from '../host.ts';
import { App } from '../parts/app.tsx';
import { atLast, fetchLater, fetchTalk } from '../parts/use-fetched.ts';
import type { Words } from '../words/catalogue.ts';
import { pickDirection, pickWords } from '../words/pick.ts';
import { makeAttention } from './attention.ts';
import { chatMark, openKeep, openStorage, terminalId } from './keep.ts';
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

async function start(): Promise<void> {
  const keep = openKeep(() => localStorage);
  const session = openSession(host.origin, host.inbox, keep);
  const talking = keep.get(chatMark(host.inbox)) === null ? undefined : fetchTalk().catch(() => undefined);
  const name = `heed-widget-${host.inbox}`;
  const [words, storage] = await Promise.all([pickWords(host.language, navigator.languages), openStorage(name)]);
  dressFrame(words);
  const terminal = terminalId(
    openKeep(() => sessionStorage),
    host.inbox,
  );
  const common = { url: host.origin, token: session.token, terminal };
  const client = createClient({ ...common, kind: 'widget', storage });
  const [talk] = await Promise.all([talking, restored(client)]);
  const attention = makeAttention(host);
  const files = { ...common, client, name };
  render(
    <App client={client} files={files} session={session} host={host} attention={attention} words={words} talk={talk} />,
    document.body,
  );
  host.ready({ opened: attention.opened, closed: attention.changed });
  const { goOnBeside } = await atLast(() => fetchLater(words));
  goOnBeside(client, session, host, keep, words);
}

void start();
