import { Smile } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { t as words } from '../words/index.ts';

const EmojiPicker = lazy(() => import('./emoji-picker.tsx'));

/** Opens the choice of signs above the composer. */
export function EmojiButton({ onChoose }: { onChoose: (emoji: string) => void }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <span className="emoji__at">
      <button
        type="button"
        className="btn btn--ghost btn--sm btn--icon"
        aria-label={words('emoji.title')}
        title={words('emoji.title')}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => setOpen(!isOpen)}
      >
        <Smile className="i" aria-hidden="true" />
      </button>
      {isOpen ? (
        <Suspense fallback={null}>
          <EmojiPicker
            onChoose={(emoji) => {
              setOpen(false);
              onChoose(emoji);
            }}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </span>
  );
}
