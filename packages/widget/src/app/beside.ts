import type { Client } from '@heed/client';
import type { Host } from '../host.ts';
import { accentOf } from '../model/accent.ts';
import type { Words } from '../words/catalogue.ts';
import type { Attention } from './attention.ts';
import { type Commands, identifyOnceSent, makeCommands, tellMessages } from './commands.ts';
import { drawCorner } from './corner.ts';
import type { Keep, Person } from './keep.ts';
import { rememberChat } from './remember.ts';
import type { Session } from './session.ts';
import { tellPage } from './tell-page.ts';

/** The inbox's own colour, in the frame and on the launcher. */
function wearAccent(session: Session, host: Host): void {
  const accent = accentOf(session.value.inbox?.accent ?? null);
  if (!accent) return;
  document.documentElement.style.setProperty('--accent-fill', accent.fill);
  document.documentElement.style.setProperty('--accent-on', accent.on);
  host.launcher.style.setProperty('--f', accent.fill);
  host.launcher.style.setProperty('--o', accent.on);
}

interface Beside {
  client: Client;
  session: Session;
  host: Host;
  keep: Keep;
  words: Words;
  person: Person;
  attention: Attention;
}

/** All that goes on beside the window; none of it is in the window itself. */
export function goOnBeside({ client, session, host, keep, words, person, attention }: Beside): Commands {
  wearAccent(session, host);
  session.subscribe(() => wearAccent(session, host));
  rememberChat(client, keep, host.inbox);
  drawCorner(client, host, words);
  tellPage(client, window.parent, words);
  tellMessages(client, host);
  identifyOnceSent(client, person, host);
  return makeCommands(client, person, host, attention);
}
