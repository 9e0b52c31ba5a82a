import { describe, expect, it } from 'vitest'
import { fetched, follow, playing, recordedFrom, speaks } from '@/hearing/player'

describe('the clock of the player', () => {
  it('sets what is far off, and draws near what is not', () => {
    expect(follow(10, 9, 1)).toEqual({ seek: 10, rate: 1 })
    expect(follow(10, 10.01, 2)).toEqual({ rate: 2 })
    expect(follow(10, 9.9, 1).rate).toBeGreaterThan(1)
    expect(follow(10, 10.1, 1).rate).toBeLessThan(1)
  })

  it('passes over what was not recorded', () => {
    const parts = [{ from: 100, to: 200 }, { from: 500, to: 600 }]
    expect(recordedFrom(parts, 50)).toBe(100)
    expect(recordedFrom(parts, 150)).toBe(150)
    expect(recordedFrom(parts, 300)).toBe(500)
    expect(recordedFrom(parts, 700)).toBeNull()
  })

  it('plays each file in its time, and one whose end is not known until the next begins', () => {
    const files = [
      { id: 'a', seat: 's', media: 'camera' as const, at: 100, duration: 0 },
      { id: 'b', seat: 's', media: 'camera' as const, at: 900, duration: 500 },
      { id: 'c', seat: 't', media: 'audio' as const, at: 100, duration: 5000 },
    ]
    const ids = (at: number) => playing(files, at).map((f) => f.id)
    expect(ids(50)).toEqual([])
    expect(ids(500)).toEqual(['a', 'c'])
    expect(ids(1000)).toEqual(['b', 'c'])
    expect(ids(1600)).toEqual(['c'])
    files[0]!.duration = 850 // it may end a little after the next has begun
    expect(ids(920)).toEqual(['b', 'c'])
    expect(fetched(files, 50, 100).map((f) => f.id)).toEqual(['a', 'c'])
    expect(fetched(files, 500).map((f) => f.id)).toEqual(['a', 'c', 'b'])
  })

  it('knows who speaks', () => {
    const spoke = [{ at: 10, seats: ['a'] }, { at: 20, seats: [] }]
    expect(speaks(spoke, 5)).toEqual([])
    expect(speaks(spoke, 15)).toEqual(['a'])
    expect(speaks(spoke, 25)).toEqual([])
  })
})
