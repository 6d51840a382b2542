/** @jsxImportSource preact */

import type { Stream } from '@heed/protocol';
import type { JSX } from 'preact';
import type { Home as HomeModel, PastRow } from '../model/home.ts';
import { type MeasuredCard, STRIP } from '../model/measured.ts';
import type { Words } from '../words/catalogue.ts';
import { Icon } from './icon.tsx';

function Measured({ card }: { card: MeasuredCard }): JSX.Element {
  const { strip } = card;
  return (
    <section class="wcard">
      <p class="wcard__title">{card.title}</p>
      <p class="wcard__detail">{card.detail}</p>
      <svg class="wstrip" viewBox={`0 0 ${STRIP.width} ${STRIP.height}`} role="img" aria-label={card.label}>
        {strip.dots.map(({ x, y }, index) => (
          <circle key={index} cx={x} cy={y} r="2.2" />
        ))}
        <path d={`M6 ${strip.base}H342`} />
        {strip.ticks.map(({ x, label, anchor }) => (
          <g key={x}>
            <path d={`M${x} ${strip.base}v3`} />
            <text x={x} y={49} text-anchor={anchor}>
              {label}
            </text>
          </g>
        ))}
      </svg>
    </section>
  );
}

function Past({ row, open }: { row: PastRow; open(s: Stream): void }): JSX.Element {
  return (
    <button type="button" class="wpast" onClick={() => open(row.s)}>
      <Icon name="history" size={14} />
      <span dir="auto">{row.label}</span>
    </button>
  );
}

export function Home({ home, words, open }: { home: HomeModel; words: Words; open(s: Stream): void }): JSX.Element {
  return (
    <main class="w__log w__log--top">
      <h2 class="w__greet">
        {home.greeting}
        <br />
        {words.say('help')}
      </h2>
      {home.measured && <Measured card={home.measured} />}
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
