/** The one clock by which all files of a recording are played. Times are Unix milliseconds, but for speeds. */
export interface Span {
  from: number
  to: number
}

export interface Piece {
  id: string
  seat: string
  media: 'audio' | 'camera' | 'screen'
  at: number
  duration: number
}

/** Further off than this an element is set to its place; less is made up for by playing a little faster or slower. */
const FAR_S = 0.25
const NEAR_S = 0.02

/** What an element has to do to be where the clock is: go to a place (seconds), or play at a rate. */
export function follow(wanted: number, is: number, speed: number): { seek?: number; rate: number } {
  const off = wanted - is
  if (Math.abs(off) > FAR_S) return { seek: wanted, rate: speed }
  if (Math.abs(off) < NEAR_S) return { rate: speed }
  return { rate: speed * (1 + Math.max(-0.15, Math.min(0.15, off * 1.5))) }
}

/** Where the clock goes on: what wasn't recorded is passed over. Null behind the end. */
export function recordedFrom(parts: readonly Span[], at: number): number | null {
  for (const p of parts) if (at < p.to) return Math.max(at, p.from)
  return null
}

/** The files that are played at a moment: of each seat and medium the one that began last. One without a length lasts until the next begins. */
export function playing(files: readonly Piece[], at: number): Piece[] {
  const newest = new Map<string, Piece>()
  for (const f of files) {
    const key = `${f.seat} ${f.media}`
    if (f.at <= at && f.at >= (newest.get(key)?.at ?? 0)) newest.set(key, f)
  }
  return [...newest.values()].filter((f) => !f.duration || at < f.at + f.duration + 100)
}

/** What is played at a moment or soon after it, and is fetched by now, so that nothing waits when its time comes. */
export function fetched(files: readonly Piece[], at: number, ahead = 4_000): Piece[] {
  const now = playing(files, at)
  return [...now, ...files.filter((f) => f.at > at && f.at <= at + ahead)]
}

/** Who speaks at a moment. */
export function speaks(spoke: readonly { at: number; seats: string[] }[], at: number): string[] {
  let now: string[] = []
  for (const s of spoke) {
    if (s.at > at) break
    now = s.seats
  }
  return now
}
