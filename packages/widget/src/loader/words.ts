/** The launcher's own words; everything else is the app's. */
export const LAUNCHER: Readonly<Record<string, readonly [open: string, failed: string]>> = {
  en: ['Open chat', 'The chat could not be loaded. Press to try again.'],
  de: ['Chat öffnen', 'Der Chat konnte nicht geladen werden. Zum Wiederholen drücken.'],
  fr: ['Ouvrir la discussion', 'La discussion n’a pas pu être chargée. Appuyez pour réessayer.'],
  es: ['Abrir el chat', 'No se pudo cargar el chat. Pulse para volver a intentarlo.'],
  zh: ['打开在线客服', '无法加载在线客服。点按重试。'],
  ar: ['فتح المحادثة', 'تعذّر تحميل المحادثة. اضغط للمحاولة مرة أخرى.'],
};
