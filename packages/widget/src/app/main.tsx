/** @jsxImportSource preact */
import { type Client, createClient } from '@heed/client';
import { render } from 'preact';
import { HOST, type Host } from '../host.ts';
import { accentOf } from '../model/accent.ts';
import { App } from '../parts/app.tsx';
import type { Words } from '../words/catalogue.ts';
import { pickDirection, pickWords } from '../words/pick.ts';
import { makeAttention } from './attention.ts';
import { drawCorner } from './corner.ts';
import { openKeep, openStorage, terminalId } from './keep.ts';
import { rememberChat } from './remember.ts';
import { openSession, type Session } from './session.ts';
import appStyle from './style.css?inline';
import { tellPage } from './tell-page.ts';

const host = (window as unknown as Record<typeof HOST, Host>)[HOST];

/** Styles and language of the frame's document, through the CSSOM and attributes only. */
function dressFrame(words: Words): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(appStyle);
  document.adoptedStyleSheets = [sheet];
  const root = document.documentElement;
  root.lang = words.language;
  root.dir = pickDirection(host.direction, host.language, words);
  if (host.theme === 'dark' || host.theme === 'light') root.dataset.theme = host.theme;
}

/** The inbox's own colour, in the frame and on the launcher. */
function wearAccent(session: Session): void {
  const accent = accentOf(session.value.inbox?.accent ?? null);
  if (!accent) return;
  document.documentElement.style.setProperty('--accent-fill', accent.fill);
  document.documentElement.style.setProperty('--accent-on', accent.on);
  host.launcher.style.setProperty('--f', accent.fill);
  host.launcher.style.setProperty('--o', accent.on);
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
  const words = await pickWords(host.language, navigator.languages);
  dressFrame(words);
  const keep = openKeep(() => localStorage);
  const session = openSession(host.origin, host.inbox, keep);
  session.subscribe(() => wearAccent(session));
  const storage = await openStorage(`heed-widget-${host.inbox}`);
  const terminal = terminalId(
    openKeep(() => sessionStorage),
    host.inbox,
  );
  const client = createClient({ kind: 'widget', url: host.origin, token: session.token, storage, terminal });
  await restored(client);
  const attention = makeAttention(host);
  rememberChat(client, keep, host.inbox);
  drawCorner(client, host, words);
  tellPage(client, window.parent, words);
  render(<App client={client} session={session} host={host} attention={attention} words={words} />, document.body);
  host.ready({ opened: attention.opened, closed: attention.changed });
}

void start();
