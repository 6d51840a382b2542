import type { SearchResults } from '@heed/protocol';
import { Layers, Search, Slash, SquareChevronRight, Tag } from 'lucide-react';
import { Fragment, type KeyboardEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import '../css/palette.css';
import { ask } from '../model/ask.ts';
import { joined, writeDraft } from '../model/drafts.ts';
import { bindings, isMac, keyCaps } from '../model/keys.ts';
import { type Item, markOf, questionOf, type Remote, sectionsFor } from '../model/palette.ts';
import { headingOf } from '../model/panel.ts';
import { filled, noteUse, savedReplies, valuesFor } from '../model/saved-replies.ts';
import { searchPath } from '../model/search.ts';
import { conversationStream, entryOf } from '../model/views.ts';
import { t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { ClockChip } from './clock-chip.tsx';
import { useDesk, useNow, useTerminal } from './context.ts';
import { T } from './say.tsx';
import { useKept } from './use-kept.ts';
import { useModal } from './use-modal.ts';

const NOBODY: Remote = { conversations: [], customers: [] };
const PAUSE_MS = 160;

/** What the server knows beside what is open: customers, and conversations by number. */
function useRemote(asked: string): Remote {
  const [remote, setRemote] = useState(NOBODY);
  useEffect(() => {
    setRemote(NOBODY);
    if (asked.length < 2) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const path = searchPath(asked, { where: 'messages' }, Date.now());
        const answer = await ask<SearchResults>('GET', path, { signal: abort.signal });
        if (!answer.ok) return;
        const { conversations, customers } = answer.value;
        // What was said is for the search; here only what is called so.
        setRemote({ conversations: conversations.filter(({ hits }) => hits.length === 0), customers });
      } catch (error) {
        if (!abort.signal.aborted) console.warn('heed: the server did not answer the palette', error);
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asked]);
  return remote;
}

function Marked({ text, asked }: { text: string; asked: string }): ReactNode {
  const mark = markOf(text, asked);
  if (!mark) return <bdi>{text}</bdi>;
  return (
    <bdi>
      {text.slice(0, mark[0])}
      <mark>{text.slice(...mark)}</mark>
      {text.slice(mark[1])}
    </bdi>
  );
}

function Glyph({ item }: { item: Item }): ReactNode {
  if (item.kind === 'person') return <Avatar name={item.text} size={20} />;
  const Icon = { command: SquareChevronRight, view: Layers, label: Tag, reply: Slash }[item.kind];
  return <Icon className="i" aria-hidden="true" />;
}

function Caps({ item }: { item: Item }): ReactNode {
  const keys = item.command && bindings().find(({ command }) => command === item.command)?.keys[0];
  if (!keys) return null;
  return (
    <span className="hstack pal__keys">
      {keyCaps(keys, isMac()).map((cap) => (
        <kbd key={cap} className="quiet">
          {cap}
        </kbd>
      ))}
    </span>
  );
}

/** Everything by its name: what can be done here, places, people, saved replies. */
export default function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const { client, commands, go, place } = useDesk();
  const t = useTerminal();
  const now = useNow();
  const { dialog, onClose: closed } = useModal(onClose);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const question = questionOf(typed);
  const replies = useKept(savedReplies) ?? [];
  const remote = useRemote(question.only === 'commands' ? '' : question.text);
  const open = place.page ? undefined : place.conversation;
  const sections = useMemo(
    () => sectionsFor(t, open, questionOf(typed), replies, remote),
    [t.replicas, t.you, open, typed, replies, remote],
  );
  const items = sections.flatMap((section) => section.items);
  const active = items.length === 0 ? 0 : Math.min(chosen, items.length - 1);
  const heading = open ? headingOf(t, conversationStream(open), entryOf(t, open)) : undefined;
  useEffect(() => {
    document.getElementById(`pal-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const toSearch = () => {
    dialog.current?.close();
    go({ view: 'all', page: { name: 'search', q: question.text } });
  };
  const run = (item: Item | undefined) => {
    if (!item) return question.text === '' ? undefined : toSearch();
    // Closing gives the focus back to where it was: commands then act there.
    dialog.current?.close();
    const { does } = item;
    if (does.do === 'command') setTimeout(() => commands.run(does.command));
    else if (does.do === 'go') go(does.place);
    else if (open) {
      const s = conversationStream(open);
      const text = filled(does.reply.text, valuesFor(client.state, open)).text;
      const kept = client.state.drafts.get(s);
      (document.activeElement as HTMLElement | null)?.blur();
      writeDraft(client, s, joined(kept?.text ?? '', text), kept?.kind ?? 'message');
      noteUse(does.reply.id);
      setTimeout(() => commands.run(kept?.kind === 'note' ? 'note' : 'reply'));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.nativeEvent.isComposing) return;
    if (step !== undefined && items.length > 0) setChosen((items.length + active + step) % items.length);
    else if (event.key === 'Enter') run(items[active]);
    // At once, so that what is typed next is typed where the caret was.
    else if (event.key === 'Escape') dialog.current?.close();
    else return;
    event.preventDefault();
  };
  let index = -1;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, as the browser does
    <dialog
      ref={dialog}
      className="dialog pal"
      aria-label={words('palette.title')}
      onClose={closed}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div className="pal__in">
        <Search className="i i-18 muted" aria-hidden="true" />
        <input
          className="pal__text"
          role="combobox"
          aria-expanded="true"
          aria-controls="pal-list"
          aria-activedescendant={items.length > 0 || question.text !== '' ? `pal-${active}` : undefined}
          aria-label={words('palette.title')}
          placeholder={words('search.jump')}
          dir="auto"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
        {heading ? (
          <span className="muted pal__here trunc">
            <bdi>{heading.name}</bdi>
            {heading.number === undefined ? null : <span className="num">, #{heading.number}</span>}
          </span>
        ) : null}
      </div>
      <div className="pal__l" id="pal-list" role="listbox" aria-label={words('search.results')} tabIndex={-1}>
        {sections.map((section) => (
          <Fragment key={section.title}>
            <div className="pal__g" role="presentation">
              <T k={section.title} />
            </div>
            {section.items.map((item) => {
              index++;
              const at = index;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field above it answers the keys
                // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one
                <div
                  key={`${item.kind}-${item.key}`}
                  id={`pal-${at}`}
                  role="option"
                  aria-selected={at === active}
                  className={at === active ? 'pal__i is-active' : 'pal__i'}
                  onMouseMove={() => setChosen(at)}
                  onClick={() => run(item)}
                >
                  <Glyph item={item} />
                  <span className="grow trunc">
                    <span className={item.kind === 'reply' ? 'mono' : undefined}>
                      <Marked text={item.text} asked={question.text} />
                    </span>{' '}
                    <span className="muted">
                      <bdi>{item.hint}</bdi>
                    </span>
                  </span>
                  {item.entry?.waitingSince ? <ClockChip facts={item.entry} serverNow={now + t.skewMs} /> : null}
                  <Caps item={item} />
                </div>
              );
            })}
          </Fragment>
        ))}
        {items.length === 0 && question.text !== '' ? (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above it answers the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names it
          <div id="pal-0" role="option" aria-selected="true" className="pal__i is-active" onClick={toSearch}>
            <Search className="i" aria-hidden="true" />
            <span className="trunc">
              <T k="palette.nothing" q={question.text} />
            </span>
          </div>
        ) : null}
      </div>
      <div className="pal__f" aria-hidden="true">
        <span>
          <kbd className="quiet">↑↓</kbd>
          <T k="palette.move" />
        </span>
        <span>
          <kbd className="quiet">↵</kbd>
          <T k="palette.run" />
        </span>
        <span>
          <kbd className="quiet">&gt;</kbd>
          <T k="palette.commands" />
        </span>
        <span>
          <kbd className="quiet">@</kbd>
          <T k="palette.persons" />
        </span>
        <span>
          <kbd className="quiet">#</kbd>
          <T k="palette.numbers" />
        </span>
      </div>
    </dialog>
  );
}
