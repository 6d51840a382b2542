import type { CustomerPage as Page } from '@heed/protocol';
import { Download, Merge, Trash2 } from 'lucide-react';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { eraseCustomer, exportCustomer, mayErase, mayMerge, mergeCustomer } from '../model/customer-page.ts';
import { fullName } from '../model/people.ts';
import { type Sentence, t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { useDesk, useTerminal } from './context.ts';
import { Dialog } from './dialog.tsx';
import { Say, T } from './say.tsx';
import { useFoundCustomers } from './use-found-customers.ts';

function Problem({ problem }: { problem: Sentence | undefined }): ReactNode {
  return problem ? (
    <p className="error" role="alert">
      <Say of={problem} />
    </p>
  ) : null;
}

function Footer({ onClose, canDo, children }: { onClose: () => void; canDo: boolean; children: ReactNode }): ReactNode {
  return (
    <div className="dialog__f">
      <button type="button" className="btn" onClick={onClose}>
        <T k="saved.cancel" />
      </button>
      <button type="submit" className="btn btn--primary" disabled={!canDo}>
        <span>{children}</span>
      </button>
    </div>
  );
}

/** Who it really is: looked for by name or e-mail, chosen, then merged. */
function MergeDialog({ page, onClose }: { page: Page; onClose: () => void }): ReactNode {
  const { go } = useDesk();
  const [asked, setAsked] = useState('');
  const [into, setInto] = useState<string>();
  const [problem, setProblem] = useState<Sentence>();
  const name = fullName(page.name);
  const found = useFoundCustomers(asked)?.filter(({ id }) => id !== page.id) ?? [];
  const chosen = found.find(({ id }) => id === into);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!chosen) return;
    const wrong = await mergeCustomer(page.id, chosen.id);
    if (wrong) return setProblem(wrong);
    onClose();
    go({ view: 'all', page: { name: 'customer', id: chosen.id } });
  };
  return (
    <Dialog title={<T k="customer.merge.title" name={name} />} onClose={onClose} className="dialog--small">
      <form className="move" onSubmit={(event) => void submit(event)}>
        <input
          className="input"
          type="search"
          value={asked}
          placeholder={words('customer.find')}
          aria-label={words('customer.find')}
          onChange={(event) => setAsked(event.target.value)}
        />
        <fieldset className="move__list merge__list" aria-label={words('customer.all')}>
          {found.map((one) => (
            <label key={one.id} className="menu__i">
              <input
                type="radio"
                name="into"
                checked={one.id === into}
                onChange={() => setInto(one.id)}
                className="vh"
              />
              <Avatar name={fullName(one.name)} size={20} />
              <span className="grow trunc">
                <bdi>{fullName(one.name)}</bdi>
              </span>
              <span className="muted trunc">
                <bdi>{one.email}</bdi>
              </span>
            </label>
          ))}
        </fieldset>
        <p className="help">
          <T k="customer.merge.text" name={name} />
        </p>
        <Problem problem={problem} />
        <Footer onClose={onClose} canDo={chosen !== undefined}>
          {chosen ? <T k="customer.merge.do" name={fullName(chosen.name)} /> : <T k="customer.merge" />}
        </Footer>
      </form>
    </Dialog>
  );
}

/** Says exactly what goes, and asks for the name (DESIGN §4). */
function EraseDialog({
  page,
  onErased,
  onClose,
}: {
  page: Page;
  onErased: () => void;
  onClose: () => void;
}): ReactNode {
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Sentence>();
  const id = useId();
  const name = fullName(page.name);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const wrong = await eraseCustomer(page.id);
    setBusy(false);
    if (wrong) return setProblem(wrong);
    onErased();
    onClose();
  };
  return (
    <Dialog title={<T k="customer.erase.title" name={name} />} onClose={onClose} className="dialog--form">
      <form onSubmit={(event) => void submit(event)}>
        <p>
          <T k="customer.erase.text" count={page.conversations.length} />
        </p>
        <div className="field">
          <label htmlFor={id}>
            <T k="customer.erase.type" name={name} />
          </label>
          <input
            id={id}
            className="input"
            dir="auto"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Problem problem={problem} />
        <Footer onClose={onClose} canDo={typed.trim() === name && !isBusy}>
          <T k="customer.erase.do" />
        </Footer>
      </form>
    </Dialog>
  );
}

/** What is done with all of a customer, by who may. */
export function CustomerActs({ page, onChange }: { page: Page; onChange: () => void }): ReactNode {
  const t = useTerminal();
  const [asking, setAsking] = useState<'merge' | 'erase'>();
  const [problem, setProblem] = useState<Sentence>();
  const close = () => setAsking(undefined);
  return (
    <>
      <Problem problem={problem} />
      {mayMerge(t, page) ? (
        <button type="button" className="btn btn--ghost" onClick={() => setAsking('merge')}>
          <Merge className="i i-14" aria-hidden="true" />
          <T k="customer.merge" />
        </button>
      ) : null}
      {mayErase(t) ? (
        <>
          <button
            type="button"
            className="btn btn--ghost"
            onClick={() => void exportCustomer(page.id).then(setProblem)}
          >
            <Download className="i i-14" aria-hidden="true" />
            <T k="customer.export" />
          </button>
          <button type="button" className="btn btn--ghost" onClick={() => setAsking('erase')}>
            <Trash2 className="i i-14" aria-hidden="true" />
            <T k="customer.erase" />
          </button>
        </>
      ) : null}
      {asking === 'merge' ? <MergeDialog page={page} onClose={close} /> : null}
      {asking === 'erase' ? <EraseDialog page={page} onErased={onChange} onClose={close} /> : null}
    </>
  );
}
