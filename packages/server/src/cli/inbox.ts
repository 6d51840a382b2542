import { readFileSync } from 'node:fs';
import { contrastWithBest } from '../domain/contrast.ts';
import { codeOf, HeedError } from '../errors.ts';
import { addInboxKey, inboxId, inboxKeys, removeInboxKey } from '../store/inbox-keys.ts';
import { addInbox, type InboxChange, setInbox } from '../store/team.ts';
import { type CommandLine, readCommandLine, userPath } from './command-line.ts';
import { print } from './output.ts';
import { publicJwk } from './public-jwk.ts';
import { withDatabase } from './with-database.ts';

const one = { type: 'string' } as const;
const many = { type: 'string', multiple: true } as const;
const options = {
  ...{ name: one, queue: one, key: one, origin: many, accent: one, greeting: one, topic: many, consent: one },
  ...{ 'consent-url': one, 'ask-name': one, 'ask-email': one, identity: one, 'public-key': one, remove: one },
} as const;

/** `heed inbox add`, `heed inbox set`, `heed inbox key`, `heed inbox keys` */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, options);
  const [verb, ...more] = line.words;
  const act = verb === undefined || more.length > 0 ? undefined : VERBS[verb];
  if (!act) throw new HeedError('bad_command', 'After inbox comes "add", "set", "key" or "keys", and then flags.');
  return act(line);
}

const VERBS: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = { add, set, key: newKey, keys };

async function add(line: CommandLine): Promise<number> {
  const key = line.value('key');
  const inbox = {
    name: line.need('name'),
    queue: line.need('queue'),
    origins: [...line.values('origin')],
    ...(key === undefined ? {} : { key }),
  };
  const added = await withDatabase(line.config, ({ pool }) => addInbox(pool, inbox));
  print(line.json, added, `Added the inbox ${inbox.name}; its key is ${added.key}.`);
  return 0;
}

async function set(line: CommandLine): Promise<number> {
  const name = line.need('name');
  const change = changeFrom(line);
  const done = await withDatabase(line.config, ({ pool }) => setInbox(pool, name, change));
  print(line.json, done, `Set the inbox ${name}. Pages that load from now on follow; servers that run within seconds.`);
  return 0;
}

/** `none` takes a value away. */
function changeFrom(line: CommandLine): InboxChange {
  const text = (flag: string) => {
    const value = line.value(flag);
    return value === 'none' ? null : value;
  };
  const topics = line.values('topic');
  const asks = line.value('ask-name') !== undefined || line.value('ask-email') !== undefined;
  const [consent, url, origins] = [text('consent'), line.value('consent-url'), line.values('origin')];
  return {
    accent: accentFrom(text('accent')),
    ...(origins.length === 0 ? {} : { origins: origins[0] === 'any' ? [] : [...origins] }),
    settings: {
      greeting: text('greeting'),
      topics: topics.length === 0 ? undefined : topics[0] === 'none' ? null : [...topics],
      ask: asks ? { name: asked(line, 'ask-name'), email: asked(line, 'ask-email') } : undefined,
      consent: consent === null ? null : consentOf(consent, url),
      identity: oneOf(line, 'identity', ['optional', 'required']),
    },
  };
}

function consentOf(text: string | undefined, url: string | undefined): InboxChange['settings']['consent'] {
  return text === undefined ? undefined : { text, ...(url === undefined ? {} : { url }) };
}

function asked(line: CommandLine, flag: string): 'no' | 'optional' | 'required' {
  return oneOf(line, flag, ['no', 'optional', 'required']) ?? 'no';
}

function oneOf<const W extends string>(line: CommandLine, flag: string, words: readonly W[]): W | undefined {
  const value = line.value(flag);
  const known = words.find((word) => word === value);
  if (value === undefined || known !== undefined) return known;
  throw new HeedError('bad_flag', `--${flag} must be ${words.join(' or ')}, not ${JSON.stringify(value)}.`);
}

/** Whoever presses a button must be able to read it: neither white nor ink on this colour would do. */
function accentFrom(colour: string | null | undefined): string | null | undefined {
  if (!colour) return colour;
  if (!/^#[0-9a-f]{6}$/i.test(colour))
    throw new HeedError('bad_colour', `--accent must be a colour like #115c6e, not ${JSON.stringify(colour)}.`);
  const ratio = contrastWithBest(colour);
  if (ratio >= 4.5) return colour.toLowerCase();
  throw new HeedError(
    'poor_contrast',
    `Text on ${colour} has a contrast of ${ratio.toFixed(1)}:1, and 4.5:1 is needed to read it. Take a darker or lighter one.`,
  );
}

async function newKey(line: CommandLine): Promise<number> {
  const gone = line.value('remove');
  if (gone !== undefined) {
    await withDatabase(line.config, ({ pool }) => removeInboxKey(pool, gone));
    print(line.json, { id: gone }, `Removed the key ${gone}: what it signed is good no more.`);
    return 0;
  }
  const name = line.need('name');
  const file = line.value('public-key');
  const jwk = file === undefined ? undefined : await publicJwk(read(file));
  const made = await withDatabase(line.config, ({ pool }) => addInboxKey(pool, name, jwk));
  const secret = made.secret === undefined ? '' : `, secret (HS256, base64url, shown this once): ${made.secret}`;
  print(line.json, made, `The inbox ${name} takes identities signed with the key ${made.id}${secret}.`);
  return 0;
}

async function keys(line: CommandLine): Promise<number> {
  const name = line.need('name');
  const all = await withDatabase(line.config, async ({ pool }) => inboxKeys(pool, await inboxId(pool, name)));
  const shown = all.map(({ id, algorithm, createdAt }) => ({ id, algorithm, createdAt }));
  print(
    line.json,
    shown,
    shown.map(({ id, algorithm, createdAt }) => `${id}  ${algorithm}  since ${createdAt.toISOString()}`),
  );
  return 0;
}

function read(file: string): string {
  try {
    return readFileSync(userPath(file), 'utf8');
  } catch (thrown) {
    throw new HeedError('key_unreadable', `The file ${file} cannot be read (${codeOf(thrown) ?? thrown}).`);
  }
}
