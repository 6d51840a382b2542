/** @jsxImportSource preact */
import type { JSX, RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Words } from '../words/catalogue.ts';
import { Drawing } from './drawing.tsx';

type Picker = typeof import('./emoji-picker.tsx').EmojiPicker;

interface EmojiButtonProps {
  field: RefObject<HTMLTextAreaElement | null>;
  words: Words;
  type(text: string): void;
}

/** Opens the choice of signs, which is fetched when it is first asked for. */
export function EmojiButton({ field, words, type }: EmojiButtonProps): JSX.Element {
  const [Picker, setPicker] = useState<Picker | undefined>();
  const button = useRef<HTMLButtonElement>(null);
  const toggle = (): void => {
    if (Picker) return setPicker(undefined);
    // Without a network there are none; the next press asks again.
    import('./emoji-picker.tsx').then(
      ({ EmojiPicker }) => setPicker(() => EmojiPicker),
      () => undefined,
    );
  };
  const choose = (emoji: string): void => {
    setPicker(undefined);
    const at = field.current;
    if (!at) return;
    at.focus();
    at.setRangeText(emoji, at.selectionStart, at.selectionEnd, 'end');
    type(at.value);
  };
  const close = (): void => {
    setPicker(undefined);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="w__ic"
        aria-label={words.say('emoji')}
        aria-haspopup="dialog"
        aria-expanded={Picker !== undefined}
        // A press on it closes by itself, not as one beside the choice.
        onPointerDown={(event) => event.stopPropagation()}
        onClick={toggle}
      >
        <Drawing name="smile" size={18} />
      </button>
      {Picker && <Picker words={words} choose={choose} close={close} />}
    </>
  );
}
