import { ask } from './ask.ts';

/** Whether this browser can be told while no desk is open. */
export function canPush(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker.getRegistration(import.meta.env.BASE_URL);
}

export async function isPushed(): Promise<boolean> {
  if (!canPush()) return false;
  return Boolean(await (await worker())?.pushManager.getSubscription());
}

/** Asks the browser, then tells the server where to push to; false where either says no. */
export async function turnPushOn(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const keys = await ask<{ publicKey: string }>('GET', '/v1/push');
  if (!keys.ok) return false;
  await navigator.serviceWorker.register(`${import.meta.env.BASE_URL}push.js`);
  const { pushManager } = await navigator.serviceWorker.ready;
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keys.value.publicKey });
  const taken = await ask('POST', '/v1/push', { body: { endpoint: made.endpoint } });
  if (!taken.ok) await made.unsubscribe();
  return taken.ok;
}

export async function turnPushOff(): Promise<void> {
  const made = await (await worker())?.pushManager.getSubscription();
  if (!made) return;
  await ask('DELETE', '/v1/push', { body: { endpoint: made.endpoint } });
  await made.unsubscribe();
}
