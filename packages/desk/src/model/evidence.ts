import type { Terminal } from '@heed/client';
import { type Item, type ItemBodies, isMaterial, type Stream } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { spoken } from './files.ts';
import { firstName } from './people.ts';
import { systemLine } from './sentences.ts';
import { hourMinuteSecond } from './times.ts';

/** One item between what an author had seen and their reply, as it stands in the log. */
export interface Between {
  n: number;
  time: string;
  who: string;
  /** A person's own words; else the sentence. */
  text: string | undefined;
  sentence: Sentence | undefined;
  /** Whether the guard asks that it be seen (GRD2). */
  counts: boolean;
}

/** What the author of a stored reply had seen when writing it (GRD7). */
export interface Evidence {
  n: number;
  title: Sentence;
  time: string;
  basedOn: Sentence;
  covers: Sentence;
  overrode: { sentence: Sentence; reason: string | undefined } | undefined;
  between: readonly Between[];
  betweenTitle: Sentence;
}

function betweenOf(t: Terminal, item: Item): Between {
  const isSpoken = item.kind === 'message' || item.kind === 'note';
  const text = isSpoken && !item.erased ? spoken(item.body) : undefined;
  return {
    n: item.n,
    time: hourMinuteSecond(Date.parse(item.at)),
    who: isSpoken ? firstName(item.actor.name) : '',
    text,
    sentence: text === undefined ? (item.erased ? { key: 'message.erased' } : systemLine(t, item).sentence) : undefined,
    counts: isMaterial(item.kind, item.actor.type),
  };
}

function betweenTitle(count: number, missing: boolean, from: number): Sentence {
  if (missing) return { key: 'evidence.missing' };
  return count === 0 ? { key: 'evidence.none', values: { n: from } } : { key: 'evidence.between', values: { count } };
}

/** Undefined where the item is no reply that kept what its author had seen. */
export function evidenceOf(t: Terminal, s: Stream, n: number): Evidence | undefined {
  const replica = t.replicas.get(s);
  const item = replica?.items.find((each) => each.n === n);
  const body = item?.body as ItemBodies['message'] | undefined;
  if (!replica || !item || item.erased || !body?.seen) return undefined;
  const from = body.seen.n;
  const between = replica.items.filter((each) => each.n > from && each.n < n).map((each) => betweenOf(t, each));
  const mine = item.actor.id === t.you?.id;
  const { overrode, covers } = body;
  return {
    n,
    title: mine
      ? { key: 'evidence.title.you' }
      : { key: 'evidence.title', values: { name: firstName(item.actor.name) } },
    time: hourMinuteSecond(Date.parse(item.at)),
    basedOn: { key: 'evidence.basedOn', values: { n: from } },
    covers: covers ? { key: 'evidence.covers', values: { n: covers } } : { key: 'evidence.coversNothing' },
    overrode: overrode && {
      sentence: { key: 'evidence.overrode', values: { n: overrode.upTo.n } },
      reason: overrode.reason,
    },
    between,
    betweenTitle: betweenTitle(between.length, replica.before.n > from, from),
  };
}
