// Tells of work while the desk is closed. A push says only that somebody waits: what was said is read in the desk.
const DESK = new URL('.', self.location.href).href;
const WORDS = {
  en: 'A customer is waiting for you',
  de: 'Ein Kunde wartet auf Sie',
  fr: 'Un client vous attend',
  es: 'Un cliente le espera',
  zh: '有客户在等您',
  ar: 'عميل بانتظارك',
};

self.addEventListener('push', (event) => event.waitUntil(tell()));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open());
});

async function openDesks() {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.filter(({ url }) => url.startsWith(DESK));
}

/** A desk that is in front tells by itself. */
async function tell() {
  if ((await openDesks()).some((desk) => desk.focused)) return;
  const language = self.navigator.language.slice(0, 2);
  // One at a time: the newest takes the place of the one before.
  await self.registration.showNotification('Heed', {
    body: WORDS[language] ?? WORDS.en,
    tag: 'waiting',
    renotify: true,
  });
}

async function open() {
  const [desk] = await openDesks();
  await (desk ? desk.focus() : self.clients.openWindow(DESK));
}
