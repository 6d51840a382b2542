import { Lock, SendHorizontal, Slash } from 'lucide-react';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { answersIn } from '../model/answers.ts';
import { type ComposerKind, composerOf } from '../model/composer.ts';
import { discardedIn } from '../model/discarded.ts';
import { putBack, writeDraft } from '../model/drafts.ts';
import { attachmentsFor, filesOf } from '../model/files.ts';
import { mentionsIn } from '../model/mentions.ts';
import { firstName } from '../model/people.ts';
import type { Chip } from '../model/step-chip.ts';
import { hourMinute } from '../model/times.ts';
import { newTypingTeller } from '../model/typing.ts';
import { entryOf } from '../model/views.ts';
import { say, t as words } from '../words/index.ts';
import { AnswersButton, AnswersField } from './answers-field.tsx';
import { useCommand, useDesk, useLanguage, useTerminal } from './context.ts';
import { EmojiButton } from './emoji-button.tsx';
import { AttachButton, FileChips } from './file-chips.tsx';
import { KeyCap } from './key-cap.tsx';
import { Say, T } from './say.tsx';
import { useArrivals } from './use-arrivals.ts';
import { useFileDrop } from './use-file-drop.ts';
import { useSavedReplies } from './use-saved-replies.tsx';

interface Props {
  s: string;
  id: string;
  name: string;
  chip: Chip;
  /** Rises when the composer should take the focus. */
  focus: number;
  /** Shows an item of the timeline. */
  reveal: (n: number) => void;
  /** Told of a reply that also resolves. */
  onResolving: (send: string) => void;
}

/** The text of a window's draft: kept on every change, and taken over where it was changed elsewhere (CON2). */
function useDraft(s: string, box: { current: HTMLTextAreaElement | null }) {
  const { client } = useDesk();
  const t = useTerminal();
  const kept = t.drafts.get(s);
  const [draft, setDraft] = useState<{ text: string; kind: ComposerKind }>({
    text: kept?.text ?? '',
    kind: kept?.kind ?? 'message',
  });
  const written = useRef(kept?.version ?? 0);
  /** What was written elsewhere, but for where somebody is writing; a window that nobody looks at is not that. */
  const takeOver = () => {
    const isHere = document.activeElement === box.current && document.hasFocus();
    const newest = client.state.drafts.get(s);
    // A note is begun on one device only, and stays there.
    const isNote = draft.kind === 'note' && draft.text !== '';
    if (!newest || newest.version <= written.current || isHere || isNote) return;
    written.current = newest.version;
    setDraft({ text: newest.text, kind: newest.kind });
  };
  useEffect(takeOver, [kept]);
  const change = (next: { text: string; kind: ComposerKind }) => {
    setDraft(next);
    writeDraft(client, s, next.text, next.kind);
    written.current = client.state.drafts.get(s)?.version ?? Date.now();
  };
  return { draft, change, takeOver };
}

function Tabs({ kind, onKind }: { kind: ComposerKind; onKind: (kind: ComposerKind) => void }): ReactNode {
  const tab = (value: ComposerKind, children: ReactNode) => (
    <button type="button" role="tab" className="tab" aria-selected={kind === value} onClick={() => onKind(value)}>
      {children}
    </button>
  );
  return (
    <div className="hstack comp__kinds" role="tablist">
      {tab('message', <T k="composer.reply" />)}
      {tab(
        'note',
        <>
          <Lock className="i i-12" aria-hidden="true" />
          <T k="composer.note" />
        </>,
      )}
    </div>
  );
}

function After({
  kind,
  after,
  loading,
}: {
  kind: ComposerKind;
  after: number | undefined;
  loading: boolean;
}): ReactNode {
  if (kind === 'note') {
    return (
      <span className="comp__after muted">
        <T k="composer.neverHeld" />
      </span>
    );
  }
  return (
    <span className="comp__after muted" title={words('composer.after.hint')}>
      <span className="not-phone">
        <T k="composer.after" />
      </span>
      <span className="only-phone">
        <T k="composer.after.brief" />
      </span>{' '}
      <span className="mono soft">{loading ? '…' : after}</span>
    </span>
  );
}

function KeptReply({ s, id }: { s: string; id: string }): ReactNode {
  const { client } = useDesk();
  const t = useTerminal();
  const kept = discardedIn(localStorage, t.you?.id ?? '', id, Date.now());
  if (!kept) return null;
  return (
    <p className="comp__kept muted">
      <span>
        <T k="discard.kept" time={hourMinute(kept.at)} />
      </span>
      <button type="button" className="link" onClick={() => putBack(client, localStorage, s, kept)}>
        <T k="discard.putBack" />
      </button>
    </p>
  );
}

/** Where replies and notes are written. The draft is kept on every change. */
export function Composer({ s, id, name, chip, focus, reveal, onResolving }: Props): ReactNode {
  useLanguage();
  const { client, files } = useDesk();
  const t = useTerminal();
  const box = useRef<HTMLTextAreaElement>(null);
  const { draft, change, takeOver } = useDraft(s, box);
  const [answers, setAnswers] = useState<string>();
  const [typing] = useState(() => newTypingTeller((on) => client.typing(s, on)));
  const model = composerOf(t, s, draft, chip, entryOf(t, id), client.storage.durable);
  const call = firstName(name);
  const arrivals = useArrivals(s, draft.text);
  const saved = useSavedReplies(id, box, draft.text, (text) => change({ ...draft, text }));

  const send = (then?: 'resolve') => {
    if (!model.send.enabled || (then && !model.canResolve)) return false;
    const mentions = draft.kind === 'note' ? mentionsIn(t, draft.text) : [];
    const attachments = draft.kind === 'message' ? attachmentsFor(client.state, s) : [];
    const choices = draft.kind === 'message' ? answersIn(answers ?? '') : [];
    const body = {
      text: draft.text,
      ...(mentions.length > 0 ? { mentions } : {}),
      ...(attachments.length > 0 ? { attachments } : {}),
      ...(choices.length > 0 ? { choices } : {}),
    };
    const sent = client.press({ s, kind: draft.kind, body, ...(then ? { then } : {}) });
    if (then) onResolving(sent);
    typing.stop();
    setAnswers(undefined);
    change({ text: '', kind: draft.kind === 'note' ? 'message' : draft.kind });
    box.current?.focus();
    return true;
  };
  const attach = (chosen: File[], how?: 'pasted') => {
    void files.add(s, chosen, how);
    box.current?.focus();
  };
  const isOver = useFileDrop(draft.kind === 'message' ? attach : undefined);
  const onPaste = (event: ClipboardEvent) => {
    const pasted = draft.kind === 'message' ? filesOf(event.clipboardData) : [];
    if (pasted.length === 0) return;
    event.preventDefault();
    attach(pasted, 'pasted');
  };
  /** Puts a text where the caret is, as if it had been typed. */
  const insert = (text: string) => {
    const at = box.current;
    at?.focus();
    at?.setRangeText(text, at.selectionStart, at.selectionEnd, 'end');
    change({ ...draft, text: at?.value ?? draft.text + text });
  };
  const focusAs = (kind: ComposerKind) => {
    if (kind !== draft.kind) change({ ...draft, kind });
    box.current?.focus();
    return true;
  };
  useCommand('send', () => send());
  useCommand('sendAndResolve', () => draft.kind === 'message' && send('resolve'));
  useCommand('reply', () => focusAs('message'));
  useCommand('note', () => focusAs('note'));
  useEffect(() => () => typing.stop(), [typing]);
  useLayoutEffect(() => {
    if (focus === 0 || !box.current) return;
    box.current.focus();
    box.current.setSelectionRange(box.current.value.length, box.current.value.length);
  }, [focus]);
  const onKeyDown = (event: KeyboardEvent) => {
    // A composed letter's Enter confirms the letter.
    if (event.nativeEvent.isComposing) event.stopPropagation();
    saved.onKeyDown(event);
  };

  return (
    <>
      {client.storage.durable ? null : (
        <p className="comp__kept muted">
          <T k="composer.notDurable" />
        </p>
      )}
      {draft.text === '' && model.files.length === 0 ? <KeptReply s={s} id={id} /> : null}
      <div className="slash__at">{saved.menu}</div>
      <div className={draft.kind === 'note' ? 'comp comp--note' : isOver ? 'comp is-over' : 'comp'} data-region>
        <div className="comp__tabs">
          <Tabs kind={draft.kind} onKind={focusAs} />
          <span className="grow" />
          {arrivals ? (
            <button
              type="button"
              className="link comp__new"
              // The focus, and with it the caret, stays in the text.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => reveal(arrivals.first)}
            >
              <T k="composer.new" count={arrivals.count} />
            </button>
          ) : null}
          <span className="not-phone">
            <After kind={draft.kind} after={model.after} loading={model.after === undefined} />
          </span>
        </div>
        <textarea
          ref={box}
          className="comp__text"
          dir="auto"
          rows={2}
          value={draft.text}
          placeholder={say(model.placeholder)}
          aria-label={words(draft.kind === 'note' ? 'composer.label.note' : 'composer.label', { name: call })}
          aria-invalid={model.problem ? true : undefined}
          onChange={(event) => {
            change({ ...draft, text: event.target.value });
            if (draft.kind === 'message') typing.typed(event.target.value !== '');
            saved.look();
          }}
          onSelect={saved.look}
          {...saved.aria}
          onPaste={onPaste}
          onBlur={() => {
            typing.stop();
            takeOver();
          }}
          onKeyDown={onKeyDown}
        />
        {draft.kind === 'message' ? <AnswersField written={answers} onWrite={setAnswers} /> : null}
        <FileChips chips={model.files} onRemove={(file) => files.remove(file)} />
        {model.problem ? (
          <p className="error comp__problem" role="alert">
            <Say of={model.problem} />
          </p>
        ) : null}
        <div className="comp__bar">
          {draft.kind === 'message' ? <AttachButton onFiles={attach} /> : null}
          {draft.kind === 'message' ? <AnswersButton written={answers} onWrite={setAnswers} /> : null}
          <EmojiButton onChoose={insert} />
          <button
            type="button"
            className="btn btn--ghost btn--sm comp__tool"
            aria-label={words('saved.title')}
            onClick={saved.open}
          >
            <Slash className="i i-14" aria-hidden="true" />
            <span className="not-phone">
              <T k="saved.title" />
            </span>
          </button>
          <button
            type="button"
            className="mic only-phone"
            aria-label={words('composer.note')}
            aria-pressed={draft.kind === 'note'}
            onClick={() => focusAs(draft.kind === 'note' ? 'message' : 'note')}
          >
            <Lock className="i i-18" aria-hidden="true" />
          </button>
          <span className="grow" />
          <span className="only-phone">
            <After kind={draft.kind} after={model.after} loading={model.after === undefined} />
          </span>
          {model.canResolve ? (
            <button
              type="button"
              className="btn btn--ghost btn--sm not-phone"
              disabled={!model.send.enabled}
              onClick={() => send('resolve')}
            >
              <T k="composer.sendAndResolve" />
            </button>
          ) : null}
          <button
            type="button"
            className={
              model.send.toOutbox || draft.kind === 'note' ? 'btn btn--sm send' : 'btn btn--primary btn--sm send'
            }
            disabled={!model.send.enabled}
            onClick={() => send()}
          >
            {model.send.toOutbox ? <SendHorizontal className="i i-14 flip" aria-hidden="true" /> : null}
            <Say of={model.send.label} />
            <KeyCap of="send" />
          </button>
        </div>
      </div>
    </>
  );
}
