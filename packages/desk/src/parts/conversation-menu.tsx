import { DropdownMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import type { Command } from '../model/keys.ts';
import type { Key } from '../words/index.ts';
import { useDesk } from './context.ts';
import { KeyCap } from './key-cap.tsx';
import { T } from './say.tsx';

const ITEMS: readonly { command: Command; label: Key }[] = [
  { command: 'assign', label: 'keys.assign' },
  { command: 'toQueue', label: 'keys.toQueue' },
  { command: 'snooze', label: 'keys.snooze' },
  { command: 'noReply', label: 'keys.noReply' },
  { command: 'label', label: 'keys.label' },
  { command: 'jumpToUnanswered', label: 'keys.jumpToUnanswered' },
  { command: 'jumpToDate', label: 'keys.jumpToDate' },
];

/** Everything that is done with a conversation beside writing in it, by name. */
export default function ConversationMenu({ trigger }: { trigger: ReactElement }): ReactNode {
  const { commands } = useDesk();
  return (
    <DropdownMenu.Root defaultOpen modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          {ITEMS.map(({ command, label }) => (
            <DropdownMenu.Item key={command} className="menu__i" onSelect={() => commands.run(command)}>
              <span className="grow">
                <T k={label} />
              </span>
              <KeyCap of={command} />
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
