/** @jsxImportSource preact */
import type { JSX } from 'preact';
import type { Notice as NoticeModel } from '../model/notice.ts';
import { Mark } from './icon.tsx';

export function Notice({ notice }: { notice: NoticeModel }): JSX.Element {
  return (
    <div class={`wbar ${notice.name === 'offline' ? 'is-off' : ''}`}>
      <Mark state={notice.name === 'not-kept' ? 'in' : 'off'} />
      <span>
        {notice.strong && <b>{notice.strong}</b>} {notice.text}
      </span>
    </div>
  );
}
