/** @jsxImportSource preact */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Words } from '../words/catalogue.ts';

type Score = 1 | 2 | 3 | 4 | 5;
const SCORES: readonly Score[] = [1, 2, 3, 4, 5];

interface RatingProps {
  words: Words;
  /** Names the group of radio buttons. */
  name: string;
  rate(score: Score, comment: string): void;
}

export function Rating({ words, name, rate }: RatingProps): JSX.Element {
  const [score, setScore] = useState<Score | undefined>();
  const [comment, setComment] = useState('');
  const digits = new Intl.NumberFormat(words.locale);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (score) rate(score, comment);
  };
  return (
    <form class="wcard" onSubmit={submit}>
      <fieldset>
        <legend>{words.say('howDidWeDo')}</legend>
        <div class="wscale" role="radiogroup" aria-label={words.say('ratingScale')}>
          {SCORES.map((value) => (
            <label key={value} class={value === score ? 'is-on' : ''}>
              <input class="sr" type="radio" name={name} checked={value === score} onChange={() => setScore(value)} />
              {digits.format(value)}
            </label>
          ))}
        </div>
      </fieldset>
      <div class="wcard__ends" aria-hidden="true">
        <span>{words.say('poor')}</span>
        <span>{words.say('veryGood')}</span>
      </div>
      <input
        class="input"
        dir="auto"
        value={comment}
        maxLength={2000}
        aria-label={words.say('anythingToAdd')}
        placeholder={words.say('anythingToAdd')}
        onInput={(event) => setComment(event.currentTarget.value)}
      />
      {score && (
        <button type="submit" class="btn">
          {words.say('sendRating')}
        </button>
      )}
    </form>
  );
}
