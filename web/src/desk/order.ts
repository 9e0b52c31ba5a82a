import type { DeskRoom } from '@/api/types'

/** What may wait in a room, in the order in which the filters stand. */
export const filters = {
  waits: (r: DeskRoom) => r.waiting.applications + r.waiting.supplements_overdue + r.waiting.rulings + r.waiting.services + r.waiting.fees_overdue +
    r.waiting.copies + r.waiting.signings + r.waiting.signatures_overdue + r.waiting.hearings + r.waiting.lobby + r.waiting.transcripts + r.waiting.unlinked + r.waiting.reviews_overdue > 0,
  unread: (r: DeskRoom) => r.unread + r.unread_private > 0,
  hearings: (r: DeskRoom) => r.waiting.hearings + r.waiting.lobby > 0,
  transcripts: (r: DeskRoom) => r.waiting.transcripts > 0,
  applications: (r: DeskRoom) => r.waiting.applications > 0,
  supplements: (r: DeskRoom) => r.waiting.supplements > 0,
  opinions: (r: DeskRoom) => r.waiting.opinions > 0,
  rulings: (r: DeskRoom) => r.waiting.rulings > 0,
  exchange: (r: DeskRoom) => !!r.exchange,
  deadline: (r: DeskRoom) => !!r.next,
  services: (r: DeskRoom) => r.waiting.services > 0,
  fees: (r: DeskRoom) => r.waiting.fees > 0,
  signings: (r: DeskRoom) => r.waiting.signings + r.waiting.signatures > 0,
  copies: (r: DeskRoom) => r.waiting.copies > 0,
  unlinked: (r: DeskRoom) => r.waiting.unlinked > 0,
  reviews: (r: DeskRoom) => r.waiting.reviews_overdue > 0,
}
export type Filter = keyof typeof filters
export const filterNames = Object.keys(filters) as Filter[]

export function counts(rooms: readonly DeskRoom[]): Record<Filter, number> {
  return Object.fromEntries(filterNames.map((f) => [f, rooms.filter(filters[f]).length])) as Record<Filter, number>
}

const LAST = Number.MAX_SAFE_INTEGER
const newest = (a: DeskRoom, b: DeskRoom) => b.active_at - a.active_at

export const sorts = {
  /** What runs out soonest, then what has waited longest, then where something happened last. */
  urgent: (a: DeskRoom, b: DeskRoom) => (a.next?.at ?? LAST) - (b.next?.at ?? LAST) || (a.waiting.oldest || LAST) - (b.waiting.oldest || LAST) || newest(a, b),
  active: newest,
  unread: (a: DeskRoom, b: DeskRoom) => b.unread + b.unread_private - a.unread - a.unread_private || newest(a, b),
  docket: (a: DeskRoom, b: DeskRoom) => a.docket_number.localeCompare(b.docket_number, 'zh-CN', { numeric: true }),
  filed: (a: DeskRoom, b: DeskRoom) => b.filed_at - a.filed_at,
}
export type Sort = keyof typeof sorts
export const sortNames = Object.keys(sorts) as Sort[]
