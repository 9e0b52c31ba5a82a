import { describe, expect, it } from 'vitest'
import { carries, judge, type Stats } from '@/hearing/network'

describe('the network before a hearing', () => {
  it('is good only when nothing that is known is bad', () => {
    expect(judge({ roundTrip: 30, loss: 0, up: 1_500_000 })).toEqual({ grade: 'good', because: '' })
    expect(judge({ roundTrip: 300, loss: 0.03, up: 300_000 })).toEqual({ grade: 'good', because: '' })
    expect(judge({})).toBeUndefined()
    expect(judge({ roundTrip: 40 })).toEqual({ grade: 'good', because: '' })
  })

  it('is as bad as the worst of it, and says what that is', () => {
    expect(judge({ roundTrip: 400, loss: 0, up: 1e6 })).toEqual({ grade: 'fair', because: 'slow' })
    expect(judge({ roundTrip: 700, loss: 0.05, up: 1e6 })).toEqual({ grade: 'poor', because: 'slow' })
    expect(judge({ roundTrip: 400, loss: 0.2, up: 200_000 })).toEqual({ grade: 'poor', because: 'lossy' })
    expect(judge({ roundTrip: 30, loss: 0, up: 100_000 })).toEqual({ grade: 'poor', because: 'narrow' })
    expect(judge({ roundTrip: 400, loss: 0.05, up: 200_000 })).toEqual({ grade: 'fair', because: 'narrow' })
    expect(judge({ roundTrip: 30, loss: 0, up: 1e6, down: 100_000 })).toEqual({ grade: 'poor', because: 'narrow' })
    expect(judge({ roundTrip: 30, loss: 0, up: 200_000, down: 1e6 })).toEqual({ grade: 'fair', because: 'narrow' })
  })

  const stats = (sent: number, lost: number, more: object = {}): Stats =>
    new Map([
      ['pair', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.0415, availableOutgoingBitrate: 812_000.4, ...more }],
      ['other', { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9, availableOutgoingBitrate: 1 }],
      ['out', { type: 'outbound-rtp', packetsSent: sent }],
      ['far', { type: 'remote-inbound-rtp', packetsLost: lost }],
    ])

  it('is read off two looks at what the browser counts', () => {
    expect(carries(stats(100, 3), stats(300, 23))).toEqual({ roundTrip: 42, up: 812_000, loss: 0.1 })
  })

  it('is not called lossy for what was lost before, for few packets, or for packets that came late after all', () => {
    expect(carries(stats(100, 90), stats(300, 90)).loss).toBe(0)
    expect(carries(stats(100, 0), stats(110, 5)).loss).toBeUndefined()
    expect(carries(stats(100, 9), stats(300, 7)).loss).toBe(0)
  })

  it('is not known where the browser says nothing', () => {
    expect(judge(carries(new Map(), new Map()))).toBeUndefined()
    expect(carries(stats(0, 0), stats(0, 0, { currentRoundTripTime: undefined, availableOutgoingBitrate: Number.NaN }))).toEqual({})
  })
})
