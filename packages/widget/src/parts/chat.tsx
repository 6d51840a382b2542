/** @jsxImportSource preact */
import { type Client, type Replica, stepOf } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Attention } from '../app/attention.ts';
import type { Later } from '../app/fetch.ts';
import type { PlaceCard } from '../model/place.ts';
import type { RatingCard } from '../model/rating.ts';
import { followed, wantsOlder } from '../model/scroll.ts';
import { type TimelineRow, timelineOf } from '../model/timeline.ts';
import { unreadOf } from '../model/unread.ts';
import type { Words } from '../words/catalogue.ts';
import { Line, Message, type MessageActions } from './message.tsx';
import { NUMBERS, useScroll } from './use-scroll.ts';

/** What the cards at the end offer beside what they say. */
export interface Extras {
  byMail?: JSX.Element;
  copy?: JSX.Element;
}

interface ChatProps {
  client: Client;
  s: Stream;
  replica: Replica | undefined;
  place: PlaceCard | undefined;
  rating: RatingCard;
  later: Later | undefined;
  extra: Extras;
  attention: Attention;
  actions: MessageActions;
  now: number;
  words: Words;
}

function Row({ row, words, actions }: { row: TimelineRow; words: Words; actions: MessageActions }): JSX.Element {
  if (row.kind === 'message') return <Message row={row} words={words} actions={actions} />;
  if (row.kind === 'line') return <Line row={row} />;
  return <div class="w__day">{row.text}</div>;
}

export function Chat({
  client,
  s,
  replica,
  place,
  rating,
  later,
  extra,
  attention,
  actions,
  now,
  words,
}: ChatProps): JSX.Element {
  const log = useRef<HTMLElement>(null);
  const [away, setAway] = useState(false);
  const rows = timelineOf(client.state, s, now, words);
  const rate = (score: number, comment: string): void => {
    client.press({ s, kind: 'rating', body: comment.trim() ? { score, comment } : { score } });
  };
  const unread = unreadOf(client.state, replica);
  const reading = {
    first: String(replica?.before.n),
    last: rows.at(-1)?.key ?? '',
    unread: unread[0]?.n,
    openings: attention.openings(),
  };
  const { onScroll, toNext } = useScroll(log, reading, () => {
    const element = log.current;
    if (!element) return;
    if (wantsOlder(element.scrollTop)) client.older(s);
    setAway(!followed(element.scrollTop, element.clientHeight, element.scrollHeight));
  });
  const loading = rows.length === 0 && stepOf(client.state, s, now).name === 'loading';
  return (
    <main class="w__mid">
      <section
        ref={log}
        class="w__log"
        role="log"
        aria-live="off"
        aria-label={words.say('timeline')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a log that scrolls has to be reachable with the keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        <div class="w__rows" aria-busy={loading}>
          {loading && <p class="w__day">{words.say('loading')}</p>}
          {replica?.asking?.what === 'before' && <p class="w__day">{words.say('older')}</p>}
          {rows.map((row) => (
            <Row key={row.key} row={row} words={words} actions={actions} />
          ))}
          {later && <later.Choices client={client} s={s} log={log} words={words} />}
          {later && <later.Writers replica={replica} now={now} words={words} />}
          {place && later && <later.Place card={place}>{extra.byMail}</later.Place>}
          {rating === 'ask' && later && <later.Rating key={s} name={`rating ${s}`} words={words} rate={rate} />}
          {rating === 'thanks' && later && <p class="w__day">{words.say('thanks')}</p>}
          {rating !== 'none' && extra.copy}
        </div>
      </section>
      {later && (
        <later.Shown
          client={client}
          s={s}
          log={log}
          attention={attention}
          named={NUMBERS}
          content={`${rows.length} ${replica?.at?.n ?? 0}`}
        />
      )}
      {away && (
        <button type="button" class="wpill" onClick={toNext}>
          {unread.length > 0 ? words.say('newer', { n: unread.length }) : words.say('latest')}
        </button>
      )}
    </main>
  );
}
