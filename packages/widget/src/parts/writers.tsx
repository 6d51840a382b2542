/** @jsxImportSource preact */
import type { Replica } from '@heed/client';
import type { JSX } from 'preact';
import { writersOf } from '../model/writers.ts';
import type { Words } from '../words/catalogue.ts';

/** Who is writing. */
export function Writers({
  replica,
  now,
  words,
}: {
  replica: Replica | undefined;
  now: number;
  words: Words;
}): JSX.Element {
  return (
    <>
      {writersOf(replica, now).map(({ name, initials }) => (
        <div key={name} class="wm wm--t">
          <span class="av" aria-hidden="true">
            {initials}
          </span>
          <p class="b typing">
            <i />
            <i />
            <i />
            <span class="sr">{words.say('writing', { name })}</span>
          </p>
        </div>
      ))}
    </>
  );
}
