import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import {
  filled,
  fitting,
  insert,
  noteUse,
  type Slash,
  savedReplies,
  slashAt,
  valuesFor,
} from '../model/saved-replies.ts';
import { useDesk, useTerminal } from './context.ts';
import { useKept } from './use-kept.ts';

const SavedReplyMenu = lazy(() => import('./saved-reply-menu.tsx'));
const SavedReplyDialog = lazy(() => import('./saved-reply-dialog.tsx'));

/** Saved replies in a composer: a slash asks for them, the arrows choose, Enter puts one in the slash's place. */
export function useSavedReplies(
  id: string,
  box: RefObject<HTMLTextAreaElement | null>,
  text: string,
  change: (text: string) => void,
) {
  const { client } = useDesk();
  const t = useTerminal();
  const listId = useId();
  const [slash, setSlash] = useState<Slash>();
  const [active, setActive] = useState(0);
  const [saving, setSaving] = useState<string>();
  const selecting = useRef<[number, number]>(undefined);
  const all = useKept(savedReplies, slash !== undefined);
  const found = slash ? fitting(all ?? [], slash.query) : [];
  const draft = slash ? `${text.slice(0, slash.from)}${text.slice(slash.to)}`.trim() : '';

  useLayoutEffect(() => {
    if (!selecting.current || !box.current) return;
    const [from, to] = selecting.current;
    selecting.current = undefined;
    box.current.focus();
    box.current.setSelectionRange(from, to);
  }, [text, box]);

  /** Looks at the text and the caret after each change of either. */
  const look = () => {
    const at = box.current;
    const next = at && at.selectionStart === at.selectionEnd ? slashAt(at.value, at.selectionStart) : undefined;
    // What Escape closed stays closed in this word.
    if (next?.from === closed.current) return;
    closed.current = undefined;
    if (next?.query !== slash?.query) setActive(0);
    setSlash(next);
  };
  const closed = useRef<number>(undefined);
  const close = () => {
    closed.current = slash?.from;
    setSlash(undefined);
  };
  const choose = (index: number) => {
    const reply = found[index];
    if (!reply || !slash) return;
    const put = insert(text, slash, filled(reply.text, valuesFor(t, id)));
    selecting.current = put.select;
    setSlash(undefined);
    change(put.text);
    noteUse(reply.id);
  };
  /** True where the key was for the menu. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!slash || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) setActive((found.length + active + step) % found.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && found.length > 0) choose(active);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  /** The same by a button: puts the slash there. */
  const open = () => {
    const at = box.current?.selectionStart ?? text.length;
    const lead = at === 0 || /\s/u.test(text[at - 1] ?? '') ? '' : ' ';
    const next = `${text.slice(0, at)}${lead}/${text.slice(at)}`;
    const caret = at + lead.length + 1;
    selecting.current = [caret, caret];
    closed.current = undefined;
    setSlash(slashAt(next, caret));
    setActive(0);
    change(next);
  };

  const menu: ReactNode = (
    <Suspense fallback={null}>
      {slash ? (
        <SavedReplyMenu
          id={listId}
          replies={found}
          query={slash.query}
          isLoading={all === undefined && client.state.link.state === 'open'}
          active={active}
          onChoose={choose}
          onSave={draft === '' ? undefined : () => setSaving(draft)}
        />
      ) : null}
      {saving === undefined ? null : (
        <SavedReplyDialog
          text={saving}
          onClose={() => {
            setSaving(undefined);
            setSlash(undefined);
            box.current?.focus();
          }}
        />
      )}
    </Suspense>
  );
  const aria = slash
    ? {
        'aria-controls': listId,
        'aria-autocomplete': 'list' as const,
        ...(found.length > 0 ? { 'aria-activedescendant': `${listId}-${active}` } : {}),
      }
    : {};
  return { menu, aria, look, onKeyDown, open };
}
