/** @jsxImportSource preact */
import type { ComponentChildren, JSX } from 'preact';
import type { PlaceCard } from '../model/place.ts';

export function Place({ card, children }: { card: PlaceCard; children?: ComponentChildren }): JSX.Element {
  return (
    <section class="wcard" aria-label={card.title}>
      <div class="wcard__top">
        <b>{card.title}</b>
        <span class="num">{card.clock}</span>
      </div>
      {card.bars > 0 && (
        <div class="wline" aria-hidden="true">
          {Array.from({ length: card.bars }, (_, index) => (
            <i key={index} class={index === card.bars - 1 ? 'me' : ''} />
          ))}
        </div>
      )}
      <p>{card.text}</p>
      {children}
    </section>
  );
}
