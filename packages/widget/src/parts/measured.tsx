/** @jsxImportSource preact */
import type { JSX } from 'preact';
import { type Measured as Figures, measuredCard, STRIP } from '../model/measured.ts';
import type { Words } from '../words/catalogue.ts';

export function Measured({ measured, words }: { measured: Figures; words: Words }): JSX.Element {
  const card = measuredCard(measured, words);
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
