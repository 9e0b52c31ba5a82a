import type { CourtEvent } from '@/api/types'
import { forgetCase, type PersonDB, type RoomNotes } from './db'
import { ThreadRecord } from './thread'

const SHOWN_AT_ONCE = 200

/** Keeps one room on the phone, so that it is there at once and goes on from where it was. Writes are put together. */
export class RoomCache {
  private events = new Map<string, CourtEvent>()
  private tails = new Map<string, ThreadRecord>()
  private dropped = new Set<string>()
  private pending: RoomNotes | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private forgotten = false

  constructor(
    private readonly id: string,
    private readonly db: PersonDB,
  ) {}

  async load(into: Map<string, ThreadRecord>): Promise<RoomNotes | undefined> {
    try {
      const tx = this.db.transaction(['events', 'tails', 'rooms'])
      const tails = await tx.objectStore('tails').index('case').getAll(this.id)
      for (const tail of tails) {
        const from = Math.max(tail.from, tail.to - SHOWN_AT_ONCE + 1)
        const range = IDBKeyRange.bound([this.id, tail.thread, from], [this.id, tail.thread, tail.to])
        const events = await tx.objectStore('events').getAll(range)
        const t = into.get(tail.thread) ?? new ThreadRecord()
        if (t.events.length > 0 || events.length !== tail.to - from + 1) continue
        for (const e of events) t.apply(e)
        into.set(tail.thread, t)
      }
      return await tx.objectStore('rooms').get(this.id)
    } catch {
      return undefined // a cache that cannot be read is an empty one
    }
  }

  add(e: CourtEvent, t: ThreadRecord) {
    this.events.set(`${e.thread}|${e.seq}`, e)
    this.tails.set(e.thread, t)
    this.later()
  }

  addOlder(events: CourtEvent[], t: ThreadRecord) {
    for (const e of events) this.add(e, t)
  }

  /** What was held of the thread is no longer joined to what follows. */
  drop(thread: string) {
    for (const k of this.events.keys()) if (k.startsWith(`${thread}|`)) this.events.delete(k)
    this.tails.delete(thread)
    this.dropped.add(thread)
    this.later()
  }

  notes(n: RoomNotes) {
    this.pending = n
    this.later()
  }

  async forget() {
    this.forgotten = true
    clearTimeout(this.timer)
    await forgetCase(this.db, this.id).catch(() => {})
  }

  private later() {
    if (this.forgotten) return
    this.timer ??= setTimeout(() => void this.flush(), 200)
  }

  private async flush() {
    this.timer = undefined
    const { events, tails, dropped, pending } = this
    this.events = new Map()
    this.tails = new Map()
    this.dropped = new Set()
    this.pending = undefined
    try {
      const tx = this.db.transaction(['events', 'tails', 'rooms'], 'readwrite')
      for (const thread of dropped) {
        void tx.objectStore('events').delete(IDBKeyRange.bound([this.id, thread], [this.id, thread, []]))
        void tx.objectStore('tails').delete([this.id, thread])
      }
      for (const e of events.values()) void tx.objectStore('events').put(e)
      for (const [thread, t] of tails) {
        // Only a tail without a hole can be continued; a judge's first readable event may leave one.
        const from = firstContiguous(t)
        void tx.objectStore('tails').put({ case: this.id, thread, from, to: t.to })
      }
      if (pending) void tx.objectStore('rooms').put(JSON.parse(JSON.stringify(pending)) as RoomNotes)
      await tx.done
    } catch {
      // The phone has no room, or the page is going: the server still has it all.
    }
  }
}

function firstContiguous(t: ThreadRecord): number {
  let i = t.events.length - 1
  while (i > 0 && t.events[i - 1]!.seq === t.events[i]!.seq - 1) i--
  return t.events[i]?.seq ?? 0
}
