import { ulid } from '@heed/client/ulid';
import type { SavedReply } from '@heed/protocol';
import { Plus } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { dropReplyForm, type ReplyForm, saveReplyForm, scopeName } from '../model/reply-form.ts';
import { exampleValues, filled, fitting, savedReplies } from '../model/saved-replies.ts';
import { hourMinute } from '../model/times.ts';
import { toast } from '../model/toasts.ts';
import { type Sentence, t as words } from '../words/index.ts';
import { useTerminal } from './context.ts';
import { SavedReplyForm } from './saved-reply-form.tsx';
import { Say, T } from './say.tsx';
import { useKept } from './use-kept.ts';
import { useLasting } from './use-lasting.ts';

function empty(): ReplyForm {
  return { id: ulid(), shortcut: '', folder: '', text: '', scope: { type: 'own' } };
}

function byFolder(replies: readonly SavedReply[]): [string, SavedReply[]][] {
  const folders = new Map<string, SavedReply[]>();
  for (const reply of replies) folders.set(reply.folder, [...(folders.get(reply.folder) ?? []), reply]);
  return [...folders].sort(([a], [b]) => a.localeCompare(b));
}

function List({
  replies,
  chosen,
  onChoose,
}: {
  replies: readonly SavedReply[];
  chosen: string | undefined;
  onChoose: (reply: SavedReply) => void;
}): ReactNode {
  const t = useTerminal();
  return byFolder(replies).map(([folder, members]) => (
    <section key={folder} className="set__group">
      <h2 className="set__h">{folder === '' ? <T k="saved.folder.none" /> : <bdi>{folder}</bdi>}</h2>
      {members.map((reply) => (
        <button
          key={reply.id}
          type="button"
          className="set__row"
          aria-current={reply.id === chosen ? 'true' : undefined}
          onClick={() => onChoose(reply)}
        >
          <span className="set__rowtop">
            <span className="mono grow trunc">/{reply.shortcut}</span>
            <span className="muted">
              <Say of={scopeName(t, reply.scope)} />
            </span>
          </span>
          <span className="soft trunc" dir="auto">
            {reply.text}
          </span>
        </button>
      ))}
    </section>
  ));
}

function Editor({
  start,
  isNew,
  mayChange,
  used,
  folders,
  onDone,
}: {
  start: ReplyForm;
  isNew: boolean;
  mayChange: boolean;
  used: number;
  folders: readonly string[];
  onDone: () => void;
}): ReactNode {
  const t = useTerminal();
  const [form, setForm] = useState(start);
  const [problem, setProblem] = useState<Sentence>();
  const [savedAt, setSavedAt] = useState<number>();
  const [isSure, setSure] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = await saveReplyForm(form);
    setProblem(wrong);
    if (!wrong) setSavedAt(Date.now());
  };
  const drop = async () => {
    if (!isSure && form.scope.type !== 'own') return setSure(true);
    const wrong = await dropReplyForm(form.id);
    setProblem(wrong);
    if (wrong) return;
    toast({ key: 'saved.deleted' });
    onDone();
  };
  const preview = filled(form.text, exampleValues(t)).text;
  return (
    <form className="set__form" onSubmit={(event) => void save(event)}>
      <SavedReplyForm form={form} folders={folders} disabled={!mayChange} onChange={setForm} />
      {preview === '' ? null : (
        <div className="field">
          <span className="label">
            <T k="saved.preview" />
          </span>
          <div className="bub set__preview">
            <p className="said" dir="auto">
              {preview}
            </p>
          </div>
        </div>
      )}
      {problem ? (
        <p className="error" role="alert">
          <Say of={problem} />
        </p>
      ) : null}
      <div className="set__foot">
        {mayChange ? (
          <button type="submit" className="btn btn--primary">
            <T k="saved.save" />
          </button>
        ) : (
          <span className="muted">
            <T k="saved.readOnly" />
          </span>
        )}
        {mayChange && !isNew ? (
          <button type="button" className="btn btn--ghost" onClick={() => void drop()}>
            <T k={isSure ? 'saved.deleteSure' : 'saved.delete'} />
          </button>
        ) : null}
        <span className="grow" />
        <span className="muted" role="status">
          {savedAt === undefined ? (
            isNew ? null : (
              <T k="saved.used" count={used} />
            )
          ) : (
            <T k="saved.at" time={hourMinute(savedAt)} />
          )}
        </span>
      </div>
    </form>
  );
}

/** The saved replies that one may use, to be read and changed. */
export function SavedReplySettings(): ReactNode {
  const all = useKept(savedReplies);
  const isSlow = useLasting(all === undefined, 200);
  const [filter, setFilter] = useState('');
  const [form, setForm] = useState<ReplyForm>();
  if (!all) return <div className="set__body">{isSlow ? <p className="muted">{words('saved.loading')}</p> : null}</div>;
  const found = fitting(all, filter.replace(/^\//, ''), all.length);
  const known = all.find(({ id }) => id === form?.id);
  const folders = [...new Set(all.map(({ folder }) => folder).filter(Boolean))];
  return (
    <div className="set__two">
      <div className="set__list">
        <div className="set__tools">
          <input
            className="input"
            type="search"
            value={filter}
            placeholder={words('saved.filter')}
            aria-label={words('saved.filter')}
            onChange={(event) => setFilter(event.target.value)}
          />
          <button type="button" className="btn" onClick={() => setForm(empty())}>
            <Plus className="i i-14" aria-hidden="true" />
            <T k="saved.new" />
          </button>
        </div>
        {all.length > 0 && found.length === 0 ? (
          <p className="muted set__none">
            <T k="saved.none" />
          </p>
        ) : null}
        <List
          replies={found}
          chosen={form?.id}
          onChoose={({ id, shortcut, folder, text, scope }) => setForm({ id, shortcut, folder, text, scope })}
        />
      </div>
      <div className="set__body">
        {form ? (
          <Editor
            key={form.id}
            start={form}
            isNew={known === undefined}
            mayChange={known?.mayChange ?? true}
            used={known?.used ?? 0}
            folders={folders}
            onDone={() => setForm(undefined)}
          />
        ) : (
          <div className="empty">
            <h3>
              <T k={all.length === 0 ? 'saved.nothing.title' : 'settings.replies'} />
            </h3>
            <p>
              <T k={all.length === 0 ? 'saved.nothing.text' : 'saved.intro'} />
            </p>
          </div>
        )}
      </div>
    </div>
  );
}
