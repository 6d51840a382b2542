import { type ReactNode, useEffect, useState } from 'react';
import { canPush, isPushed, turnPushOff, turnPushOn } from '../model/push.ts';
import { T } from './say.tsx';

/** Whether this browser tells of work while the desk is closed. */
export function PushSwitch(): ReactNode {
  const [isOn, setOn] = useState(false);
  const [isBusy, setBusy] = useState(true);
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    void isPushed().then((on) => {
      setOn(on);
      setBusy(false);
    });
  }, []);
  if (!canPush()) return null;
  const change = async (on: boolean) => {
    setBusy(true);
    setRefused(false);
    try {
      const done = on ? await turnPushOn() : await turnPushOff().then(() => true);
      setRefused(!done);
      setOn(await isPushed());
    } catch (error) {
      console.warn('heed: this browser could not be told of work', error);
      setRefused(true);
    }
    setBusy(false);
  };
  return (
    <>
      <label className="notices__push">
        <input
          type="checkbox"
          className="checkbox"
          checked={isOn}
          disabled={isBusy}
          onChange={(event) => void change(event.target.checked)}
        />
        <T k="notices.push" />
      </label>
      {isRefused ? (
        <p className="error" role="alert">
          <T k="notices.push.refused" />
        </p>
      ) : null}
    </>
  );
}
