/** @jsxImportSource preact */
import type { Attachment } from '@heed/protocol';
import type { JSX } from 'preact';
import type { Life } from '../model/life.ts';
import type { LineRow, MessageRow } from '../model/timeline.ts';
import type { Words } from '../words/catalogue.ts';
import { Icon } from './icon.tsx';
import { NUMBERS } from './use-scroll.ts';

export interface MessageActions {
  /** Back into the composer, to be changed. */
  change(id: string): void;
  remove(id: string): void;
  /** Draws a text with its links; the text alone until what finds them is there. */
  said(text: string): JSX.Element | string;
  /** Draws the files of a message. */
  files(attached: readonly Attachment[]): JSX.Element | undefined;
}

function LifeWord({ life }: { life: Life }): JSX.Element {
  const size = life.name === 'stored' || life.name === 'seen' ? 14 : 12;
  const className = { sending: 'spin', waiting: 'flip', stored: '', seen: '', refused: '' }[life.name];
  return (
    <span class={`life is-${life.name}`}>
      <Icon name={life.name} size={size} className={className} />
      {life.word}
    </span>
  );
}

function Refused({ id, words, actions }: { id: string; words: Words; actions: MessageActions }): JSX.Element {
  return (
    <span class="why">
      <button type="button" class="link" onClick={() => actions.change(id)}>
        {words.say('change')}
      </button>
      <button type="button" class="link" onClick={() => actions.remove(id)}>
        {words.say('remove')}
      </button>
    </span>
  );
}

/** The text in its bubble, and the files below it; a message may have either. */
function Said({ row, actions }: { row: MessageRow; actions: MessageActions }): JSX.Element {
  return (
    <>
      {(row.text !== '' || row.files.length === 0) && (
        <p class={`b ${row.removed ? 'is-gone' : ''}`} dir="auto">
          {row.removed ? row.text : actions.said(row.text)}
        </p>
      )}
      {row.files.length > 0 && actions.files(row.files)}
    </>
  );
}

function Own({ row, words, actions }: { row: MessageRow; words: Words; actions: MessageActions }): JSX.Element {
  const { life } = row;
  const out = life?.name === 'waiting' || life?.name === 'refused';
  return (
    <div class={`wm wm--v ${out ? 'is-out' : ''}`} {...{ [NUMBERS]: row.numbers.join(' ') }}>
      <span class="sr">{row.author}</span>
      <Said row={row} actions={actions} />
      <span class="m">
        {row.edited && <span>{words.say('edited')}</span>}
        {row.time && <span>{row.time}</span>}
        {life && <LifeWord life={life} />}
      </span>
      {life?.name === 'refused' && row.pending && <Refused id={row.pending} words={words} actions={actions} />}
    </div>
  );
}

function Theirs({ row, words, actions }: { row: MessageRow; words: Words; actions: MessageActions }): JSX.Element {
  return (
    <div class={`wm wm--t ${row.continued ? 'is-run' : ''}`} {...{ [NUMBERS]: row.numbers.join(' ') }}>
      {row.continued ? (
        <span />
      ) : (
        <span class="av" aria-hidden="true">
          {row.initials}
        </span>
      )}
      <Said row={row} actions={actions} />
      <span class={row.continued ? 'sr' : 'm'}>
        <bdi>{row.author}</bdi> · {row.time}
        {row.edited && <span> · {words.say('edited')}</span>}
      </span>
    </div>
  );
}

export function Message(props: { row: MessageRow; words: Words; actions: MessageActions }): JSX.Element {
  return props.row.mine ? <Own {...props} /> : <Theirs {...props} />;
}

export function Line({ row }: { row: LineRow }): JSX.Element {
  return (
    <div class="w__day" {...{ [NUMBERS]: row.numbers.join(' ') }}>
      {row.text}
    </div>
  );
}
