import { describe, expect, it } from 'vitest'
import type { DeskRoom } from '@/api/types'
import { counts, sorts } from '@/desk/order'

function room(id: string, more: { next?: number; oldest?: number; active?: number; waiting?: Partial<DeskRoom['waiting']>; unread?: number } = {}): DeskRoom {
  const waiting = { applications: 0, supplements: 0, supplements_overdue: 0, opinions: 0, rulings: 0, services: 0, fees: 0, fees_overdue: 0, copies: 0, hearings: 0, lobby: 0, transcripts: 0, unlinked: 0, reviews_overdue: 0, signings: 0, signatures: 0, signatures_overdue: 0, ...(more.oldest ? { oldest: more.oldest } : {}), ...more.waiting }
  return {
    id, docket_number: id, title: id, cause: '', court: '', procedure: '', phone: '', state: 'open', filed_at: 0, active_at: more.active ?? 0, role: 'clerk', me: '', standing: '', unread: more.unread ?? 0, unread_private: 0,
    ready: '', parties: [], acts_for: [], here: [], waiting, ...(more.next ? { next: { kind: 'deadline', at: more.next } } : {}),
  }
}

describe('the desk', () => {
  it('puts first what runs out soonest, then what has waited longest, then what is newest', () => {
    const list = [room('quiet', { active: 1 }), room('newer', { active: 9 }), room('waits', { oldest: 500 }), room('waited', { oldest: 100 }), room('late', { next: 900 }), room('soon', { next: 300 })]
    expect(list.sort(sorts.urgent).map((r) => r.id)).toEqual(['soon', 'late', 'waited', 'waits', 'newer', 'quiet'])
  })

  it('counts as waiting for the court what only the court can do', () => {
    const n = counts([room('a', { waiting: { applications: 2 } }), room('b', { waiting: { opinions: 3 } }), room('c', { waiting: { supplements: 1, supplements_overdue: 1 }, unread: 1 }),
      room('d', { waiting: { signatures: 1 } }), room('e', { waiting: { signings: 1 } }), room('f', { waiting: { copies: 1 } })])
    expect([n.waits, n.opinions, n.supplements, n.unread, n.signings, n.copies]).toEqual([4, 1, 1, 1, 2, 1])
  })

  it('knows the order of docket numbers', () => {
    expect([room('（2026）浙01民初10号'), room('（2026）浙01民初9号')].sort(sorts.docket).map((r) => r.id)).toEqual(['（2026）浙01民初9号', '（2026）浙01民初10号'])
  })
})
