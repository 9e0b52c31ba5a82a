import { describe, expect, it } from 'vitest'
import type { CourtEvent, EventKind } from '@/api/types'
import { benchThread, pairThread, parseThread, ThreadRecord } from '@/record/thread'
import { horizon, limiting, merge, readers, rows } from '@/record/timeline'

function ev(thread: string, seq: number, at: number, more: Partial<CourtEvent> = {}): CourtEvent {
  return { case: 'C', thread, seq, id: `${thread}-${seq}`, at, by: 'P1', kind: 'text' as EventKind, body: { text: `${seq}` }, ...more }
}
const strand = (thread: string, events: CourtEvent[], hasOlder = false) => ({ thread, events, hasOlder })
const names = (es: CourtEvent[]) => es.map((e) => e.id)

describe('a thread', () => {
  it('takes events in order, knows repeats, and reports gaps', () => {
    const t = new ThreadRecord()
    expect(t.apply(ev('room', 41, 1))).toBe('added')
    expect(t.apply(ev('room', 42, 2))).toBe('added')
    expect(t.apply(ev('room', 42, 2))).toBe('repeat')
    expect(t.apply(ev('room', 44, 4))).toBe('gap')
    expect([t.from, t.to, t.hasOlder]).toEqual([41, 42, true])
  })

  it('takes the content of a recalled or hidden message from view', () => {
    const t = new ThreadRecord()
    t.apply(ev('room', 1, 1))
    t.apply(ev('room', 2, 2))
    t.apply(ev('room', 3, 3, { kind: 'recall', body: { seq: 1 } }))
    t.apply(ev('room', 4, 4, { kind: 'hide', body: { seq: 2, reason: 'x' } }))
    expect(t.at(1)).toMatchObject({ body: {}, withdrawn: 'recall' })
    expect(t.at(2)).toMatchObject({ body: {}, withdrawn: 'hide' })
  })

  it('is paged back until the server says that there is no more', () => {
    const t = new ThreadRecord()
    t.apply(ev('room', 5, 5))
    t.prepend([ev('room', 3, 3), ev('room', 4, 4), ev('room', 5, 5)], true)
    expect([t.from, t.events.length, t.hasOlder]).toEqual([3, 3, true])
    t.prepend([ev('room', 2, 2)], false)
    expect(t.hasOlder).toBe(false)
  })

  it('has a name that both ends write alike', () => {
    expect(pairThread('b', 'a')).toBe('pair/a/b')
    expect(parseThread(pairThread('P2', 'P10'))).toEqual({ kind: 'pair', a: 'P10', b: 'P2' })
    expect(parseThread(benchThread('P1'))).toEqual({ kind: 'bench', participant: 'P1' })
    for (const bad of ['pair/b/a', 'pair/a', 'bench/', 'x', '']) expect(parseThread(bad)).toBeUndefined()
  })
})

describe('the merged timeline', () => {
  it('orders by time and keeps the order of seq inside a thread', () => {
    const room = strand('room', [ev('room', 1, 10), ev('room', 2, 20), ev('room', 3, 20)])
    const bench = strand('bench/P1', [ev('bench/P1', 1, 15), ev('bench/P1', 2, 20)])
    expect(names(merge([room, bench]))).toEqual(['room-1', 'bench/P1-1', 'bench/P1-2', 'room-2', 'room-3'])
  })

  it('shows nothing that is older than a part that is not here yet', () => {
    const room = strand('room', [ev('room', 51, 100), ev('room', 52, 110)], true)
    const bench = strand('bench/P1', [ev('bench/P1', 1, 50), ev('bench/P1', 2, 105)])
    expect(horizon([room, bench])).toBe(100)
    expect(limiting([room, bench])).toEqual(['room'])
    expect(names(merge([room, bench]))).toEqual(['room-51', 'bench/P1-2', 'room-52'])
  })

  it('holds every event once, for any split of paging', () => {
    let seed = 7
    const rnd = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
    for (let n = 0; n < 200; n++) {
      let at = 0
      const threads = ['room', 'bench/P1', 'pair/P1/P2']
      const all = threads.map((t) => ({ t, events: [] as CourtEvent[] }))
      for (let i = 0; i < 40; i++) {
        at += Math.floor(rnd() * 3)
        const x = all[Math.floor(rnd() * 3)]!
        x.events.push(ev(x.t, x.events.length + 1, at))
      }
      const strands = all.map((x) => {
        const cut = Math.floor(rnd() * x.events.length)
        return strand(x.t, x.events.slice(cut), cut > 0)
      })
      const m = merge(strands)
      const h = horizon(strands)
      const expected = all.flatMap((x) => x.events).filter((e) => e.at >= h && strands.some((s) => s.events.includes(e)))
      expect(new Set(names(m))).toEqual(new Set(names(expected)))
      for (let i = 1; i < m.length; i++) expect(m[i]!.at).toBeGreaterThanOrEqual(m[i - 1]!.at)
      for (const s of strands) expect(m.filter((e) => e.thread === s.thread).map((e) => e.seq)).toEqual(s.events.filter((e) => e.at >= h).map((e) => e.seq))
    }
  })

  it('groups by day, marks where the unread begins, and says again who speaks', () => {
    const day = (at: number) => String(Math.floor(at / 1_000_000))
    const list = rows(
      [ev('room', 1, 1000), ev('room', 2, 2000), ev('room', 3, 3000, { by: 'P2' }), ev('room', 4, 3500, { kind: 'recall', body: { seq: 1 } }), ev('room', 5, 1_000_500, { by: 'P2' })],
      day,
      'room:3',
    )
    expect(list.map((r) => (r.type === 'event' ? `${r.event.seq}${r.lead ? '!' : ''}` : r.type))).toEqual(['day', '1!', '2', 'new', '3!', 'day', '5!'])
  })

  it('tells who has read a message of mine', () => {
    const receipts = { P2: { room: 5 }, P3: { room: 4, 'bench/P1': 9 } }
    expect(readers(ev('room', 5, 1), receipts)).toEqual(['P2'])
    expect(readers(ev('bench/P1', 5, 1), receipts)).toEqual(['P3'])
  })
})
