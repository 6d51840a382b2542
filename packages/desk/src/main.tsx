import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './css/tokens.css';
import './css/base.css';
import './css/desk.css';
import './css/narrow.css';
import { applyPreferences } from './model/preferences.ts';
import { startSession } from './model/session.ts';

await Promise.all([applyPreferences(), startSession()]);
createRoot(document.getElementById('root') as HTMLElement).render(<App />);
