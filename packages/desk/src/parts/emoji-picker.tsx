import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { EMOJI, noteEmoji, recentEmoji } from '../model/emoji.ts';
import { t as words } from '../words/index.ts';
import { T } from './say.tsx';

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };

/** A choice of signs: arrows move, Enter takes, Escape leaves. */
export default function EmojiPicker({
  onChoose,
  onClose,
}: {
  onChoose: (emoji: string) => void;
  onClose: () => void;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [recent] = useState(() => recentEmoji(localStorage));
  const buttons = () => [...(box.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])];
  useEffect(() => {
    buttons()[0]?.focus();
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  const choose = (emoji: string) => {
    noteEmoji(localStorage, emoji);
    onChoose(emoji);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const mirrored = getComputedStyle(event.currentTarget).direction === 'rtl' && /Left|Right/.test(event.key);
    const step = (STEPS[event.key] ?? 0) * (mirrored ? -1 : 1);
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === 'Escape') onClose();
    else if (step !== 0) all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const group = (name: ReactNode, key: string, all: readonly string[]) => (
    <section key={key}>
      <h3 className="menu__h">{name}</h3>
      <div className="emoji__g">
        {all.map((emoji) => (
          <button key={emoji} type="button" tabIndex={-1} className="emoji__i" onClick={() => choose(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
    </section>
  );
  return (
    <div className="menu emoji" role="dialog" aria-label={words('emoji.title')} ref={box} onKeyDown={onKeyDown}>
      {recent.length > 0 ? group(<T k="emoji.recent" />, 'recent', recent) : null}
      {EMOJI.map(({ name, all }) => group(<T k={name} />, name, all.split(' ')))}
    </div>
  );
}
