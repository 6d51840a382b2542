import type { ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';

interface Props {
  count: number;
  onSignOut: () => void;
  onClose: () => void;
}

/** Replies in the outbox stay on this device: somebody who leaves should know. */
export default function SignOutDialog({ count, onSignOut, onClose }: Props): ReactNode {
  return (
    <Dialog title={<T k="signOut.title" count={count} />} onClose={onClose} className="dialog--small">
      <p className="soft">
        <T k="signOut.text" />
      </p>
      <div className="dialog__f">
        <button type="button" className="btn" onClick={onSignOut}>
          <T k="signOut.anyway" />
        </button>
        <button type="button" className="btn btn--primary" onClick={onClose}>
          <T k="signOut.stay" />
        </button>
      </div>
    </Dialog>
  );
}
