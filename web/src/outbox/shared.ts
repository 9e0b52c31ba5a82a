import type { Shared } from './outbox'

/** Lets the pages of one person in one browser take turns: one of them empties the outbox. */
export function sharedAmongPages(person: string): Shared {
  const name = `microcourt.outbox.${person}`
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name)
  return {
    alone(work, signal) {
      if (!navigator.locks) return void work()
      navigator.locks.request(name, { signal }, work).catch(() => {
        // Aborted while waiting for its turn: this page has stopped.
      })
    },
    tell: (m) => channel?.postMessage(m),
    hear: (f) => channel && (channel.onmessage = (e) => f(e.data)),
    close: () => channel?.close(),
  }
}
