import { ulid } from '@heed/client/ulid';
import { type ReactNode, useState } from 'react';
import { type ReplyForm, saveReplyForm, suggested } from '../model/reply-form.ts';
import { savedReplies } from '../model/saved-replies.ts';
import { toast } from '../model/toasts.ts';
import type { Sentence } from '../words/index.ts';
import { Dialog } from './dialog.tsx';
import { SavedReplyForm } from './saved-reply-form.tsx';
import { Say, T } from './say.tsx';

/** Keeps what was written as a saved reply. */
export default function SavedReplyDialog({ text, onClose }: { text: string; onClose: () => void }): ReactNode {
  const [form, setForm] = useState<ReplyForm>(() => ({
    id: ulid(),
    shortcut: suggested(text),
    folder: '',
    text,
    scope: { type: 'own' },
  }));
  const [problem, setProblem] = useState<Sentence>();
  const folders = [...new Set((savedReplies.now() ?? []).map(({ folder }) => folder).filter(Boolean))];
  const save = async () => {
    const wrong = await saveReplyForm(form);
    setProblem(wrong);
    if (wrong) return;
    toast({ key: 'saved.done', values: { shortcut: `/${form.shortcut}` } });
    onClose();
  };
  return (
    <Dialog title={<T k="saved.saveDraft" />} onClose={onClose} className="dialog--form">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <SavedReplyForm form={form} folders={folders} onChange={setForm} />
        {problem ? (
          <p className="error" role="alert">
            <Say of={problem} />
          </p>
        ) : null}
        <div className="dialog__f">
          <button type="button" className="btn" onClick={onClose}>
            <T k="saved.cancel" />
          </button>
          <button type="submit" className="btn btn--primary">
            <T k="saved.save" />
          </button>
        </div>
      </form>
    </Dialog>
  );
}
