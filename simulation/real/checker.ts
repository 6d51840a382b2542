/**
 * The outside checker: it shares no code with what it checks, knows no frames, ids or points, and judges by texts alone,
 * each of which is pressed once in the whole world. What is pressed, what screens show, and what is stored: no more.
 */

/** Something that happened at a screen; `at` in milliseconds, by the one clock of the machine. */
export interface Moment {
  text: string;
  at: number;
}

/** One terminal, over all its lives: a person remembers what was on the screen before the page died. */
export interface Screen {
  name: string;
  /** Who sits there; one person may have several screens. */
  person: string;
  side: 'customer' | 'agent';
  /** Presses of the key that sends a text, or sends again what was held back. */
  presses: Moment[];
  /** Messages as its reader was shown them, for long enough where that counts, in any conversation. */
  shown: Moment[];
  /** Texts that it showed as being sent: from then on they must not be lost. */
  kept: Set<string>;
  /** Texts that it showed as stored. */
  stored: Set<string>;
  /** Texts that it showed as not accepted, and their author may know it. */
  refused: Set<string>;
  /** What it showed at the end, conversation by conversation, from the first message to the last. */
  end: Map<string, string[]>;
  /** Texts that it still showed as under way at the end. */
  left: string[];
  /** Lives whose device was lost with everything on it: only what it showed as stored counts. */
  isWiped: boolean;
}

export interface StoredMessage {
  n: number;
  side: 'customer' | 'agent';
  text: string;
  /** Its author insisted on it, having been shown what is new. */
  isOverride: boolean;
}

/** What is stored of each conversation: as the team sees it and as the customer does. */
export type Stored = Map<string, { conversation: StoredMessage[]; chat: StoredMessage[] }>;

export const FAULTS = ['lost', 'phantom', 'doubled', 'outOfOrder', 'stale', 'unsent'] as const;
export type FaultName = (typeof FAULTS)[number];

export interface Fault {
  fault: FaultName;
  text: string;
  why: string;
}

/** What was wrong, and how much was compared: a check that compared nothing says nothing. */
export interface Verdict {
  faults: Fault[];
  pressed: number;
  /** Of these, how many no screen showed as being sent before it died: they may be stored or not. */
  unborn: number;
  /** And how many were on a device that was lost, and not shown as stored. */
  onLostDevices: number;
  stored: number;
  /** Replies that were held against what their author had been shown. */
  replies: number;
  /** Windows that were held against what is stored. */
  windows: number;
}

/** Holds everything that was pressed and shown against everything that is stored. */
export function check(screens: readonly Screen[], stored: Stored): Verdict {
  const faults = [
    ...screens.flatMap((screen) => lost(screen, stored)),
    ...strangers(screens, stored),
    ...[...stored.values()].flatMap(({ conversation, chat }) => [...doubled(conversation), ...doubled(chat)]),
    ...[...stored.values()].flatMap(({ conversation, chat }) =>
      differences('the chat', texts(conversation), texts(chat)),
    ),
    ...screens.flatMap((screen) => windows(screen, stored)),
    ...screens.flatMap((screen) => order(screen, stored)),
    ...stale(screens, stored),
    ...screens.flatMap((screen) =>
      screen.left.map((text) => ({
        fault: 'unsent' as const,
        text,
        why: `${screen.name} still shows it as under way.`,
      })),
    ),
  ];
  const all = [...stored.values()].flatMap(({ conversation }) => conversation);
  const gone = (of: (screen: Screen, text: string) => boolean) =>
    screens.reduce((sum, screen) => {
      const pressed = new Set(screen.presses.map(({ text }) => text));
      return sum + [...pressed].filter((text) => !screen.stored.has(text) && of(screen, text)).length;
    }, 0);
  return {
    faults,
    unborn: gone(({ kept }, text) => !kept.has(text)),
    onLostDevices: gone(({ kept, isWiped }, text) => isWiped && kept.has(text)),
    pressed: new Set(screens.flatMap(({ presses }) => presses.map(({ text }) => text))).size,
    stored: all.length,
    replies: all.filter(({ side }) => side === 'agent').length,
    windows: screens.reduce((sum, { end }) => sum + end.size, 0),
  };
}

const texts = (messages: readonly StoredMessage[]) => messages.map(({ text }) => text);

function allTexts(stored: Stored): Set<string> {
  return new Set([...stored.values()].flatMap(({ conversation }) => texts(conversation)));
}

/** What a screen showed as being sent is stored, unless it said that it was not accepted. */
function lost({ name, kept, stored: told, refused, isWiped, left }: Screen, stored: Stored): Fault[] {
  const there = allTexts(stored);
  const owed = isWiped ? told : new Set([...kept, ...told]);
  return [...owed]
    .filter((text) => !there.has(text) && !refused.has(text) && !left.includes(text))
    .map((text) => ({ fault: 'lost', text, why: `${name} showed it as ${told.has(text) ? 'stored' : 'being sent'}.` }));
}

/** Nothing is stored that nobody pressed. */
function strangers(screens: readonly Screen[], stored: Stored): Fault[] {
  const pressed = new Set(screens.flatMap(({ presses }) => presses.map(({ text }) => text)));
  return [...allTexts(stored)]
    .filter((text) => !pressed.has(text))
    .map((text) => ({ fault: 'phantom', text, why: 'It is stored, and nobody pressed it.' }));
}

/** Each text was pressed once, so it stands once. */
function doubled(messages: readonly StoredMessage[]): Fault[] {
  const seen = new Set<string>();
  return messages.flatMap(({ text, n }) => {
    const isSecond = seen.has(text);
    seen.add(text);
    return isSecond ? [{ fault: 'doubled' as const, text, why: `It is stored again at ${n}.` }] : [];
  });
}

/** What a window shows at the end is what is stored, all of it, in its order. */
function windows(screen: Screen, stored: Stored): Fault[] {
  return [...screen.end].flatMap(([conversation, shown]) => {
    const of = stored.get(conversation);
    const should = screen.side === 'agent' ? of?.conversation : of?.chat;
    return differences(screen.name, texts(should ?? []), shown);
  });
}

function differences(where: string, should: readonly string[], shown: readonly string[]): Fault[] {
  const there = new Set(shown);
  const meant = new Set(should);
  const faults: Fault[] = [
    ...should.filter((text) => !there.has(text)).map((text) => fault('lost', text, `${where} does not show it.`)),
    ...shown.filter((text) => !meant.has(text)).map((text) => fault('phantom', text, `${where} shows it.`)),
    ...shown
      .filter((text, place) => shown.indexOf(text) !== place)
      .map((text) => fault('doubled', text, `${where} shows it twice.`)),
  ];
  if (faults.length > 0) return faults;
  const place = should.findIndex((text, index) => shown[index] !== text);
  return place < 0 ? [] : [fault('outOfOrder', should[place] ?? '', `${where} shows it at another place.`)];
}

function fault(name: FaultName, text: string, why: string): Fault {
  return { fault: name, text, why };
}

/** One author's messages in one conversation stand in the order in which they were last pressed. */
function order({ presses, name }: Screen, stored: Stored): Fault[] {
  const last = new Map(presses.map(({ text }, index) => [text, index]));
  return [...stored.values()].flatMap(({ conversation }) => {
    let highest = -1;
    return conversation.flatMap(({ text, n }) => {
      const place = last.get(text);
      if (place === undefined) return [];
      const isBehind = place < highest;
      highest = Math.max(highest, place);
      return isBehind ? [fault('outOfOrder', text, `${name} pressed it before what stands above ${n}.`)] : [];
    });
  });
}

/**
 * No reply stands below a message of another that its author had not been shown when the key was pressed. What somebody
 * answered who had been shown it need not be shown again (GRD1): their answer must be, or an answer to that.
 */
function stale(screens: readonly Screen[], stored: Stored): Fault[] {
  const views = new Map<string, Map<string, number>>();
  const authors = new Map<string, { screen: Screen; at: number }>();
  for (const screen of screens) {
    const view = views.get(screen.person) ?? new Map<string, number>();
    views.set(screen.person, view);
    for (const { text, at } of screen.shown) view.set(text, Math.min(at, view.get(text) ?? at));
    // Sent again means seen again: the last press is the one that counts.
    for (const { text, at } of screen.presses) authors.set(text, { screen, at });
  }
  return [...stored.values()].flatMap(({ conversation }) => staleIn(conversation, views, authors));
}

function staleIn(
  conversation: readonly StoredMessage[],
  views: ReadonlyMap<string, ReadonlyMap<string, number>>,
  authors: ReadonlyMap<string, { screen: Screen; at: number }>,
): Fault[] {
  /** What each reply answers, as far as its author knew, in the order of the numbers. */
  const answers: { text: string; known: Set<string> }[] = [];
  return conversation.flatMap((reply, index) => {
    const author = authors.get(reply.text);
    if (!author || reply.side === 'customer') return [];
    const { screen, at } = author;
    const view = views.get(screen.person);
    const below = conversation.slice(0, index).map(({ text }) => text);
    const known = new Set(
      below.filter((text) => authors.get(text)?.screen === screen || (view?.get(text) ?? Infinity) <= at),
    );
    for (const { text, known: theirs } of answers.toReversed())
      if (known.has(text)) for (const answered of theirs) known.add(answered);
    answers.push({ text: reply.text, known });
    if (reply.isOverride) return [];
    const missed = below.filter((text) => !known.has(text));
    if (missed.length === 0) return [];
    const more = missed.length > 1 ? ` and ${missed.length - 1} more` : '';
    const why = `It stands below ${missed[0]}${more}, which ${screen.name} did not show at the press.`;
    return [fault('stale', reply.text, why)];
  });
}
