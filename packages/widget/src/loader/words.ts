/** The launcher's own words; everything else is the app's. */
export const LAUNCHER: Readonly<Record<string, readonly [open: string, failed: string]>> = {
  en: ['Open chat', 'The chat could not be loaded. Press to try again.'],
  de: ['Chat öffnen', 'Der Chat wurde nicht geladen. Zum Wiederholen drücken.'],
  fr: ['Ouvrir la discussion', 'Discussion non chargée. Appuyez pour réessayer.'],
  es: ['Abrir el chat', 'El chat no se cargó. Pulse para reintentar.'],
  zh: ['打开在线客服', '未能加载，点按重试。'],
  ar: ['فتح المحادثة', 'لم تُحمَّل المحادثة. اضغط للمحاولة.'],
};
