import { lazy, type ReactElement, type ReactNode } from 'react';
import { CATCHING_UP_AFTER_MS, type Chip, chipOf, deskMark } from '../model/step-chip.ts';
import { say } from '../words/index.ts';
import { PHONE, useLanguage, useMedia, useNow, useTerminal } from './context.ts';
import { Lazily } from './lazily.tsx';
import { Mark } from './mark.tsx';
import { Say, T } from './say.tsx';
import { useSettled } from './use-lasting.ts';

const StepPopover = lazy(() => import('./step-popover.tsx'));

/** The chip of a window; catching up shows only once it lasts. */
export function useChip(s: string): Chip {
  const t = useTerminal();
  const now = useNow();
  const chip = chipOf(t, s, now);
  return useSettled(chip, chip.mark === 'behind', CATCHING_UP_AFTER_MS);
}

function Positions({ chip }: { chip: Chip }): ReactNode {
  if (chip.n === undefined) return null;
  return (
    <span className="mono" aria-hidden="true">
      {chip.n}
      {chip.of === undefined ? null : (
        <>
          {' '}
          <span className="muted">
            <T k="step.of" />
          </span>{' '}
          {chip.of}
        </>
      )}
    </span>
  );
}

/** Where this window stands against the server; opens the last changes. */
export function StepChip({ s, chip }: { s: string; chip: Chip }): ReactNode {
  useLanguage();
  const phone = useMedia(PHONE);
  const trigger = (onClick?: () => void): ReactElement => (
    <button type="button" className="step" data-s={chip.mark} onClick={onClick}>
      <Mark state={chip.mark} />
      <span className="vh">{say(chip.label)}</span>
      <span aria-hidden="true">
        <Say of={phone ? chip.brief : chip.words} />
      </span>
      <Positions chip={chip} />
    </button>
  );
  return <Lazily trigger={trigger}>{(made) => <StepPopover s={s} trigger={made} />}</Lazily>;
}

/** The chip of the whole desk, where no window is open. */
export function DeskStep(): ReactNode {
  const t = useTerminal();
  const now = useNow();
  const state = deskMark(t, now);
  const mark = useSettled(state, state === 'behind', CATCHING_UP_AFTER_MS);
  return (
    <span className="step" data-s={mark}>
      <Mark state={mark} />
      <T k={mark === 'in' ? 'step.in' : mark === 'off' ? 'me.offline' : 'step.behind'} />
    </span>
  );
}
