import { ChevronsUpDown, UserRound } from 'lucide-react';
import { lazy, type ReactElement, type ReactNode } from 'react';
import { presenceOf } from '../model/presence.ts';
import { t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { useLanguage, useNow, useTerminal } from './context.ts';
import { Lazily } from './lazily.tsx';
import { T } from './say.tsx';

const AccountMenu = lazy(() => import('./account-menu.tsx'));

/** The agent's own card at the foot of the rail. */
export function MeButton(): ReactNode {
  useLanguage();
  const t = useTerminal();
  const presence = presenceOf(t, useNow());
  const name = t.you?.name ?? '';
  const trigger = (onClick?: () => void): ReactElement => (
    <button type="button" className="me" aria-haspopup="menu" onClick={onClick}>
      <span className="vh">{words('me.menu')}</span>
      <Avatar name={name} size={28} team presence={presence === 'taking' ? 'on' : 'away'} />
      <span className="grow">
        <span className="me__name trunc">{name}</span>
        <span className="me__state muted">
          <T k={`me.${presence}`} />
        </span>
      </span>
      <ChevronsUpDown className="i i-14 muted" aria-hidden="true" />
    </button>
  );
  return <Lazily trigger={trigger}>{(made) => <AccountMenu trigger={made} />}</Lazily>;
}

/** The same menu, in the tab bar of a phone. */
export function MeTab(): ReactNode {
  useLanguage();
  const trigger = (onClick?: () => void): ReactElement => (
    <button type="button" className="mtab" aria-haspopup="menu" onClick={onClick}>
      <UserRound className="i i-20" aria-hidden="true" />
      <T k="me.you" />
    </button>
  );
  return <Lazily trigger={trigger}>{(made) => <AccountMenu trigger={made} />}</Lazily>;
}
