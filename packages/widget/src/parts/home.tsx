/** @jsxImportSource preact */

import type { Stream } from '@heed/protocol';
import type { JSX } from 'preact';
import type { Later } from '../app/fetch.ts';
import type { Home as HomeModel, PastRow } from '../model/home.ts';
import type { Words } from '../words/catalogue.ts';
import { Icon } from './icon.tsx';

function Past({ row, open }: { row: PastRow; open(s: Stream): void }): JSX.Element {
  return (
    <button type="button" class="wpast" onClick={() => open(row.s)}>
      <Icon name="history" size={14} />
      <span dir="auto">{row.label}</span>
    </button>
  );
}

interface HomeProps {
  home: HomeModel;
  later: Later | undefined;
  words: Words;
  open(s: Stream): void;
  /** Writes a topic as one's message. */
  ask(topic: string): void;
}

export function Home({ home, later, words, open, ask }: HomeProps): JSX.Element {
  return (
    <main class="w__log w__log--top">
      <h2 class="w__greet">
        {home.greeting}
        <br />
        <span dir="auto">{home.help}</span>
      </h2>
      {home.measured && later && <later.Measured measured={home.measured} words={words} />}
      {home.opensAt && later && <later.Closed opensAt={home.opensAt} words={words} />}
      {home.topics.map((topic) => (
        <button key={topic} type="button" class="wtopic" onClick={() => ask(topic)}>
          <span dir="auto">{topic}</span>
          <Icon name="back" size={16} className="wtopic__go flip" />
        </button>
      ))}
      {home.last && <Past row={home.last} open={open} />}
      {home.earlier.length > 0 && (
        <section aria-label={words.say('earlier')}>
          <h3 class="w__sub">{words.say('earlier')}</h3>
          {home.earlier.map((row) => (
            <Past key={row.s} row={row} open={open} />
          ))}
        </section>
      )}
    </main>
  );
}
