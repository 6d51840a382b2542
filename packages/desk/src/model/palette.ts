import type { Terminal } from '@heed/client';
import type { Entry, FoundConversation, FoundCustomer, SavedReply } from '@heed/protocol';
import { say, t as words } from '../words/index.ts';
import { BINDINGS, type Command } from './keys.ts';
import { labelsInUse } from './labels.ts';
import { fullName } from './people.ts';
import { fitting } from './saved-replies.ts';
import { savedViews } from './saved-views.ts';
import { nameOfView } from './view-names.ts';
import { byDue, entriesIn, type Place, queuesOf, supervisedQueues, type View } from './views.ts';

/** What is done when an item of the palette is chosen. */
export type Does =
  | { do: 'command'; command: Command }
  | { do: 'go'; place: Place }
  | { do: 'insert'; reply: SavedReply };

export interface Item {
  key: string;
  text: string;
  hint?: string;
  /** For conversations: what its clock is drawn from. */
  entry?: Entry;
  command?: Command;
  kind: 'command' | 'view' | 'label' | 'person' | 'reply';
  does: Does;
}

export interface Section {
  title: 'palette.conversation' | 'palette.go' | 'palette.people' | 'palette.replies';
  items: Item[];
}

/** What was typed: `>` asks for commands only, `@` for people, `#` for numbers. */
export interface Question {
  only: 'commands' | 'people' | 'numbers' | undefined;
  text: string;
}

export function questionOf(typed: string): Question {
  const text = typed.trimStart();
  const only = ({ '>': 'commands', '@': 'people', '#': 'numbers' } as const)[text[0] ?? ''];
  return { only, text: (only ? text.slice(1) : text).trim() };
}

/** Where a text answers: at its beginning best, then at the beginning of a word, then anywhere; -1: not at all. */
export function rankOf(text: string, asked: string): number {
  const [where, what] = [text.toLocaleLowerCase(), asked.toLocaleLowerCase()];
  if (what === '') return 0;
  const at = where.indexOf(what);
  if (at <= 0) return at;
  return new RegExp(`(^|[^\\p{L}\\p{N}])${escaped(what)}`, 'u').test(where) ? 1 : 2;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
}

/** The stretch of a text that answers, to be marked. */
export function markOf(text: string, asked: string): [number, number] | undefined {
  const at = asked === '' ? -1 : text.toLocaleLowerCase().indexOf(asked.toLocaleLowerCase());
  return at < 0 ? undefined : [at, at + asked.length];
}

const HERE: readonly Command[] = [
  'reply',
  'note',
  'resolve',
  'sendAndResolve',
  'assign',
  'toQueue',
  'snooze',
  'noReply',
  'label',
  'jumpToDate',
  'jumpToUnanswered',
];
const ANYWHERE: readonly Command[] = ['takeNext', 'nextUnanswered', 'search', 'settings', 'notices', 'help'];

function commandItem(command: Command): Item {
  const known = BINDINGS.find((binding) => binding.command === command)?.label ?? 'notices.title';
  // Its key does something else in a held reply; here it does what it says.
  const label = command === 'resolve' ? 'conversation.resolve' : known;
  return { key: command, text: words(label), command, kind: 'command', does: { do: 'command', command } };
}

function viewItems(t: Terminal): Item[] {
  const views: { view: View; kind: Item['kind'] }[] = [
    ...(['my-work', 'queue', 'unanswered', 'all', 'snoozed'] as const).map((view) => ({ view, kind: 'view' as const })),
    ...queuesOf(t).map(({ id }) => ({ view: `queue-${id}` as View, kind: 'view' as const })),
    ...(savedViews.now() ?? []).map(({ id }) => ({ view: `saved-${id}` as View, kind: 'view' as const })),
    ...labelsInUse(t).map(({ name }) => ({ view: `label-${name}` as View, kind: 'label' as const })),
  ];
  const wall: Item[] = supervisedQueues(t).length > 0 ? [commandItem('goWall')] : [];
  return [
    ...views.map(({ view, kind }): Item => {
      const count = entriesIn(t, view).length;
      const hint = words('palette.open', { count });
      return { key: view, text: say(nameOfView(t, view)), hint, kind, does: { do: 'go', place: { view } } };
    }),
    ...wall,
    ...ANYWHERE.map(commandItem),
  ];
}

function personItems(t: Terminal): Item[] {
  return [...entriesIn(t, 'all')]
    .sort((a, b) => byDue(a.entry, b.entry))
    .map(({ entry }) => ({
      key: entry.conversation,
      text: fullName(entry.customer.name),
      hint: `#${entry.number} ${entry.preview}`,
      entry,
      kind: 'person',
      does: { do: 'go', place: { view: 'all', conversation: entry.conversation } },
    }));
}

/** What the server found beside what is open here. */
export interface Remote {
  conversations: readonly FoundConversation[];
  customers: readonly FoundCustomer[];
}

function remoteItems({ conversations, customers }: Remote, known: ReadonlySet<string>): Item[] {
  const numbered = conversations.map(
    (one): Item => ({
      key: one.conversation,
      text: fullName(one.customer.name),
      hint: `#${one.number}`,
      kind: 'person',
      does: { do: 'go', place: { view: 'all', conversation: one.conversation } },
    }),
  );
  const people = customers.flatMap((one): Item[] =>
    one.conversation === null
      ? []
      : [
          {
            key: one.conversation,
            text: fullName(one.name),
            hint: one.email ?? '',
            kind: 'person',
            does: { do: 'go', place: { view: 'all', conversation: one.conversation } },
          },
        ],
  );
  return [...numbered, ...people].filter(({ key }) => !known.has(key));
}

const MOST = 6;

function best(items: readonly Item[], asked: string, most = MOST): Item[] {
  return items
    .map((item) => ({ item, rank: rankOf(item.text, asked) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ item }) => item);
}

/** Everything that answers what was typed: the open conversation first, then places, people, saved replies. */
export function sectionsFor(
  t: Terminal,
  open: string | undefined,
  { only, text }: Question,
  replies: readonly SavedReply[],
  remote: Remote,
): Section[] {
  const people = personItems(t);
  const byNumber = people.filter(({ entry }) => String(entry?.number ?? '').startsWith(text));
  const local = only === 'numbers' ? byNumber.slice(0, MOST) : best(people, text, text === '' ? 4 : MOST);
  const found = remoteItems(remote, new Set(local.map(({ key }) => key))).slice(0, MOST);
  const sections: Section[] = [
    {
      title: 'palette.conversation',
      items: open && only !== 'people' && only !== 'numbers' ? best(HERE.map(commandItem), text, 12) : [],
    },
    { title: 'palette.go', items: only === 'people' || only === 'numbers' ? [] : best(viewItems(t), text, 10) },
    { title: 'palette.people', items: only === 'commands' ? [] : [...local, ...found] },
    {
      title: 'palette.replies',
      items:
        open && only === undefined && text !== ''
          ? fitting(replies, text.replace(/^\//u, ''), 4).map((reply) => ({
              key: reply.id,
              text: `/${reply.shortcut}`,
              hint: reply.text,
              kind: 'reply',
              does: { do: 'insert', reply },
            }))
          : [],
    },
  ];
  return sections.filter(({ items }) => items.length > 0);
}
