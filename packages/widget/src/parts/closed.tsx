/** @jsxImportSource preact */
import type { JSX } from 'preact';
import { opensAgain } from '../model/place.ts';
import type { Words } from '../words/catalogue.ts';

/** Outside business hours, on the start page: when somebody is there again. */
export function Closed({ opensAt, words }: { opensAt: string; words: Words }): JSX.Element {
  return (
    <section class="wcard">
      <p class="wcard__title">{words.say('closedNow')}</p>
      <p class="wcard__detail">{opensAgain(opensAt, words)}</p>
    </section>
  );
}
