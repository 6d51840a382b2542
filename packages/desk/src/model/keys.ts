import type { Key } from '../words/index.ts';

/** What a key can do in the desk. */
export type Command =
  | 'next'
  | 'previous'
  | 'open'
  | 'select'
  | 'nextUnanswered'
  | 'takeNext'
  | 'reply'
  | 'note'
  | 'send'
  | 'sendAndResolve'
  | 'resolve'
  | 'discard'
  | 'goMine'
  | 'goQueue'
  | 'goUnanswered'
  | 'goAll'
  | 'goWall'
  | 'search'
  | 'palette'
  | 'settings'
  | 'assign'
  | 'toQueue'
  | 'snooze'
  | 'noReply'
  | 'label'
  | 'jumpToDate'
  | 'jumpToUnanswered'
  | 'panel'
  | 'back'
  | 'region'
  | 'notices'
  | 'help';

export interface Press {
  key: string;
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

/** `mod` is Cmd on a Mac, Ctrl elsewhere. */
export interface Binding {
  command: Command;
  keys: readonly string[];
  label: Key;
}

/** All keys of the desk, in the order in which `?` shows them (DESIGN §5). */
export const BINDINGS: readonly Binding[] = [
  { command: 'next', keys: ['j'], label: 'keys.next' },
  { command: 'previous', keys: ['k'], label: 'keys.previous' },
  { command: 'open', keys: ['Enter'], label: 'keys.open' },
  { command: 'select', keys: ['x'], label: 'keys.select' },
  { command: 'nextUnanswered', keys: ['u'], label: 'keys.nextUnanswered' },
  { command: 'takeNext', keys: ['t'], label: 'keys.takeNext' },
  { command: 'reply', keys: ['r'], label: 'keys.reply' },
  { command: 'note', keys: ['n'], label: 'keys.note' },
  { command: 'send', keys: ['mod+Enter'], label: 'keys.send' },
  { command: 'sendAndResolve', keys: ['mod+shift+Enter'], label: 'keys.sendAndResolve' },
  { command: 'resolve', keys: ['e'], label: 'keys.resolve' },
  { command: 'noReply', keys: ['d'], label: 'keys.noReply' },
  { command: 'snooze', keys: ['h'], label: 'keys.snooze' },
  { command: 'assign', keys: ['a'], label: 'keys.assign' },
  { command: 'toQueue', keys: ['shift+q'], label: 'keys.toQueue' },
  { command: 'label', keys: ['l'], label: 'keys.label' },
  { command: 'jumpToDate', keys: [], label: 'keys.jumpToDate' },
  { command: 'jumpToUnanswered', keys: [], label: 'keys.jumpToUnanswered' },
  { command: 'discard', keys: ['Backspace'], label: 'keys.discard' },
  { command: 'goMine', keys: ['g m'], label: 'keys.goMine' },
  { command: 'goQueue', keys: ['g q'], label: 'keys.goQueue' },
  { command: 'goUnanswered', keys: ['g u'], label: 'keys.goUnanswered' },
  { command: 'goAll', keys: ['g a'], label: 'keys.goAll' },
  { command: 'goWall', keys: ['g w'], label: 'keys.goWall' },
  { command: 'palette', keys: ['mod+k'], label: 'keys.palette' },
  { command: 'search', keys: ['/'], label: 'keys.search' },
  { command: 'settings', keys: ['g s'], label: 'settings.title' },
  { command: 'panel', keys: ['[', ']'], label: 'keys.panel' },
  { command: 'region', keys: ['F6'], label: 'keys.region' },
  { command: 'back', keys: ['Escape'], label: 'keys.back' },
  { command: 'help', keys: ['?'], label: 'keys.help' },
];

/** Held down with Cmd or Ctrl, or no letter at all: these work while somebody types. */
const WHILE_TYPING: ReadonlySet<Command> = new Set(['send', 'sendAndResolve', 'back', 'region', 'palette']);

/** What somebody chose instead; a command without keys has none. */
export interface ChosenKeys {
  keys: Readonly<Partial<Record<Command, readonly string[]>>>;
  /** Letters alone, and sequences of them, do something. */
  singleKeys: boolean;
}

let chosen: ChosenKeys = { keys: {}, singleKeys: true };
let current: readonly Binding[] = BINDINGS;
const listeners = new Set<() => void>();

/** The keys as they are now: those of the desk, with what was chosen instead. */
export function bindings(): readonly Binding[] {
  return current;
}

export function chosenKeys(): ChosenKeys {
  return chosen;
}

export function subscribeToKeys(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function chooseKeys(next: ChosenKeys): void {
  chosen = next;
  current = BINDINGS.map((binding) => {
    const keys = next.keys[binding.command] ?? binding.keys;
    return { ...binding, keys: next.singleKeys ? keys : keys.filter((key) => !isSingle(key)) };
  });
  for (const listener of listeners) listener();
}

/** A sign that is also written in texts, or a sequence of them. */
function isSingle(key: string): boolean {
  return /^(shift\+)?.( .)?$/u.test(key);
}

/** The command that a key belongs to already, or begins a sequence of. */
export function ownerOf(key: string, but: Command): Binding | undefined {
  return current.find(
    ({ command, keys }) =>
      command !== but &&
      keys.some((own) => own === key || own.startsWith(`${key} `) || (key.includes(' ') && own === key.split(' ')[0])),
  );
}

/** A press as it is written in the bindings. */
export function nameOf(press: Press): string {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  // On a letter Shift is a key of its own; on `?` it is only how that is written.
  const shifts = press.shift && (press.key.length > 1 || /^\p{L}$/u.test(press.key));
  return `${press.mod ? 'mod+' : ''}${shifts ? 'shift+' : ''}${key}`;
}

/** Two keys of a sequence may lie this far apart. */
const SEQUENCE_MS = 1_000;

export interface Keyboard {
  /** The first key of a sequence, and when it was pressed. */
  first?: { key: string; at: number };
}

/** What a press means, given what was pressed before. Single keys are off while somebody types. */
export function commandOf(
  keyboard: Keyboard,
  press: Press,
  typing: boolean,
  now: number,
): { command: Command | undefined; keyboard: Keyboard } {
  if (press.alt) return { command: undefined, keyboard: {} };
  const name = nameOf(press);
  const first = keyboard.first && now - keyboard.first.at <= SEQUENCE_MS ? `${keyboard.first.key} ${name}` : undefined;
  const found =
    current.find(({ keys }) => keys.includes(first ?? name)) ?? current.find(({ keys }) => keys.includes(name));
  if (found && (!typing || WHILE_TYPING.has(found.command))) return { command: found.command, keyboard: {} };
  const begins = !typing && current.some(({ keys }) => keys.some((key) => key.startsWith(`${name} `)));
  return { command: undefined, keyboard: begins ? { first: { key: name, at: now } } : {} };
}

/** A key as it is printed on the board. */
export function keyCaps(keys: string, mac: boolean): string[] {
  const caps: Record<string, string> = {
    mod: mac ? '⌘' : 'Ctrl',
    shift: mac ? '⇧' : 'Shift',
    Enter: '↵',
    Backspace: '⌫',
    Escape: 'Esc',
  };
  return keys.split(/[+ ]/).map((key) => caps[key] ?? key.toUpperCase());
}

export function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** The keys of a command in one cap, as buttons show them. */
export function hint(command: Command): string {
  const keys = current.find((binding) => binding.command === command)?.keys[0] ?? '';
  const mac = isMac();
  return keyCaps(keys, mac).join(mac ? '' : ' ');
}
