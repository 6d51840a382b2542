import { Check } from 'lucide-react';
import { type ReactNode, useSyncExternalStore } from 'react';
import { currentToasts, subscribeToToasts } from '../model/toasts.ts';
import { Say } from './say.tsx';

export function Toasts(): ReactNode {
  const toasts = useSyncExternalStore(subscribeToToasts, currentToasts);
  return (
    <div className="float" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className="toast">
          <Check className="i acc" aria-hidden="true" />
          <span>
            <Say of={toast.sentence} />
          </span>
          {toast.action ? (
            <button type="button" className="link" onClick={toast.action.run}>
              <Say of={toast.action.label} />
            </button>
          ) : null}
        </div>
      ))}
    </div>
  );
}
