import { registerSW } from 'virtual:pwa-register'

let update: ((reload?: boolean) => Promise<void>) | undefined

/**
 * Registers the service worker, when the first page has come to rest: what it fetches must not be in that page's way. A new version
 * waits until the page is opened the next time, or is told to come.
 */
export function startUpdates() {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const register = () => (update = registerSW({}))
  const atRest = () => ('requestIdleCallback' in window ? requestIdleCallback(register, { timeout: 3000 }) : setTimeout(register, 2000))
  if (document.readyState === 'complete') atRest()
  else addEventListener('load', atRest, { once: true })
}

/** Loads the newest version of the page. */
export async function reloadNewest() {
  try {
    const reg = await navigator.serviceWorker?.getRegistration()
    await reg?.update()
    if (reg?.waiting && update) {
      await update(true)
      return
    }
  } catch {
    // Without a service worker a plain reload is enough.
  }
  location.reload()
}

/** Lets go of the page's stored files, so that the next start loads everything anew. */
export async function dropStoredPage() {
  for (const key of await caches.keys()) await caches.delete(key)
  for (const reg of await navigator.serviceWorker.getRegistrations()) await reg.unregister()
}
