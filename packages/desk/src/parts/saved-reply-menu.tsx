import type { SavedReply } from '@heed/protocol';
import { Plus } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { T } from './say.tsx';

interface Props {
  id: string;
  replies: readonly SavedReply[];
  query: string;
  isLoading: boolean;
  active: number;
  onChoose: (index: number) => void;
  onSave: (() => void) | undefined;
}

/** The saved replies that fit what was typed after a slash. The composer keeps the focus, and its keys move in here. */
export default function SavedReplyMenu({ id, replies, query, isLoading, active, onChoose, onSave }: Props): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const keepFocus = (event: { preventDefault: () => void }) => event.preventDefault();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a press here leaves the focus in the text
    <div className="menu slash" onMouseDown={keepFocus}>
      <div className="slash__h">
        <span className="grow">
          <T k="saved.for" /> <span className="mono">/{query}</span>
        </span>
        <kbd className="quiet">↑↓</kbd>
        <kbd className="quiet">↵</kbd>
      </div>
      <div className="slash__l" id={id} role="listbox" ref={list} aria-labelledby={`${id}-name`}>
        <span className="vh" id={`${id}-name`}>
          <T k="saved.title" />
        </span>
        {replies.map((reply, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the composer's
          <div
            key={reply.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={index === active ? 'slash__i is-active' : 'slash__i'}
            onClick={() => onChoose(index)}
          >
            <span className="mono trunc">/{reply.shortcut}</span>
            <span className="soft trunc" dir="auto">
              {reply.text}
            </span>
          </div>
        ))}
      </div>
      {replies.length === 0 ? (
        <p className="slash__none muted">
          <T k={isLoading ? 'saved.loading' : 'saved.none'} />
        </p>
      ) : null}
      {onSave ? (
        <button type="button" className="menu__i slash__save" onClick={onSave}>
          <Plus className="i i-14" aria-hidden="true" />
          <T k="saved.saveDraft" />
        </button>
      ) : null}
    </div>
  );
}
