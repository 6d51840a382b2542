import { type ReactNode, useState } from 'react';
import { NOTICE_WAYS, type NoticeWay, type Switches, switchesOn, turn } from '../model/notice-switches.ts';
import { NOTICE_KINDS, type NoticeKind } from '../model/notices.ts';
import { sound } from '../model/sound.ts';
import { t as words } from '../words/index.ts';
import { Dialog } from './dialog.tsx';
import { PushSwitch } from './push-switch.tsx';
import { T } from './say.tsx';

const NAMES = {
  order: 'notices.order',
  message: 'notices.message',
  soon: 'notices.soon',
  mention: 'notices.mention',
} as const;
const WAYS = { sound: 'notices.sound', desktop: 'notices.desktop' } as const;

/** Asks the browser only when somebody pressed a switch. */
async function mayShow(): Promise<boolean> {
  if (typeof Notification === 'undefined') return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** What this device tells of, and how; each kind and each way has a switch of its own. */
export default function NoticesDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [switches, setSwitches] = useState<Switches>(() => switchesOn(localStorage));
  const [isRefused, setRefused] = useState(false);
  const change = async (way: NoticeWay, kind: NoticeKind, on: boolean) => {
    if (on && way === 'desktop' && !(await mayShow())) return setRefused(true);
    setSwitches((before) => turn(localStorage, before, way, kind, on));
    if (on && way === 'sound') await sound(kind);
  };
  return (
    <Dialog title={<T k="notices.title" />} onClose={onClose} className="dialog--small">
      <p className="soft">
        <T k="notices.text" />
      </p>
      <table className="notices">
        <thead>
          <tr>
            <td />
            {NOTICE_WAYS.map((way) => (
              <th key={way} scope="col">
                <T k={WAYS[way]} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {NOTICE_KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row">
                <T k={NAMES[kind]} />
              </th>
              {NOTICE_WAYS.map((way) => (
                <td key={way}>
                  <input
                    type="checkbox"
                    className="checkbox"
                    aria-label={`${words(NAMES[kind])}: ${words(WAYS[way])}`}
                    checked={switches[way][kind]}
                    onChange={(event) => void change(way, kind, event.target.checked)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <PushSwitch />
      {isRefused ? (
        <p className="error" role="alert">
          <T k="notices.refused" />
        </p>
      ) : null}
      <div className="dialog__f">
        <button type="button" className="btn" onClick={onClose}>
          <T k="keys.close" />
        </button>
      </div>
    </Dialog>
  );
}
