/** The launcher's own words; everything else is the app's. */
export const LAUNCHER: Readonly<Record<string, readonly [open: string, failed: string]>> = {
  en: ['Open chat', 'The chat could not be loaded. Press to try again.'],
  de: ['Chat öffnen', 'Der Chat konnte nicht geladen werden. Zum Wiederholen drücken.'],
};
