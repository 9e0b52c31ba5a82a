import type { CourtEvent } from '@/api/types'

/** What the merging needs to know of a thread. */
export interface Strand {
  thread: string
  events: readonly CourtEvent[]
  hasOlder: boolean
}

/**
 * Before this time something may be missing: a thread whose older part isn't here yet could have said something. What
 * is older stays out of the merged view until that part has come.
 */
export function horizon(strands: readonly Strand[]): number {
  let h = 0
  for (const s of strands) if (s.hasOlder && s.events[0]) h = Math.max(h, s.events[0].at)
  return h
}

/** The threads to page back for the merged view to reach further: those that hold the horizon where it is. */
export function limiting(strands: readonly Strand[]): string[] {
  const h = horizon(strands)
  return strands.filter((s) => s.hasOlder && s.events[0]?.at === h).map((s) => s.thread)
}

/** Merges threads by time. Inside a thread the order of `seq` always holds; equal times are ordered by thread. */
export function merge(strands: readonly Strand[]): CourtEvent[] {
  const h = horizon(strands)
  const heads = strands.map((s) => {
    const i = s.events.findIndex((e) => e.at >= h)
    return { s, i: i < 0 ? s.events.length : i }
  })
  const out: CourtEvent[] = []
  for (;;) {
    let best: (typeof heads)[number] | undefined
    for (const c of heads) {
      const e = c.s.events[c.i]
      if (!e) continue
      const b = best?.s.events[best.i]
      if (!b || e.at < b.at || (e.at === b.at && e.thread < b.thread)) best = c
    }
    if (!best) return out
    out.push(best.s.events[best.i]!)
    best.i++
  }
}

export type Row =
  | { type: 'day'; key: string; at: number }
  | { type: 'new'; key: string }
  | { type: 'event'; key: string; event: CourtEvent; lead: boolean }

const LEAD_GAP_MS = 3 * 60_000

/**
 * Groups merged events for the page: a line for each day, one where the unread ones begin, and `lead` on each event
 * that says who and when (the following ones of the same author and thread within three minutes need not).
 */
export function rows(events: readonly CourtEvent[], dayOf: (at: number) => string, firstUnread?: string): Row[] {
  const out: Row[] = []
  let day = ''
  let last: CourtEvent | undefined
  for (const e of events) {
    if (e.kind === 'recall') continue
    const d = dayOf(e.at)
    const key = `${e.thread}:${e.seq}`
    let lead = !last || last.by !== e.by || last.thread !== e.thread || e.at - last.at > LEAD_GAP_MS || isAct(last)
    if (d !== day) {
      out.push({ type: 'day', key: `day:${d}`, at: e.at })
      day = d
      lead = true
    }
    if (key === firstUnread) {
      out.push({ type: 'new', key: 'new' })
      lead = true
    }
    out.push({ type: 'event', key, event: e, lead })
    last = e
  }
  return out
}

const messages = new Set(['text', 'image', 'voice', 'video', 'file', 'location'])

/** Whether the event is an act of the record and not something that somebody says. */
export function isAct(e: CourtEvent): boolean {
  return !messages.has(e.kind)
}

/** How far a message of mine has been read: the ids of those who have. */
export function readers(
  e: CourtEvent,
  receipts: Readonly<Record<string, Record<string, number>>>,
): string[] {
  return Object.entries(receipts)
    .filter(([, threads]) => (threads[e.thread] ?? 0) >= e.seq)
    .map(([who]) => who)
}
