import { shallowReactive } from 'vue'
import type { CourtEvent } from '@/api/types'

export const ROOM = 'room'

export type ThreadName =
  | { kind: 'room' }
  | { kind: 'pair'; a: string; b: string }
  | { kind: 'bench'; participant: string }
  | { kind: 'service'; participant: string }

export function parseThread(name: string): ThreadName | undefined {
  const parts = name.split('/')
  if (name === ROOM) return { kind: 'room' }
  if (parts[0] === 'pair' && parts.length === 3 && parts[1]! < parts[2]!) return { kind: 'pair', a: parts[1]!, b: parts[2]! }
  if (parts[0] === 'bench' && parts.length === 2 && parts[1]) return { kind: 'bench', participant: parts[1] }
  if (parts[0] === 'service' && parts.length === 2 && parts[1]) return { kind: 'service', participant: parts[1] }
  return undefined
}

/** The two ids in ascending byte order. Ids are ASCII, so comparing strings compares bytes. */
export function pairThread(a: string, b: string): string {
  return a < b ? `pair/${a}/${b}` : `pair/${b}/${a}`
}

export function benchThread(participant: string): string {
  return `bench/${participant}`
}

/** Where the court serves documents on somebody. */
export function serviceThread(participant: string): string {
  return `service/${participant}`
}

export type Applied = 'added' | 'repeat' | 'gap'

/**
 * The newest contiguous part of one thread. Everything in it is joined to what comes live; parts further back that
 * were paged for reading alone are held elsewhere.
 */
export class ThreadRecord {
  readonly events = shallowReactive<CourtEvent[]>([])
  /** The server has said that nothing stands before the first event held. */
  begins = false

  get from(): number {
    return this.events[0]?.seq ?? 0
  }

  get to(): number {
    return this.events[this.events.length - 1]?.seq ?? 0
  }

  get hasOlder(): boolean {
    return this.events.length > 0 && this.from > 1 && !this.begins
  }

  /** Takes what came live or by replay. A gap changes nothing: the caller joins again. */
  apply(e: CourtEvent): Applied {
    if (this.events.length > 0) {
      if (e.seq <= this.to) {
        if (e.withdrawn) this.withdraw(e.seq, e.withdrawn)
        return 'repeat'
      }
      if (e.seq !== this.to + 1) return 'gap'
    }
    this.events.push(e)
    if ((e.kind === 'recall' || e.kind === 'hide') && e.body.seq) this.withdraw(e.body.seq, e.kind)
    return 'added'
  }

  /** Takes older events, ascending, that end where this record begins. */
  prepend(older: CourtEvent[], more: boolean) {
    const fit = older.filter((e) => !this.events.length || e.seq < this.from)
    this.events.unshift(...fit)
    if (!more) this.begins = true
  }

  /** Takes content from view. The event keeps its place. */
  withdraw(seq: number, how: 'recall' | 'hide'): CourtEvent | undefined {
    const i = this.index(seq)
    const e = this.events[i]
    if (!e || e.withdrawn) return e
    return (this.events[i] = { ...e, body: {}, withdrawn: how })
  }

  at(seq: number): CourtEvent | undefined {
    return this.events[this.index(seq)]
  }

  has(id: string): boolean {
    for (let i = this.events.length - 1; i >= 0; i--) if (this.events[i]!.id === id) return true
    return false
  }

  reset() {
    this.events.length = 0
    this.begins = false
  }

  private index(seq: number): number {
    let lo = 0
    let hi = this.events.length - 1
    while (lo <= hi) {
      const mid = (lo + hi) >> 1
      const s = this.events[mid]!.seq
      if (s === seq) return mid
      if (s < seq) lo = mid + 1
      else hi = mid - 1
    }
    return -1
  }
}
