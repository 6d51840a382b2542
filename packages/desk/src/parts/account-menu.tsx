import { Bell, Check, Keyboard, LogOut } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { chooseLanguage, chooseTheme, THEMES, theme } from '../model/preferences.ts';
import { setPresence } from '../model/presence.ts';
import { LANGUAGES, language, nameOf as languageName } from '../words/index.ts';
import { useDesk, useLanguage, useTerminal } from './context.ts';
import { T } from './say.tsx';

function Choice({ value, children }: { value: string; children: ReactNode }): ReactNode {
  return (
    <DropdownMenu.RadioItem className="menu__i" value={value} onSelect={(event) => event.preventDefault()}>
      <span className="menu__check">
        <DropdownMenu.ItemIndicator>
          <Check className="i i-14 acc" aria-hidden="true" />
        </DropdownMenu.ItemIndicator>
      </span>
      {children}
    </DropdownMenu.RadioItem>
  );
}

function Presence(): ReactNode {
  const { client } = useDesk();
  const t = useTerminal();
  return (
    <DropdownMenu.RadioGroup
      value={t.presence ?? 'taking'}
      onValueChange={(value) => setPresence(client, value === 'away' ? 'away' : 'taking')}
    >
      <DropdownMenu.Label className="menu__h">
        <T k="me.presence" />
      </DropdownMenu.Label>
      <Choice value="taking">
        <T k="me.taking" />
      </Choice>
      <Choice value="away">
        <T k="me.away" />
      </Choice>
    </DropdownMenu.RadioGroup>
  );
}

function Themes(): ReactNode {
  const [chosen, setChosen] = useState(theme());
  return (
    <DropdownMenu.RadioGroup
      value={chosen}
      onValueChange={(value) => {
        const next = THEMES.find((name) => name === value) ?? 'system';
        chooseTheme(next);
        setChosen(next);
      }}
    >
      <DropdownMenu.Label className="menu__h">
        <T k="me.theme" />
      </DropdownMenu.Label>
      {THEMES.map((name) => (
        <Choice key={name} value={name}>
          <T k={`me.theme.${name}`} />
        </Choice>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

function Languages(): ReactNode {
  useLanguage();
  return (
    <DropdownMenu.RadioGroup
      value={language()}
      onValueChange={(value) => void chooseLanguage(LANGUAGES.find((name) => name === value) ?? 'en')}
    >
      <DropdownMenu.Label className="menu__h">
        <T k="me.language" />
      </DropdownMenu.Label>
      {LANGUAGES.map((name) => (
        <Choice key={name} value={name}>
          {languageName(name)}
        </Choice>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

/** Presence, appearance, language, keys, sign-out. */
export default function AccountMenu({ trigger }: { trigger: ReactElement }): ReactNode {
  const { commands, signOut } = useDesk();
  return (
    <DropdownMenu.Root defaultOpen modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu account" side="top" align="start" sideOffset={6} collisionPadding={8}>
          <Presence />
          <DropdownMenu.Separator className="menu__line" />
          <Themes />
          <DropdownMenu.Separator className="menu__line" />
          <Languages />
          <DropdownMenu.Separator className="menu__line" />
          <DropdownMenu.Item className="menu__i" onSelect={() => commands.run('notices')}>
            <Bell className="i" aria-hidden="true" />
            <T k="notices.title" />
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu__i" onSelect={() => commands.run('help')}>
            <Keyboard className="i" aria-hidden="true" />
            <span className="grow">
              <T k="me.keys" />
            </span>
            <kbd className="quiet">?</kbd>
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu__i" onSelect={signOut}>
            <LogOut className="i flip" aria-hidden="true" />
            <T k="me.signOut" />
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
