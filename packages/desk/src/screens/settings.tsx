import type { ReactNode } from 'react';
import '../css/pages.css';
import { SECTIONS, type Section } from '../model/views.ts';
import { useLanguage } from '../parts/context.ts';
import { OwnSettings } from '../parts/own-settings.tsx';
import { useGo } from '../parts/rail.tsx';
import { SavedReplySettings } from '../parts/saved-reply-settings.tsx';
import { T } from '../parts/say.tsx';
import { type Key, t as words } from '../words/index.ts';

const NAMES = { own: 'settings.own', replies: 'settings.replies' } as const satisfies Record<Section, Key>;

function Body({ section }: { section: Section }): ReactNode {
  switch (section) {
    case 'own':
      return <OwnSettings />;
    case 'replies':
      return <SavedReplySettings />;
  }
}

/** What is set for the team, and for oneself. */
export default function SettingsPage({ section }: { section: Section }): ReactNode {
  useLanguage();
  const link = useGo();
  return (
    <main className="pg" aria-label={words('settings.title')} data-region>
      <header className="pg__h">
        <h1>
          <T k="settings.title" />
        </h1>
      </header>
      <div className="set">
        <nav className="set__nav" aria-label={words('settings.sections')}>
          {SECTIONS.map((name) => (
            <a
              key={name}
              className="nav"
              aria-current={name === section ? 'page' : undefined}
              {...link({ view: 'all', page: { name: 'settings', section: name } })}
            >
              <T k={NAMES[name]} />
            </a>
          ))}
        </nav>
        <Body section={section} />
      </div>
    </main>
  );
}
