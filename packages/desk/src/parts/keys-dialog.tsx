import { Fragment, type ReactNode } from 'react';
import { bindings, isMac, keyCaps } from '../model/keys.ts';
import { useDesk } from './context.ts';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';

/** One way to press a command. */
export function Caps({ keys }: { keys: string }): ReactNode {
  const caps = keyCaps(keys, isMac());
  return (
    <>
      {caps.map((cap, index) => (
        <Fragment key={cap}>
          {index > 0 && keys.includes(' ') ? (
            <span className="muted">
              <T k="keys.then" />
            </span>
          ) : null}
          <kbd>{cap}</kbd>
        </Fragment>
      ))}
    </>
  );
}

/** All keys of the desk. */
export default function KeysDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { go } = useDesk();
  return (
    <Dialog title={<T k="keys.title" />} onClose={onClose} className="dialog--keys">
      <dl className="keys">
        {bindings().map(({ command, keys, label }) => (
          <div key={command} className="keys__line">
            <dt>
              <T k={label} />
            </dt>
            <dd>
              {keys.map((one) => (
                <Caps key={one} keys={one} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div className="dialog__f">
        <button
          type="button"
          className="btn"
          onClick={() => {
            onClose();
            go({ view: 'all', page: { name: 'settings', section: 'own' } });
          }}
        >
          <T k="keys.change" />
        </button>
        <button type="button" className="btn btn--primary" onClick={onClose}>
          <T k="keys.close" />
        </button>
      </div>
    </Dialog>
  );
}
