// The part of the service worker that says that something is new in a case. The message holds nothing else.

async function told(said) {
  const path = said.case ? `/cases/${said.case}` : '/'
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  // Who has the room before the eyes sees it there.
  if (said.case && windows.some((w) => w.visibilityState === 'visible' && new URL(w.url).pathname.startsWith(path))) return
  await self.registration.showNotification(said.title || '微法庭', {
    body: said.body || '', tag: said.case || 'court', data: { path }, icon: '/icons/192.png', badge: '/icons/badge.png',
  })
}

self.addEventListener('push', (event) => {
  let said = {}
  try {
    said = event.data?.json() ?? {}
  } catch {
    // Something is new; what it was can't be read.
  }
  event.waitUntil(told(said))
})

async function open(path) {
  const windows = await self.clients.matchAll({ type: 'window' })
  for (const w of windows) {
    try {
      await w.focus()
      if (new URL(w.url).pathname !== path) await w.navigate(path)
      return
    } catch {
      // A page that can't be led there: the next one, or a new one.
    }
  }
  await self.clients.openWindow(path)
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data?.path ?? '/'))
})

// The browser has replaced the subscription by itself.
async function renew(event) {
  const sub = event.newSubscription ?? (await self.registration.pushManager.subscribe(event.oldSubscription.options))
  const { endpoint, keys } = sub.toJSON()
  await fetch('/api/v1/me/push', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ endpoint, keys }) })
}

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event)))
