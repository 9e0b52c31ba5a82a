/** What a connection to the court carries, as far as the browser says it; what isn't known is left out. */
export interface Carries {
  /** There and back, ms. */
  roundTrip?: number
  /** Of what was sent, which part didn't arrive: 0 to 1. */
  loss?: number
  /** How much can be sent, bit/s. */
  up?: number
  /** How much can come, bit/s, as the court's server found out. */
  down?: number
}
export type Grade = 'good' | 'fair' | 'poor'
export interface Verdict {
  grade: Grade
  /** What keeps it from being better: '' where it is good. */
  because: '' | 'slow' | 'lossy' | 'narrow'
}

/**
 * Up to which it is good, and up to which fair. Beyond 0.6 s people talk over each other; sound is understood up to a tenth lost; 300 kbit/s carry sound and a
 * picture of middle size, 140 the smallest one.
 */
const BOUNDS = { slow: [300, 600], lossy: [0.03, 0.1], narrow: [300_000, 140_000] } as const
const GRADES: Grade[] = ['good', 'fair', 'poor']

/** Judges a connection by the worst that is known of it; undefined where nothing is. Of what is equally bad comes first what most can be done about. */
export function judge(c: Carries): Verdict | undefined {
  const known: [Exclude<Verdict['because'], ''>, number][] = []
  const over = (n: number, bounds: readonly [number, number]) => bounds.filter((b) => n > b).length
  const narrower = Math.min(c.up ?? Infinity, c.down ?? Infinity)
  if (narrower < Infinity) known.push(['narrow', BOUNDS.narrow.filter((b) => narrower < b).length])
  if (c.loss !== undefined) known.push(['lossy', over(c.loss, BOUNDS.lossy)])
  if (c.roundTrip !== undefined) known.push(['slow', over(c.roundTrip, BOUNDS.slow)])
  if (!known.length) return undefined
  const worst = known.reduce((a, b) => (b[1] > a[1] ? b : a))
  return { grade: GRADES[worst[1]]!, because: worst[1] ? worst[0] : '' }
}

type Stat = Record<string, unknown> & { type: string }
export type Stats = ReadonlyMap<string, Stat>

/** What two looks at a connection's statistics tell of the time between them. */
export function carries(before: Stats, after: Stats): Carries {
  const num = (x: unknown) => (typeof x === 'number' && Number.isFinite(x) ? x : undefined)
  const c: Carries = {}
  let [sent, lost] = [0, 0]
  for (const [id, s] of after) {
    if (s.type === 'candidate-pair' && s.nominated) {
      const trip = num(s.currentRoundTripTime)
      if (trip !== undefined) c.roundTrip = Math.round(trip * 1000)
      const up = num(s.availableOutgoingBitrate)
      if (up !== undefined) c.up = Math.round(up)
    }
    if (s.type === 'outbound-rtp') sent += (num(s.packetsSent) ?? 0) - (num(before.get(id)?.packetsSent) ?? 0)
    if (s.type === 'remote-inbound-rtp') lost += (num(s.packetsLost) ?? 0) - (num(before.get(id)?.packetsLost) ?? 0)
  }
  if (sent >= MEANS_SOMETHING) c.loss = Math.min(Math.max(lost / sent, 0), 1)
  return c
}

/** Of fewer packets one that is lost tells nothing. */
const MEANS_SOMETHING = 30
