/**
 * The demo company: invented people, lamps and troubles, as data only. Times are minutes before the moment at which
 * the demo is made, so that clocks and days look alive whenever that is.
 */
export interface DemoAgent {
  name: string;
  email: string;
  role: 'agent' | 'supervisor' | 'admin';
  /** Positions in `queues`. */
  queues: readonly number[];
}

export interface DemoCustomer {
  name: string;
  email: string | null;
  language: string;
  device: string;
  timezone: string;
  /** A page of the shop where the conversation began, relative to it. */
  page: { path: string; title: string };
}

export interface DemoMessage {
  /** The customer, or the position of an agent. */
  from: 'customer' | number;
  text: string;
  minutesAgo: number;
}

export interface DemoConversation {
  /** Position of the customer. */
  customer: number;
  /** Position of the queue it comes in at. */
  queue: number;
  /**
   * How it stands at the end: `queued` waits in its queue, `waiting` with the agent who answered last, `answered` has
   * nothing unanswered, `resolved` is closed by that agent.
   */
  state: 'queued' | 'waiting' | 'answered' | 'resolved';
  messages: readonly DemoMessage[];
  /** When it was closed. */
  resolvedMinutesAgo?: number;
  labels?: readonly string[];
}

export interface DemoContent {
  company: string;
  inbox: string;
  /** What its widget offers to be asked by one press. */
  topics: readonly string[];
  /** One for all three sign-ins; it is printed at the start. */
  password: string;
  queues: readonly { name: string; firstReplyMinutes: number }[];
  agents: readonly DemoAgent[];
  customers: readonly DemoCustomer[];
  conversations: readonly DemoConversation[];
}

const HOUR = 60;
const DAY = 24 * HOUR;

export const DEMO: DemoContent = {
  company: 'Osterlume',
  inbox: 'Osterlume shop',
  topics: ['Where is my order?', 'Return or exchange', 'Help me choose a lamp'],
  password: 'lamplight-demo',
  queues: [
    { name: 'Orders', firstReplyMinutes: 5 },
    { name: 'Returns', firstReplyMinutes: 5 },
    { name: 'Repairs', firstReplyMinutes: 10 },
    { name: 'Advice', firstReplyMinutes: 5 },
  ],
  agents: [
    { name: 'Amira Solberg', email: 'amira@osterlume.example', role: 'admin', queues: [0, 1, 2, 3] },
    { name: 'Jonas Weyrich', email: 'jonas@osterlume.example', role: 'agent', queues: [0, 1] },
    { name: 'Bea Lindqvist', email: 'bea@osterlume.example', role: 'agent', queues: [0, 2, 3] },
  ],
  customers: [
    {
      name: 'Maeve Corrigan',
      email: 'maeve.corrigan@post.example',
      language: 'en-IE',
      device: 'Firefox, Android',
      timezone: 'Europe/Dublin',
      page: { path: '/heron.html', title: 'Heron floor lamp' },
    },
    {
      name: 'Till Hagedorn',
      email: 'hagedorn@werkstatt.example',
      language: 'de-DE',
      device: 'Safari, macOS',
      timezone: 'Europe/Berlin',
      page: { path: '/dune.html', title: 'Dune table lamp' },
    },
    {
      name: 'Solène Marchetti',
      email: 'solene@courrier.example',
      language: 'fr-FR',
      device: 'Safari, iPhone',
      timezone: 'Europe/Paris',
      page: { path: '/help.html', title: 'Delivery and returns' },
    },
    {
      name: 'Iker Santamaría',
      email: 'iker.santamaria@correo.example',
      language: 'es-ES',
      device: 'Chrome, Windows',
      timezone: 'Europe/Madrid',
      page: { path: '/pebble.html', title: 'Pebble night light' },
    },
    {
      name: '林嘉怡',
      email: 'jiayi.lin@youxiang.example',
      language: 'zh-CN',
      device: 'Chrome, Android',
      timezone: 'Asia/Shanghai',
      page: { path: '/dune.html', title: 'Dune table lamp' },
    },
    {
      name: 'ليان الخطيب',
      email: 'layan@bareed.example',
      language: 'ar-JO',
      device: 'Safari, iPhone',
      timezone: 'Asia/Amman',
      page: { path: '/pebble.html', title: 'Pebble night light' },
    },
    {
      name: 'Owen Tredinnick',
      email: null,
      language: 'en-GB',
      device: 'Edge, Windows',
      timezone: 'Europe/London',
      page: { path: '/', title: 'Osterlume' },
    },
    {
      name: 'Friederike Aumann',
      email: 'f.aumann@post.example',
      language: 'de-AT',
      device: 'Firefox, Windows',
      timezone: 'Europe/Vienna',
      page: { path: '/heron.html', title: 'Heron floor lamp' },
    },
    {
      name: 'Kweku Amoah',
      email: 'kweku@studio-amoah.example',
      language: 'en-GH',
      device: 'Chrome, macOS',
      timezone: 'Africa/Accra',
      page: { path: '/dune.html', title: 'Dune table lamp' },
    },
    {
      name: 'Paulina Wierzbicka',
      email: 'paulina@poczta.example',
      language: 'pl-PL',
      device: 'Samsung Internet, Android',
      timezone: 'Europe/Warsaw',
      page: { path: '/help.html', title: 'Delivery and returns' },
    },
    {
      name: 'Rafael Quintão',
      email: 'rafael@quintao.example',
      language: 'pt-PT',
      device: 'Chrome, Linux',
      timezone: 'Europe/Lisbon',
      page: { path: '/heron.html', title: 'Heron floor lamp' },
    },
    {
      name: 'Nadia Vestergaard',
      email: 'nadia@vestergaard.example',
      language: 'en-DK',
      device: 'Safari, iPad',
      timezone: 'Europe/Copenhagen',
      page: { path: '/pebble.html', title: 'Pebble night light' },
    },
    {
      name: 'Bastien Leroux',
      email: 'bastien.leroux@courrier.example',
      language: 'fr-BE',
      device: 'Firefox, Linux',
      timezone: 'Europe/Brussels',
      page: { path: '/dune.html', title: 'Dune table lamp' },
    },
    {
      name: 'Marisol Etxeberria',
      email: 'marisol@correo.example',
      language: 'es-MX',
      device: 'Chrome, Android',
      timezone: 'America/Mexico_City',
      page: { path: '/', title: 'Osterlume' },
    },
  ],
  conversations: [
    {
      customer: 0,
      queue: 0,
      state: 'queued',
      messages: [
        {
          from: 'customer',
          text: 'Hi, my Heron lamp was due yesterday and the tracking page has not moved since Monday.',
          minutesAgo: 4,
        },
        {
          from: 'customer',
          text: 'Order OL-58213. I’m moving house on Friday, so the address changes after that.',
          minutesAgo: 3,
        },
      ],
    },
    {
      customer: 1,
      queue: 2,
      state: 'queued',
      messages: [
        {
          from: 'customer',
          text: 'Guten Tag, der Dimmer meiner Dune brummt leise, sobald ich unter die Hälfte drehe. Ist das normal?',
          minutesAgo: 2,
        },
      ],
    },
    {
      customer: 4,
      queue: 3,
      state: 'queued',
      messages: [
        { from: 'customer', text: '你好，请问 Dune 台灯可以换成暖一点的灯泡吗？现在的光有点偏白。', minutesAgo: 6 },
        { from: 'customer', text: '另外，国内的插头需要转换器吗？', minutesAgo: 5 },
      ],
    },
    {
      customer: 5,
      queue: 0,
      state: 'queued',
      messages: [
        {
          from: 'customer',
          text: 'مرحباً، طلبت مصباح Pebble لغرفة ابنتي ووصلني اللون الرمادي بدل الأخضر. رقم الطلب OL-58190',
          minutesAgo: 1,
        },
      ],
    },
    {
      customer: 2,
      queue: 1,
      state: 'waiting',
      messages: [
        {
          from: 'customer',
          text: 'Bonjour, je voudrais renvoyer l’abat-jour : la couleur est plus foncée que sur la photo.',
          minutesAgo: 26,
        },
        {
          from: 1,
          text: 'Bonjour Solène, ici Jonas. Bien sûr, vous avez 30 jours. Préférez-vous un échange ou un remboursement ?',
          minutesAgo: 22,
        },
        { from: 'customer', text: 'Un échange contre le modèle « sable », si vous l’avez encore.', minutesAgo: 7 },
        { from: 'customer', text: 'Et dois-je garder la boîte d’origine ?', minutesAgo: 6 },
      ],
      labels: ['exchange'],
    },
    {
      customer: 8,
      queue: 3,
      state: 'waiting',
      messages: [
        {
          from: 'customer',
          text: 'Hello! I’m lighting a small studio, about 18 square metres. Would three Dunes be enough or do I want a Heron in the corner?',
          minutesAgo: 48,
        },
        {
          from: 2,
          text: 'Hi Kweku, Bea here. What is the ceiling like: low and white, or high? And do you mostly draw, or work at a screen?',
          minutesAgo: 44,
        },
        { from: 'customer', text: 'High, 3.4 metres, and I draw. Daylight until four, then nothing.', minutesAgo: 9 },
      ],
    },
    {
      customer: 3,
      queue: 0,
      state: 'answered',
      messages: [
        {
          from: 'customer',
          text: 'Hola, ¿puedo cambiar la dirección de envío del pedido OL-58177? Todavía no ha salido.',
          minutesAgo: 75,
        },
        {
          from: 1,
          text: 'Hola Iker, soy Jonas. Sí, aún está en el almacén. Escríbame la dirección nueva y la cambio ahora.',
          minutesAgo: 71,
        },
        { from: 'customer', text: 'Calle del Olmo 14, 3.º B, 31001 Pamplona. ¡Gracias!', minutesAgo: 66 },
        { from: 1, text: 'Cambiada. Sale mañana por la mañana y llega el jueves.', minutesAgo: 64 },
      ],
    },
    {
      customer: 7,
      queue: 2,
      state: 'answered',
      messages: [
        {
          from: 'customer',
          text: 'Beim Aufstellen der Heron ist mir die Feststellschraube gebrochen. Bekomme ich die einzeln?',
          minutesAgo: 3 * HOUR,
        },
        {
          from: 2,
          text: 'Guten Tag Frau Aumann, hier ist Bea. Ja, die liegt bei uns als Ersatzteil. Ist es die obere am Gelenk oder die untere am Fuß?',
          minutesAgo: 3 * HOUR - 6,
        },
        { from: 'customer', text: 'Die obere. Sie ist aus Messing.', minutesAgo: 2 * HOUR + 40 },
        {
          from: 2,
          text: 'Dann schicke ich Ihnen heute zwei davon, kostenlos. Eine zur Reserve.',
          minutesAgo: 2 * HOUR + 36,
        },
      ],
      labels: ['spare part'],
    },
    {
      customer: 11,
      queue: 3,
      state: 'answered',
      messages: [
        {
          from: 'customer',
          text: 'Is the Pebble safe to leave on all night next to a cot? Does it get warm?',
          minutesAgo: 5 * HOUR,
        },
        {
          from: 2,
          text: 'It stays below 32 °C even after twelve hours, and there is no glass in it. Many people leave it on. The lead is 1.8 m, so please keep the socket out of reach.',
          minutesAgo: 5 * HOUR - 4,
        },
      ],
    },
    {
      customer: 6,
      queue: 0,
      state: 'resolved',
      messages: [
        { from: 'customer', text: 'can i pay by bank transfer', minutesAgo: DAY + 2 * HOUR },
        {
          from: 1,
          text: 'You can: choose “Transfer” at the last step. We send the lamp on the day the payment arrives.',
          minutesAgo: DAY + 2 * HOUR - 3,
        },
        { from: 'customer', text: 'grand, thanks 👍', minutesAgo: DAY + 2 * HOUR - 5 },
        { from: 1, text: 'Gladly. Write here any time.', minutesAgo: DAY + 2 * HOUR - 6 },
      ],
      resolvedMinutesAgo: DAY + 2 * HOUR - 8,
    },
    {
      customer: 9,
      queue: 1,
      state: 'resolved',
      messages: [
        {
          from: 'customer',
          text: 'Dzień dobry, paczka przyszła z pękniętym kloszem. Mam zdjęcia. Can I also write in English?',
          minutesAgo: 2 * DAY,
        },
        {
          from: 0,
          text: 'Of course, Paulina. Amira here. I’m sorry about the shade. A new one leaves today; you need not send the broken one back.',
          minutesAgo: 2 * DAY - 5,
        },
        { from: 'customer', text: 'That is very kind. Thank you!', minutesAgo: 2 * DAY - 20 },
        { from: 0, text: 'You will get a message with the tracking number this evening.', minutesAgo: 2 * DAY - 22 },
      ],
      resolvedMinutesAgo: 2 * DAY - 25,
      labels: ['damaged'],
    },
    {
      customer: 10,
      queue: 2,
      state: 'resolved',
      messages: [
        {
          from: 'customer',
          text: 'Boa tarde, o candeeiro Heron deixou de acender depois de uma falha de energia.',
          minutesAgo: 3 * DAY,
        },
        {
          from: 2,
          text: 'Boa tarde, Rafael. Desligue-o da tomada durante um minuto e volte a ligar: a proteção repõe-se assim.',
          minutesAgo: 3 * DAY - 4,
        },
        { from: 'customer', text: 'Funcionou! Obrigado.', minutesAgo: 3 * DAY - 12 },
        { from: 2, text: 'Ótimo. Boas leituras.', minutesAgo: 3 * DAY - 13 },
      ],
      resolvedMinutesAgo: 3 * DAY - 15,
    },
    {
      customer: 12,
      queue: 3,
      state: 'resolved',
      messages: [
        {
          from: 'customer',
          text: 'Quelle est la différence entre le lin naturel et le lin blanchi ?',
          minutesAgo: 4 * DAY,
        },
        {
          from: 2,
          text: 'Le naturel donne une lumière plus dorée, le blanchi plus neutre. Pour lire, je prendrais le blanchi.',
          minutesAgo: 4 * DAY - 7,
        },
        { from: 'customer', text: 'Parfait, je prends le blanchi.', minutesAgo: 4 * DAY - 15 },
        { from: 2, text: 'Bonne lecture, Bastien.', minutesAgo: 4 * DAY - 16 },
      ],
      resolvedMinutesAgo: 4 * DAY - 18,
    },
    {
      customer: 13,
      queue: 0,
      state: 'resolved',
      messages: [
        { from: 'customer', text: '¿Envían a México? Quiero regalar dos Pebble.', minutesAgo: 6 * DAY },
        {
          from: 1,
          text: 'Hola Marisol. Sí, en 8 a 12 días, y los aranceles ya van incluidos en el precio que ve al pagar.',
          minutesAgo: 6 * DAY - 5,
        },
        { from: 'customer', text: 'Ah, qué bien. ¿Y envuelto para regalo?', minutesAgo: 6 * DAY - 9 },
        {
          from: 1,
          text: 'También, sin costo. Marque la casilla y escriba el mensaje de la tarjeta.',
          minutesAgo: 6 * DAY - 11,
        },
      ],
      resolvedMinutesAgo: 6 * DAY - 14,
    },
    {
      customer: 0,
      queue: 3,
      state: 'resolved',
      messages: [
        { from: 'customer', text: 'Does the Heron come with a bulb?', minutesAgo: 9 * DAY },
        { from: 2, text: 'It does: a warm one, 2700 K, and it can be changed without tools.', minutesAgo: 9 * DAY - 3 },
        { from: 'customer', text: 'Lovely, ordering now.', minutesAgo: 9 * DAY - 6 },
        { from: 2, text: 'Enjoy it, Maeve.', minutesAgo: 9 * DAY - 7 },
      ],
      resolvedMinutesAgo: 9 * DAY - 9,
    },
  ],
};
