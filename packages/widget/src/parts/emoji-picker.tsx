/** @jsxImportSource preact */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { EMOJI, stepTo } from '../model/emoji.ts';
import type { Words } from '../words/catalogue.ts';

interface PickerProps {
  words: Words;
  choose(emoji: string): void;
  close(): void;
}

/** Signs above the composer: arrows move, Enter takes, Escape leaves. */
export function EmojiPicker({ words, choose, close }: PickerProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const buttons = (): HTMLButtonElement[] => [...(box.current?.querySelectorAll('button') ?? [])];
  useEffect(() => {
    buttons()[0]?.focus();
    const outside = ({ target }: PointerEvent): void => {
      if (!box.current?.contains(target as Node)) close();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const next = stepTo(event.key, at, all.length, document.documentElement.dir === 'rtl');
    if (event.key === 'Escape') close();
    else if (next !== undefined) all[next]?.focus();
    else return;
    event.preventDefault();
    // Escape closes this, not the window behind it.
    event.stopPropagation();
  };
  return (
    <div ref={box} class="wemoji" role="dialog" aria-label={words.say('emoji')} onKeyDown={onKeyDown}>
      {EMOJI.map(({ name, all }, group) => (
        <fieldset key={name}>
          <legend>{words.say(name)}</legend>
          {all.map((emoji, index) => (
            <button key={emoji} type="button" tabIndex={group + index === 0 ? 0 : -1} onClick={() => choose(emoji)}>
              {emoji}
            </button>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
