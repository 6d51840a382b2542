import { directionOf, LANGUAGES, type Language, language, setLanguage } from '../words/index.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME = 'heed-theme';
const LANGUAGE = 'heed-language';

/** Private windows may have no storage; then a choice lasts as long as the page. */
function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch (error) {
    console.warn('heed: this device could not keep the choice', error);
  }
}

export function theme(): Theme {
  const value = kept(THEME);
  return THEMES.find((name) => name === value) ?? 'system';
}

export function chooseTheme(next: Theme): void {
  keep(THEME, next);
  showTheme(next);
}

function showTheme(next: Theme): void {
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}

export async function chooseLanguage(next: Language): Promise<void> {
  keep(LANGUAGE, next);
  await showLanguage(next);
}

/** A catalogue that cannot be fetched now leaves the desk in the language that it speaks. */
async function showLanguage(next: Language): Promise<void> {
  await setLanguage(next).catch((error) => console.warn(`heed: the words of ${next} could not be fetched`, error));
  document.documentElement.lang = language();
  document.documentElement.dir = directionOf(language());
}

function preferredLanguage(): Language {
  const wished = [kept(LANGUAGE), ...navigator.languages.map((tag) => tag.split('-')[0])];
  return LANGUAGES.find((name) => name === wished.find((wish) => LANGUAGES.some((known) => known === wish))) ?? 'en';
}

/** Applies what was chosen on this device, or what the browser asks for. */
export async function applyPreferences(): Promise<void> {
  showTheme(theme());
  await showLanguage(preferredLanguage());
}
