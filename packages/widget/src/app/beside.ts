import type { Client } from '@heed/client';
import type { Files } from '@heed/client/files';
import type { Stream } from '@heed/protocol';
import type { Host } from '../host.ts';
import { accentOf } from '../model/accent.ts';
import { currentChat } from '../model/current.ts';
import { NEW } from '../model/new.ts';
import type { Words } from '../words/catalogue.ts';
import { learnTheRest } from '../words/rest.ts';
import { atLast } from './at-last.ts';
import type { Attention } from './attention.ts';
import { breathe } from './breathe.ts';
import { type Commands, identifyOnceSent, makeCommands, tellMessages } from './commands.ts';
import { drawCorner } from './corner.ts';
import type { Keep, Person } from './keep.ts';
import { rememberChat } from './remember.ts';
import { ringForNew } from './ring.ts';
import type { Session } from './session.ts';
import { tellPage } from './tell-page.ts';

/** The inbox's own colour, in the frame and on the launcher. */
function wearAccent(session: Session, host: Host): void {
  session.subscribe(() => drawAccent(session, host));
  drawAccent(session, host);
}

function drawAccent(session: Session, host: Host): void {
  const accent = accentOf(session.value.inbox?.accent ?? null);
  if (!accent) return;
  document.documentElement.style.setProperty('--accent-fill', accent.fill);
  document.documentElement.style.setProperty('--accent-on', accent.on);
  host.launcher.style.setProperty('--f', accent.fill);
  host.launcher.style.setProperty('--o', accent.on);
}

/** The conversation whose answers are awaited is kept in step, whatever is on the screen. */
function followCurrent(client: Client): void {
  let followed: Stream = NEW;
  let unfollow: (() => void) | undefined;
  const follow = (): void => {
    const current = currentChat(client.state);
    if (current === followed) return;
    followed = current;
    unfollow?.();
    unfollow = current === NEW ? undefined : client.watch(current);
  };
  follow();
  client.subscribe(follow);
}

/** A message waits for its files: they are uploaded without the window too. */
function uploadWhatWaits(client: Client, files: () => Promise<Files>): void {
  const waits = (): boolean => client.state.outbox.some((pending) => pending.files);
  const look = (): void => {
    if (!waits()) return;
    stop();
    void atLast(files);
  };
  const stop = client.subscribe(look);
  look();
}

interface Beside {
  client: Client;
  files: () => Promise<Files>;
  session: Session;
  host: Host;
  keep: Keep;
  words: Words;
  person: Person;
  attention: Attention;
}

/** All that goes on beside the window, opened or not; none of it is in the window itself. */
export async function goOnBeside(parts: Beside): Promise<Commands> {
  const { client, files, session, host, keep, words, person, attention } = parts;
  const begin: (() => unknown)[] = [
    () => learnTheRest(words),
    () => followCurrent(client),
    () => uploadWhatWaits(client, files),
    () => wearAccent(session, host),
    () => drawCorner(client, host, words),
    () => tellMessages(client, host),
    () => ringForNew(client, attention, keep, host.inbox),
    () => rememberChat(client, keep, host.inbox),
    () => identifyOnceSent(client, person, host),
    () => tellPage(client, host, attention, words),
  ];
  for (const each of begin) {
    await each();
    await breathe(host);
  }
  return makeCommands(client, person, host, attention);
}
