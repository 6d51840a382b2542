/** @jsxImportSource preact */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Keep } from '../app/keep.ts';
import { ring, soundMark } from '../app/ring.ts';
import type { Words } from '../words/catalogue.ts';
import { Drawing } from './drawing.tsx';

interface MenuProps {
  inbox: string;
  keep: Keep;
  words: Words;
  /** The form that has the conversation mailed; absent where no mail is sent, or nothing was said yet. */
  copy: JSX.Element | undefined;
}

/** What one seldom does: a copy by mail, a sound for new messages. */
export function Menu({ inbox, keep, words, copy }: MenuProps): JSX.Element {
  const [open, setOpen] = useState<'no' | 'items' | 'copy'>('no');
  const [sounds, setSounds] = useState(() => keep.get(soundMark(inbox)) !== null);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const close = (): void => {
    setOpen('no');
    button.current?.focus();
  };
  const items = (): HTMLElement[] => [...(box.current?.querySelectorAll<HTMLElement>('button,input') ?? [])];
  useEffect(() => {
    if (open === 'no') return;
    items()[0]?.focus();
    const outside = ({ target }: PointerEvent): void => {
      if (!box.current?.contains(target as Node)) setOpen('no');
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = items();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') close();
    else if (step && open === 'items') {
      const at = all.indexOf(document.activeElement as HTMLElement);
      all[(at + step + all.length) % all.length]?.focus();
    } else return;
    event.preventDefault();
    // Escape closes this, not the window behind it.
    event.stopPropagation();
  };
  const turn = (): void => {
    if (sounds) keep.drop(soundMark(inbox));
    else {
      keep.set(soundMark(inbox), '');
      // So it is heard, and the browser lets the page sound later.
      ring().catch(() => undefined);
    }
    setSounds(!sounds);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="w__ic"
        aria-label={words.say('more')}
        aria-haspopup="menu"
        aria-expanded={open !== 'no'}
        // A press on it closes by itself, not as one beside the menu.
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => setOpen(open === 'no' ? 'items' : 'no')}
      >
        <Drawing name="more" />
      </button>
      {open === 'items' && (
        <div ref={box} class="wmenu" role="menu" tabIndex={-1} aria-label={words.say('more')} onKeyDown={onKeyDown}>
          {copy && (
            <button type="button" role="menuitem" onClick={() => setOpen('copy')}>
              {words.say('mailCopy')}
            </button>
          )}
          <button type="button" role="menuitemcheckbox" aria-checked={sounds} onClick={turn}>
            {words.say('soundForNew')}
            <span aria-hidden="true">{sounds ? '✓' : ''}</span>
          </button>
        </div>
      )}
      {open === 'copy' && (
        <div ref={box} class="wmenu" role="dialog" aria-label={words.say('mailCopy')} onKeyDown={onKeyDown}>
          {copy}
        </div>
      )}
    </>
  );
}
