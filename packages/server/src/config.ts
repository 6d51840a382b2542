import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as kind from './config-kinds.ts';
import { codeOf, HeedError, sentenceOf } from './errors.ts';
import { nearest } from './nearest.ts';

/** The folder of the project: defaults and the built pages are found from here. */
export const projectRoot = resolve(import.meta.dirname, '../../..');

/** One setting. Without a default it is unset unless somebody sets it. Defaults are text and parsed like any other. */
interface Setting {
  readonly env: string;
  readonly flag: string;
  readonly default?: string;
  readonly kind: kind.Kind<unknown>;
  readonly sentence: string;
}

/** Every setting there is; the documentation's table is made from this one. The key is the name in code and file. */
export const settings = {
  host: {
    env: 'HEED_HOST',
    flag: 'host',
    default: '127.0.0.1',
    kind: kind.text,
    sentence: 'Address that the server listens on; 0.0.0.0 for every network of the machine.',
  },
  port: {
    env: 'HEED_PORT',
    flag: 'port',
    default: '8790',
    kind: kind.port,
    sentence: 'Port that the server listens on; 0 lets the system choose.',
  },
  data: {
    env: 'HEED_DATA',
    flag: 'data',
    default: 'heed-data',
    kind: kind.path,
    sentence: 'Folder of everything that is kept: the embedded database, keys, files.',
  },
  witnessFile: {
    env: 'HEED_WITNESS_FILE',
    flag: 'witness-file',
    kind: kind.path,
    sentence:
      'File in which the server notes how far the database has come, so that an older copy of it is noticed; without it `….witness.json` beside the data folder.',
  },
  config: {
    env: 'HEED_CONFIG',
    flag: 'config',
    kind: kind.path,
    sentence:
      'Settings file (JSON, keys as in this table); without it `heed.json` in the data folder is read if it is there.',
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    flag: 'database-url',
    kind: kind.databaseAddress,
    sentence: 'A PostgreSQL (15 or newer) to use in place of the embedded one.',
  },
  natsUrl: {
    env: 'NATS_URL',
    flag: 'nats-url',
    kind: kind.natsAddress,
    sentence: 'NATS servers, with commas between, through which several processes hear of each other at once.',
  },
  databasePool: {
    env: 'HEED_DATABASE_POOL',
    flag: 'database-pool',
    default: '10',
    kind: kind.whole(2, 40),
    sentence: 'Connections to the database that one process opens at most.',
  },
  publicUrl: {
    env: 'HEED_PUBLIC_URL',
    flag: 'public-url',
    kind: kind.webAddress,
    sentence: 'Address under which people reach the server, where it is not the one it listens on (behind a proxy).',
  },
  trustedProxies: {
    env: 'HEED_TRUSTED_PROXIES',
    flag: 'trusted-proxies',
    default: '',
    kind: kind.networks,
    sentence: 'Proxies whose word about the address of a client is believed.',
  },
  log: {
    env: 'HEED_LOG',
    flag: 'log',
    default: 'info',
    kind: kind.word('silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'),
    sentence: 'How much is logged. Message texts never are.',
  },
  pidFile: {
    env: 'HEED_PID_FILE',
    flag: 'pid-file',
    kind: kind.path,
    sentence: 'File that holds the process number of the server while it runs.',
  },
  demo: {
    env: 'HEED_DEMO',
    flag: 'demo',
    default: 'on',
    kind: kind.onOff,
    sentence: 'Fills an empty installation with an invented company and serves a shop page; `off` for a real one.',
  },
  shopPort: {
    env: 'HEED_SHOP_PORT',
    flag: 'shop-port',
    default: '8791',
    kind: kind.port,
    sentence: 'Port of the shop page that belongs to the invented company.',
  },
  smtpUrl: {
    env: 'HEED_SMTP_URL',
    flag: 'smtp-url',
    kind: kind.smtpAddress,
    sentence:
      'Server that takes mail, `smtp://user:password@host:587` or `smtps://…`; without it no mail is sent to customers who are gone.',
  },
  mailFrom: {
    env: 'HEED_MAIL_FROM',
    flag: 'mail-from',
    default: 'Heed <no-reply@localhost>',
    kind: kind.text,
    sentence: 'Whom mail to customers comes from: `Name <address>`.',
  },
  pushServices: {
    env: 'HEED_PUSH_SERVICES',
    flag: 'push-services',
    default: 'fcm.googleapis.com, push.services.mozilla.com, push.apple.com, notify.windows.com',
    kind: kind.services,
    sentence:
      'Hosts of the push services of browsers, by which agents are told of work while the desk is closed; no other is called.',
  },
  mailAfterMs: {
    env: 'HEED_MAIL_AFTER_MS',
    flag: 'mail-after-ms',
    default: '120000',
    kind: kind.milliseconds,
    sentence: 'Replies that a customer has not seen for so long are mailed to them, all of a pause in one mail.',
  },
  rates: {
    env: 'HEED_RATES',
    flag: 'rates',
    default: 'on',
    kind: kind.onOff,
    sentence: 'Limits on how often one sender may write and one address may try; `off` only for tests.',
  },
  deskBeatMs: {
    env: 'HEED_DESK_BEAT_MS',
    flag: 'desk-beat-ms',
    default: '10000',
    kind: kind.milliseconds,
    sentence: 'How often a desk hears the heads of its streams, so how long a missed update stays unnoticed there.',
  },
  widgetBeatMs: {
    env: 'HEED_WIDGET_BEAT_MS',
    flag: 'widget-beat-ms',
    default: '25000',
    kind: kind.milliseconds,
    sentence: 'The same for a widget.',
  },
  drainMs: {
    env: 'HEED_DRAIN_MS',
    flag: 'drain-ms',
    default: '0',
    kind: kind.whole(0, 300_000, 'milliseconds'),
    sentence:
      'How long a server that is told to end goes on as before while `/health/ready` says that it is about to: at least as long as the proxy before it takes to notice.',
  },
  leaveMs: {
    env: 'HEED_LEAVE_MS',
    flag: 'leave-ms',
    default: '2000',
    kind: kind.whole(0, 300_000, 'milliseconds'),
    sentence:
      'Over how long a server that is told to end sends its terminals to the others, the rest of them served as before: longer where there are tens of thousands.',
  },
  graceMs: {
    env: 'HEED_GRACE_MS',
    flag: 'grace-ms',
    default: '60000',
    kind: kind.milliseconds,
    sentence: 'How long an agent may be unreachable before it counts as gone.',
  },
  sweepMs: {
    env: 'HEED_SWEEP_MS',
    flag: 'sweep-ms',
    default: '1000',
    kind: kind.whole(100, 2_000, 'milliseconds'),
    sentence: 'How often a server looks for what is due: clocks, absent agents, places in line.',
  },
  awayMs: {
    env: 'HEED_AWAY_MS',
    flag: 'away-ms',
    default: '5000',
    kind: kind.milliseconds,
    sentence: 'How long an agent may be away before what customers wait for goes back to its queue.',
  },
  streams: {
    env: 'HEED_STREAMS',
    flag: 'streams',
    default: '300',
    kind: kind.whole(1, 100_000),
    sentence: 'Streams that one terminal may watch at once.',
  },
  frameBytes: {
    env: 'HEED_FRAME_BYTES',
    flag: 'frame-bytes',
    default: '262144',
    kind: kind.whole(4_096, 16_777_216),
    sentence: 'Size of the largest frame that is read.',
  },
  textBytes: {
    env: 'HEED_TEXT_BYTES',
    flag: 'text-bytes',
    default: '16384',
    kind: kind.whole(256, 1_048_576),
    sentence: 'Size of the longest message, in UTF-8.',
  },
  fileBytes: {
    env: 'HEED_FILE_BYTES',
    flag: 'file-bytes',
    default: '26214400',
    kind: kind.whole(1_024, 268_435_456),
    sentence: 'Size of the largest file that can be attached.',
  },
  fileTypes: {
    env: 'HEED_FILE_TYPES',
    flag: 'file-types',
    default:
      'image/png,image/jpeg,image/gif,image/webp,image/avif,application/pdf,text/plain,application/zip,audio/*,video/*',
    kind: kind.mediaTypes,
    sentence: 'Types of files that can be attached, by what their bytes say; `video/*` means every kind of video.',
  },
  looseBytes: {
    env: 'HEED_LOOSE_BYTES',
    flag: 'loose-bytes',
    default: '104857600',
    kind: kind.whole(1_024, 2_147_483_647),
    sentence: 'How much one person may have uploaded that no message names yet; it is dropped after seven days.',
  },
  updateItems: {
    env: 'HEED_UPDATE_ITEMS',
    flag: 'update-items',
    default: '100',
    kind: kind.whole(1, 10_000),
    sentence: 'Items in one update at most.',
  },
  updateBytes: {
    env: 'HEED_UPDATE_BYTES',
    flag: 'update-bytes',
    default: '131072',
    kind: kind.whole(1_024, 16_777_216),
    sentence: 'Bytes in one update at most; a single item may be longer.',
  },
  snapshotItems: {
    env: 'HEED_SNAPSHOT_ITEMS',
    flag: 'snapshot-items',
    default: '50',
    kind: kind.whole(1, 10_000),
    sentence: 'Newest items that come with a snapshot.',
  },
  farBehindItems: {
    env: 'HEED_FAR_BEHIND_ITEMS',
    flag: 'far-behind-items',
    default: '500',
    kind: kind.whole(1, 1_000_000),
    sentence: 'A terminal that is further behind than this gets a snapshot in place of the items.',
  },
  batchSlots: {
    env: 'HEED_BATCH_SLOTS',
    flag: 'batch-slots',
    default: '2',
    kind: kind.whole(1, 32),
    sentence: 'Batches that are committed side by side; those of one queue are not.',
  },
  batchMax: {
    env: 'HEED_BATCH_MAX',
    flag: 'batch-max',
    default: '400',
    kind: kind.whole(1, 10_000),
    sentence: 'Commands in one batch at most.',
  },
} as const satisfies Record<string, Setting>;

type Settings = typeof settings;
type Key = keyof Settings;
type ValueOf<S> = S extends { kind: kind.Kind<infer T>; default: string }
  ? T
  : S extends { kind: kind.Kind<infer T> }
    ? T | undefined
    : never;

/** All settings, parsed. */
export type Config = { readonly [K in Key]: ValueOf<Settings[K]> };

/** Environment variables, or what stands for them in a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

const keys = Object.keys(settings) as readonly Key[];

/** A value before it is parsed, and where it was found, in words. */
interface Found {
  readonly text: string;
  readonly from: string;
  readonly base: string;
}

/** Reads the settings: a flag wins over the environment, that over the settings file, that over the default. */
export function loadConfig(argv: readonly string[], env: Environment): Config {
  return configFrom(readFlags(argv), env);
}

/** The same, with flags that are parsed already (by flag name). */
export function configFrom(flags: Environment, env: Environment): Config {
  const data = parsed('data', given('data', flags, env) ?? defaultOf('data')) as string;
  const file = readSettingsFile(given('config', flags, env), data);
  const values = keys.map((key) => {
    const found = given(key, flags, env) ?? file.get(key) ?? defaultOf(key);
    return [key, found === undefined ? undefined : parsed(key, found)];
  });
  return Object.fromEntries(values) as Config;
}

/** The settings as options of `parseArgs`. */
export function settingOptions(): Record<string, { type: 'string' }> {
  return Object.fromEntries(keys.map((key) => [settings[key].flag, { type: 'string' }]));
}

/** The folder that the command was typed in: npm runs scripts in the project's and says where it was in INIT_CWD. */
export function typedIn(env: Environment): string {
  return env.INIT_CWD || process.cwd();
}

/** The table of all settings for the documentation, in Markdown. */
export function configTable(): string {
  const rows = keys.map((key) => {
    const setting: Setting = settings[key];
    const standard =
      setting.default === undefined ? 'not set' : setting.default === '' ? 'none' : `\`${setting.default}\``;
    return `| \`${setting.env}\` | \`--${setting.flag}\` | \`${key}\` | ${standard} | ${setting.kind.of} | ${setting.sentence} |`;
  });
  return [
    '| environment | flag | key in file | default | value | what it does |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function readFlags(argv: readonly string[]): Environment {
  const { tokens } = parseArgs({
    args: [...argv],
    options: settingOptions(),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (!keys.some((key) => settings[key].flag === token.name))
      throw unknownFlag(token.rawName, Object.keys(settingOptions()));
    if (token.value === undefined || token.value.startsWith('--'))
      throw new HeedError('flag_without_value', `${token.rawName} needs a value.`);
    flags[token.name] = token.value;
  }
  return flags;
}

/** The error for a flag that nobody knows, with the one that was probably meant. */
export function unknownFlag(typed: string, known: readonly string[]): HeedError {
  const meant = nearest(typed.replace(/^-+/, ''), known);
  const hint = meant === undefined ? 'run with --help for all of them' : `did you mean --${meant}?`;
  return new HeedError('unknown_flag', `There is no flag ${typed}; ${hint}`);
}

function given(key: Key, flags: Environment, env: Environment): Found | undefined {
  const { flag, env: name } = settings[key];
  const base = typedIn(env);
  const byFlag = flags[flag];
  if (byFlag !== undefined) return { text: byFlag, from: `the flag --${flag}`, base };
  const byEnvironment = env[name];
  // An empty variable is how shells and compose files say "not set".
  if (byEnvironment !== undefined && byEnvironment !== '')
    return { text: byEnvironment, from: `the environment variable ${name}`, base };
  return undefined;
}

function defaultOf(key: Key): Found | undefined {
  const setting: Setting = settings[key];
  if (setting.default === undefined) return undefined;
  return { text: setting.default, from: 'the default', base: projectRoot };
}

function parsed(key: Key, found: Found | undefined): unknown {
  if (found === undefined) return undefined;
  try {
    return settings[key].kind.parse(found.text.trim(), found.base);
  } catch (thrown) {
    if (!(thrown instanceof kind.BadValue)) throw thrown;
    // The address of a database holds a password, which belongs in no log.
    const shown = ['databaseUrl', 'natsUrl', 'smtpUrl'].includes(key) ? 'The value' : JSON.stringify(found.text);
    const sentence = `${shown} is no good for ${settings[key].env}: it must be ${thrown.message} (it came from ${found.from}).`;
    throw new HeedError('bad_setting', sentence, { setting: key, from: found.from });
  }
}

function readSettingsFile(named: Found | undefined, data: string): ReadonlyMap<Key, Found> {
  const file = named === undefined ? join(data, 'heed.json') : (parsed('config', named) as string);
  const content = readIfThere(file, named !== undefined);
  const found = new Map<Key, Found>();
  if (content === undefined) return found;
  for (const [name, value] of Object.entries(parseSettingsFile(file, content))) {
    const key = keys.find((each) => each === name);
    if (key === undefined) throw unknownKey(file, name);
    if (key === 'config' || (key === 'data' && named === undefined)) {
      throw new HeedError('bad_setting', `"${key}" cannot be set in ${file}: that is where the file was found by it.`);
    }
    found.set(key, { text: textOf(file, name, value), from: `the settings file ${file}`, base: dirname(file) });
  }
  return found;
}

function readIfThere(file: string, required: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if (!required && ['ENOENT', 'ENOTDIR'].includes(codeOf(thrown) ?? '')) return undefined;
    throw new HeedError(
      'settings_file_unreadable',
      `The settings file ${file} cannot be read (${codeOf(thrown) ?? sentenceOf(thrown)}).`,
    );
  }
}

function parseSettingsFile(file: string, content: string): object {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (thrown) {
    throw new HeedError('settings_file_malformed', `The settings file ${file} is not JSON: ${sentenceOf(thrown)}.`);
  }
  throw new HeedError(
    'settings_file_malformed',
    `The settings file ${file} must hold one JSON object, like {"port": 8790}.`,
  );
}

function textOf(file: string, name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.join(',');
  throw new HeedError('bad_setting', `"${name}" in the settings file ${file} must be a text, a number or true/false.`);
}

function unknownKey(file: string, name: string): HeedError {
  const meant = nearest(name, keys) ?? keys.find((key) => settings[key].env === name);
  const hint = meant === undefined ? 'the keys are listed in docs/operating.md' : `did you mean "${meant}"?`;
  return new HeedError(
    'unknown_setting',
    `The settings file ${file} has a key "${name}" that Heed does not know; ${hint}`,
  );
}
