import { account } from '@/api/calls'
import type { Me } from '@/api/types'

/** Whose wish it was to be told on this phone. */
const KEY = 'microcourt.push'

/**
 * What can be said of push messages on this phone: they can be turned `on` or `off`; `denied`: the person once refused notifications;
 * `install`: the phone gives them only to a page on its home screen; `unsupported`: this browser has none; `none`: the court has none.
 */
export type PushState = 'on' | 'off' | 'denied' | 'install' | 'unsupported' | 'none'

const wanted = (me: Me) => localStorage.getItem(KEY) === me.id

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration()
}

export async function pushState(me: Me, key: string | undefined): Promise<PushState> {
  if (!key) return 'none'
  if (!('PushManager' in window) || !('Notification' in window) || !navigator.serviceWorker) {
    const apple = /iPhone|iPad/.test(navigator.userAgent)
    return apple && !matchMedia('(display-mode: standalone)').matches ? 'install' : 'unsupported'
  }
  if (Notification.permission === 'denied') return 'denied'
  const sub = await (await registration())?.pushManager.getSubscription()
  return sub && wanted(me) && Notification.permission === 'granted' ? 'on' : 'off'
}

function sameKey(sub: PushSubscription, key: string): boolean {
  const held = sub.options.applicationServerKey
  if (!held) return false
  const text = btoa(String.fromCharCode(...new Uint8Array(held)))
  return text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') === key.replace(/=+$/, '')
}

async function subscribe(key: string) {
  const reg = await navigator.serviceWorker.ready
  let sub = await reg.pushManager.getSubscription()
  if (sub && !sameKey(sub, key)) {
    await sub.unsubscribe()
    sub = null
  }
  sub ??= await reg.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { endpoint, keys } = sub.toJSON() as { endpoint: string; keys: { p256dh: string; auth: string } }
  await account.push({ endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } })
}

/** Asks for the permission and subscribes; a browser asks at a tap only. */
export async function turnOn(me: Me, key: string) {
  if ((await Notification.requestPermission()) !== 'granted') return
  await subscribe(key)
  localStorage.setItem(KEY, me.id)
}

export async function turnOff() {
  localStorage.removeItem(KEY)
  await account.noPush()
  await endHere()
}

/** Signed in again: a subscription ends with its sign-in, the wish doesn't. */
export async function renew(me: Me, key: string | undefined) {
  if (key && wanted(me) && 'Notification' in window && Notification.permission === 'granted') await subscribe(key)
}

/** Lets go of this browser's subscription, so that nothing more comes to whoever holds the phone. */
export async function endHere() {
  await (await (await registration())?.pushManager?.getSubscription())?.unsubscribe()
}
