/** @jsxImportSource preact */
import type { JSX, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Composition } from '../model/compose.ts';
import type { Words } from '../words/catalogue.ts';
import { Icon, Mark } from './icon.tsx';

interface ComposerProps {
  text: string;
  label: string;
  composition: Composition;
  words: Words;
  field: RefObject<HTMLTextAreaElement | null>;
  chips: JSX.Element | undefined;
  clip: JSX.Element | undefined;
  type(text: string): void;
  send(): void;
}

/** Newer browsers size the field by what is in it; measuring would lay the whole window out twice for each key. */
const sizesItself = CSS.supports('field-sizing', 'content');

/** Grows with what is written, to a point that the style sets. */
function useGrowth(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (!element || sizesItself) return;
    element.style.blockSize = 'auto';
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [text]);
}

/** On a phone the Enter key makes a new line, since there is no Shift beside it. */
const entersLines = (): boolean => matchMedia('(pointer: coarse)').matches;

export function Composer({
  text,
  label,
  composition,
  words,
  field,
  chips,
  clip,
  type,
  send,
}: ComposerProps): JSX.Element {
  useGrowth(field, text);
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229 || entersLines()) return;
    event.preventDefault();
    send();
  };
  const why = composition.can ? '' : composition.why;
  return (
    <footer class="w__c">
      {why && (
        <p class="w__why" role="alert">
          {why}
        </p>
      )}
      {chips}
      <div class="w__in">
        {clip}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          aria-label={label}
          placeholder={label}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="w__send" aria-label={words.say('send')} disabled={!composition.can} onClick={send}>
          <Icon name="up" size={18} />
        </button>
      </div>
      <div class="w__by">
        <Mark state="in" />
        <span>{words.say('made')}</span>
      </div>
    </footer>
  );
}
